/**
 * Does the model know when it does not know? How often the true class is in its prediction set and
 * how large that set is, and how many windows it calls unlike its training data. Of windows only:
 * that is what the published thresholds were measured on.
 */
import { RHYTHM_CLASSES, type Reading } from '../../contract/domain.ts';
import type { PredictionSets } from '../../contract/model-card.ts';
import { predictionSet } from '../../contract/verdict.ts';
import { judge, referenceClass, type Observation } from './observation.ts';

/** Of windows of one class by the reference, or of all. Null where there is none. */
export interface SetFigures {
  /** `all`, or a class. */
  readonly of: 'all' | (typeof RHYTHM_CLASSES)[number];
  readonly count: number;
  /** Share whose set holds the class of the reference; what the model promises is `coverage`. */
  readonly covered: number | null;
  /** Mean number of classes in the set, 1 to 4. */
  readonly meanSize: number | null;
  /** Share whose set is one class. */
  readonly single: number | null;
}

export interface SetScore {
  /** As the model publishes it, 0 to 1, for each class. */
  readonly coverage: number;
  /** The four classes, then all. */
  readonly figures: readonly SetFigures[];
}

export interface UnlikeScore {
  /** Above it a window is unlike the training data. */
  readonly threshold: number;
  /** Windows with a distance, and how many of them are unlike. */
  readonly told: number;
  readonly unlike: number;
  /** Share of right verdicts among either; null where there is none. */
  readonly accuracyOfUnlike: number | null;
  readonly accuracyOfLike: number | null;
}

export function setScore(
  observations: readonly Observation[],
  reading: Reading,
  sets: PredictionSets,
): SetScore {
  const found = observations.flatMap(({ probabilities, reference }) => {
    if (probabilities === null) return [];
    const label = referenceClass(reference, reading);
    const set = predictionSet(probabilities, reading, sets);
    return [{ label, size: set.length, isCovered: set.includes(label) }];
  });
  const figuresOf = (of: SetFigures['of']): SetFigures => {
    const own = found.filter(({ label }) => of === 'all' || label === of);
    const share = (counts: (one: (typeof own)[number]) => number) =>
      own.length === 0 ? null : own.reduce((sum, one) => sum + counts(one), 0) / own.length;
    return {
      of,
      count: own.length,
      covered: share(({ isCovered }) => Number(isCovered)),
      meanSize: share(({ size }) => size),
      single: share(({ size }) => Number(size === 1)),
    };
  };
  return { coverage: sets.coverage, figures: [...RHYTHM_CLASSES, 'all' as const].map(figuresOf) };
}

export function unlikeScore(
  observations: readonly Observation[],
  reading: Reading,
  threshold: number,
): UnlikeScore {
  const right: Record<'unlike' | 'like', boolean[]> = { unlike: [], like: [] };
  for (const observation of observations) {
    const judged = judge(observation, reading, 0);
    const { unlike = NaN } = observation;
    if (judged === null || Number.isNaN(unlike)) continue;
    right[unlike > threshold ? 'unlike' : 'like'].push(judged.reference === judged.called);
  }
  const accuracy = (verdicts: readonly boolean[]) =>
    verdicts.length === 0 ? null : verdicts.filter(Boolean).length / verdicts.length;
  return {
    threshold,
    told: right.unlike.length + right.like.length,
    unlike: right.unlike.length,
    accuracyOfUnlike: accuracy(right.unlike),
    accuracyOfLike: accuracy(right.like),
  };
}
