import { expect, test } from 'vitest';
import { verdictHint, verdictWords } from '../../../src-renderer/views/verdict-words.ts';

const AF = { label: 'af', confidence: 0.914, uncertain: false, ectopyDecides: false } as const;

test('a verdict is a class and a probability that is never rounded to certainty', () => {
  expect(verdictWords(AF)).toBe('AF 0.91');
  expect(verdictWords({ ...AF, confidence: 0.9999 })).toBe('AF 0.99');
});

test('a verdict that is owed to ectopy says so, under either reading', () => {
  const owed = { ...AF, ectopyDecides: true };
  expect(verdictWords({ ...owed, label: 'other' })).toBe('Other: ectopy 0.91');
  expect(verdictWords({ ...owed, label: 'normal' })).toBe('Normal + ectopy 0.91');
});

test('an uncertain verdict leads with that and names the leading class', () => {
  expect(verdictWords({ ...AF, confidence: 0.52, uncertain: true })).toBe('Uncertain: AF 0.52');
});

test('what it is depends on the reading and on whether there is more than one window', () => {
  expect(verdictHint('cinc', 3)).toContain('premature beats in one window make it Other');
  expect(verdictHint('rhythm', 3)).not.toContain('premature');
  for (const reading of ['cinc', 'rhythm'] as const) {
    expect(verdictHint(reading, 3)).toContain('not a share of windows');
    expect(verdictHint(reading, 1)).toContain('one window');
  }
});
