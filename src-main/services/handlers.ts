/** Every method of the contract bound to its use case. */
import type { Handlers } from '../contract/api.ts';
import type { RecordingId } from '../contract/domain.ts';
import { RhythmarkError } from '../contract/errors.ts';
import type { Announce } from '../contract/events.ts';
import type { Library } from '../review/library.ts';
import type { StoredRecording } from '../review/recordings.ts';
import { backgroundHandlers } from './background-handlers.ts';
import { exportLabels } from './export.ts';
import { listFolder } from './folder-listing.ts';
import { exportImports, importSummary } from './import-report.ts';
import type { SaveDialog } from './keep-file.ts';
import { folderLeftOf, locateHandlers } from './locate.ts';
import type { Parts } from './parts.ts';
import { changeSettings } from './settings.ts';
import { typedPath } from './typed-path.ts';

/** The system's own dialogs, where the host has them. Each answers null when it was dismissed. */
export interface Dialogs {
  readonly open: (kind: 'files' | 'folder') => Promise<readonly string[] | null>;
  /** Asks where the file of a recording is now, beginning in a folder. */
  readonly locate: (name: string, near: string) => Promise<string | null>;
  readonly save: SaveDialog;
}

export interface HandlersOptions {
  readonly version: string;
  readonly announce: Announce;
  readonly dialogs?: Dialogs;
}

/** Hosts loop over these; what each does is told beside its method in the contract. */
export function handlersOf(library: Library, parts: Parts, options: HandlersOptions): Handlers {
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
      await parts.models.lookAgain(); // one may have been put back since
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
    'models.lookAgain': () => parts.models.lookAgain(),
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
          damaged: (id) => {
            rows.changed([id]);
          },
        },
        input,
        context,
      ),
  };
}
