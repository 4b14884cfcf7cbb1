/** The classes that a verdict lies between, in words for beside it. */
import type { RhythmClass } from '../../src-main/contract/domain.ts';
import type { PredictionSets } from '../../src-main/contract/model-card.ts';
import { setCoverage } from '../../src-main/contract/verdict.ts';
import { setWords } from '../paper/words.ts';

function coverageText(sets: PredictionSets | undefined): string {
  return `${Math.round(100 * setCoverage(sets))} %`;
}

/**
 * `90 %: Normal or Other`, `90 %: Normal only`: a set of one is the surest that a model can say, and the
 * line stays where it is from window to window. Empty without a verdict.
 */
export function setLine(set: readonly RhythmClass[], sets: PredictionSets | undefined): string {
  if (set.length === 0) return '';
  return `${coverageText(sets)}: ${setWords(set)}${set.length === 1 ? ' only' : ''}`;
}

/** `90 % prediction set`, where the classes themselves stand beside it. */
export function setName(sets: PredictionSets | undefined): string {
  return `${coverageText(sets)} prediction set`;
}

/** What the set promises: as much as the model publishes. */
export function setHint(sets: PredictionSets | undefined): string {
  return sets
    ? `Prediction set: of windows of any one class, ${coverageText(sets)} have their class in their set, on data like those that the model was measured on. Each class has a threshold of its own: a less probable one can be in the set, and a more probable one not.`
    : `Prediction set: the fewest classes that hold ${coverageText(sets)} of the probability between them.`;
}
