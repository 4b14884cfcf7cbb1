/**
 * Everything the renderer can ask of the main process: one object, from which the preload script,
 * `ipcMain`, the loopback server and the renderer's client are made by looping over it. A method is
 * a zod schema for its input and a type for its output; every call resolves to a `Result`.
 */
import { z } from 'zod';
import { HIGH_PASS_HZ, LOW_PASS_HZ, NOTCH_HZ } from './conventions.ts';
import { PAPER_GAINS_MM_PER_MV, PAPER_SPEEDS_MM_PER_S } from './conventions.ts';
import { chosenUnitSchema, unitChoiceSchema } from './lead-unit.ts';
import type { ChosenUnit, UnitChoice } from './lead-unit.ts';
import type { ContentProgress, ImportSummary, JobProgress } from './batch.ts';
import type {
  ActivationMap,
  LeadSignal,
  RecordingDetails,
  RecordingHeader,
  RecordingId,
  WorklistRow,
} from './domain.ts';
import type { ModelShelf } from './model-shelf.ts';
import type { FolderListing, TypedPath, WatchedFolderRow } from './places.ts';
import type { About, Settings } from './program.ts';
import type { TextPreview } from './text.ts';

export interface Method<I extends z.ZodType = z.ZodType, O = unknown> {
  readonly input: I;
  /** Carries the output's type only; never read. */
  readonly output?: O;
}

function method<O>() {
  return <I extends z.ZodType>(input: I): Method<I, O> => ({ input });
}

const nothing = z.strictObject({});
const id = z.string().min(1).max(64);
const ids = z.array(id).max(100_000);
const seconds = z.number().finite().min(-1e9).max(1e9);
const token = z.string().min(1).max(128);
const oneOf = <const T extends readonly number[]>(values: T) =>
  z.number().refine((value) => values.includes(value), `one of ${values.join(', ')}`);

export const displayFiltersSchema = z.strictObject({
  highPassHz: oneOf(HIGH_PASS_HZ),
  lowPassHz: oneOf(LOW_PASS_HZ),
  notchHz: oneOf(NOTCH_HZ),
});

export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark', 'paper']),
  speedMmPerS: oneOf(PAPER_SPEEDS_MM_PER_S),
  gainMmPerMv: oneOf(PAPER_GAINS_MM_PER_MV),
  filters: displayFiltersSchema,
  pxPerMm: z.number().min(1).max(40).nullable(),
  reader: z.string().max(120),
  reading: z.enum(['cinc', 'rhythm']),
  strongGrid: z.boolean(),
  watchFolders: z.boolean(),
  activation: z.boolean(),
});

export const textChoiceSchema = z.strictObject({
  delimiter: z.enum([',', ';', '\t', ' ', '|']),
  decimal: z.enum(['.', ',']),
  headerRows: z.number().int().min(0).max(1000),
  roles: z.array(z.enum(['time', 'lead', 'ignore'])).max(1024),
  samplingHz: z.number().min(1).max(100_000).nullable(),
  unit: z.enum(['mV', 'uV', 'V', 'unknown']),
});

/** What was in force before `recording.setUnit`; given back to it, undoes it. */
export interface UnitBefore {
  readonly unit: ChosenUnit | null;
  readonly remembered: UnitChoice | null;
}

/** How many files were taken and how many were left alone, for one sentence on the screen. */
export interface Added {
  readonly added: number;
  readonly alreadyListed: number;
  /** Files that belong to no recording (a README, a picture): counted, not listed. */
  readonly ignored: number;
  /** Ids in the order found; what was already listed is among them. */
  readonly ids: readonly string[];
}

/** In what another recording differs, the plainest thing first. */
export type Difference = 'length' | 'start' | 'leads' | 'rate' | 'patient' | 'samples';

