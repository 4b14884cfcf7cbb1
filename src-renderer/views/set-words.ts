/** The classes that a verdict lies between, in words for beside it. */
import type { RhythmClass } from '../../src-main/contract/domain.ts';
import type { PredictionSets } from '../../src-main/contract/model-card.ts';
import { setCoverage } from '../../src-main/contract/verdict.ts';
import { setWords } from '../paper/words.ts';

function coverageText(sets: PredictionSets | undefined): string {
  return `${Math.round(100 * setCoverage(sets))} %`;
}

/** `90 %: Normal or Other`; empty for a set of one, which says nothing beside the verdict. */
export function setLine(set: readonly RhythmClass[], sets: PredictionSets | undefined): string {
  return set.length > 1 ? `${coverageText(sets)}: ${setWords(set)}` : '';
}

/** `90 % prediction set`, where the classes themselves stand beside it. */
export function setName(sets: PredictionSets | undefined): string {
  return `${coverageText(sets)} prediction set`;
}

/** What the set promises: as much as the model publishes. */
export function setHint(sets: PredictionSets | undefined): string {
  return sets
    ? `Prediction set: of windows of any one class, ${coverageText(sets)} have their class in their set, on data like those that the model was measured on.`
    : `Prediction set: the fewest classes that hold ${coverageText(sets)} of the probability between them.`;
}
