/** The run as others see it: whether it goes on, what stopped it, and when it has come to rest. */
import type { JobProgress } from '../contract/batch.ts';
import type { Announce } from '../contract/events.ts';
import type { AnalysisStages } from './analysis-stages.ts';
import type { StopWords } from './job-words.ts';
import { throttled, type Throttled } from './throttled.ts';

const ANNOUNCE_EVERY_MS = 250;

export class AnalysisRun {
  state: JobProgress['state'] = 'idle';
  /** For the job line; null where nothing went wrong. */
  stopped: StopWords | null = null;
  readonly #stages: AnalysisStages;
  readonly #telling: Throttled;
  #waitingForRest: (() => void)[] = [];

  constructor(stages: AnalysisStages, announce: Announce) {
    this.#stages = stages;
    this.#telling = throttled(ANNOUNCE_EVERY_MS, () => {
      announce('job-progress', this.progress());
    });
  }

  progress(): JobProgress {
    return this.#stages.progress(this.state, this.#said());
  }

  tellNow(): void {
    this.#telling.now();
  }

  tellSoon(): void {
    this.#telling.soon();
  }

  /** Resolves when nothing is in work and, unless paused, nothing is queued. */
  whenAtRest(): Promise<void> {
    if (this.#isAtRest()) return Promise.resolve();
    return new Promise((resolve) => this.#waitingForRest.push(resolve));
  }

  /** To be called after whatever may have brought it to rest. */
  settle(): void {
    if (!this.#isAtRest()) return;
    if (this.state !== 'idle' && this.#stages.queue.size === 0) {
      this.state = 'idle';
      this.tellNow();
    }
    const waiting = this.#waitingForRest;
    this.#waitingForRest = [];
    for (const resolve of waiting) resolve();
  }

  close(): void {
    this.#telling.close();
  }

  #said(): string | null {
    if (this.stopped === null) return null;
    const { what, others } = this.stopped;
    const isPausing = this.state === 'paused' && this.#stages.work.size > 0;
    return this.state === 'running' || isPausing ? `${what}${others}` : what;
  }

  #isAtRest(): boolean {
    const { isAtRest, queue } = this.#stages;
    return isAtRest && (this.state === 'paused' || queue.size === 0);
  }
}
