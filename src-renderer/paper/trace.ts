/**
 * From a lead's samples to points that one continuous stroke joins, and what they say about gaps,
 * level and extent. Pure typed loops.
 */
import type { LeadSignal } from '../../src-main/contract/domain.ts';

export interface TracePoints {
  /** Seconds of the recording, rising. */
  readonly timeS: Float64Array;
  /** The lead's unit; NaN breaks the stroke. */
  readonly value: Float32Array;
  /** 1 where every sample is a point. */
  readonly samplesPerBin: number;
  /** Which point of the whole recording the first one is. */
  readonly ordinal: number;
}

export const NO_POINTS: TracePoints = {
  timeS: new Float64Array(0),
  value: new Float32Array(0),
  samplesPerBin: 1,
  ordinal: 0,
};

/** Samples as they are; of an envelope two points a bin, in the order that `lowComesFirst` says. */
export function tracePoints(signal: LeadSignal): TracePoints {
  if (signal.kind === 'samples') {
    const timeS = new Float64Array(signal.values.length);
    for (let i = 0; i < timeS.length; i++) timeS[i] = (signal.fromSample + i) / signal.samplingHz;
    return { timeS, value: signal.values, samplesPerBin: 1, ordinal: signal.fromSample };
  }
  const { min, max, samplesPerBin, samplingHz, fromSample } = signal;
  const timeS = new Float64Array(2 * min.length);
  const value = new Float32Array(2 * min.length);
  const firstBin = Math.round(fromSample / samplesPerBin);
  for (let bin = 0; bin < min.length; bin++) {
    const low = min[bin] ?? NaN;
    const high = max[bin] ?? NaN;
    const centre = (fromSample + (bin + 0.5) * samplesPerBin) / samplingHz;
    const lowFirst = lowComesFirst(low, high, min[bin - 1], max[bin - 1], firstBin + bin);
    timeS[2 * bin] = centre;
    timeS[2 * bin + 1] = centre;
    value[2 * bin] = lowFirst ? low : high;
    value[2 * bin + 1] = lowFirst ? high : low;
  }
  return { timeS, value, samplesPerBin, ordinal: 2 * firstBin };
}

/**
 * Which end of a bin the stroke comes to first: the nearer one where the bin before lies apart,
 * else up and down in turns, so that it does not zigzag. Told by two bins alone: a bin is drawn the
 * same in whichever part of the recording it was read.
 */
function lowComesFirst(
  low: number,
  high: number,
  lowBefore: number | undefined,
  highBefore: number | undefined,
  bin: number,
): boolean {
  if (highBefore !== undefined && low > highBefore) return true;
  if (lowBefore !== undefined && high < lowBefore) return false;
  return bin % 2 === 1;
}

/** Seconds of the recording, [fromS, toS). */
export interface Span {
  readonly fromS: number;
  readonly toS: number;
}

/**
 * The seconds that a part of a lead is known for, with signal or without; endless where the
 * recording ends. Two steps less at either end of the part: a bin there may hold some of its
 * samples only, and which way a line goes on is not known.
 */
export function knownSpan(signal: LeadSignal, sampleCount: number): Span {
  const { fromSample, samplingHz } = signal;
  const step = signal.kind === 'samples' ? 1 : signal.samplesPerBin;
  const count = signal.kind === 'samples' ? signal.values.length : signal.min.length * step;
  const end = fromSample + count;
  return {
    fromS: fromSample <= 0 ? -Infinity : (fromSample + 2 * step) / samplingHz,
    toS: end >= sampleCount ? Infinity : (end - 2 * step) / samplingHz,
  };
}

/** Seconds without signal. */
export type Gap = Span;

