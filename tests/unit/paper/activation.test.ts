import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActivationMap } from '../../../src-main/contract/domain.ts';
import { activationOf } from '../../../src-renderer/paper/activation.ts';
import { clockOf } from '../../../src-renderer/paper/clock.ts';
import {
  activationWords,
  scoredSeconds,
} from '../../../src-renderer/views/review/activation-words.ts';

/** Rows in the order of the model's outputs: normal, af, ectopy, other, noise. */
function mapOf(...rows: readonly (readonly number[])[]): ActivationMap {
  const logits = Float32Array.from(rows.flat());
  const parts = rows[0]?.length ?? 0;
  return { leadIndex: 0, startS: 20, endS: 30, parts, logits };
}

const MAP = mapOf([0, 0], [4, 2], [1, 5], [2, 2], [0, -2]);

describe('the strip of what a verdict is the mean of', () => {
  it('is how far the class stands above the mean of the others in each part', () => {
    expect([...activationOf(MAP, 'af', 'cinc').scores]).toEqual([4 - 3 / 4, 2 - 5 / 4]);
  });

  it('counts ectopy with the class that it belongs to under the reading', () => {
    // Ectopy, 1 + 5, is louder than other rhythm, 2 + 2; noise, AF and Normal are the others.
    const [first, second] = activationOf(MAP, 'other', 'cinc').scores;
    expect([first, second]).toEqual([expect.closeTo(1 - 4 / 3), 5]);
    expect([...activationOf(MAP, 'other', 'rhythm').scores]).toEqual([2 - 5 / 4, 2 - 5 / 4]);
  });

  it("has the window's own score as its mean, whatever the map", () => {
    const rows = fc.array(
      fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 8, maxLength: 8 }),
      { minLength: 5, maxLength: 5 },
    );
    fc.assert(
      fc.property(rows, (values) => {
        const { scores } = activationOf(mapOf(...values), 'af', 'cinc');
        const means = values.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
        const [normal = 0, af = 0, ectopy = 0, other = 0, noise = 0] = means;
        const whole = af - (normal + ectopy + other + noise) / 4;
        expect(scores.reduce((sum, score) => sum + score, 0) / scores.length).toBeCloseTo(whole, 4);
      }),
    );
  });

  it('says in words what it is, and reads out one number a second', () => {
    const quarter = { ...activationOf(MAP, 'af', 'cinc'), scores: new Float32Array(40).fill(1.25) };
    expect(activationWords(quarter, undefined)).toBe(
      "What the verdict is the mean of: the model's score for AF in each quarter second",
    );
    expect(activationWords(quarter, { belief: 0.5, sureness: [0.9, 0.8] as const })).toContain(
      'What the verdict on this window by itself is the mean of',
    );
    quarter.scores.fill(-0.5, 4, 8);
    const seconds = scoredSeconds(quarter, clockOf(null));
    expect(seconds).toHaveLength(10);
    expect(seconds[1]?.time).toBe('00:00:21');
    expect(seconds.map(({ score }) => score).slice(0, 3)).toEqual(['+1.3', '\u22120.5', '+1.3']);
  });
});
