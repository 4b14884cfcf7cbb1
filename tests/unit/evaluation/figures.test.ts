import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RHYTHM_CLASSES } from '../../../src-main/contract/domain.ts';
import { abstentionOf } from '../../../src-main/report/evaluation/abstention.ts';
import { quantile, xorshift32 } from '../../../src-main/report/evaluation/bootstrap.ts';
import { calibrationError, reliability } from '../../../src-main/report/evaluation/calibration.ts';
import {
  accuracy,
  binaryOf,
  confusionOf,
  f1,
  meanF1,
  npvAt,
  positivePredictiveValue,
  ppvAt,
  sensitivity,
  specificity,
} from '../../../src-main/report/evaluation/confusion.ts';
import {
  judge,
  referenceClass,
  type Judged,
} from '../../../src-main/report/evaluation/observation.ts';
import { scoreOf } from '../../../src-main/report/evaluation/score.ts';

/**
 * 240 verdicts from the linear congruential generator x -> 1103515245 x + 12345 mod 2^31, from
 * 12345. The reference values below are scikit-learn 1.9.1's on the same verdicts, made in Python:
 * confusion_matrix, f1_score, recall_score, precision_score, accuracy_score, calibration_curve
 * (n_bins=15, strategy='uniform').
 */
const VERDICTS: readonly Judged[] = (() => {
  let state = 12345n;
  const draw = () => {
    state = (state * 1103515245n + 12345n) % 2n ** 31n;
    return Number(state) / 2 ** 31;
  };
  return Array.from({ length: 240 }, (_, index) => {
    const reference = Math.floor(draw() * 4);
    const called = draw() < 0.7 ? reference : Math.floor(draw() * 4);
    const confidence = 0.25 + 0.75 * draw();
    return { subject: `s${index % 40}`, reference, called, confidence, uncertain: false };
  });
})();

const MATRIX = confusionOf(VERDICTS);
const BINARIES = RHYTHM_CLASSES.map((_, index) => binaryOf(MATRIX, index));

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, index) => {
    expect(value).toBeCloseTo(expected[index] ?? NaN, 5);
  });
}

describe('the figures of a confusion matrix', () => {
  it('are those of scikit-learn', () => {
    expect([...MATRIX]).toEqual([54, 6, 4, 5, 7, 46, 6, 1, 4, 6, 46, 4, 3, 3, 6, 39]);
    expectClose(BINARIES.map(f1), [0.788321, 0.760331, 0.754098, 0.78]);
    expectClose(BINARIES.map(sensitivity), [0.782609, 0.766667, 0.766667, 0.764706]);
    expectClose(BINARIES.map(specificity), [0.918129, 0.916667, 0.911111, 0.94709]);
    expectClose(BINARIES.map(positivePredictiveValue), [0.794118, 0.754098, 0.741935, 0.795918]);
    expectClose(
      [accuracy(MATRIX), meanF1(MATRIX, [0, 1, 2]), meanF1(MATRIX, [0, 1, 2, 3])],
      [0.770833, 0.767583, 0.770688],
    );
  });

  it('are not assessed for a class that the reference does not have', () => {
    const matrix = confusionOf([
      { reference: 0, called: 0 },
      { reference: 0, called: 3 },
    ]);
    expect(f1(binaryOf(matrix, 3))).toBeNaN();
    expect(sensitivity(binaryOf(matrix, 3))).toBeNaN();
    expect(meanF1(matrix, [0, 1, 2, 3])).toBeNaN();
  });

  it('give a PPV and an NPV that at the prevalence of the set are those of the set', () => {
    const cell = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(cell, cell, cell, cell, (truePositive, falseNegative, falsePositive, tn) => {
        const binary = { truePositive, falseNegative, falsePositive, trueNegative: tn };
        const all = truePositive + falseNegative + falsePositive + tn;
        const [sensitive, specific] = [sensitivity(binary), specificity(binary)];
        const prevalence = (truePositive + falseNegative) / all;
        expect(ppvAt(sensitive, specific, prevalence)).toBeCloseTo(
          positivePredictiveValue(binary),
          10,
        );
        expect(npvAt(sensitive, specific, prevalence)).toBeCloseTo(tn / (tn + falseNegative), 10);
        expect(ppvAt(sensitive, specific, 0.01)).toBeLessThan(ppvAt(sensitive, specific, 0.1));
        expect(npvAt(sensitive, specific, 0.01)).toBeGreaterThan(npvAt(sensitive, specific, 0.1));
      }),
    );
  });

  it('do not depend on the order of the verdicts, and F1 lies between PPV and sensitivity', () => {
    const verdict = fc.record({
      reference: fc.integer({ min: 0, max: 3 }),
      called: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1 }), (verdicts) => {
        const matrix = confusionOf(verdicts);
        expect(confusionOf([...verdicts].reverse())).toEqual(matrix);
        for (let index = 0; index < 4; index++) {
          const binary = binaryOf(matrix, index);
          const bounds = [positivePredictiveValue(binary), sensitivity(binary)];
          if (bounds.some(Number.isNaN)) continue;
          expect(f1(binary)).toBeGreaterThanOrEqual(Math.min(...bounds) - 1e-12);
          expect(f1(binary)).toBeLessThanOrEqual(Math.max(...bounds) + 1e-12);
        }
      }),
    );
  });
});

