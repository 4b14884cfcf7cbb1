/**
 * Brings a window to a scale of its own, so that neither the unit, the gain nor the recorder's
 * offset reaches the network: uncalibrated leads are read like any other.
 */
import { MODEL_WINDOW_SAMPLES } from '../contract/conventions.ts';

/** A typical peak-to-peak swing of a window becomes this many units. */
const SWING_UNITS = 4;

/** Bounds of the output: 1.5 typical swings to either side, room for a tall ectopic beat. */
export const CLIP_UNITS = 6;

/** The window's swing is the median over this many parts: a burst in two of them does not move it. */
const PARTS = 5;
const PART_SAMPLES = MODEL_WINDOW_SAMPLES / PARTS;

/**
 * The median is taken of every fourth sample: 625 are enough for the height of the baseline, and
 * 62.5 Hz is no multiple of the mains.
 */
const MEDIAN_STEP = 4;

const sorted = new Float64Array(MODEL_WINDOW_SAMPLES / MEDIAN_STEP);
const swings = new Float64Array(PARTS);

/**
 * Writes (x - median) * 4 / swing, clipped to +-6, of the 2,500 samples from `at` to `out` from
 * `outAt`; swing is the median of the peak-to-peak ranges of five parts of 2 s, each of which
 * holds a QRS at any rate from 30/min. Missing samples (NaN) become 0, the median. False, and
 * zeros, where more than half is missing or nothing moves.
 */
export function scaleWindow(
  signal: Float64Array,
  at: number,
  out: Float32Array,
  outAt: number,
): boolean {
  let present = 0;
  let parts = 0;
  for (let part = 0; part < PARTS; part++) {
    let low = Infinity;
    let high = -Infinity;
    const presentBefore = present;
    const from = at + part * PART_SAMPLES;
    for (let index = from; index < from + PART_SAMPLES; index++) {
      const value = signal[index] ?? NaN;
      if (value !== value) continue;
      present++;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (present - presentBefore >= PART_SAMPLES / 2) swings[parts++] = high - low;
  }
  if (present * 2 < MODEL_WINDOW_SAMPLES || parts === 0) return clear(out, outAt);
  const swing = swings.subarray(0, parts).sort()[parts >> 1] ?? 0;
  if (!(swing > 0)) return clear(out, outAt);
  const median = baseline(signal, at);
  const scale = SWING_UNITS / swing;
  if (!Number.isFinite(scale)) return clear(out, outAt);
  for (let index = 0; index < MODEL_WINDOW_SAMPLES; index++) {
    const value = ((signal[at + index] ?? NaN) - median) * scale;
    // Stored first and mended where it must be, which is rare: half the time of choosing first.
    out[outAt + index] = value;
    if (value <= CLIP_UNITS && value >= -CLIP_UNITS) continue;
    out[outAt + index] = value > CLIP_UNITS ? CLIP_UNITS : value < -CLIP_UNITS ? -CLIP_UNITS : 0;
  }
  return true;
}

function clear(out: Float32Array, outAt: number): false {
  out.fill(0, outAt, outAt + MODEL_WINDOW_SAMPLES);
  return false;
}

/** Median of every fourth present sample of a window. */
function baseline(signal: Float64Array, at: number): number {
  let count = 0;
  for (let index = at; index < at + MODEL_WINDOW_SAMPLES; index += MEDIAN_STEP) {
    const value = signal[index] ?? NaN;
    if (value === value) sorted[count++] = value;
  }
  return selectMedian(sorted, count);
}

/** The upper median of x[0, count), which it reorders (Hoare's selection). */
function selectMedian(x: Float64Array, count: number): number {
  const target = count >> 1;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = x[(low + high) >> 1] ?? 0;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((x[left] ?? 0) < pivot) left++;
      while ((x[right] ?? 0) > pivot) right--;
      if (left > right) break;
      const swapped = x[left] ?? 0;
      x[left++] = x[right] ?? 0;
      x[right--] = swapped;
    }
    if (target <= right) high = right;
    else if (target >= left) low = left;
    else break;
  }
  return x[target] ?? 0;
}
