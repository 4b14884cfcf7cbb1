import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DisplayFilters } from '../../../src-main/contract/domain.ts';
import { filterForDisplay, planDisplayFilters } from '../../../src-main/signal/display-filters.ts';
import { referenceWave, SCIPY, worstBetween, worstDifference } from './reference.ts';

const OFF: DisplayFilters = { highPassHz: 0, lowPassHz: 0, notchHz: 0 };
const USUAL: DisplayFilters = { highPassHz: 0.5, lowPassHz: 40, notchHz: 50 };

function filtersNamed(name: string): { chosen: DisplayFilters; samplingHz: number } {
  const [, kind = '', hz = '', rate = ''] = /^(\S+) ([\d.]+) Hz at (\d+)/.exec(name) ?? [];
  const key = { 'high-pass': 'highPassHz', 'low-pass': 'lowPassHz', notch: 'notchHz' }[kind];
  return { chosen: { ...OFF, [String(key)]: Number(hz) }, samplingHz: Number(rate) };
}

describe(`display filters (reference: ${SCIPY.origin})`, () => {
  it.each(Object.entries(SCIPY.display))('%s equals scipy', (name, reference) => {
    const { chosen, samplingHz } = filtersNamed(name);
    const plan = planDisplayFilters(chosen, samplingHz);
    const samples = Float32Array.from(referenceWave(10 * samplingHz, samplingHz));
    const result = filterForDisplay(samples, plan, samplingHz);
    expect(plan.applied).toEqual(chosen);
    expect(worstDifference(result, reference)).toBeLessThan(2e-6); // samples are float32
  });

  it('refuses a band that the sampling rate cannot carry, and says which', () => {
    const plan = planDisplayFilters({ highPassHz: 0.5, lowPassHz: 100, notchHz: 60 }, 128);
    expect(plan.applied).toEqual({ highPassHz: 0.5, lowPassHz: 0, notchHz: 0 });
    expect(plan.refused).toEqual([
      { filter: 'lowPassHz', hz: 100 },
      { filter: 'notchHz', hz: 60 },
    ]);
  });

  it('changes nothing when all are off', () => {
    const samples = Float32Array.from(referenceWave(1000, 250));
    expect(filterForDisplay(samples, planDisplayFilters(OFF, 250), 250)).toEqual(samples);
  });

  it('shows the same, whatever stretch is asked for, once the margins are cut off', () => {
    const samplingHz = 250;
    const samples = Float32Array.from(referenceWave(120 * samplingHz, samplingHz));
    for (const chosen of [USUAL, { highPassHz: 0.05, lowPassHz: 150, notchHz: 60 }]) {
      const plan = planDisplayFilters(chosen, samplingHz);
      const whole = filterForDisplay(samples, plan, samplingHz);
      const [from, to] = [16_000, 16_500];
      const first = Math.max(0, from - plan.margin);
      const block = filterForDisplay(samples.slice(first, to + plan.margin), plan, samplingHz);
      const shown = block.subarray(from - first, to - first);
      expect(worstBetween(shown, whole.subarray(from, to))).toBeLessThan(5e-5); // of 50 mV drift
    }
  });

  it('keeps a gap a gap and filters neither side across it', () => {
    const samples = Float32Array.from(referenceWave(5000, 250));
    samples.fill(NaN, 2000, 2500);
    samples[100] = Infinity;
    const plan = planDisplayFilters(USUAL, 250);
    const result = filterForDisplay(samples, plan, 250);
    samples.forEach((value, index) => {
      expect(Number.isNaN(result[index])).toBe(!Number.isFinite(value));
    });
    const right = filterForDisplay(samples.slice(2500), plan, 250);
    expect(worstBetween(result.slice(2500), right)).toBe(0);
  });

  it('never answers anything but a finite number or a gap', () => {
    const anything = fc.float32Array({ minLength: 0, maxLength: 400 });
    fc.assert(
      fc.property(anything, (samples) => {
        const result = filterForDisplay(samples, planDisplayFilters(USUAL, 250), 250);
        expect(result).toHaveLength(samples.length);
        result.forEach((value, index) => {
          expect(Number.isNaN(value)).toBe(!Number.isFinite(samples[index]));
        });
      }),
    );
  });
});