/** Stretches of NaN in a part of a lead. */
export function gapsIn(signal: LeadSignal): readonly Gap[] {
  const values = signal.kind === 'samples' ? signal.values : signal.min;
  const stepS = (signal.kind === 'samples' ? 1 : signal.samplesPerBin) / signal.samplingHz;
  const startS = signal.fromSample / signal.samplingHz;
  const gaps: Gap[] = [];
  let from = -1;
  for (let i = 0; i <= values.length; i++) {
    const missing = i < values.length && Number.isNaN(values[i]);
    if (missing && from < 0) from = i;
    if (!missing && from >= 0) {
      gaps.push({ fromS: startS + from * stepS, toS: startS + i * stepS });
      from = -1;
    }
  }
  return gaps;
}

/** Level and spread of a part: quantiles of its points; null where there is no signal at all. */
export interface Extent {
  readonly median: number;
  /** 1st and 99th percentile. */
  readonly low: number;
  readonly high: number;
}

/** Each holds a QRS at any rate from 30/min, s. */
const SWING_PART_S = 2;

/**
 * Peak to peak in the lead's unit, as the median over parts of 2 s: a burst in one does not move it.
 * Null where there is no signal.
 */
export function swingOf({ timeS, value }: TracePoints): number | null {
  const swings: number[] = [];
  let [part, low, high] = [-1, Infinity, -Infinity];
  for (let i = 0; i <= value.length; i++) {
    const at = i < value.length ? Math.floor((timeS[i] ?? 0) / SWING_PART_S) : -1;
    if (at !== part) {
      if (high >= low) swings.push(high - low);
      [part, low, high] = [at, Infinity, -Infinity];
    }
    const one = value[i] ?? NaN;
    if (one < low) low = one;
    if (one > high) high = one;
  }
  return swings.sort((a, b) => a - b)[swings.length >> 1] ?? null;
}

const EXTENT_POINTS = 1024;

export function extentOf(points: TracePoints): Extent | null {
  const step = Math.max(1, Math.ceil(points.value.length / EXTENT_POINTS));
  const kept = new Float32Array(Math.ceil(points.value.length / step));
  let count = 0;
  for (let i = 0; i < points.value.length; i += step) {
    const value = points.value[i] ?? NaN;
    if (Number.isFinite(value)) kept[count++] = value;
  }
  if (count === 0) return null;
  const sorted = kept.subarray(0, count).sort();
  const quantile = (q: number) => sorted[Math.round(q * (count - 1))] ?? NaN;
  return { median: quantile(0.5), low: quantile(0.01), high: quantile(0.99) };
}

/** A level farther than this from the drawn one moves the lead back onto its paper, mV. */
const OFFSET_TOLERANCE_MV = 1;

/**
 * The level drawn on the lead's baseline, mV. 0 as long as the signal stays near it; electrodes
 * with a standing offset are centred in steps of 0.5 mV, and the paper prints by how much. Position
 * only: the scale never changes.
 */
export function levelFor(presentMv: number, extent: Extent | null): number {
  if (!extent || Math.abs(extent.median - presentMv) <= OFFSET_TOLERANCE_MV) return presentMv;
  if (Math.abs(extent.median) <= OFFSET_TOLERANCE_MV) return 0;
  return Math.round(extent.median * 2) / 2;
}

/** Index of the first point at or after `seconds`. */
export function indexAt(timeS: Float64Array, seconds: number): number {
  let low = 0;
  let high = timeS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timeS[middle] ?? Infinity) < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The value nearest to a time; NaN in a gap and outside the part. */
export function valueAt(points: TracePoints, seconds: number): number {
  const { timeS, value } = points;
  const after = indexAt(timeS, seconds);
  const before = after - 1;
  const nearer =
    seconds - (timeS[before] ?? -Infinity) < (timeS[after] ?? Infinity) - seconds ? before : after;
  const distance = Math.abs((timeS[nearer] ?? Infinity) - seconds);
  const stepS =
    Math.abs((timeS[1] ?? 0) - (timeS[0] ?? 0)) || Math.abs((timeS[2] ?? 0) - (timeS[0] ?? 0));
  return distance <= stepS ? (value[nearer] ?? NaN) : NaN;
}
