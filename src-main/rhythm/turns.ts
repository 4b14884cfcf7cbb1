/**
 * Which long recording of a process goes on. Short recordings never ask; long ones go one after
 * the other, since ten that crawl side by side all end late. What a person looks at takes over at
 * the next block.
 */
import type { Priority } from './job.ts';
import type { Run } from './protocol.ts';

interface Waiting {
  readonly run: Run;
  readonly go: () => void;
}

export class Turns {
  readonly #lookedAt = new Set<Run>();
  #waiting: Waiting[] = [];
  #holder: Run | null = null;

  setPriority(run: Run, priority: Priority): void {
    if (priority === 'looked-at') this.#lookedAt.add(run);
    else this.#lookedAt.delete(run);
  }

  /** True when `take` would have to wait. */
  mustWait(run: Run): boolean {
    if (this.#holder === null) return false;
    return this.#holder !== run || this.#waiting.some((other) => this.#goesBefore(other.run, run));
  }

  /**
   * Resolves when it is this run's turn, which it keeps until `leave`, or until it takes again and
   * a more urgent one waits. Rejects with the signal's reason.
   */
  async take(run: Run, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.mustWait(run)) {
      this.#holder = run;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const waiting = { run, go: resolve };
      this.#waiting.push(waiting);
      const onAbort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      if (this.#holder === run) this.#handOver();
    });
  }

  /** The recording is through, or failed: the next one's turn. */
  leave(run: Run): void {
    this.#lookedAt.delete(run);
    if (this.#holder === run) this.#handOver();
  }

  #handOver(): void {
    this.#waiting.sort((a, b) => (this.#goesBefore(a.run, b.run) ? -1 : 1));
    const next = this.#waiting.shift();
    this.#holder = next?.run ?? null;
    next?.go();
  }

  #goesBefore(a: Run, b: Run): boolean {
    if (this.#lookedAt.has(a) !== this.#lookedAt.has(b)) return this.#lookedAt.has(a);
    return a < b;
  }
}
