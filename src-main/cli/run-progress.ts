/** The line that tells how far a run is: recordings done, windows a second, time left. */
import type { Terminal } from './terminal.ts';

/** Time left is told once this much of the run is over; before, it is guesswork. */
const TELLING_FRACTION = 0.01;

export class RunProgress {
  readonly #terminal: Terminal;
  readonly #total: number;
  readonly #startedAt = performance.now();
  #doneBefore = 0;
  #windows = 0;

  constructor(terminal: Terminal, total: number) {
    this.#terminal = terminal;
    this.#total = total;
  }

  /** Recordings that an earlier run had done say nothing about this run's speed. */
  begin(done: number): void {
    this.#doneBefore = done;
    this.#terminal.progress(() => this.#line(done));
  }

  step(done: number, windows: number): void {
    this.#windows += windows;
    this.#terminal.progress(() => this.#line(done));
  }

  #line(done: number): string {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const parts = [`${count(done)} of ${count(this.#total)}`];
    if (this.#windows > 0) parts.push(`${count(this.#windows / seconds)} windows/s`);
    const fraction = (done - this.#doneBefore) / Math.max(1, this.#total - this.#doneBefore);
    if (fraction >= TELLING_FRACTION && fraction < 1) {
      parts.push(`${duration((seconds / fraction) * (1 - fraction))} left`);
    }
    return parts.join('   ');
  }
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
