/** The figures of a set, each with its interval: what is a share of which windows. */
import { RHYTHM_CLASSES, type RhythmClass } from '../../contract/domain.ts';
import {
  accuracy,
  binaryOf,
  CLASSES,
  confusionOf,
  f1,
  npvAt,
  positivePredictiveValue,
  ppvAt,
  sensitivity,
  specificity,
  type Binary,
} from './confusion.ts';
import { estimates, type Combination, type Estimate, type Share } from './estimate.ts';
import type { Judged } from './observation.ts';

export interface ClassFigures {
  readonly label: RhythmClass;
  /** How many are of this class by the reference, and how many were called so. */
  readonly reference: number;
  readonly called: number;
  readonly f1: Estimate;
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
  /** At the share that the class has in this set. */
  readonly ppv: Estimate;
}

export interface Figures {
  readonly count: number;
  /** Rows the reference, columns what was called, in the order of RHYTHM_CLASSES. */
  readonly confusion: readonly (readonly number[])[];
  readonly accuracy: Estimate;
  readonly meanF1OfNormalAfOther: Estimate;
  readonly meanF1OfFour: Estimate;
  readonly classes: readonly ClassFigures[];
  readonly afPpvAtPrevalence: Estimate;
  readonly afNpvAtPrevalence: Estimate;
}

/** `prevalence` of AF, 0 to 1. */
export function figuresOf(judged: readonly Judged[], prevalence: number): Figures {
  const matrix = confusionOf(judged);
  const found = estimates(judged, [
    ACCURACY,
    meanOf(F1_OF_EACH.slice(0, 3)),
    meanOf(F1_OF_EACH),
    atPrevalence((sensitive, specific) => ppvAt(sensitive, specific, prevalence)),
    atPrevalence((sensitive, specific) => npvAt(sensitive, specific, prevalence)),
    ...RHYTHM_CLASSES.flatMap((_, index) => [
      f1Of(index),
      sensitivityOf(index),
      specificityOf(index),
      ppvOf(index),
    ]),
  ]).values();
  const next = (): Estimate => {
    const { value } = found.next();
    if (value === undefined) throw new Error('There is one estimate for each figure.');
    return value;
  };
  return {
    count: judged.length,
    confusion: RHYTHM_CLASSES.map((_, row) => [
      ...matrix.subarray(row * CLASSES, (row + 1) * CLASSES),
    ]),
    accuracy: next(),
    meanF1OfNormalAfOther: next(),
    meanF1OfFour: next(),
    afPpvAtPrevalence: next(),
    afNpvAtPrevalence: next(),
    classes: RHYTHM_CLASSES.map((label, index) => {
      const { truePositive, falseNegative, falsePositive } = binaryOf(matrix, index);
      return {
        label,
        reference: truePositive + falseNegative,
        called: truePositive + falsePositive,
        f1: next(),
        sensitivity: next(),
        specificity: next(),
        ppv: next(),
      };
    }),
  };
}

const ALL = Array.from({ length: CLASSES * CLASSES }, (_, cell) => cell);
const AF = RHYTHM_CLASSES.indexOf('af');

const referenceIs = (index: number) => ALL.filter((cell) => Math.floor(cell / CLASSES) === index);
const referenceIsNot = (index: number) =>
  ALL.filter((cell) => Math.floor(cell / CLASSES) !== index);
const calledIs = (index: number) => ALL.filter((cell) => cell % CLASSES === index);
const calledIsNot = (index: number) => ALL.filter((cell) => cell % CLASSES !== index);

const ACCURACY: Share = {
  ...{ kind: 'share', value: accuracy, at: asItIs },
  base: ALL,
  hits: ALL.filter((cell) => cell % (CLASSES + 1) === 0),
  rests: [],
};

function sensitivityOf(index: number): Share {
  const base = referenceIs(index);
  return shareOf(index, sensitivity, { base, hits: both(base, calledIs(index)), rests: [] });
}

function specificityOf(index: number): Share {
  const base = referenceIsNot(index);
  return shareOf(index, specificity, { base, hits: both(base, calledIsNot(index)), rests: [] });
}

/**
 * Those who have the class give the true among the called, those who have another the false: a set
 * of either alone says nothing about it.
 */
function ppvOf(index: number): Share {
  const base = calledIs(index);
  const rests = [referenceIs(index), referenceIsNot(index)];
  const hits = both(base, referenceIs(index));
  const ppv = (binary: Binary) =>
    Number.isNaN(sensitivity(binary) + specificity(binary)) ? NaN : positivePredictiveValue(binary);
  return shareOf(index, ppv, { base, hits, rests });
}

/** Grows with J = TP / (TP + FN + FP), Jaccard's share: F1 = 2 J / (1 + J). */
function f1Of(index: number): Share {
  const [own, called] = [referenceIs(index), calledIs(index)];
  const base = ALL.filter((cell) => own.includes(cell) || called.includes(cell));
  return {
    ...shareOf(index, f1, { base, hits: both(own, called), rests: [own, referenceIsNot(index)] }),
    at: (jaccard) => (2 * jaccard) / (1 + jaccard),
  };
}

const F1_OF_EACH = RHYTHM_CLASSES.map((_, index) => f1Of(index));

function meanOf(parts: readonly Share[]): Combination {
  const of = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return { kind: 'combination', parts, of };
}

function atPrevalence(value: (sensitive: number, specific: number) => number): Combination {
  return {
    kind: 'combination',
    parts: [sensitivityOf(AF), specificityOf(AF)],
    of: ([sensitive = NaN, specific = NaN]) => value(sensitive, specific),
  };
}

function shareOf(
  index: number,
  value: (binary: Binary) => number,
  cells: Pick<Share, 'base' | 'hits' | 'rests'>,
): Share {
  return {
    ...{ kind: 'share', at: asItIs, ...cells },
    value: (matrix) => value(binaryOf(matrix, index)),
  };
}

function both(a: readonly number[], b: readonly number[]): number[] {
  return a.filter((cell) => b.includes(cell));
}

function asItIs(share: number): number {
  return share;
}
