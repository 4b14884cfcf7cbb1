/** How far a run of the analysis is: what is done, how fast it goes, how long it will take. */
import { SlidingRate } from './sliding-rate.ts';

export class JobTally {
  readonly #rate = new SlidingRate();
  #total = 0;
  #done = 0;
  #failed = 0;
  #measuredRecordings = 0;
  #measuredWindows = 0;

  get total(): number {
    return this.#total;
  }

  get doneCount(): number {
    return this.#done;
  }

  get failedCount(): number {
    return this.#failed;
  }

  /** Mean over what was classified in this run; null before the first. */
  get typicalWindows(): number | null {
    return this.#measuredRecordings === 0 ? null : this.#measuredWindows / this.#measuredRecordings;
  }

  begin(): void {
    this.#total = 0;
    this.#done = 0;
    this.#failed = 0;
    this.#measuredRecordings = 0;
    this.#measuredWindows = 0;
    this.#rate.restart();
  }

  /** `change` recordings more in this run; negative where some were taken out. */
  queued(change: number): void {
    this.#total = Math.max(this.#done + this.#failed, this.#total + change);
  }

  done(recordings: number): void {
    this.#done += recordings;
  }

  failed(): void {
    this.#failed += 1;
  }

  windows(count: number, nowMs: number): void {
    this.#rate.add(count, nowMs);
  }

  /** One recording of this many windows is through. */
  recordingOf(windows: number): void {
    this.#measuredRecordings += 1;
    this.#measuredWindows += windows;
  }

  restartClock(): void {
    this.#rate.restart();
  }

  windowsPerS(nowMs: number): number | null {
    return this.#rate.perSecond(nowMs);
  }

  /** Null where it is not known how much is left (null) or how fast it goes. */
  secondsLeft(nowMs: number, windowsLeft: number | null): number | null {
    const rate = this.#rate.perSecond(nowMs);
    return windowsLeft === null || rate === null || rate <= 0 ? null : windowsLeft / rate;
  }
}
