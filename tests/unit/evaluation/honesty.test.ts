import { describe, expect, it } from 'vitest';
import type { PredictionSets } from '../../../src-main/contract/model-card.ts';
import { setScore, unlikeScore } from '../../../src-main/report/evaluation/honesty.ts';
import type { Observation } from '../../../src-main/report/evaluation/observation.ts';
import { setRows, unlikeWords } from '../../../src-main/report/evaluation/printed.ts';
import { scoreOf } from '../../../src-main/report/evaluation/score.ts';

const THRESHOLDS = { normal: 0.5, af: 0.3, other: 0.2, noise: 0.1 };
const SETS: PredictionSets = { coverage: 0.9, cinc: THRESHOLDS, rhythm: THRESHOLDS };

function window(
  reference: Observation['reference'],
  [normal, af, other, noise]: readonly [number, number, number, number],
  unlike = NaN,
): Observation {
  const probabilities = { normal, af, other, noise, ectopy: 0 };
  return { recording: 'r', subject: 's', reference, probabilities, unlike };
}

/** Sets: normal; af, other; af (below its own threshold, but the most probable); other, noise. */
const WINDOWS: readonly Observation[] = [
  window('normal', [0.9, 0.05, 0.04, 0.01], 1),
  window('normal', [0.3, 0.4, 0.25, 0.05], 4),
  window('af', [0.28, 0.29, 0.14, 0.09], 2),
  window('other', [0.15, 0.1, 0.6, 0.15], 3.5),
  { recording: 'r', subject: 's', reference: 'af', probabilities: null, unlike: NaN },
];

describe('prediction sets beside reference labels', () => {
  it('cover the classes they hold, counted for each class and for all', () => {
    const { coverage, figures } = setScore(WINDOWS, 'cinc', SETS);
    expect(coverage).toBe(0.9);
    expect(figures).toEqual([
      { of: 'normal', count: 2, covered: 0.5, meanSize: 1.5, single: 0.5 },
      { of: 'af', count: 1, covered: 1, meanSize: 1, single: 1 },
      { of: 'other', count: 1, covered: 1, meanSize: 2, single: 0 },
      { of: 'noise', count: 0, covered: null, meanSize: null, single: null },
      { of: 'all', count: 4, covered: 0.75, meanSize: 1.5, single: 0.5 },
    ]);
  });
});

describe('windows unlike the training data', () => {
  it('are counted, with how often the verdict is right among them and among the others', () => {
    expect(unlikeScore(WINDOWS, 'cinc', 3)).toEqual({
      ...{ threshold: 3, told: 4, unlike: 2 },
      ...{ accuracyOfUnlike: 0.5, accuracyOfLike: 1 },
    });
  });
});

describe('a score', () => {
  const scoring = { reading: 'cinc', threshold: 0.5, prevalence: 0.05 } as const;
  const published = { predictionSets: SETS, unlikeThreshold: 3 };

  it('has both by window, and neither by recording or of a model that publishes none', () => {
    const score = scoreOf(WINDOWS, { level: 'window', ...scoring, ...published });
    expect(setRows(score).at(-1)).toEqual(['All', '4', '75.0 %', '1.50', '50.0 %']);
    expect(unlikeWords(score)).toBe(
      '2 (50.0 %) of 4 windows with signal; right 50.0 % of them, 100.0 % of the others',
    );
    const like = scoreOf(WINDOWS, { level: 'window', ...scoring, unlikeThreshold: 9 });
    expect(unlikeWords(like)).toBe('none of 4 windows with signal');
    const unlike = scoreOf(WINDOWS.slice(0, 1), {
      level: 'window',
      ...scoring,
      unlikeThreshold: 0,
    });
    expect(unlikeWords(unlike)).toBe('1 (100.0 %) of 1 window with signal; right 100.0 % of them');
    const whole = scoreOf(WINDOWS, { level: 'recording', ...scoring, ...published });
    const silent = scoreOf(WINDOWS, { level: 'window', ...scoring });
    for (const { predictionSets, unlike } of [whole, silent]) {
      expect([predictionSets, unlike]).toEqual([null, null]);
    }
    expect(setRows(silent)).toEqual([]);
    expect(unlikeWords(silent)).toBeNull();
  });
});
