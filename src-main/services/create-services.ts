/**
 * The program without a window: the library, the analysis and every method of the contract bound to
 * its use case. A host gives it a folder, a way to announce and an analyst, and loops over the
 * contract; nothing here knows which host it is.
 */
import type { Handlers } from '../contract/api.ts';
import type { RecordingId } from '../contract/domain.ts';
import type { ModelCard } from '../contract/model-card.ts';
import type { Announce } from '../contract/events.ts';
import { RhythmarkError } from '../contract/errors.ts';
import { openLibrary, type Library } from '../review/library.ts';
import type { StoredRecording } from '../review/recordings.ts';
import type { Analyst } from '../rhythm/job.ts';
import { aboutOf, aboutTeller, type Program } from './about.ts';
import { Activations } from './activations.ts';
import { Analysis } from './analysis.ts';
import { Demo } from './demo.ts';
import { Arrivals } from './arrivals.ts';
import { backgroundHandlers } from './background-handlers.ts';
import { createDispatch, Dispatching, type Dispatch, type Log } from './dispatch.ts';
import { Duplicates } from './duplicates.ts';
import { Envelopes } from './envelopes.ts';
import { exportLabels } from './export.ts';
import { listFolder } from './folder-listing.ts';
import { HeaderReading } from './header-reading.ts';
import { exportImports, importSummary } from './import-report.ts';
import type { SaveDialog } from './keep-file.ts';
import { folderLeftOf, locateHandlers, Locating } from './locate.ts';
import { ModelInForce } from './model-in-force.ts';
import { Models, type ModelPlaces } from './models.ts';
import { Places } from './places.ts';
import { RecordingViews } from './recording.ts';
import { Rows } from './rows.ts';
import { changeSettings } from './settings.ts';
import { TextFiles } from './text.ts';
import { Units } from './units.ts';
import { Uploads } from './upload.ts';
import { typedPath } from './typed-path.ts';
import type { WatchTiming } from './watched-folder.ts';
import { Worklist } from './worklist.ts';

/** The system's own dialogs, where the host has them. Each answers null when it was dismissed. */
export interface Dialogs {
  readonly open: (kind: 'files' | 'folder') => Promise<readonly string[] | null>;
  /** Asks where the file of a recording is now, beginning in a folder. */
  readonly locate: (name: string, near: string) => Promise<string | null>;
  readonly save: SaveDialog;
}

export interface ServicesOptions extends Program {
  /** Made if it is not there. One program at a time can have it. */
  readonly libraryFolder: string;
  readonly announce: Announce;
  /** Started, and closed with the services. */
  readonly analyst: Analyst;
  readonly dialogs?: Dialogs;
  /** Where other models lie; without it there is none to choose. */
  readonly modelPlaces?: ModelPlaces;
  /** How patiently arrivals are waited for; the default is for recorders and network drives. */
  readonly watchTiming?: WatchTiming;
  readonly log?: Log;
}

export interface Services {
  readonly handlers: Handlers;
  readonly dispatch: Dispatch;
  /** Tokens of dropped paths, for a host whose page knows paths; for `worklist.add`. */
  tokensFor(paths: readonly string[]): string[];
  /** Resolves when nothing is read, classified or written in the background. */
  whenIdle(): Promise<void>;
  /** Stores what is finished and gives everything back; the next call is refused. */
  close(): Promise<void>;
}

/** Errors: those of opening the library (`busy`, `access-denied`, `disk-full`, `unsupported`). */
export function createServices(options: ServicesOptions): Services {
  const library = openLibrary(options.libraryFolder);
  const parts = assemble(library, options);
  const handlers = handlersOf(library, parts, options);
  const { analyst } = options;
  const dispatching = new Dispatching(createDispatch(handlers, options.log ?? (() => undefined)));
  const telling = aboutTeller(options, () => parts.about());
  let closing: Promise<void> | undefined;
  analyst.start();
  parts.duplicates.look(); // what an earlier run left
  return {
    handlers,
    dispatch: (method, input, context) => dispatching.dispatch(method, input, context),
    tokensFor: (paths) => paths.map((path) => parts.places.tokenFor(path)),
    async whenIdle() {
      await parts.headers.whenIdle();
      await parts.analysis.whenIdle();
      await parts.duplicates.whenIdle();
    },
    close: () => (closing ??= closeAll(library, parts, options, dispatching, telling)),
  };
}

