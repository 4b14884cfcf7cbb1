/**
 * Where the recordings of a run are: waiting, in work, or finished and about to be stored. From
 * that follows what is told of one of them and of the run as a whole.
 */
import type { JobProgress } from '../contract/batch.ts';
import type { RecordingId, WindowVerdicts } from '../contract/domain.ts';
import { AnalysisQueue } from './analysis-queue.ts';
import type { AnalysisResults } from './analysis-results.ts';
import { JobTally } from './job-tally.ts';
import type { InWork } from './rows.ts';
import { windowsLeft } from './windows-left.ts';
import { WorkInHand } from './work-in-hand.ts';

export class AnalysisStages {
  readonly queue = new AnalysisQueue();
  readonly work = new WorkInHand();
  readonly results: AnalysisResults;
  readonly tally = new JobTally();

  constructor(results: AnalysisResults) {
    this.results = results;
  }

  /** Not classified yet. */
  get open(): number {
    return this.queue.size + this.work.size;
  }

  /** Whether nothing is on its way; what waits may wait. */
  get isAtRest(): boolean {
    return this.work.size === 0 && this.results.size === 0;
  }

  has(id: RecordingId): boolean {
    return this.queue.has(id) || this.work.has(id) || this.results.has(id);
  }

  inWork(id: RecordingId): InWork | undefined {
    return (
      this.work.inWork(id) ?? (this.results.has(id) ? { progress: 1, found: null } : undefined)
    );
  }

  verdictsSoFar(id: RecordingId): WindowVerdicts | null {
    return this.work.get(id)?.found.verdicts() ?? null;
  }

  learnDuration(id: RecordingId, durationS: number): void {
    this.queue.learnDuration(id, durationS);
    this.work.learnDuration(id, durationS);
  }

  /** How far the run is. A speed, and the time that is left, are told of one that runs only. */
  progress(state: JobProgress['state'], stopped: string | null): JobProgress {
    const { tally } = this;
    return {
      state,
      done: tally.doneCount,
      failed: tally.failedCount,
      total: tally.total,
      current: this.work.current(),
      ...(state === 'running' ? this.#pace() : { windowsPerS: null, secondsLeft: null }),
      stopped,
    };
  }

  #pace(): Pick<JobProgress, 'windowsPerS' | 'secondsLeft'> {
    const now = performance.now();
    const unfinished = [...this.queue.unfinished(), ...this.work.unfinished()];
    const left = windowsLeft(unfinished, this.tally.typicalWindows);
    return {
      windowsPerS: this.tally.windowsPerS(now),
      secondsLeft: this.tally.secondsLeft(now, left),
    };
  }
}
