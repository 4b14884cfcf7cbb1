/** What is left, and how good it is, when the least sure verdicts are withheld. */
import { RHYTHM_CLASSES, type RhythmClass } from '../../contract/domain.ts';
import { accuracy, binaryOf, confusionOf, meanF1, type ConfusionMatrix } from './confusion.ts';
import type { Judged } from './observation.ts';

/** The F1 of fewer windows of a class is chance, and the mean of the three moves with it. */
export const FEWEST_OF_CLASS = 20;

export interface AbstentionPoint {
  /** Share of the verdicts that is kept: those of the highest confidence. */
  readonly coverage: number;
  /** Confidence of the least sure verdict kept: the threshold that keeps as many. */
  readonly threshold: number;
  readonly accuracy: number;
  /** Of `Abstention.classes`; null where fewer than FEWEST_OF_CLASS of one of them are left. */
  readonly meanF1: number | null;
}

export interface Abstention {
  /**
   * Of Normal, AF and Other, those of which the set has at least FEWEST_OF_CLASS by the reference:
   * the same at every coverage, so that the points can be compared.
   */
  readonly classes: readonly RhythmClass[];
  readonly points: readonly AbstentionPoint[];
}

/** Coverages from all down to half; below that nobody would use the program. */
const COVERAGES = Array.from({ length: 11 }, (_, step) => 1 - 0.05 * step);

/** CinC 2017's score is their mean. */
const SCORED = ['normal', 'af', 'other'] as const;

export function abstentionOf(judged: readonly Judged[]): Abstention {
  const all = confusionOf(judged);
  const classes = SCORED.filter((label) => isEnough(all, RHYTHM_CLASSES.indexOf(label)));
  const indices = classes.map((label) => RHYTHM_CLASSES.indexOf(label));
  const surest = [...judged].sort((a, b) => b.confidence - a.confidence);
  const points: AbstentionPoint[] = [];
  let before = 0;
  for (const coverage of COVERAGES) {
    const kept = surest.slice(0, Math.round(coverage * surest.length));
    if (kept.length === 0 || kept.length === before) continue;
    before = kept.length;
    const matrix = confusionOf(kept);
    const isTold = indices.length > 0 && indices.every((index) => isEnough(matrix, index));
    points.push({
      coverage: kept.length / surest.length,
      threshold: kept.at(-1)?.confidence ?? 0,
      accuracy: accuracy(matrix),
      meanF1: isTold ? meanF1(matrix, indices) : null,
    });
  }
  return { classes, points };
}

function isEnough(matrix: ConfusionMatrix, index: number): boolean {
  const { truePositive, falseNegative } = binaryOf(matrix, index);
  return truePositive + falseNegative >= FEWEST_OF_CLASS;
}