describe('calibration', () => {
  it('has the bins of scikit-learn and their mean distance from the diagonal', () => {
    const bins = reliability(VERDICTS);
    expectClose(
      bins.map((bin) => bin.accuracy),
      [
        0.857143, 0.733333, 0.823529, 0.75, 0.714286, 0.777778, 0.875, 0.764706, 0.85, 0.692308,
        0.666667, 0.882353,
      ],
    );
    expectClose(
      bins.map((bin) => bin.meanConfidence),
      [
        0.258202, 0.295473, 0.362634, 0.435062, 0.509993, 0.568832, 0.635336, 0.70329, 0.763598,
        0.833513, 0.899114, 0.972775,
      ],
    );
    expect(bins.map((bin) => bin.count)).toEqual([7, 15, 17, 28, 21, 18, 16, 34, 20, 26, 21, 17]);
    expect(calibrationError(bins)).toBeCloseTo(0.221691, 5);
  });

  it('puts a confidence of 1 into the last bin, and has no error without verdicts', () => {
    const sure = { subject: 'a', reference: 0, called: 0, confidence: 1, uncertain: false };
    expect(reliability([sure])).toMatchObject([
      { from: 14 / 15, to: 1, count: 1, meanConfidence: 1, accuracy: 1, high: 1 },
    ]);
    expect(calibrationError(reliability([sure]))).toBe(0);
    expect(calibrationError([])).toBeNaN();
  });
});

describe('abstention', () => {
  it('begins with every verdict and withholds the least sure', () => {
    const { points: curve, classes } = abstentionOf(VERDICTS);
    expect(classes).toEqual(['normal', 'af', 'other']);
    expect(curve[0]).toMatchObject({ coverage: 1, accuracy: accuracy(MATRIX) });
    expect(curve.map(({ coverage }) => Math.round(coverage * 100))).toEqual([
      100, 95, 90, 85, 80, 75, 70, 65, 60, 55, 50,
    ]);
    for (const { threshold, coverage } of curve) {
      const kept = VERDICTS.filter(({ confidence }) => confidence >= threshold);
      expect(kept.length / VERDICTS.length).toBeCloseTo(coverage, 10);
    }
    expect(abstentionOf([])).toEqual({ classes: [], points: [] });
  });

  it('leaves a class of fewer than 20 out of its mean F1 at every coverage', () => {
    const verdicts = VERDICTS.filter(({ reference }) => reference < 2).concat(
      VERDICTS.filter(({ reference }) => reference === 2).slice(0, 4),
    );
    const { points, classes } = abstentionOf(verdicts);
    expect(classes).toEqual(['normal', 'af']);
    expect(points).toHaveLength(11);
    expect(points[0]?.meanF1).toBeCloseTo(meanF1(confusionOf(verdicts), [0, 1]), 12);
    for (const { meanF1: score } of points) expect(score).not.toBeNull();
  });

  it('has no mean F1 where a class that is in it has too few left', () => {
    const unsure = VERDICTS.filter(({ reference }) => reference < 2).map((verdict, index) => ({
      ...verdict,
      confidence: verdict.reference === 1 ? 0.3 : 0.5 + index / 1000,
    }));
    const { points, classes } = abstentionOf(unsure);
    expect(classes).toEqual(['normal', 'af']);
    expect(points[0]?.meanF1).not.toBeNull();
    expect(points.at(-1)?.meanF1).toBeNull();
  });
});

