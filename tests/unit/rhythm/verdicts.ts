/** Verdicts on windows for tests, written as a string of letters. */
import {
  MODEL_OUTPUTS,
  type ModelOutput,
  type WindowVerdicts,
} from '../../../src-main/contract/domain.ts';

const LETTERS: Readonly<Record<string, ModelOutput>> = {
  N: 'normal',
  A: 'af',
  E: 'ectopy',
  O: 'other',
  '~': 'noise',
};

/**
 * One window of 10 s a letter: N, A, E (ectopy), O, ~ (noise), x (no signal); a small letter is
 * uncertain (0.4 against 0.9). `durationS` below 10 s a letter makes the last one a tail that
 * reaches back.
 */
export function verdictsOf(letters: string, durationS = letters.length * 10): WindowVerdicts {
  const count = letters.length;
  const probabilities = new Float32Array(count * MODEL_OUTPUTS.length);
  Array.from(letters).forEach((letter, index) => {
    const output = LETTERS[letter.toUpperCase()];
    const p = letter === letter.toUpperCase() ? 0.9 : 0.4;
    // Ectopy is part of "other": neither has a share of the other's.
    const sibling = output === 'ectopy' ? 'other' : output === 'other' ? 'ectopy' : null;
    const rest = (1 - p) / (MODEL_OUTPUTS.length - (sibling === null ? 1 : 2));
    MODEL_OUTPUTS.forEach((name, at) => {
      const share = name === output ? p : name === sibling ? 0 : rest;
      const value = output === undefined ? NaN : share;
      probabilities[index * MODEL_OUTPUTS.length + at] = value;
    });
  });
  const endS = Float64Array.from({ length: count }, (_, i) => Math.min(durationS, (i + 1) * 10));
  const startS = endS.map((end) => Math.max(0, end - 10));
  const unlike = new Float32Array(count).fill(NaN);
  return { leadIndex: 0, startS, endS, probabilities, unlike };
}

/** Threshold between certain and uncertain letters. */
export const RULE = { reading: 'cinc', threshold: 0.5 } as const;
