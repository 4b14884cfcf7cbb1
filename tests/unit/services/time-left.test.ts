import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JobTally } from '../../../src-main/services/job-tally.ts';
import { SlidingRate } from '../../../src-main/services/sliding-rate.ts';
import { windowsLeft } from '../../../src-main/services/windows-left.ts';

describe('the rate', () => {
  test('is unknown at first, then what came in over the last seconds', () => {
    const rate = new SlidingRate();
    expect(rate.perSecond(0)).toBeNull();
    rate.add(10, 0);
    expect(rate.perSecond(2_900)).toBeNull();
    for (let ms = 100; ms <= 20_000; ms += 100) rate.add(10, ms);
    expect(rate.perSecond(20_000)).toBeCloseTo(100, -1);
    expect(rate.perSecond(40_000)).toBe(0);
  });
});

/** Tells of 16 windows a second, in one bundle of eight recordings, from `fromMs` on. */
function work(tally: JobTally, fromMs: number, toMs: number): void {
  for (let ms = fromMs; ms <= toMs; ms += 1_000) {
    for (let at = 0; at < 8; at += 1) tally.windows(2, ms + at);
  }
}

describe('the time left', () => {
  test('after a start is not told before there is evidence, and is never too short', () => {
    const tally = new JobTally();
    tally.begin();
    // A process takes a while to start; then what it read meanwhile comes in one go.
    for (let at = 0; at < 8; at += 1) tally.windows(40, 4_000 + at);
    for (const nowMs of [0, 3_900, 4_010, 4_600, 6_900]) {
      expect(tally.secondsLeft(nowMs, 1_600)).toBeNull();
    }
    for (let secondMs = 5_000; secondMs <= 20_000; secondMs += 1_000) {
      work(tally, secondMs, secondMs);
      const nowMs = secondMs + 10;
      if (nowMs < 7_010) continue;
      expect(tally.secondsLeft(nowMs, 1_600)).toBeGreaterThan(90);
      expect(tally.secondsLeft(nowMs, 1_600)).toBeLessThan(115);
    }
  });

  test('after a pause counts nothing that was done before it', () => {
    const tally = new JobTally();
    tally.begin();
    work(tally, 0, 10_000);
    tally.restartClock();
    for (let at = 0; at < 8; at += 1) tally.windows(40, 600_000 + at); // in work as the pause began
    expect(tally.secondsLeft(600_600, 1_600)).toBeNull();
    work(tally, 601_000, 604_000);
    expect(tally.secondsLeft(604_010, 1_600)).toBeGreaterThan(90);
    expect(tally.secondsLeft(604_010, 1_600)).toBeLessThan(115);
  });

  test('is not told while it is not known how much is left, nor when nothing comes any more', () => {
    const tally = new JobTally();
    tally.begin();
    work(tally, 0, 10_000);
    expect(tally.secondsLeft(10_010, null)).toBeNull();
    expect(tally.secondsLeft(10_010, 160)).toBeCloseTo(10, 0);
    expect(tally.secondsLeft(30_000, 160)).toBeNull();
  });
});

describe('what is left', () => {
  const unknown = { durationS: null, progress: 0 };

  test('is known where lengths are, and counts each recording as far as it is', () => {
    const half = { durationS: 600, progress: 0.5 };
    expect(windowsLeft([half, { durationS: 100, progress: 0 }], null)).toBe(40);
    expect(windowsLeft([], null)).toBe(0);
    expect(windowsLeft([{ durationS: 4, progress: 0 }], null)).toBe(1);
  });

  test('takes recordings of unknown length for ones like the others, and else says nothing', () => {
    expect(windowsLeft([unknown, { durationS: 86_400, progress: 0 }], 3)).toBe(2 * 8_640);
    expect(windowsLeft([unknown, unknown], 3)).toBe(6);
    expect(windowsLeft([unknown], null)).toBeNull();
  });

  test('never grows as recordings go on', () => {
    const one = fc.record({
      durationS: fc.option(fc.integer({ min: 1, max: 1e6 })),
      progress: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(one), fc.integer({ min: 1, max: 1e4 }), (recordings, typical) => {
        const further = recordings.map(({ durationS, progress }) => ({
          durationS,
          progress: (1 + progress) / 2,
        }));
        const [before, after] = [recordings, further].map((some) => windowsLeft(some, typical));
        expect(after).toBeLessThanOrEqual(before ?? NaN);
      }),
    );
  });
});