describe('the bootstrap', () => {
  it('takes quantiles as numpy.quantile does', () => {
    // numpy.quantile([1, 2, 4, 8, 16], [0.025, 0.5, 0.975]) of numpy 2: 1.1, 4.0, 15.2
    expectClose(
      [0.025, 0.5, 0.975].map((q) => quantile([1, 2, 4, 8, 16], q)),
      [1.1, 4, 15.2],
    );
  });

  it('draws evenly', () => {
    const random = xorshift32(2017);
    const draws = Array.from({ length: 10_000 }, random);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    expect(draws.reduce((sum, draw) => sum + draw, 0) / draws.length).toBeCloseTo(0.5, 1);
  });
});

describe('a reading', () => {
  it('decides what sinus rhythm with ectopic beats counts as, and nothing else', () => {
    expect(referenceClass('ectopy', 'cinc')).toBe('other');
    expect(referenceClass('ectopy', 'rhythm')).toBe('normal');
    for (const label of ['normal', 'af', 'other', 'noise', 'ectopy-or-other'] as const) {
      expect(referenceClass(label, 'cinc')).toBe(referenceClass(label, 'rhythm'));
    }
    const ectopic = { normal: 0.3, af: 0.1, other: 0.6, noise: 0, ectopy: 0.5 };
    const seen = {
      recording: 'r',
      subject: 'r',
      reference: 'ectopy',
      probabilities: ectopic,
    } as const;
    expect(judge(seen, 'cinc', 0.5)).toMatchObject({ reference: 2, called: 2, uncertain: false });
    expect(judge(seen, 'rhythm', 0.9)).toMatchObject({ reference: 0, called: 0, uncertain: true });
  });
});

describe('a score', () => {
  const window = (reference: 'af' | 'normal', af: number | null) => ({
    recording: 'r',
    subject: 'r',
    reference,
    probabilities: af === null ? null : { normal: 1 - af, af, other: 0, noise: 0, ectopy: 0 },
  });

  it('counts what was not classified beside the figures, and leaves it out of them', () => {
    const observations = [
      window('af', 0.9),
      window('af', 0.55),
      window('normal', 0.1),
      window('normal', null),
    ];
    const scoring = { level: 'window', reading: 'cinc', threshold: 0.6, prevalence: 0.05 } as const;
    const score = scoreOf(observations, scoring);
    expect(score).toMatchObject({
      compared: 4,
      notAnalysable: 1,
      uncertain: 1,
      unclassifiedShare: 0.5,
      all: { count: 3 },
      certain: { count: 2 },
    });
    expect(score.all.afPpvAtPrevalence.value).toBe(1);
    expect(score.all.meanF1OfNormalAfOther.value).toBeNull();
  });

  it('of nothing that could be analysed has no figures', () => {
    const scoring = { level: 'window', reading: 'cinc', threshold: 0.6, prevalence: 0.05 } as const;
    const score = scoreOf([window('af', null)], scoring);
    expect(score.calibrationError).toBeNull();
    expect(score.all.accuracy.value).toBeNull();
    expect(score.abstention).toEqual([]);
  });
});
