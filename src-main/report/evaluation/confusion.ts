/**
 * Figures of a confusion matrix over RHYTHM_CLASSES: row-major, `matrix[reference * 4 + called]`.
 * A figure without a denominator is NaN: not assessed, never 0.
 */
import { RHYTHM_CLASSES } from '../../contract/domain.ts';

export const CLASSES = RHYTHM_CLASSES.length;

/** Counts; 16 cells. */
export type ConfusionMatrix = Float64Array;

/** One class against the three others. */
export interface Binary {
  readonly truePositive: number;
  readonly falseNegative: number;
  readonly falsePositive: number;
  readonly trueNegative: number;
}

export function confusionOf(
  judged: Iterable<{ readonly reference: number; readonly called: number }>,
): ConfusionMatrix {
  const matrix = new Float64Array(CLASSES * CLASSES);
  for (const { reference, called } of judged) {
    const cell = reference * CLASSES + called;
    matrix[cell] = (matrix[cell] ?? 0) + 1;
  }
  return matrix;
}

export function binaryOf(matrix: ConfusionMatrix, index: number): Binary {
  let [row, column, all] = [0, 0, 0];
  for (let other = 0; other < CLASSES; other++) {
    row += matrix[index * CLASSES + other] ?? 0;
    column += matrix[other * CLASSES + index] ?? 0;
  }
  for (const count of matrix) all += count;
  const truePositive = matrix[index * CLASSES + index] ?? 0;
  return {
    truePositive,
    falseNegative: row - truePositive,
    falsePositive: column - truePositive,
    trueNegative: all - row - column + truePositive,
  };
}

/** TP / (TP + FN). */
export function sensitivity({ truePositive, falseNegative }: Binary): number {
  return truePositive / (truePositive + falseNegative);
}

/** TN / (TN + FP). */
export function specificity({ trueNegative, falsePositive }: Binary): number {
  return trueNegative / (trueNegative + falsePositive);
}

/** TP / (TP + FP) at the share that the class has in the set. */
export function positivePredictiveValue({ truePositive, falsePositive }: Binary): number {
  return truePositive / (truePositive + falsePositive);
}

/**
 * PPV where `prevalence` (0 to 1) of what is read is of the class, by Bayes' rule from
 * sensitivity and specificity, which do not depend on the set's own mixture.
 */
export function ppvAtPrevalence(binary: Binary, prevalence: number): number {
  const called = sensitivity(binary) * prevalence;
  return called / (called + (1 - specificity(binary)) * (1 - prevalence));
}

/**
 * 2 TP / (2 TP + FN + FP), the score of CinC 2017; NaN for a class that the reference does not
 * have, which a set without it says nothing about.
 */
export function f1(binary: Binary): number {
  const { truePositive, falseNegative, falsePositive } = binary;
  if (truePositive + falseNegative === 0) return NaN;
  return (2 * truePositive) / (2 * truePositive + falseNegative + falsePositive);
}

/** The mean F1 of the first `classes` of RHYTHM_CLASSES: 3 is CinC 2017's score (N, A, O). */
export function meanF1(matrix: ConfusionMatrix, classes: number): number {
  let sum = 0;
  for (let index = 0; index < classes; index++) sum += f1(binaryOf(matrix, index));
  return sum / classes;
}

export function accuracy(matrix: ConfusionMatrix): number {
  let [right, all] = [0, 0];
  for (const [cell, count] of matrix.entries()) {
    if (cell % (CLASSES + 1) === 0) right += count;
    all += count;
  }
  return right / all;
}
