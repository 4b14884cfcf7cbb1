/** Where a lead has signal. NaN and infinities are missing samples; nothing is filtered across a gap. */

/** Samples [from, to) without a long gap; `holes` counts the missing ones inside. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly holes: number;
}

/** Stretches of signal, parted by runs of more than `longestBridged` missing samples. */
export function segmentsOf(samples: Float32Array, longestBridged: number): Segment[] {
  if (samples.length > 0 && isComplete(samples)) {
    return [{ from: 0, to: samples.length, holes: 0 }];
  }
  const segments: Segment[] = [];
  let from = -1;
  let lastPresent = -1;
  let holes = 0;
  for (let index = 0; index < samples.length; index++) {
    const value = samples[index] ?? NaN;
    if (value - value !== 0) continue;
    const missing = index - lastPresent - 1;
    if (from < 0) from = index;
    else if (missing > longestBridged) {
      segments.push({ from, to: lastPresent + 1, holes });
      from = index;
      holes = 0;
    } else holes += missing;
    lastPresent = index;
  }
  if (from >= 0) segments.push({ from, to: lastPresent + 1, holes });
  return segments;
}

/** The usual case, at a fraction of the cost: x - x is 0 for finite x and NaN for the rest. */
function isComplete(samples: Float32Array): boolean {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) {
    const value = samples[index] ?? NaN;
    sum += value - value;
  }
  return sum === 0;
}

/** Draws a straight line through each hole of x[from, to), whose first and last values are present. */
export function bridgeHoles(x: Float64Array, from: number, to: number): void {
  let present = from;
  for (let index = from + 1; index < to; index++) {
    const value = x[index] ?? NaN;
    if (value - value !== 0) continue;
    const before = x[present] ?? 0;
    const step = (value - before) / (index - present);
    for (let hole = present + 1; hole < index; hole++) x[hole] = before + step * (hole - present);
    present = index;
  }
}

/**
 * Mirrors `count` samples about the first and the last value of x[from, to) (odd extension, as
 * scipy.signal.sosfiltfilt pads), so that a filter meets the ends without a jump.
 */
export function extendOddly(x: Float64Array, from: number, to: number, count: number): void {
  const first = 2 * (x[from] ?? 0);
  const last = 2 * (x[to - 1] ?? 0);
  for (let step = 1; step <= count; step++) {
    x[from - step] = first - (x[from + step] ?? 0);
    x[to - 1 + step] = last - (x[to - 1 - step] ?? 0);
  }
}

/** True where the present samples of [from, to) are all the same, or there are none. */
export function isFlat(samples: Float32Array, from: number, to: number): boolean {
  let seen = NaN;
  for (let index = Math.max(0, from); index < Math.min(to, samples.length); index++) {
    const value = samples[index] ?? NaN;
    if (value - value !== 0 || value === seen) continue;
    if (!Number.isNaN(seen)) return false;
    seen = value;
  }
  return true;
}
