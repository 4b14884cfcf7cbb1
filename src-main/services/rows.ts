/**
 * The worklist as the window sees it: what the library holds, with what is going on laid over it.
 * Changes are collected and told a few times a second, in portions, so that neither the wire nor
 * the window ever gets ten thousand of them one by one.
 */
import type { RecordingId, WorklistRow } from '../contract/domain.ts';
import { verdictsKey, type ModelCard } from '../contract/model-card.ts';
import { RhythmarkError } from '../contract/errors.ts';
import type { RecordingVerdict } from '../contract/verdict.ts';
import { owesToEctopy, verdictOf } from '../contract/verdict.ts';
import type { Announce } from '../contract/events.ts';
import type { Library } from '../review/library.ts';
import type { ModelSummary } from '../review/model-verdicts.ts';
import type { StoredRecording } from '../review/recordings.ts';
import { compositionOf, ribbonOf } from '../rhythm/composition.ts';
import type { VerdictsSoFar } from './verdicts-so-far.ts';

const ANNOUNCE_EVERY_MS = 200;
/** Rows of one event: about 0.5 MB, and some 20 ms of the main process. */
const ROWS_AT_ONCE = 1000;
/** A recording of 24 h, 8,640 windows, is summed up about ten times a second at most. */
const WINDOWS_SUMMED_PER_MS = 100;

/** A recording that is being classified now. */
export interface InWork {
  readonly progress: number;
  /** What was found so far; null where it is just being stored. */
  readonly found: VerdictsSoFar | null;
}

export interface RowsOptions {
  readonly library: Library;
  readonly announce: Announce;
  readonly model: () => ModelCard | null;
  readonly inWork: (id: RecordingId) => InWork | undefined;
}

