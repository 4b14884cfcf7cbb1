import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { MODEL_OUTPUTS, RHYTHM_CLASSES } from '../../../src-main/contract/domain.ts';
import type { RecordingHead } from '../../../src-main/contract/model-card.ts';
import { partsOf } from '../../../src-main/rhythm/recording-head.ts';
import {
  combineLeads,
  recordingVerdict,
  verdictAtOnce,
} from '../../../src-main/rhythm/recording-verdict.ts';
import { RULE, verdictsOf } from './verdicts.ts';

const labelOf = (letters: string) => recordingVerdict(verdictsOf(letters), RULE)?.label ?? null;

describe('the verdict on a recording', () => {
  it('is the largest mean probability over its windows', () => {
    expect(labelOf('NNA')).toBe('normal');
    expect(labelOf('NAA')).toBe('af');
  });

  it('leaves noisy windows out', () => {
    expect(labelOf('~~~A')).toBe('af');
  });

  it('is noise where every window with signal is', () => {
    expect(labelOf('~~x')).toBe('noise');
  });

  it('is none without signal', () => {
    expect(labelOf('xx')).toBeNull();
    expect(labelOf('')).toBeNull();
  });

  it('is uncertain where the windows disagree', () => {
    expect(recordingVerdict(verdictsOf('NAO'), RULE)?.uncertain).toBe(true);
    expect(recordingVerdict(verdictsOf('NNN'), RULE)?.uncertain).toBe(false);
  });

  it('keeps ectopy as a part of other, and reads it as it is told', () => {
    const verdict = recordingVerdict(verdictsOf('EE'), RULE);
    expect(verdict?.label).toBe('other');
    expect(verdict?.probabilities.ectopy).toBeCloseTo(0.9);
    expect(recordingVerdict(verdictsOf('EE'), { ...RULE, reading: 'rhythm' })?.label).toBe(
      'normal',
    );
  });
});

/** Weighs the largest log probability of ectopy and of other: three of mean, largest, smallest. */
const HEAD: RecordingHead = {
  together: 6,
  floor: 0.001,
  weight: RHYTHM_CLASSES.map((name) =>
    Array.from({ length: 3 * MODEL_OUTPUTS.length }, (_, at) => {
      const output = MODEL_OUTPUTS[at % MODEL_OUTPUTS.length];
      const isMean = at < MODEL_OUTPUTS.length;
      if (name === 'other') return output === 'other' && !isMean ? 1 : 0;
      return output === name && isMean ? 1 : 0;
    }),
  ),
  bias: [0, 0, 4, 0],
};

describe('the verdict on a recording by a model with a recording head', () => {
  const rule = { ...RULE, recordingHead: HEAD };
  const whole = (letters: string) => recordingVerdict(verdictsOf(letters), rule);

  it('sees one window that the mean hides', () => {
    expect(labelOf('NNNNO')).toBe('normal');
    expect(whole('NNNNO')?.label).toBe('other');
    expect(whole('NNNNN')?.label).toBe('normal');
  });

  it('is the window itself where there is one', () => {
    for (const letter of ['N', 'A', 'E', 'O', '~', 'xN', 'n']) {
      expect(whole(letter)).toEqual(recordingVerdict(verdictsOf(letter), RULE));
    }
  });

  it('is probabilities that sum to 1, and ectopy a part of other, whatever was said', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[NAEO~xnaeo]{2,40}$/), (letters) => {
        const p = whole(letters)?.probabilities;
        fc.pre(p !== undefined); // nothing but x: no signal
        expect(p.normal + p.af + p.other + p.noise).toBeCloseTo(1);
        expect(p.ectopy).toBeGreaterThanOrEqual(0);
        expect(p.ectopy).toBeLessThanOrEqual(p.other + 1e-9);
      }),
    );
  });

  it('does not depend on how often a minute is repeated', () => {
    const once = whole('NNONNN')?.probabilities;
    const tenTimes = whole('NNONNN'.repeat(10))?.probabilities;
    expect(tenTimes?.normal).toBeCloseTo(once?.normal ?? NaN);
    expect(tenTimes?.other).toBeCloseTo(once?.other ?? NaN);
  });

  it('leaves noisy minutes out, and is noise where every one is', () => {
    expect(whole('~~~~~~AAAAAA')?.label).toBe('af');
    expect(whole('~~~~~~~~~~~~')?.label).toBe('noise');
  });

  it('tells ectopy from other as the windows do', () => {
    const p = whole('EO')?.probabilities;
    expect((p?.ectopy ?? NaN) / (p?.other ?? NaN)).toBeCloseTo(0.5);
  });
});

