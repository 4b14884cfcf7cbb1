/**
 * Reads the headers of what was listed, in the background: the list shows names at once and fills
 * in lengths, leads and rates while a person looks at it.
 */
import { setImmediate } from 'node:timers/promises';
import type { RecordingHeader, RecordingId } from '../contract/domain.ts';
import { failureOf } from '../contract/errors.ts';
import type { Library } from '../review/library.ts';
import { fingerprintOf } from './fingerprint.ts';
import { openSource } from './source-files.ts';

/** Headers kept per transaction. */
const KEPT_AT_ONCE = 64;
/** Files open at a time: enough that a network drive's delay is not paid one by one. */
const FILES_AT_ONCE = 4;

export interface HeaderReadingOptions {
  readonly library: Library;
  readonly rowsChanged: (ids: Iterable<RecordingId>) => void;
  readonly read: (id: RecordingId, header: RecordingHeader) => void;
  /** True while the analysis has it, which will say itself what is wrong with the file. */
  readonly leaveToAnalysis: (id: RecordingId) => boolean;
  /** True where remembered answers were found for a file that leaves something open. */
  readonly answered: (id: RecordingId) => Promise<boolean>;
}

type Outcome =
  { readonly header: RecordingHeader; readonly fingerprint: string } | { readonly error: unknown };

export class HeaderReading {
  readonly #options: HeaderReadingOptions;
  readonly #queue = new Set<RecordingId>();
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(options: HeaderReadingOptions) {
    this.#options = options;
  }

  queue(ids: Iterable<RecordingId>): void {
    for (const id of ids) this.#queue.add(id);
    if (this.#closed || this.#queue.size === 0) return;
    this.#running ??= this.#readAll().finally(() => {
      this.#running = null;
    });
  }

  async whenIdle(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#queue.clear();
    await this.#running;
  }

  async #readAll(): Promise<void> {
    while (this.#queue.size > 0) {
      const outcomes = new Map<RecordingId, Outcome>();
      const reader = async (): Promise<void> => {
        for (const id of this.#queue) {
          if (outcomes.size >= KEPT_AT_ONCE) return;
          this.#queue.delete(id);
          const outcome = await this.#readOne(id);
          if (outcome) outcomes.set(id, outcome);
          await setImmediate(); // whatever a person asked for meanwhile comes first
        }
      };
      await Promise.all(Array.from({ length: FILES_AT_ONCE }, reader));
      if (this.#closed) return;
      await this.#keep(outcomes);
    }
  }

  /** Null where there is nothing to read: it left the list, or its header is known by now. */
  async #readOne(id: RecordingId): Promise<Outcome | null> {
    try {
      const recording = this.#options.library.recordings.get(id);
      if (!recording || recording.removed || recording.headerRead) return null;
      const reader = await openSource(recording);
      try {
        return { header: reader.header, fingerprint: await fingerprintOf(reader) };
      } finally {
        await reader.close();
      }
    } catch (error) {
      return { error };
    }
  }

  async #keep(outcomes: ReadonlyMap<RecordingId, Outcome>): Promise<void> {
    const { library } = this.#options;
    try {
      library.transaction(() => {
        for (const [id, outcome] of outcomes) {
          if ('header' in outcome) {
            library.recordings.setHeader(id, outcome.header, outcome.fingerprint);
          }
        }
      });
      for (const [id, outcome] of outcomes) {
        if ('header' in outcome) this.#options.read(id, outcome.header);
        else await this.#keepFailure(id, outcome.error);
      }
    } catch {
      // The library takes nothing now (a full disk): the headers are read again when they are
      // needed, and whoever writes something of weight tells the user.
      this.#queue.clear();
    }
    this.#options.rowsChanged(outcomes.keys());
  }

  async #keepFailure(id: RecordingId, error: unknown): Promise<void> {
    const { code, message, detail } = failureOf(error);
    if (this.#options.leaveToAnalysis(id)) return;
    const failure = { code, message, ...(detail === undefined ? {} : { detail }) };
    const { recordings } = this.#options.library;
    if (code !== 'needs-choice') recordings.setFailed(id, failure);
    else if (await this.#options.answered(id)) this.#queue.add(id);
    else recordings.setNeedsChoice(id, failure);
  }
}
