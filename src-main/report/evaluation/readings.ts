/** Which reading of a set is shown whole, and which only in short. */
import type { Reading } from '../../contract/domain.ts';
import type { Evaluation } from './evaluation.ts';
import type { Score } from './score.ts';

export interface ReadScores {
  readonly reading: Reading;
  /** Of this reading, by recording before by window. */
  readonly scores: readonly Score[];
  /** Whether the set's labels mean under it what the model's verdicts mean. */
  readonly isComparable: boolean;
}

/** The first is the one that the set's labels fit. */
export function readingsOf({ scores, dataset }: Evaluation): [ReadScores, ...ReadScores[]] {
  const inOrder = new Set([...dataset.comparable, ...scores.map(({ reading }) => reading)]);
  const [first, ...others] = [...inOrder].flatMap((reading) => {
    const own = scores.filter((score) => score.reading === reading);
    const isComparable = dataset.comparable.includes(reading);
    return own.length === 0 ? [] : [{ reading, scores: own, isComparable }];
  });
  if (first === undefined) throw new Error('An evaluation has a score.');
  return [first, ...others];
}
