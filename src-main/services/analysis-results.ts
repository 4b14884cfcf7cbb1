/**
 * Writes what the analysis found, many recordings in one transaction: a transaction costs a write
 * to the disk, and short recordings come in by the hundred a second.
 */
import type { RecordingId } from '../contract/domain.ts';
import { verdictsKey, type ModelCard } from '../contract/model-card.ts';
import type { Library } from '../review/library.ts';
import type { AnalysisResult } from '../rhythm/job.ts';
import { summariesOf } from './summaries.ts';

const WRITE_EVERY_MS = 200;
const MOST_AT_ONCE = 200;

interface Finished {
  readonly id: RecordingId;
  readonly result: AnalysisResult;
  readonly model: ModelCard;
}

export interface ResultsListener {
  readonly stored: (ids: readonly RecordingId[]) => void;
  /** None of `ids` was stored; the library is as it was. */
  readonly failed: (ids: readonly RecordingId[], error: unknown) => void;
}

export class AnalysisResults {
  readonly #library: Library;
  readonly #listener: ResultsListener;
  #finished = new Map<RecordingId, Finished>();
  #timer: NodeJS.Timeout | undefined;

  constructor(library: Library, listener: ResultsListener) {
    this.#library = library;
    this.#listener = listener;
  }

  get size(): number {
    return this.#finished.size;
  }

  has(id: RecordingId): boolean {
    return this.#finished.has(id);
  }

  add(id: RecordingId, result: AnalysisResult, model: ModelCard): void {
    this.#finished.set(id, { id, result, model });
    if (this.#finished.size >= MOST_AT_ONCE) this.write();
    else this.#timer ??= setTimeout(() => this.write(), WRITE_EVERY_MS);
  }

  /** Writes now what has come in; does nothing where nothing has. */
  write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const finished = this.#finished;
    if (finished.size === 0) return;
    this.#finished = new Map();
    const ids = [...finished.keys()];
    try {
      this.#library.transaction(() => {
        for (const one of finished.values()) this.#store(one);
      });
    } catch (error) {
      this.#listener.failed(ids, error);
      return;
    }
    this.#listener.stored(ids);
  }

  #store({ id, result, model }: Finished): void {
    const { recordings, modelVerdicts } = this.#library;
    const known = recordings.get(id);
    if (!known) return; // the library was exchanged under a running job
    if (!known.headerRead) recordings.setHeader(id, result.header, null);
    const [verdicts] = result.verdicts;
    if (verdicts) {
      modelVerdicts.store(
        id,
        verdictsKey(model),
        verdicts,
        summariesOf(verdicts, result.header.durationS, model),
      );
    }
    recordings.setClassified(id);
  }
}
