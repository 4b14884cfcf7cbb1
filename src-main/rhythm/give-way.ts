/**
 * The pause that an analysis process makes while a person waits for a picture. It ends by itself,
 * whatever becomes of whoever asked for it. A process's low priority is not enough: it says nothing
 * to a browser in another session (Linux shares a core among sessions first), and a picture needs
 * memory and disk as well as a core.
 */
import { setTimeout as pause } from 'node:timers/promises';

export interface Clock {
  nowMs(): number;
  pause(ms: number): Promise<unknown>;
}

const CLOCK: Clock = { nowMs: () => performance.now(), pause };

export class GiveWay {
  readonly #clock: Clock;
  #untilMs = -Infinity;

  constructor(clock: Clock = CLOCK) {
    this.#clock = clock;
  }

  /** Work rests for so long from now, ms; a later end that was asked for before stands. */
  ask(ms: number): void {
    this.#untilMs = Math.max(this.#untilMs, this.#clock.nowMs() + ms);
  }

  /** Resolves when nobody waits any more: at once, as a rule. */
  async passed(): Promise<void> {
    for (let leftMs = this.#leftMs(); leftMs > 0; leftMs = this.#leftMs()) {
      await this.#clock.pause(leftMs);
    }
  }

  #leftMs(): number {
    return Math.ceil(this.#untilMs - this.#clock.nowMs());
  }
}
