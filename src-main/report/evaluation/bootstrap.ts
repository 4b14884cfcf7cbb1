/**
 * The bootstrap over subjects (Efron and Tibshirani 1993, ch. 13): windows of one person resemble
 * each other, so whole persons are drawn, not windows.
 */
import { CLASSES, type ConfusionMatrix } from './confusion.ts';

/** The same input gives the same interval on every machine. */
export const BOOTSTRAP = { resamples: 1000, seed: 2017, level: 0.95 } as const;

/** Confusion matrices of as many subjects as there are, drawn with replacement. */
export function resampled(subjects: readonly (readonly number[])[]): ConfusionMatrix[] {
  const random = xorshift32(BOOTSTRAP.seed);
  return Array.from({ length: BOOTSTRAP.resamples }, () => {
    const matrix = new Float64Array(CLASSES * CLASSES);
    for (let draw = 0; draw < subjects.length; draw++) {
      const cells = subjects[Math.floor(random() * subjects.length)] ?? [];
      for (const cell of cells) matrix[cell] = (matrix[cell] ?? 0) + 1;
    }
    return matrix;
  });
}

/**
 * Quantile of sorted values by linear interpolation between ranks, as numpy's default (type 7 of
 * Hyndman and Fan 1996).
 */
export function quantile(sorted: readonly number[], q: number): number {
  const rank = q * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? NaN;
  const above = sorted[Math.ceil(rank)] ?? NaN;
  return below + (above - below) * (rank - Math.floor(rank));
}

/** Uniform in [0, 1): Marsaglia 2003, J Stat Softw 8(14), shifts 13, 17, 5. `seed` is not 0. */
export function xorshift32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
