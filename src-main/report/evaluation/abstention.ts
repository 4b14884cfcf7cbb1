/** What is left, and how good it is, when the least sure verdicts are withheld. */
import { accuracy, confusionOf, meanF1 } from './confusion.ts';
import type { Judged } from './observation.ts';

export interface AbstentionPoint {
  /** Share of the verdicts that is kept: those of the highest confidence. */
  readonly coverage: number;
  /** Confidence of the least sure verdict kept: the threshold that keeps as many. */
  readonly threshold: number;
  readonly accuracy: number;
  /** Of Normal, AF and Other; null where one of them is no longer there. */
  readonly meanF1: number | null;
}

/** Coverages from all down to half; below that nobody would use the program. */
const COVERAGES = Array.from({ length: 11 }, (_, step) => 1 - 0.05 * step);

export function abstentionCurve(judged: readonly Judged[]): AbstentionPoint[] {
  const surest = [...judged].sort((a, b) => b.confidence - a.confidence);
  const points: AbstentionPoint[] = [];
  let before = 0;
  for (const coverage of COVERAGES) {
    const kept = surest.slice(0, Math.round(coverage * surest.length));
    if (kept.length === 0 || kept.length === before) continue;
    before = kept.length;
    const matrix = confusionOf(kept);
    const score = meanF1(matrix, 3);
    points.push({
      coverage: kept.length / surest.length,
      threshold: kept.at(-1)?.confidence ?? 0,
      accuracy: accuracy(matrix),
      meanF1: Number.isNaN(score) ? null : score,
    });
  }
  return points;
}
