/** Everything that is said about one set under one reading, by window or by recording. */
import { RHYTHM_CLASSES, type Reading, type RhythmClass } from '../../contract/domain.ts';
import type { PredictionSets } from '../../contract/model-card.ts';
import { abstentionCurve, type AbstentionPoint } from './abstention.ts';
import { estimates, type Estimate } from './bootstrap.ts';
import { calibrationError, reliability, type ReliabilityBin } from './calibration.ts';
import {
  accuracy,
  binaryOf,
  CLASSES,
  confusionOf,
  f1,
  meanF1,
  positivePredictiveValue,
  ppvAtPrevalence,
  sensitivity,
  specificity,
  type ConfusionMatrix,
} from './confusion.ts';
import { setScore, unlikeScore, type SetScore, type UnlikeScore } from './honesty.ts';
import { judge, type Judged, type Observation } from './observation.ts';

/** What is compared: each 10-s window, or the verdict on the whole recording. */
export type Level = 'recording' | 'window';

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
}

export interface Score {
  readonly level: Level;
  readonly reading: Reading;
  /** Patients, or recordings where patients are not known, that the intervals are drawn from. */
  readonly subjects: number;
  readonly compared: number;
  /** Too little signal for a verdict: in no figure below. */
  readonly notAnalysable: number;
  /** Confidence under the model's threshold. */
  readonly uncertain: number;
  /** Neither verdict nor certainty, as a share of `compared`. */
  readonly unclassifiedShare: number;
  /** Every verdict by its largest probability, uncertain or not. */
  readonly all: Figures;
  /** Verdicts that were not uncertain: what a reader of the program sees as labels. */
  readonly certain: Figures;
  readonly calibrationError: number | null;
  readonly reliability: readonly ReliabilityBin[];
  readonly abstention: readonly AbstentionPoint[];
  /** Null by recording, and where the model publishes none. */
  readonly predictionSets: SetScore | null;
  readonly unlike: UnlikeScore | null;
}

export interface Scoring {
  readonly level: Level;
  readonly reading: Reading;
  /** `ModelCard.threshold`. */
  readonly threshold: number;
  /** Of AF where the model would be used, 0 to 1. */
  readonly prevalence: number;
  /** Of `ModelCard`. */
  readonly predictionSets?: PredictionSets | undefined;
  readonly unlikeThreshold?: number | undefined;
}

/** At least one observation; null figures where the set says nothing about them. */
export function scoreOf(observations: readonly Observation[], scoring: Scoring): Score {
  const judged = observations.flatMap(
    (observation) => judge(observation, scoring.reading, scoring.threshold) ?? [],
  );
  const certain = judged.filter(({ uncertain }) => !uncertain);
  const bins = reliability(judged);
  const { predictionSets: sets, unlikeThreshold } = scoring;
  const ofWindows = scoring.level === 'window';
  const error = calibrationError(bins);
  return {
    level: scoring.level,
    reading: scoring.reading,
    subjects: new Set(observations.map(({ subject }) => subject)).size,
    compared: observations.length,
    notAnalysable: observations.length - judged.length,
    uncertain: judged.length - certain.length,
    unclassifiedShare: (observations.length - certain.length) / observations.length,
    all: figuresOf(judged, scoring.prevalence),
    certain: figuresOf(certain, scoring.prevalence),
    calibrationError: Number.isNaN(error) ? null : error,
    reliability: bins,
    abstention: abstentionCurve(judged),
    predictionSets: sets && ofWindows ? setScore(observations, scoring.reading, sets) : null,
    unlike:
      unlikeThreshold !== undefined && ofWindows
        ? unlikeScore(observations, scoring.reading, unlikeThreshold)
        : null,
  };
}

const AF = RHYTHM_CLASSES.indexOf('af');
const NOT_ASSESSED: Estimate = { value: null, low: null, high: null };

function figuresOf(judged: readonly Judged[], prevalence: number): Figures {
  const matrix = confusionOf(judged);
  const found = estimates(judged, (drawn) => statisticsOf(drawn, prevalence)).values();
  const next = (): Estimate => found.next().value ?? NOT_ASSESSED;
  return {
    count: judged.length,
    confusion: RHYTHM_CLASSES.map((_, row) => [
      ...matrix.subarray(row * CLASSES, (row + 1) * CLASSES),
    ]),
    accuracy: next(),
    meanF1OfNormalAfOther: next(),
    meanF1OfFour: next(),
    afPpvAtPrevalence: next(),
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

/** In the order in which `figuresOf` takes them. */
function statisticsOf(matrix: ConfusionMatrix, prevalence: number): number[] {
  const binaries = RHYTHM_CLASSES.map((_, index) => binaryOf(matrix, index));
  return [
    accuracy(matrix),
    meanF1(matrix, 3),
    meanF1(matrix, CLASSES),
    ppvAtPrevalence(binaryOf(matrix, AF), prevalence),
    ...binaries.flatMap((binary) => [
      f1(binary),
      sensitivity(binary),
      specificity(binary),
      positivePredictiveValue(binary),
    ]),
  ];
}
