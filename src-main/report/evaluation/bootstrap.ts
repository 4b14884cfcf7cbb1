/**
 * 95 % intervals by the percentile bootstrap over subjects (Efron and Tibshirani 1993, ch. 13):
 * windows of one person resemble each other, so whole persons are drawn, not windows.
 */
import { CLASSES, type ConfusionMatrix } from './confusion.ts';
import type { Judged } from './observation.ts';

/** The same input gives the same interval on every machine. */
export const BOOTSTRAP = { resamples: 1000, seed: 2017, level: 0.95 } as const;

/** A figure that is undefined in more of the resamples than this gets no interval. */
const MOST_UNDEFINED = 0.2;

/** Null where the figure is not assessed, or the interval cannot be told. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Figures of one confusion matrix, in a fixed order; NaN where not assessed. */
export type Statistics = (matrix: ConfusionMatrix) => readonly number[];

/** One estimate for each figure. A single subject has no interval. */
export function estimates(judged: readonly Judged[], statistics: Statistics): Estimate[] {
  const subjects = subjectsOf(judged);
  const whole = new Float64Array(CLASSES * CLASSES);
  for (const cells of subjects) for (const cell of cells) whole[cell] = (whole[cell] ?? 0) + 1;
  const values = statistics(whole);
  const drawn = values.map((): number[] => []);
  if (subjects.length > 1) {
    const random = xorshift32(BOOTSTRAP.seed);
    const matrix = new Float64Array(CLASSES * CLASSES);
    for (let resample = 0; resample < BOOTSTRAP.resamples; resample++) {
      matrix.fill(0);
      for (let draw = 0; draw < subjects.length; draw++) {
        const cells = subjects[Math.floor(random() * subjects.length)] ?? [];
        for (const cell of cells) matrix[cell] = (matrix[cell] ?? 0) + 1;
      }
      statistics(matrix).forEach((value, index) => {
        if (!Number.isNaN(value)) drawn[index]?.push(value);
      });
    }
  }
  return values.map((value, index) => estimateOf(value, drawn[index] ?? []));
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

function estimateOf(value: number, drawn: number[]): Estimate {
  if (Number.isNaN(value)) return { value: null, low: null, high: null };
  if (drawn.length < (1 - MOST_UNDEFINED) * BOOTSTRAP.resamples) {
    return { value, low: null, high: null };
  }
  drawn.sort((a, b) => a - b);
  const tail = (1 - BOOTSTRAP.level) / 2;
  return { value, low: quantile(drawn, tail), high: quantile(drawn, 1 - tail) };
}

/** For each subject the cells of its observations. */
function subjectsOf(judged: readonly Judged[]): number[][] {
  const subjects = new Map<string, number[]>();
  for (const { subject, reference, called } of judged) {
    const cells = subjects.get(subject);
    const cell = reference * CLASSES + called;
    if (cells) cells.push(cell);
    else subjects.set(subject, [cell]);
  }
  return [...subjects.values()];
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
