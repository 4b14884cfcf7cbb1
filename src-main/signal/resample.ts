/**
 * Sampling-rate conversion by a rational factor with a linear-phase polyphase FIR, delay
 * compensated: output k is the signal at the time k / toHz. The prototype is that of
 * scipy.signal.resample_poly (Kaiser window, beta 5, half length 10 x max(up, down), cut-off at
 * the lower of the two Nyquist rates), with each phase scaled to a sum of 1 so that an offset
 * leaves no ripple. Each output depends on its own few inputs only, so any block of a signal
 * comes out bit for bit as it does in the whole.
 */

import { hasKernel, resampleByKernel } from './polyphase.ts';

/** scipy.signal.resample_poly's defaults. */
const KAISER_BETA = 5;
const HALF_LENGTH = 10;

/**
 * Bounds the table of taps (42 MB, reached by no usual rate). Every rate of up to three decimals
 * is met exactly; one of more decimals may be off by 2e-6 at worst, 0.2 s in 24 h.
 */
const MAX_FACTOR = 262_144;

export interface Resampler {
  /** toHz / fromHz = up / down, in lowest terms. */
  readonly up: number;
  readonly down: number;
  /** Taps a phase; `up` rows of them in `taps`. */
  readonly width: number;
  readonly taps: Float64Array;
  /** Index of the first input of an output's sum, relative to floor(k * down / up). Negative. */
  readonly reach: number;
}

const designs = new Map<string, Resampler>();

/** The filter from one rate to another, Hz; made once a pair. Throws RangeError on a rate <= 0. */
export function resamplerFor(fromHz: number, toHz: number): Resampler {
  if (!(fromHz > 0) || !(toHz > 0) || !Number.isFinite(fromHz) || !Number.isFinite(toHz)) {
    throw new RangeError(`cannot resample from ${fromHz} Hz to ${toHz} Hz`);
  }
  const [up, down] = lowestTerms(toHz / fromHz);
  const key = `${up}/${down}`;
  const known = designs.get(key);
  if (known) return known;
  const made = design(up, down);
  designs.set(key, made);
  return made;
}

/** Number of outputs of `inputCount` inputs: all k whose time lies before the end of the signal. */
export function resampledCount(resampler: Resampler, inputCount: number): number {
  return Math.ceil((inputCount * resampler.up) / resampler.down);
}

/** Inputs [from, to) that outputs [from, to) depend on. Both may reach past the signal's ends. */
export function inputsOf(
  resampler: Resampler,
  fromOutput: number,
  toOutput: number,
): { readonly from: number; readonly to: number } {
  const { up, down, reach, width } = resampler;
  return {
    from: Math.floor((fromOutput * down) / up) + reach,
    to: Math.floor(((toOutput - 1) * down) / up) + reach + width,
  };
}

/**
 * Outputs [fromOutput, toOutput) into `out`, from inputs of which `input[0]` is number
 * `firstInput`. The caller gives every input that `inputsOf` names.
 */
export function resampleInto(
  resampler: Resampler,
  input: Float64Array,
  firstInput: number,
  fromOutput: number,
  toOutput: number,
  out: Float64Array,
): void {
  // All usual rates; what follows is for the rest, such as 257.3 Hz, whose tables are large.
  if (hasKernel(resampler)) {
    return resampleByKernel(resampler, input, firstInput, fromOutput, toOutput, out);
  }
  const { up, down, width, taps, reach } = resampler;
  const count = toOutput - fromOutput;
  // Outputs `up` apart share their taps, so they are summed four at a time: one load of a tap
  // serves four sums, none of which waits for another.
  for (let lane = 0; lane < Math.min(up, count); lane++) {
    const output = fromOutput + lane;
    const whole = Math.floor((output * down) / up);
    const row = (output * down - whole * up) * width;
    let at = whole + reach - firstInput;
    let index = lane;
    for (; index + 3 * up < count; index += 4 * up, at += 4 * down) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let tap = 0; tap < width; tap++) {
        const weight = taps[row + tap] ?? 0;
        a += weight * (input[at + tap] ?? 0);
        b += weight * (input[at + down + tap] ?? 0);
        c += weight * (input[at + 2 * down + tap] ?? 0);
        d += weight * (input[at + 3 * down + tap] ?? 0);
      }
      out[index] = a;
      out[index + up] = b;
      out[index + 2 * up] = c;
      out[index + 3 * up] = d;
    }
    for (; index < count; index += up, at += down) {
      let sum = 0;
      for (let tap = 0; tap < width; tap++) {
        sum += (taps[row + tap] ?? 0) * (input[at + tap] ?? 0);
      }
      out[index] = sum;
    }
  }
}

