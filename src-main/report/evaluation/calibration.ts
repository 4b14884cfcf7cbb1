/** Do the probabilities mean what they say? Reliability diagram and expected calibration error. */
import { wilson } from './binomial.ts';
import type { Judged } from './observation.ts';

/** As in the model card and in Guo et al. 2017 (ICML), bins of equal width over the confidence. */
export const CALIBRATION_BINS = 15;

/** One bin that holds something. */
export interface ReliabilityBin {
  /** Bounds of the confidence, [from, to). */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly meanConfidence: number;
  /** Share of right verdicts, with Wilson's 95 % interval, as if no two windows were of one person. */
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

export function reliability(judged: readonly Judged[], bins = CALIBRATION_BINS): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (const { confidence, reference, called } of judged) {
    const bin = sums[Math.min(bins - 1, Math.floor(confidence * bins))];
    if (bin === undefined) continue;
    bin.count += 1;
    bin.confidence += confidence;
    bin.right += reference === called ? 1 : 0;
  }
  return sums.flatMap(({ count, confidence, right }, index) =>
    count === 0
      ? []
      : [
          {
            from: index / bins,
            to: (index + 1) / bins,
            count,
            meanConfidence: confidence / count,
            accuracy: right / count,
            ...wilson(right, count),
          },
        ],
  );
}

/** Mean of |mean confidence - accuracy| over the bins, each by its count; NaN without any. */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  let [sum, all] = [0, 0];
  for (const { count, meanConfidence, accuracy } of bins) {
    sum += count * Math.abs(meanConfidence - accuracy);
    all += count;
  }
  return sum / all;
}