/** Whatever fails on the way, the library is closed: its lock would outlive the services. */
async function closeAll(
  library: Library,
  parts: Parts,
  { analyst }: ServicesOptions,
  dispatching: Dispatching,
  telling: { close(): void },
): Promise<void> {
  try {
    telling.close();
    await dispatching.close();
    await parts.arrivals.close();
    await parts.duplicates.close();
    await parts.headers.close();
    await parts.analysis.close();
    parts.models.close();
    parts.model.close();
    await parts.envelopes.close();
    await parts.uploads.close();
    await parts.views.close();
    parts.rows.close();
    await analyst.close();
  } finally {
    library.close();
  }
}

type Parts = ReturnType<typeof assemble>;

function assemble(
  library: Library,
  { libraryFolder, announce, analyst, modelPlaces, watchTiming, ...program }: ServicesOptions,
) {
  const changed = (ids: Iterable<RecordingId>): void => {
    rows.changed(ids);
  };
  const current = (): ModelCard | null => model.card;
  const answered = (id: RecordingId): Promise<boolean> => texts.applyRemembered(id);
  const rows: Rows = new Rows({
    library,
    announce,
    model: current,
    inWork: (id) => analysis.inWork(id),
  });
  const texts = new TextFiles(library);
  const units = new Units({
    library,
    // Most formats have no table, so there is nothing that two of them could share.
    tableShape: (recording) => texts.shapeOf(recording).catch(() => ''),
    changed(id) {
      views.drop(id);
      changed([id]);
    },
  });
  const model = new ModelInForce(library, analyst, () => {
    rows.allChanged();
  });
  const envelopes = new Envelopes(libraryFolder, analyst);
  const analysis: Analysis = new Analysis({
    library,
    analyst,
    announce,
    envelopes,
    answered,
    model: current,
    rowsChanged: changed,
  });
  const about = () => aboutOf(program, analyst.state, model.card, models.notice, library.notice);
  const models: Models = new Models({
    ...{ library, analyst, analysis },
    places: modelPlaces ?? null,
    noticed: () => {
      announce('about-changed', about());
    },
  });
  const headers = new HeaderReading({
    library,
    answered,
    rowsChanged: changed,
    read: (id, header) => {
      analysis.learnDuration(id, header.durationS);
    },
    leaveToAnalysis: (id) => analysis.isQueued(id),
  });
  const views: RecordingViews = new RecordingViews({
    library,
    rows,
    analysis,
    envelopes,
    answered,
    unitKnown: (id) => units.applyRemembered(id),
    model: current,
  });
  const duplicates = new Duplicates({
    library,
    analyst,
    announce,
    headersRead: () => headers.whenIdle(),
    rowsChanged: changed,
  });
  const worklist = new Worklist({
    ...{ library, rows, headers, analysis, duplicates, views },
    opened: (path, beganMs) => arrivals.opened(path, beganMs),
  });
  const places = new Places();
  const arrivals: Arrivals = new Arrivals({
    ...{ library, announce, places, timing: watchTiming },
    list: (items, then) => worklist.arrived(items, then),
  });
  return {
    rows,
    texts,
    units,
    model,
    envelopes,
    activations: new Activations({ library, analyst, model: current }),
    analysis,
    headers,
    duplicates,
    views,
    locating: new Locating({ library, rows, headers, analysis, views, places }),
    worklist,
    demo: new Demo(libraryFolder, worklist),
    places,
    arrivals,
    uploads: new Uploads(libraryFolder),
    models,
    about,
  };
}