/** What came of showing where a recording's file is now. */
export type Located =
  | {
      readonly kind: 'located';
      readonly row: WorklistRow;
      /** Rows of the same file, listed there meanwhile, that left the list for it. */
      readonly replaced: readonly RecordingId[];
    }
  | {
      /** Nothing was changed: it is another recording, or cannot be told from one. */
      readonly kind: 'another';
      /** For `worklist.add`, where a person wants it on the list as well. */
      readonly token: string;
      readonly name: string;
      /** Null: the library knows too little of the recording to tell. */
      readonly differs: Difference | null;
      /** Of the file that was chosen; null where it was not opened. */
      readonly header: Pick<RecordingHeader, 'durationS' | 'start' | 'leads'> | null;
    }
  | { readonly kind: 'dismissed' };

/** The rest of a folder that moved with a recording that was located. */
export interface LocatedOthers {
  readonly located: readonly RecordingId[];
  readonly replaced: readonly RecordingId[];
  /** Neither where they were nor at the same place in the folder that moved. */
  readonly missing: number;
}

export interface RecentFolder {
  readonly token: string;
  readonly name: string;
  readonly lastOpened: string;
}

/** A file made for the user: kept by the host's own dialog, or handed to the browser to download. */
export type SavedFile =
  | { readonly kind: 'saved'; readonly name: string }
  | {
      readonly kind: 'download';
      readonly name: string;
      readonly mime: string;
      readonly text: string;
    }
  | { readonly kind: 'dismissed' };