describe('the verdict on a recording by a head that reads evidence', () => {
  // AF where the only number of evidence is ever large, whatever the probabilities say.
  const columns = MODEL_OUTPUTS.length + 1;
  const largest = 2 * columns - 1;
  const head: RecordingHead = {
    together: 6,
    floor: 0.001,
    weight: RHYTHM_CLASSES.map((name) =>
      Array.from({ length: 3 * columns }, (_, at) => (name === 'af' && at === largest ? 9 : 0)),
    ),
    bias: [4, 0, 0, 0],
  };
  const rule = { ...RULE, recordingHead: head };
  const withEvidence = (letters: string, ...evidence: number[]) => ({
    ...verdictsOf(letters),
    evidence: Float32Array.from(evidence),
  });

  it('is what one window contributes', () => {
    expect(recordingVerdict(withEvidence('NNN', 0, 0, 0), rule)?.label).toBe('normal');
    expect(recordingVerdict(withEvidence('NNN', 0, 1, 0), rule)?.label).toBe('af');
    expect(recordingVerdict(withEvidence('NxN', 0, NaN, 1), rule)?.label).toBe('af');
  });

  it('is the mean of the windows where their evidence was not kept', () => {
    expect(recordingVerdict(verdictsOf('NNO'), rule)).toEqual(
      recordingVerdict(verdictsOf('NNO'), RULE),
    );
  });

  it('takes the mean over the leads that can be read', () => {
    const combined = combineLeads(
      [withEvidence('NNx', 1, 2, NaN), withEvidence('N~N', 3, 9, 5)],
      rule,
    );
    expect(Array.from(combined.evidence ?? [])).toEqual([2, 2, 5]);
    const [kept, none] = [withEvidence('NN', 1, 1), verdictsOf('NN')];
    expect(combineLeads([kept, none], rule)).not.toHaveProperty('evidence');
  });
});

describe('the verdict on a recording whose windows were judged in context', () => {
  const judged = (inContext: string, alone: string) => ({
    ...verdictsOf(inContext),
    alone: verdictsOf(alone).probabilities,
  });

  it('is the one of the windows each by itself, with a head and without', () => {
    const letters = fc.stringMatching(/^[NAEO~naeo]{1,20}$/);
    fc.assert(
      fc.property(letters, letters, fc.constantFrom(undefined, HEAD), (a, b, recordingHead) => {
        const length = Math.min(a.length, b.length);
        const [inContext, alone] = [a.slice(0, length), b.slice(0, length)];
        const rule = { ...RULE, recordingHead };
        expect(recordingVerdict(judged(inContext, alone), rule)).toEqual(
          recordingVerdict(verdictsOf(alone), rule),
        );
      }),
    );
  });

  it('counts the same leads for a window by itself as for the window in context', () => {
    // By itself the second window of the second lead is noise, in context it is not.
    const combined = combineLeads([judged('NN', 'NA'), judged('N~', 'AA')], RULE);
    const row = (rows: Float32Array | undefined, window: number) =>
      Array.from(rows?.subarray(window * 5, (window + 1) * 5) ?? []);
    expect(row(combined.probabilities, 0)[0]).toBeCloseTo(0.9);
    expect(row(combined.alone, 0)[1]).toBeCloseTo((0.9 + 0.025) / 2);
    expect(row(combined.alone, 1)[1]).toBeCloseTo(0.9);
    const odd = combineLeads([judged('NN', 'NN'), judged('NN', '~~')], RULE);
    expect(row(odd.alone, 0)[4]).toBeCloseTo((0.9 + 0.025) / 2);
    expect(combineLeads([judged('NN', 'NN'), verdictsOf('NN')], RULE)).not.toHaveProperty('alone');
  });

  it('has no window by itself where no lead has signal', () => {
    const combined = combineLeads([judged('xN', 'xN'), judged('xx', 'xx')], RULE);
    expect(combined.alone?.[0]).toBeNaN();
    expect(combined.alone?.[5]).toBeCloseTo(0.9);
  });
});