function handlersOf(library: Library, parts: Parts, options: ServicesOptions): Handlers {
  const {
    arrivals,
    rows,
    texts,
    analysis,
    headers,
    duplicates,
    views,
    worklist,
    demo,
    places,
    uploads,
  } = parts;
  const { dialogs } = options;
  const stored = (ids: readonly RecordingId[] | undefined): StoredRecording[] =>
    ids === undefined
      ? library.recordings.listed().filter((recording) => recording.status !== 'failed')
      : ids.flatMap((id) => library.recordings.get(id) ?? []);
  return {
    'app.about': async () => parts.about(),
    'settings.get': async () => library.preferences.settings(),
    'settings.set': async (changes) => {
      const settings = changeSettings(library, rows, options.announce, changes);
      if (changes.watchFolders !== undefined) arrivals.follow();
      return settings;
    },

    'files.openDialog': async ({ kind }, { signal }) => {
      if (!dialogs) throw new RhythmarkError('unsupported', 'Choose files on the page itself.');
      const paths = await dialogs.open(kind);
      return paths && worklist.addChosen(paths, signal);
    },
    'files.list': async ({ token, near }, { signal }) => {
      const recording = near === undefined ? undefined : library.recordings.get(near);
      const start = recording && places.tokenFor(await folderLeftOf(recording.path));
      return listFolder(places, token ?? start, signal);
    },
    'files.typed': ({ typed, from }, { signal }) => typedPath(places, typed, from, signal),
    'files.recent': async () =>
      library.preferences.recentFolders().map(({ path, name, openedMs }) => ({
        token: places.tokenFor(path),
        name,
        lastOpened: new Date(openedMs).toISOString(),
      })),

    'worklist.add': async ({ tokens }, { signal }) =>
      worklist.addChosen(
        tokens.map((token) => places.pathOf(token)),
        signal,
      ),
    'worklist.upload': async (part, { signal }) => {
      const folder = await uploads.keep(part, signal);
      if (folder === null) return null;
      const added = await worklist.add([folder], signal);
      if (added.ids.length === 0) await uploads.remove(folder);
      return added;
    },
    'worklist.addDemo': (_, { signal }) => demo.add(signal),
    'worklist.list': async () => rows.list(),
    'worklist.remove': async ({ ids }) => ({ removed: worklist.remove(ids) }),
    'worklist.restore': async ({ ids }) => ({ restored: worklist.restore(ids) }),

    'recording.open': (input) => views.open(input),
    'recording.signal': (input, context) => views.signal(input, context),
    ...locateHandlers(parts.locating, { library, places }, dialogs?.locate),
    'recording.setUnit': (input) => parts.units.set(input),
    'recording.activation': (input, context) => parts.activations.map(input, context),

    'text.preview': (input) => texts.preview(input),
    'text.choose': async (input) => {
      const { id } = input;
      await texts.choose(input);
      analysis.drop([id]);
      views.drop(id);
      headers.queue([id]);
      analysis.enqueue(stored([id]));
      rows.changed([id]);
      return rows.row(id);
    },

    'analysis.start': async ({ ids }) => {
      library.watchedFolders.setClassify('classify');
      analysis.enqueue(stored(ids));
      return null;
    },
    'analysis.pause': async () => {
      analysis.pause();
      return null;
    },
    'analysis.resume': async () => {
      analysis.resume();
      return null;
    },
    'analysis.cancel': async () => {
      library.watchedFolders.setClassify('list');
      analysis.cancel();
      return null;
    },
    'analysis.progress': async () => analysis.progress(),

    'models.list': () => parts.models.list(),
    'models.choose': ({ sha256 }) => parts.models.choose(sha256),

    ...backgroundHandlers(duplicates, arrivals, places),

    'import.summary': ({ ids }, { signal }) => importSummary(library, ids, signal),
    'export.imports': (input, context) =>
      exportImports(library, dialogs?.save ?? null, input, context),
    'export.labels': (input, context) =>
      exportLabels(
        {
          library,
          model: () => parts.model.card,
          version: options.version,
          saveDialog: dialogs?.save ?? null,
        },
        input,
        context,
      ),
  };
}
