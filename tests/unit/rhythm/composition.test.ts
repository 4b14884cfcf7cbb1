import { describe, expect, it } from 'vitest';
import { RIBBON, RIBBON_COLUMNS } from '../../../src-main/contract/domain.ts';
import { compositionOf, ribbonOf } from '../../../src-main/rhythm/composition.ts';
import { RULE, verdictsOf } from './verdicts.ts';

describe('the composition of a recording', () => {
  it('adds up each class in seconds, and what is uncertain beside them', () => {
    expect(compositionOf(verdictsOf('NNAoE~xn'), RULE)).toEqual({
      normal: 30,
      af: 10,
      other: 20,
      noise: 10,
      noSignal: 10,
      uncertain: 20,
    });
  });

  it('counts ectopy as normal under the other reading', () => {
    const { normal, other } = compositionOf(verdictsOf('NEO'), { ...RULE, reading: 'rhythm' });
    expect({ normal, other }).toEqual({ normal: 20, other: 10 });
  });

  it('counts the seconds of a tail once', () => {
    const { normal, af } = compositionOf(verdictsOf('NNA', 26), RULE);
    expect({ normal, af }).toEqual({ normal: 20, af: 6 });
  });
});

describe('the ribbon', () => {
  it('spreads windows over its columns', () => {
    const ribbon = ribbonOf(verdictsOf('NA'), 20, RULE);
    expect(ribbon).toHaveLength(RIBBON_COLUMNS);
    expect(ribbon.subarray(0, RIBBON_COLUMNS / 2).every((code) => code === RIBBON.normal)).toBe(
      true,
    );
    expect(ribbon.subarray(RIBBON_COLUMNS / 2).every((code) => code === RIBBON.af)).toBe(true);
  });

  it('shows a single AF window of a whole day', () => {
    const windows = 8640;
    const letters = `${'N'.repeat(5000)}A${'N'.repeat(windows - 5001)}`;
    const ribbon = ribbonOf(verdictsOf(letters), windows * 10, RULE);
    expect(ribbon.filter((code) => code === RIBBON.af)).toHaveLength(1);
    expect(ribbon[Math.floor((5000 / windows) * RIBBON_COLUMNS)]).toBe(RIBBON.af);
  });

  it('takes the majority of a column otherwise', () => {
    const ribbon = ribbonOf(verdictsOf('NON'.repeat(RIBBON_COLUMNS)), 30 * RIBBON_COLUMNS, RULE);
    expect(ribbon.every((code) => code === RIBBON.normal)).toBe(true);
  });

  it('tells uncertain, no signal and not analysed apart', () => {
    // 6 s are left over at the end of 36 s: not analysed here.
    const ribbon = ribbonOf(verdictsOf('axN'), 36, RULE);
    expect(ribbon[0]).toBe(RIBBON.uncertain);
    expect(ribbon[Math.floor(RIBBON_COLUMNS * (15 / 36))]).toBe(RIBBON.noSignal);
    expect(ribbon.at(-1)).toBe(RIBBON.none);
  });

  it('is all none for a recording without length', () => {
    expect(ribbonOf(verdictsOf(''), 0, RULE).every((code) => code === RIBBON.none)).toBe(true);
  });
});
