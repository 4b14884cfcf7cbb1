import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planWindows } from '../../../src-main/signal/windows.ts';

const plan = (durationS: number, samplingHz = 250) => {
  const { startS, endS, analysedS } = planWindows({
    sampleCount: Math.round(durationS * samplingHz),
    samplingHz,
  });
  return { windows: Array.from(startS, (start, index) => [start, endS[index]]), analysedS };
};

describe('the plan of windows', () => {
  it('cuts a recording of whole windows from its start', () => {
    expect(plan(30)).toEqual({
      windows: [
        [0, 10],
        [10, 20],
        [20, 30],
      ],
      analysedS: 30,
    });
  });

  it('analyses a tail of 5 s by the last full 10 s that end with the recording', () => {
    expect(plan(25)).toEqual({
      windows: [
        [0, 10],
        [10, 20],
        [15, 25],
      ],
      analysedS: 25,
    });
  });

  it('leaves a shorter tail unanalysed and does not count it', () => {
    expect(plan(24.996)).toEqual({
      windows: [
        [0, 10],
        [10, 20],
      ],
      analysedS: 20,
    });
  });

  it('gives a recording of 5 to 10 s one window of its own length, a shorter one none', () => {
    expect(plan(9)).toEqual({ windows: [[0, 9]], analysedS: 9 });
    expect(plan(5)).toEqual({ windows: [[0, 5]], analysedS: 5 });
    expect(plan(4.996)).toEqual({ windows: [], analysedS: 0 });
  });

  it('does not lose a window to a sampling rate that is no whole number', () => {
    expect(plan(30, 257.3).windows).toHaveLength(3);
  });

  it('has no windows for a header without samples or with an absurd rate', () => {
    expect(planWindows({ sampleCount: 0, samplingHz: 250 }).startS).toHaveLength(0);
    expect(planWindows({ sampleCount: 5000, samplingHz: 0 }).startS).toHaveLength(0);
    expect(planWindows({ sampleCount: NaN, samplingHz: 250 }).startS).toHaveLength(0);
  });

  it('covers what it says it analysed, in order, inside the recording, for any length', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400_000 }),
        fc.double({ min: 50, max: 2000, noNaN: true }),
        (sampleCount, samplingHz) => {
          const { startS, endS, analysedS } = planWindows({ sampleCount, samplingHz });
          const durationS = sampleCount / samplingHz;
          let covered = 0;
          let coveredTo = 0;
          startS.forEach((start, index) => {
            const end = endS[index] ?? NaN;
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeLessThanOrEqual(durationS);
            expect(end - start).toBeCloseTo(Math.min(10, durationS), 5);
            expect(start).toBeLessThanOrEqual(coveredTo + 1e-9);
            covered += end - Math.max(start, coveredTo);
            coveredTo = end;
          });
          expect(covered).toBeCloseTo(analysedS, 4);
          expect(durationS - analysedS).toBeLessThan(5 + 1e-5);
        },
      ),
    );
  });
});
