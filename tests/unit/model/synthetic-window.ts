/**
 * The windows of models/training/rhythmark_training/golden.py, made again: the same integer
 * arithmetic and the same exponential, so that only Python's results have to be stored.
 */
import { MODEL_SAMPLING_HZ, MODEL_WINDOW_SAMPLES } from '../../../src-main/contract/conventions.ts';

/** seed, RR irregularity in %, noise in %, first missing sample, number of missing samples. */
export type WindowCase = readonly [number, number, number, number, number];

/** A train of Gaussian R waves with noise, in arbitrary units; NaN where samples are missing. */
export function syntheticWindow(shape: WindowCase): Float64Array {
  const [seed, irregular, noise, missingFrom, missing] = shape;
  let state = seed;
  const nextUnit = (): number => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const x = new Float64Array(MODEL_WINDOW_SAMPLES).fill(100 + seed * 37);
  for (let at = 100; at < MODEL_WINDOW_SAMPLES;) {
    const height = 800 + 200 * nextUnit();
    for (let step = -20; step <= 20; step++) {
      const sample = Math.trunc(at) + step;
      if (sample < 0 || sample >= MODEL_WINDOW_SAMPLES) continue;
      x[sample] = (x[sample] ?? 0) + height * Math.exp(-0.05 * step * step);
    }
    at += MODEL_SAMPLING_HZ * (0.8 + 0.8 * (irregular / 100) * (nextUnit() - 0.5));
  }
  for (let sample = 0; sample < MODEL_WINDOW_SAMPLES; sample++) {
    x[sample] = (x[sample] ?? 0) + 2 * noise * (nextUnit() - 0.5) * 5;
  }
  return x.fill(NaN, missingFrom, missingFrom + missing);
}
