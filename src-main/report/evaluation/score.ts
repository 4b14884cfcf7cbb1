/** Everything that is said about one set under one reading, by window or by recording. */
import type { Reading, RhythmClass } from '../../contract/domain.ts';
import type { PredictionSets } from '../../contract/model-card.ts';
import { abstentionOf, type AbstentionPoint } from './abstention.ts';
import { calibrationError, reliability, type ReliabilityBin } from './calibration.ts';
import { figuresOf, type Figures } from './figures.ts';
import { setScore, unlikeScore, type SetScore, type UnlikeScore } from './honesty.ts';
import { judge, type Observation } from './observation.ts';

/** What is compared: each 10-s window, or the verdict on the whole recording. */
export type Level = 'recording' | 'window';

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
  /** Of which classes its mean F1 is. */
  readonly abstentionClasses: readonly RhythmClass[];
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
  const abstention = abstentionOf(judged);
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
    abstention: abstention.points,
    abstentionClasses: abstention.classes,
    predictionSets: sets && ofWindows ? setScore(observations, scoring.reading, sets) : null,
    unlike:
      unlikeThreshold !== undefined && ofWindows
        ? unlikeScore(observations, scoring.reading, unlikeThreshold)
        : null,
  };
}
