import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RHYTHM_CLASSES } from '../../../src-main/contract/domain.ts';
import type { PredictionSets } from '../../../src-main/contract/model-card.ts';
import {
  predictionSet,
  rankClasses,
  setCoverage,
  underReading,
  unlikeCount,
  type ClassProbabilities,
} from '../../../src-main/contract/verdict.ts';

const SETS: PredictionSets = {
  coverage: 0.9,
  cinc: { normal: 0.3, af: 0.2, other: 0.1, noise: 0.05 },
  rhythm: { normal: 0.4, af: 0.2, other: 0.3, noise: 0.05 },
};

/** Any five numbers as probabilities: other includes ectopy. */
const probabilities: fc.Arbitrary<ClassProbabilities> = fc
  .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 })
  .map((values) => {
    const sum = values.reduce((total, value) => total + value, 0);
    const [normal = 0, af = 0, ectopy = 0, rest = 0, noise = 0] = values.map((v) => v / sum);
    return { normal, af, ectopy, other: ectopy + rest, noise };
  });

describe('the prediction set of a window', () => {
  it('holds the classes that reach the threshold of their own, most probable first', () => {
    const p = { normal: 0.25, af: 0.55, other: 0.12, noise: 0.08, ectopy: 0.1 };
    expect(predictionSet(p, 'cinc', SETS)).toEqual(['af', 'other', 'noise']);
    expect(predictionSet(p, 'rhythm', SETS)).toEqual(['af', 'noise']);
  });

  it('holds the most probable class where none reaches its threshold', () => {
    const high = { normal: 0.9, af: 0.9, other: 0.9, noise: 0.9 };
    const p = { normal: 0.3, af: 0.4, other: 0.2, noise: 0.1, ectopy: 0 };
    expect(predictionSet(p, 'cinc', { coverage: 0.9, cinc: high, rhythm: high })).toEqual(['af']);
  });

  it('holds the fewest classes with 90 % of the probability where the model publishes none', () => {
    const p = { af: 0.61, normal: 0.31, other: 0.07, noise: 0.01, ectopy: 0 };
    expect(predictionSet(p, 'cinc', undefined)).toEqual(['af', 'normal']);
    const wide = { af: 0.4, normal: 0.3, other: 0.25, noise: 0.05, ectopy: 0 };
    expect(predictionSet(wide, 'cinc', undefined)).toEqual(['af', 'normal', 'other']);
    expect(setCoverage(undefined)).toBe(0.9);
  });

  it('is never empty, begins with the verdict and leaves out only what is below its threshold', () => {
    const readings = fc.constantFrom('cinc', 'rhythm');
    const published = fc.constantFrom(SETS, undefined);
    fc.assert(
      fc.property(probabilities, readings, published, (p, reading, sets) => {
        const set = predictionSet(p, reading, sets);
        expect(set[0]).toBe(rankClasses(p, reading)[0]?.class);
        if (!sets) return;
        const read = underReading(p, reading);
        const out = RHYTHM_CLASSES.filter((name) => !set.includes(name));
        expect(out.every((name) => read[name] < sets[reading][name])).toBe(true);
      }),
    );
  });
});

describe('how many windows are unlike the training data', () => {
  it('is counted of those that have a distance', () => {
    const unlike = Float32Array.of(1, 4, NaN, 3, 5);
    expect(unlikeCount(unlike, 3)).toEqual({ unlike: 2, of: 4 });
  });

  it('is not assessed where the model does not tell, or no window had enough signal', () => {
    expect(unlikeCount(Float32Array.of(1, 4), undefined)).toBeNull();
    expect(unlikeCount(Float32Array.of(NaN, NaN), 3)).toBeNull();
  });
});
