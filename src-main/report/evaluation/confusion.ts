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
export function ppvAt(sensitive: number, specific: number, prevalence: number): number {
  const called = sensitive * prevalence;
  return called / (called + (1 - specific) * (1 - prevalence));
}

/** NPV, as `ppvAt`. */
export function npvAt(sensitive: number, specific: number, prevalence: number): number {
  const notCalled = specific * (1 - prevalence);
  return notCalled / (notCalled + (1 - sensitive) * prevalence);
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

/** The mean F1 of classes, as indices of RHYTHM_CLASSES; NaN of none. */
export function meanF1(matrix: ConfusionMatrix, classes: readonly number[]): number {
  const sum = classes.reduce((total, index) => total + f1(binaryOf(matrix, index)), 0);
  return sum / classes.length;
}

export function accuracy(matrix: ConfusionMatrix): number {
  let [right, all] = [0, 0];
  for (const [cell, count] of matrix.entries()) {
    if (cell % (CLASSES + 1) === 0) right += count;
    all += count;
  }
  return right / all;
}
