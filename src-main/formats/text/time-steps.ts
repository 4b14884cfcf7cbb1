/** The sampling rate that a column of times tells, where it rises evenly. */

export interface TimeSteps {
  /** Steps per unit of the times. */
  readonly hz: number;
}

const LEAST_TIMES = 4;

/**
 * `tick` is the last decimal that the times are printed with. Null where they do not rise, or not evenly: more than one step in ten differs from the
 * median by more than three quarters of it.
 */
export function regularSteps(times: Float64Array, tick: number): TimeSteps | null {
  if (times.length < LEAST_TIMES || times.some((time) => !Number.isFinite(time))) return null;
  const steps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  const sorted = steps.slice().sort();
  const median = sorted[sorted.length >> 1] ?? 0;
  if ((sorted[0] ?? 0) < 0 || !(median > 0)) return null;
  const odd = steps.filter((step) => Math.abs(step - median) > 0.75 * median);
  if (odd.length > 0.1 * steps.length) return null;
  // Over the longest stretch without a gap, the printed resolution matters least.
  const { first, last } = longestStretch(steps, 1.75 * median);
  const mean = ((times[last] ?? 0) - (times[first] ?? 0)) / (last - first);
  return { hz: roundRate(1 / mean, Math.max(PRINTED, (1.5 * tick) / ((last - first) * mean))) };
}

function longestStretch(
  steps: Float64Array,
  gap: number,
): { readonly first: number; readonly last: number } {
  let best = { first: 0, last: 0 };
  let first = 0;
  for (const [i, step] of steps.entries()) {
    if (step > gap) first = i + 1;
    else if (i + 1 - first > best.last - best.first) best = { first, last: i + 1 };
  }
  return best;
}

/** Times printed with six digits tell a rate to about this part of it. */
const PRINTED = 2e-5;

/** The roundest rate that the times do not contradict. */
function roundRate(hz: number, tolerance: number): number {
  for (const perUnit of [1, 10, 100, 1000]) {
    const round = Math.round(hz * perUnit) / perUnit;
    if (round > 0 && Math.abs(round / hz - 1) <= tolerance) return round;
  }
  return hz;
}