/** A whole signal at another rate, silence assumed outside it (as scipy.signal.resample_poly). */
export function resample(
  samples: Float32Array | Float64Array,
  fromHz: number,
  toHz: number,
): Float64Array {
  const resampler = resamplerFor(fromHz, toHz);
  const count = resampledCount(resampler, samples.length);
  const out = new Float64Array(count);
  if (count === 0) return out;
  const needed = inputsOf(resampler, 0, count);
  const padded = new Float64Array(Math.max(needed.to, samples.length) - needed.from);
  padded.set(samples, -needed.from);
  resampleInto(resampler, padded, needed.from, 0, count, out);
  return out;
}

/** Continued fraction of a ratio, cut where it is exact to rounding or its terms grow too large. */
function lowestTerms(ratio: number): readonly [number, number] {
  let [numerator, denominator] = [Math.floor(ratio), 1];
  let [beforeNumerator, beforeDenominator] = [1, 0];
  let rest = ratio - numerator;
  while (Math.abs(numerator / denominator - ratio) > ratio * 1e-13 && rest > 0) {
    const inverse = 1 / rest;
    const term = Math.floor(inverse);
    const nextNumerator = term * numerator + beforeNumerator;
    const nextDenominator = term * denominator + beforeDenominator;
    if (nextNumerator > MAX_FACTOR || nextDenominator > MAX_FACTOR) break;
    [beforeNumerator, beforeDenominator] = [numerator, denominator];
    [numerator, denominator] = [nextNumerator, nextDenominator];
    rest = inverse - term;
  }
  if (numerator === 0 || numerator > MAX_FACTOR) {
    throw new RangeError(`cannot resample by a factor of ${ratio}`);
  }
  return [numerator, denominator];
}

function design(up: number, down: number): Resampler {
  if (up === down) {
    return { up: 1, down: 1, width: 1, taps: Float64Array.of(1), reach: 0 };
  }
  const rate = Math.max(up, down);
  const half = HALF_LENGTH * rate;
  const prototype = new Float64Array(2 * half + 1);
  const scale = 1 / besselI0(KAISER_BETA);
  for (let index = -half; index <= half; index++) {
    const turn = (Math.PI * index) / rate;
    const sinc = index === 0 ? 1 : Math.sin(turn) / turn;
    const taper = besselI0(KAISER_BETA * Math.sqrt(Math.max(0, 1 - (index / half) ** 2))) * scale;
    prototype[half + index] = sinc * taper;
  }
  // Output k sums x[b + offset] * prototype[half + phase - offset * up], b = floor(k * down / up).
  const reach = -Math.floor(half / up);
  const furthest = Math.floor((half + up - 1) / up);
  const width = furthest - reach + 1;
  const taps = new Float64Array(up * width);
  for (let phase = 0; phase < up; phase++) {
    let sum = 0;
    for (let tap = 0; tap < width; tap++) {
      const value = prototype[half + phase - (reach + tap) * up] ?? 0;
      taps[phase * width + tap] = value;
      sum += value;
    }
    for (let tap = 0; tap < width; tap++) {
      taps[phase * width + tap] = (taps[phase * width + tap] ?? 0) / sum;
    }
  }
  return { up, down, width, taps, reach };
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}
