/** The recordings that the analysis process has at the moment, and how far each is. */
import type { JobProgress } from '../contract/batch.ts';
import type { RecordingId } from '../contract/domain.ts';
import type { QueuedRecording } from './analysis-queue.ts';
import type { InWork } from './rows.ts';
import { VerdictsSoFar } from './verdicts-so-far.ts';
import { windowsLeft, type Unfinished } from './windows-left.ts';

/** Keeps every process supplied with short recordings, which it takes eight at a time. */
const MOST = 32;
/** Two processes always have one each; beyond that, no more windows than a few seconds' work. */
const FEWEST = 2;
const MOST_WINDOWS = 3000;
/** Taken of a recording whose length is not known yet: half a minute, as event recorders give. */
const FIRST_GUESS_WINDOWS = 3;

export interface Work {
  recording: QueuedRecording;
  readonly abort: AbortController;
  readonly found: VerdictsSoFar;
  progress: number;
  /** Windows that were counted towards the speed already. */
  counted: number;
}

export class WorkInHand {
  readonly #work = new Map<RecordingId, Work>();

  get size(): number {
    return this.#work.size;
  }

  has(id: RecordingId): boolean {
    return this.#work.has(id);
  }

  get(id: RecordingId): Work | undefined {
    return this.#work.get(id);
  }

  ids(): RecordingId[] {
    return [...this.#work.keys()];
  }

  begin(recording: QueuedRecording): Work {
    const work: Work = {
      recording,
      abort: new AbortController(),
      found: new VerdictsSoFar(),
      progress: 0,
      counted: 0,
    };
    this.#work.set(recording.id, work);
    return work;
  }

  /** False where it was taken out before it ended. */
  end(work: Work): boolean {
    const { id } = work.recording;
    return this.#work.get(id) === work && this.#work.delete(id);
  }

  /** Takes a recording out before it has ended; false where it is not in hand. */
  drop(id: RecordingId): boolean {
    this.#work.get(id)?.abort.abort();
    return this.#work.delete(id);
  }

  abortAll(): void {
    for (const { abort } of this.#work.values()) abort.abort();
  }

  hasRoom(typicalWindows: number | null): boolean {
    if (this.#work.size < FEWEST) return true;
    if (this.#work.size >= MOST) return false;
    const windows = windowsLeft(this.unfinished(), typicalWindows ?? FIRST_GUESS_WINDOWS);
    return windows === null || windows < MOST_WINDOWS;
  }

  unfinished(): Unfinished[] {
    return [...this.#work.values()].map(({ recording: { durationS }, progress }) => ({
      durationS,
      progress,
    }));
  }

  learnDuration(id: RecordingId, durationS: number): void {
    const work = this.#work.get(id);
    if (work) work.recording = { ...work.recording, durationS };
  }

  /** Those that have begun. */
  current(): JobProgress['current'] {
    return [...this.#work.values()]
      .filter(({ progress }) => progress > 0)
      .map(({ recording: { id, name }, progress }) => ({ id, name, progress }));
  }

  inWork(id: RecordingId): InWork | undefined {
    const work = this.#work.get(id);
    return work && { progress: work.progress, found: work.found };
  }
}
