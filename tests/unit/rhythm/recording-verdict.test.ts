import { describe, expect, it } from 'vitest';
import { MODEL_OUTPUTS } from '../../../src-main/contract/domain.ts';
import { combineLeads, recordingVerdict } from '../../../src-main/rhythm/recording-verdict.ts';
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
