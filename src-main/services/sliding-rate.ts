/** Events per second over the last few seconds: what a person calls "the speed now". */
const SPAN_MS = 8000;
/** Below this span a rate is a guess. */
const SHORTEST_MS = 3000;
/** What comes so soon after the first count came with it: processes bundle what they say. */
const TOGETHER_MS = 100;

export class SlidingRate {
  #counts: { readonly atMs: number; readonly count: number }[] = [];
  #beganMs: number | null = null;

  /**
   * The first count only starts the clock. How long it took is not known: a process had to start
   * for it, or it was half done before a pause; taken into the rate, it made time left too short.
   */
  add(count: number, nowMs: number): void {
    this.#beganMs ??= nowMs;
    if (nowMs - this.#beganMs > TOGETHER_MS) this.#counts.push({ atMs: nowMs, count });
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