describe('the verdict on a recording that is read at once', () => {
  const rule = { ...RULE, recordingHead: HEAD };

  it('is the one on the recording, for as many windows as the head reads together', () => {
    for (const letters of ['N', 'NNONNN', 'AAAAAA', 'xNxxxO']) {
      const verdict = verdictAtOnce(verdictsOf(letters), rule);
      expect(verdict).not.toBeNull();
      expect(verdict).toEqual(recordingVerdict(verdictsOf(letters), rule));
    }
  });

  it('is none for a longer recording, whatever of it has signal', () => {
    expect(verdictAtOnce(verdictsOf('NNNNNNN'), rule)).toBeNull();
    expect(verdictAtOnce(verdictsOf('NNxxxxx'), rule)).toBeNull();
  });

  it('is none where nothing has signal', () => {
    expect(verdictAtOnce(verdictsOf('xx'), rule)).toBeNull();
    expect(verdictAtOnce(verdictsOf(''), rule)).toBeNull();
  });

  it('is only that of a single window where the model has no head, or its evidence was not kept', () => {
    const withEvidence = { ...HEAD, weight: HEAD.weight.map((row) => [...row, 0, 0, 0]) };
    for (const recordingHead of [undefined, withEvidence]) {
      const headless = { ...RULE, recordingHead };
      expect(verdictAtOnce(verdictsOf('A'), headless)?.label).toBe('af');
      expect(verdictAtOnce(verdictsOf('AA'), headless)).toBeNull();
    }
  });
});

describe('the parts of a recording', () => {
  it('are even, at most so long, and everything in order', () => {
    const lengths = (count: number) => partsOf([...Array(count).keys()], 6).map((p) => p.length);
    expect(lengths(0)).toEqual([]);
    expect(lengths(6)).toEqual([6]);
    expect(lengths(7)).toEqual([3, 4]);
    expect(lengths(13)).toEqual([4, 4, 5]);
    expect(partsOf([1, 2, 3, 4, 5, 6, 7], 6).flat()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('several leads read as one', () => {
  it('averages the leads that can be read in a window', () => {
    const combined = combineLeads([verdictsOf('NN~'), verdictsOf('A~~')], RULE);
    const rows = Array.from({ length: 3 }, (_, row) =>
      Array.from(combined.probabilities.subarray(row * MODEL_OUTPUTS.length, (row + 1) * 5)),
    );
    // First window: the mean of N and A. Second: the noisy lead is left out. Third: both are noise.
    expect(rows[0]?.[0]).toBeCloseTo((0.9 + 0.025) / 2);
    expect(rows[0]?.[1]).toBeCloseTo((0.9 + 0.025) / 2);
    expect(rows[1]?.[0]).toBeCloseTo(0.9);
    expect(rows[2]?.[4]).toBeCloseTo(0.9);
  });

  it('keeps a window without signal in any lead empty, and one with signal in one', () => {
    const combined = combineLeads([verdictsOf('xx'), verdictsOf('xN')], RULE);
    expect(combined.probabilities[0]).toBeNaN();
    expect(combined.probabilities[5]).toBeCloseTo(0.9);
  });

  it('has the windows of the longest lead', () => {
    expect(combineLeads([verdictsOf('N'), verdictsOf('NNN')], RULE).startS).toHaveLength(3);
  });

  it('leaves a single lead as it is', () => {
    const only = verdictsOf('NA~');
    expect(combineLeads([only], RULE)).toBe(only);
  });
});