export class Rows {
  readonly #options: RowsOptions;
  readonly #changed = new Set<RecordingId>();
  readonly #removed = new Set<RecordingId>();
  /** What was found of recordings in work, as it was summed up last. */
  readonly #partial = new Map<RecordingId, { readonly madeMs: number; readonly found: Found }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RowsOptions) {
    this.#options = options;
  }

  list(): WorklistRow[] {
    const { library } = this.#options;
    const model = this.#options.model();
    const { reading } = library.preferences.settings();
    const summaries = model
      ? library.modelVerdicts.summaries(verdictsKey(model), reading, model.threshold)
      : new Map<RecordingId, ModelSummary>();
    const same = library.sameContent.all();
    return library.recordings.listed().map((recording) => {
      const { id } = recording;
      return this.#row(recording, summaries.get(id), same.get(id) ?? null);
    });
  }

  /** Error `not-found` for an id that was never given out. */
  row(id: RecordingId): WorklistRow {
    const recording = this.#options.library.recordings.get(id);
    if (!recording) throw noSuchRecording();
    return this.#rowOf(recording);
  }

  changed(ids: Iterable<RecordingId>): void {
    for (const id of ids) {
      this.#changed.add(id);
      this.#removed.delete(id);
    }
    this.#soon();
  }

  allChanged(): void {
    this.changed(this.#options.library.recordings.listed().map((recording) => recording.id));
  }

  removed(ids: Iterable<RecordingId>): void {
    for (const id of ids) {
      this.#removed.add(id);
      this.#changed.delete(id);
    }
    this.#soon();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#changed.clear();
    this.#removed.clear();
    this.#partial.clear();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, ANNOUNCE_EVERY_MS).unref();
  }

  #tell(): void {
    const portion = firstOf(this.#changed, ROWS_AT_ONCE);
    const removed = [...this.#removed];
    this.#removed.clear();
    for (const id of portion) this.#changed.delete(id);
    const upserted: WorklistRow[] = [];
    for (const id of portion) {
      const recording = this.#options.library.recordings.get(id);
      if (recording && !recording.removed) {
        upserted.push(this.#rowOf(recording));
      } else {
        // Its job ended after it was taken off the list: the removal was not told yet.
        removed.push(id);
      }
    }
    if (this.#changed.size > 0) this.#soon();
    this.#options.announce('worklist-changed', { upserted, removed });
  }

  #summary(id: RecordingId): ModelSummary | undefined {
    const model = this.#options.model();
    if (!model) return undefined;
    const { library } = this.#options;
    const { reading } = library.preferences.settings();
    return (
      library.modelVerdicts.summary(id, verdictsKey(model), reading, model.threshold) ?? undefined
    );
  }

  #rowOf(recording: StoredRecording): WorklistRow {
    const { id } = recording;
    return this.#row(recording, this.#summary(id), this.#options.library.sameContent.of(id));
  }

  #row(
    recording: StoredRecording,
    summary: ModelSummary | undefined,
    sameAs: WorklistRow['sameAs'],
  ): WorklistRow {
    const work = this.#options.inWork(recording.id);
    if (!work) this.#partial.delete(recording.id);
    return {
      id: recording.id,
      name: recording.name,
      folder: recording.folder,
      synthetic: recording.synthetic,
      sizeBytes: recording.sizeBytes,
      format: recording.format,
      durationS: recording.durationS,
      start: recording.start,
      patientId: recording.patientId,
      leads: recording.leads,
      samplingHz: recording.samplingHz,
      noteCount: recording.noteCount,
      sameAs,
      ...(work ? this.#whileInWork(recording, work) : settled(recording, summary)),
    };
  }

  #whileInWork(recording: StoredRecording, work: InWork): ModelPart {
    const model = this.#options.model();
    const count = work.found?.count ?? 0;
    // Dozens are handed over at a time so that no process waits; what none has begun still waits.
    const begun = work.progress > 0 || count > 0;
    const part = begun
      ? ({ status: 'classifying', failure: null, progress: work.progress } as const)
      : ({ status: 'waiting', failure: null, progress: null } as const);
    if (!model || count === 0) return { ...part, ...NOTHING_FOUND };
    const known = this.#partial.get(recording.id);
    const now = performance.now();
    // Summing up takes the longer the more there is: it gets a fixed share of the time.
    if (known && now - known.madeMs < count / WINDOWS_SUMMED_PER_MS) {
      return { ...part, ...known.found };
    }
    const verdicts = work.found?.verdicts();
    if (!verdicts) return { ...part, ...NOTHING_FOUND };
    const { reading } = this.#options.library.preferences.settings();
    const rule = { reading, threshold: model.threshold };
    const { durationS } = recording;
    const found = {
      windowCount: count,
      composition: compositionOf(verdicts, rule),
      ribbon: durationS === null ? null : ribbonOf(verdicts, durationS, rule),
      verdict: null,
    };
    this.#partial.set(recording.id, { madeMs: now, found });
    return { ...part, ...found };
  }
}

export function noSuchRecording(): RhythmarkError {
  return new RhythmarkError('not-found', 'This recording is not on the list.');
}

type Found = Pick<WorklistRow, 'windowCount' | 'composition' | 'ribbon' | 'verdict'>;
type ModelPart = Pick<WorklistRow, 'status' | 'failure' | 'progress'> & Found;

/** A recording in work has no verdict as a whole yet. */
const NOTHING_FOUND: Found = { windowCount: null, composition: null, ribbon: null, verdict: null };

function settled(recording: StoredRecording, summary: ModelSummary | undefined): ModelPart {
  // Classified by a model that is no longer in force: to be classified again.
  const outdated = recording.status === 'classified' && !summary;
  const shown = recording.status === 'classified' ? summary : undefined;
  return {
    status: outdated ? 'waiting' : recording.status,
    failure: shown ? null : recording.failure,
    progress: null,
    windowCount: shown?.windowCount ?? null,
    composition: shown?.composition ?? null,
    ribbon: shown?.ribbon ?? null,
    verdict: shown ? verdictIn(shown) : null,
  };
}

function verdictIn({ whole, reading, threshold }: ModelSummary): RecordingVerdict | null {
  if (whole === null) return null;
  const verdict = verdictOf(whole, reading, threshold);
  return { ...verdict, ectopyDecides: owesToEctopy(whole, verdict.label, reading) };
}

function firstOf<T>(values: Iterable<T>, count: number): T[] {
  const first: T[] = [];
  for (const value of values) {
    if (first.length === count) break;
    first.push(value);
  }
  return first;
}