export const api = {
  'app.about': method<About>()(nothing),
  'settings.get': method<Settings>()(nothing),
  'settings.set': method<Settings>()(settingsSchema.partial()),

  /** Native dialog; fails with `unsupported` on the loopback host, which browses with `files.list`. */
  'files.openDialog': method<Added | null>()(z.strictObject({ kind: z.enum(['files', 'folder']) })),
  /**
   * Folders and files of one folder, for the page's own chooser. Without a token the home folder,
   * or what is left of the way to where recording `near` was.
   */
  'files.list': method<FolderListing>()(
    z.strictObject({ token: token.optional(), near: id.optional() }),
  ),
  /** What a path typed into that chooser names and how it goes on; `from`: where a relative one begins. */
  'files.typed': method<TypedPath>()(
    z.strictObject({ typed: z.string().min(1).max(4096), from: token.optional() }),
  ),
  'files.recent': method<readonly RecentFolder[]>()(nothing),
  /** Opened folders stay watched for arrivals, over restarts; `settings.watchFolders` is for all. */
  'folders.watched': method<readonly WatchedFolderRow[]>()(nothing),
  'folders.unwatch': method<readonly WatchedFolderRow[]>()(z.strictObject({ token })),
  /** Adds what `files.list` or `files.recent` named, or what the Electron preload resolved. */
  'worklist.add': method<Added>()(z.strictObject({ tokens: z.array(token).min(1).max(10_000) })),
  /**
   * A file dropped on a browser page, which has no path: its bytes, in order. The last part says
   * so; the file is then opened from the library's own copy.
   */
  'worklist.upload': method<Added | null>()(
    z.strictObject({
      upload: z.string().min(1).max(64),
      name: z.string().min(1).max(255),
      offset: z.number().int().min(0),
      bytes: z.instanceof(Uint8Array),
      last: z.boolean(),
    }),
  ),
  'worklist.addDemo': method<Added>()(nothing),
  'worklist.list': method<readonly WorklistRow[]>()(nothing),
  /** Takes rows off the list; source files are never touched. Answers the rows, for undo. */
  'worklist.remove': method<{ readonly removed: number }>()(z.strictObject({ ids })),
  'worklist.restore': method<{ readonly restored: number }>()(z.strictObject({ ids })),

  'recording.open': method<RecordingDetails>()(z.strictObject({ id })),
  /**
   * Shows where a recording's file is now, by a token of `files.list`; without one the host's own
   * dialog asks (`unsupported` on the loopback host). Its row and all that hangs on it stay, and
   * take the place of a row that was listed there meanwhile.
   */
  'recording.locate': method<Located>()(z.strictObject({ id, token: token.optional() })),
  /** Then finds whatever is missing and lies at the same place relative to it. */
  'recording.locateOthers': method<LocatedOthers>()(z.strictObject({ id })),
  /** Takes both back, as far as nothing was moved since. */
  'recording.putBack': method<{ readonly putBack: number }>()(z.strictObject({ id })),
  /**
   * Says the unit of the leads whose unit the file leaves open, of this recording and of those of
   * the same shape that nobody said it of. Verdicts stay: the model reads no unit.
   */
  'recording.setUnit': method<UnitBefore>()(
    z.strictObject({
      id,
      unit: chosenUnitSchema.nullable(),
      /** For the next recording of the same shape. */
      remembered: unitChoiceSchema.nullable(),
    }),
  ),
  /**
   * Part of some leads, filtered for display. At most `columns` bins a lead: samples where they
   * fit (up to 4 a column), a min/max envelope where not.
   */
  'recording.signal': method<readonly LeadSignal[]>()(
    z.strictObject({
      id,
      leads: z.array(z.number().int().min(0).max(1023)).min(1).max(64),
      fromS: seconds,
      toS: seconds,
      columns: z.number().int().min(1).max(16_384),
      filters: displayFiltersSchema,
    }),
  ),
  /**
   * Which parts of a window speak for which class: row `index` of the verdicts on lead `lead`. Null
   * where the model does not tell, or the window has too little signal.
   */
  'recording.activation': method<ActivationMap | null>()(
    z.strictObject({
      id,
      lead: z.number().int().min(0).max(1023),
      index: z.number().int().min(0).max(10_000_000),
    }),
  ),

  'text.preview': method<TextPreview>()(
    z.strictObject({ id, choice: textChoiceSchema.optional() }),
  ),
  /** Keeps the choice for this file and for files of the same shape, and lists it as waiting. */
  'text.choose': method<WorklistRow>()(z.strictObject({ id, choice: textChoiceSchema })),

  /**
   * Queues recordings, all waiting ones when `ids` is absent. What is already queued stays. What an
   * act on the run leads to comes as `job-progress` alone: in an answer as well it could come after
   * later news, and a run that was over would stay on the screen.
   */
  'analysis.start': method<null>()(z.strictObject({ ids: ids.optional() })),
  'analysis.pause': method<null>()(nothing),
  'analysis.resume': method<null>()(nothing),
  'analysis.cancel': method<null>()(nothing),
  'analysis.progress': method<JobProgress>()(nothing),

  'models.list': method<ModelShelf>()(nothing),
  /** Looks for a model again where none could be loaded; answers whether there is one now. */
  'models.lookAgain': method<boolean>()(nothing),
  /**
   * Puts another model in force, null for the program's own, and classifies again what was
   * classified. Verdicts of each model are kept apart; the list and exports show those in force.
   */
  'models.choose': method<ModelShelf>()(
    z.strictObject({
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable(),
    }),
  ),

  /** Comparing by content begins by itself when something is listed. */
  'content.progress': method<ContentProgress>()(nothing),
  'content.cancel': method<null>()(nothing),

  /** What was read, assumed, repaired, ignored and refused; of the whole list without `ids`. */
  'import.summary': method<ImportSummary>()(z.strictObject({ ids: ids.optional() })),
  /** The same with a row for every note, as `rhythmark info --report` writes them. */
  'export.imports': method<SavedFile>()(
    z.strictObject({ ids: ids.optional(), format: z.enum(['csv', 'json']) }),
  ),

  /** Labels as `rhythmark classify` writes them; all rows when `ids` is absent. */
  'export.labels': method<SavedFile>()(
    z.strictObject({
      ids: ids.optional(),
      per: z.enum(['window', 'recording']),
      format: z.enum(['csv', 'json', 'ndjson']),
    }),
  ),
} as const;

export type Api = typeof api;
export type MethodName = keyof Api;
export const METHOD_NAMES = Object.keys(api).sort() as readonly MethodName[];

/** What a caller passes and what a handler receives (after parsing). */
export type Input<K extends MethodName> = z.input<Api[K]['input']>;
export type Parsed<K extends MethodName> = z.output<Api[K]['input']>;
export type Output<K extends MethodName> = Api[K] extends Method<z.ZodType, infer O> ? O : never;

export interface CallContext {
  /** Aborted when the caller cancels or goes away. */
  readonly signal: AbortSignal;
}

export type Handlers = {
  readonly [K in MethodName]: (input: Parsed<K>, context: CallContext) => Promise<Output<K>>;
};
