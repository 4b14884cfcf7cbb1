/** Events per second over the last few seconds: what a person calls "the speed now". */
const SPAN_MS = 8000;
/** Below this span a rate is a guess. */
const SHORTEST_MS = 500;

export class SlidingRate {
  #counts: { readonly atMs: number; readonly count: number }[] = [];
  #beganMs: number | null = null;

  add(count: number, nowMs: number): void {
    this.#beganMs ??= nowMs;
    this.#counts.push({ atMs: nowMs, count });
  }

  /** Null before there is enough to tell. */
  perSecond(nowMs: number): number | null {
    this.#counts = this.#counts.filter(({ atMs }) => nowMs - atMs <= SPAN_MS);
    if (this.#beganMs === null) return null;
    const spanMs = Math.min(SPAN_MS, nowMs - this.#beganMs);
    if (spanMs < SHORTEST_MS) return null;
    return this.#counts.reduce((sum, { count }) => sum + count, 0) / (spanMs / 1000);
  }

  /** After a pause, so that the pause is not counted as slowness. */
  restart(): void {
    this.#counts = [];
    this.#beganMs = null;
  }
}
