/** The use cases, made and joined: who asks whom is said here and nowhere else. */
import type { RecordingId } from '../contract/domain.ts';
import type { Announce } from '../contract/events.ts';
import type { ModelCard } from '../contract/model-card.ts';
import type { Library } from '../review/library.ts';
import type { Analyst } from '../rhythm/job.ts';
import { aboutOf, type Program } from './about.ts';
import { Activations } from './activations.ts';
import { Analysis } from './analysis.ts';
import { Arrivals } from './arrivals.ts';
import { Demo } from './demo.ts';
import { Duplicates } from './duplicates.ts';
import { Envelopes } from './envelopes.ts';
import { HeaderReading } from './header-reading.ts';
import { Locating } from './locate.ts';
import { ModelInForce } from './model-in-force.ts';
import { Models, type ModelPlaces } from './models.ts';
import { Places } from './places.ts';
import { RecordingViews } from './recording.ts';
import { Rows } from './rows.ts';
import { TextFiles } from './text.ts';
import { Units } from './units.ts';
import { Uploads } from './upload.ts';
import type { WatchTiming } from './watched-folder.ts';
import { Worklist } from './worklist.ts';

export interface PartsOptions extends Program {
  /** Made if it is not there. One program at a time can have it. */
  readonly libraryFolder: string;
  readonly announce: Announce;
  /** Started, and closed with the services. */
  readonly analyst: Analyst;
  readonly modelPlaces: ModelPlaces;
  /** How patiently arrivals are waited for; the default is for recorders and network drives. */
  readonly watchTiming?: WatchTiming;
}

export type Parts = ReturnType<typeof assembleParts>;

/** Each part knows of the others only what it is handed here. */
export function assembleParts(
  library: Library,
  { libraryFolder, announce, analyst, modelPlaces, watchTiming, ...program }: PartsOptions,
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
    inWork: (id) => analysis.stages.inWork(id),
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
    places: modelPlaces,
    noticed: () => {
      announce('about-changed', about());
    },
  });
  const headers = new HeaderReading({
    library,
    answered,
    rowsChanged: changed,
    read: (id, header) => {
      analysis.stages.learnDuration(id, header.durationS);
    },
    leaveToAnalysis: (id) => analysis.stages.has(id),
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
