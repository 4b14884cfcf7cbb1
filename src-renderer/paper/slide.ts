/** Moves a number to where it is wanted in 160 ms, one step a frame. Position only, never colour. */
import { busy } from '../state/idle.ts';

/** `--t-move` of the tokens, ms. */
const MOVE_MS = 160;

export class Slide {
  readonly #apply: (value: number) => void;
  #frame = 0;
  #done: (() => void) | null = null;
  /** Where the present movement ends; null at rest. */
  target: number | null = null;

  constructor(apply: (value: number) => void) {
    this.#apply = apply;
  }

  /** Starts from `from`; a movement under way is taken over. */
  to(target: number, from: number): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.cut(target);
      return;
    }
    this.stop();
    this.target = target;
    this.#done = busy();
    const startedMs = performance.now();
    const step = (nowMs: number) => {
      const progress = Math.min(1, Math.max(0, (nowMs - startedMs) / MOVE_MS));
      if (progress >= 1) {
        this.cut(target);
        return;
      }
      this.#apply(from + (target - from) * eased(progress));
      this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  cut(target: number): void {
    this.stop();
    this.#apply(target);
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.target = null;
    this.#done?.();
    this.#done = null;
  }
}

/** Quick start, soft end: close to the tokens' cubic-bezier(.2, 0, 0, 1). */
function eased(progress: number): number {
  return 1 - (1 - progress) ** 4;
}
