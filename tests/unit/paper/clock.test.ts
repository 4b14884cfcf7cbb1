import { describe, expect, it } from 'vitest';
import {
  clockMilliseconds,
  clockOf,
  clockSeconds,
  clockText,
  spanText,
  ticksOnClock,
  tickStep,
} from '../../../src-renderer/paper/clock.ts';
import {
  appliedFiltersText,
  envelopeText,
  filtersText,
  probabilityText,
} from '../../../src-renderer/paper/words.ts';

const june = clockOf('2026-06-11T09:12:00.000');
const unknown = clockOf(null);

describe('the clock of a recording', () => {
  it('is the time of day as the file has it, past midnight too', () => {
    expect(clockText(june, 17_720)).toBe('14:07:20');
    expect(clockText(june, 60_000)).toBe('01:52:00');
    expect(clockSeconds(june, 17_721)).toBe(':21');
    expect(clockMilliseconds(june, 17_720.348)).toBe('14:07:20.348');
  });

  it('counts from the start where the file states none', () => {
    expect(unknown.date).toBeNull();
    expect(clockText(unknown, 90_061)).toBe('25:01:01');
    expect(clockOf('yesterday').date).toBeNull();
  });

  it('names both dates of a recording that runs over midnight', () => {
    expect(spanText(june, 86_280)).toBe('2026-06-11 09:12 to 06-12 09:10');
    expect(spanText(june, 30)).toBe('2026-06-11 09:12:00 to 09:12:30');
    // Half a minute over the end of a minute: "11:05 to 11:06" would be a whole one.
    expect(spanText(clockOf('2000-05-01T11:05:48'), 30)).toBe('2000-05-01 11:05:48 to 11:06:18');
    expect(spanText(clockOf('2026-12-31T23:59:50'), 20)).toBe(
      '2026-12-31 23:59:50 to 01-01 00:00:10',
    );
    expect(spanText(clockOf('2026-12-31T23:30:00'), 3600)).toBe('2026-12-31 23:30 to 01-01 00:30');
    expect(spanText(unknown, 30)).toBeNull();
  });

  it('ticks on whole steps of the clock, not of the recording', () => {
    expect(ticksOnClock(june, 0, 86_280, 10_800)[0]).toBe(10_080); // 12:00
    expect(tickStep(90, 34)).toBe(1);
    expect(tickStep(925 / 86_280, 88)).toBe(10_800);
  });
});

describe('what is printed on the paper', () => {
  it('names the band and the notch, or says that filters are off', () => {
    expect(filtersText({ highPassHz: 0, lowPassHz: 0, notchHz: 0 })).toBe('filters off');
    expect(filtersText({ highPassHz: 0.5, lowPassHz: 40, notchHz: 50 })).toBe(
      '0.5 to 40 Hz, notch 50 Hz',
    );
    expect(filtersText({ highPassHz: 0, lowPassHz: 40, notchHz: 0 })).toBe('to 40 Hz');
  });

  it('is what was applied, not what was asked for', () => {
    const off = { highPassHz: 0, lowPassHz: 0, notchHz: 0 };
    const chosen = { highPassHz: 0.5, lowPassHz: 150, notchHz: 0 };
    expect(appliedFiltersText([{ ...chosen, lowPassHz: 0 }], chosen)).toBe('from 0.5 Hz');
    expect(appliedFiltersText([off], chosen)).toBe('filters off in this view');
    expect(appliedFiltersText([off, chosen], chosen)).toBe('filters off / 0.5 to 150 Hz, by lead');
  });

  it('says when a drawing is a min/max envelope', () => {
    expect(envelopeText(1)).toBeNull();
    expect(envelopeText(1284)).toBe('min/max view 1:1,284');
  });

  it('never rounds a probability to certainty', () => {
    expect(probabilityText(0.9996)).toBe('0.99');
    expect(probabilityText(1)).toBe('1.00');
    expect(probabilityText(0.614)).toBe('0.61');
  });
});
