import { expect, test } from 'vitest';
import { setHint, setLine } from '../../../src-renderer/views/set-words.ts';

const perClass = { normal: 0.5, af: 0.2, other: 0.1, noise: 0.1 };
const SETS = { coverage: 0.95, cinc: perClass, rhythm: perClass };

test('a set of several classes is said with its share, the most probable first', () => {
  expect(setLine(['normal', 'other'], undefined)).toBe('90 %: Normal or Other');
  expect(setLine(['af', 'other', 'noise'], SETS)).toBe('95 %: AF, Other or Noise');
});

test('a set of one class says that there is no other, and a window without a verdict nothing', () => {
  expect(setLine(['normal'], SETS)).toBe('95 %: Normal only');
  expect(setLine([], SETS)).toBe('');
});

test('what a set promises is what the model publishes, and no more', () => {
  expect(setHint(SETS)).toContain('of windows of any one class, 95 %');
  expect(setHint(SETS)).toContain('a less probable one can be in the set');
  expect(setHint(undefined)).toContain('90 % of the probability');
});
