/**
 * What a few windows in a row say together: a multinomial logistic regression over the mean, the
 * largest and the smallest log probability of each output, fitted on out-of-fold windows. One
 * premature beat in one window makes a recording Other, which the mean over its windows hides.
 * `models/training/rhythmark_training/recording_head.py` fits it and does the same.
 */
import { MODEL_OUTPUTS, type RecordingHead } from '../contract/domain.ts';
import type { ClassProbabilities } from '../contract/verdict.ts';

const OUTPUTS = MODEL_OUTPUTS.length;

/**
 * As few parts as hold `together` windows each at most, as even as may be: read minute by minute, a
 * recording's length decides nothing.
 */
export function partsOf<T>(windows: readonly T[], together: number): (readonly T[])[] {
  const count = Math.ceil(windows.length / together);
  const at = (part: number) => Math.floor((part * windows.length) / count);
  return Array.from({ length: count }, (_, part) => windows.slice(at(part), at(part + 1)));
}

/** Two windows or more, read together. */
export function readTogether(
  windows: readonly ClassProbabilities[],
  head: RecordingHead,
): ClassProbabilities {
  const features = featuresOf(windows, head.floor);
  const logits = head.weight.map((row, index) =>
    row.reduce((sum, weight, at) => sum + weight * (features[at] ?? NaN), head.bias[index] ?? NaN),
  );
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const [normal = NaN, af = NaN, other = NaN, noise = NaN] = powers.map((power) => power / total);
  return { normal, af, other, noise, ectopy: other * ectopyShare(windows) };
}

/** 3 x OUTPUTS numbers: mean, largest and smallest log probability of each output. */
function featuresOf(windows: readonly ClassProbabilities[], floor: number): Float64Array {
  const features = new Float64Array(3 * OUTPUTS);
  features.fill(-Infinity, OUTPUTS, 2 * OUTPUTS);
  features.fill(Infinity, 2 * OUTPUTS);
  for (const p of windows) {
    const row = [p.normal, p.af, p.ectopy, p.other - p.ectopy, p.noise];
    row.forEach((probability, output) => {
      const log = Math.log(Math.max(probability, floor));
      features[output] = (features[output] ?? 0) + log / windows.length;
      const [largest, smallest] = [OUTPUTS + output, 2 * OUTPUTS + output];
      features[largest] = Math.max(features[largest] ?? NaN, log);
      features[smallest] = Math.min(features[smallest] ?? NaN, log);
    });
  }
  return features;
}

/** The head was fitted on labels that do not tell ectopy from other rhythm; the windows do. */
function ectopyShare(windows: readonly ClassProbabilities[]): number {
  const other = windows.reduce((sum, p) => sum + p.other, 0);
  return other > 0 ? windows.reduce((sum, p) => sum + p.ectopy, 0) / other : 0;
}
