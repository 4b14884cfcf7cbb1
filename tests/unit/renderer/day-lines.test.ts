import { describe, expect, test } from 'vitest';
import { RIBBON, type WindowVerdicts } from '../../../src-main/contract/domain.ts';
import {
  dayLayout,
  lineGround,
  lineRuns,
  windowCodes,
} from '../../../src-renderer/views/worklist/day-lines.ts';

/** Windows of 10 s from the start; each row is normal, af, ectopy, other, noise. */
function verdicts(rows: readonly (readonly number[])[]): WindowVerdicts {
  return {
    leadIndex: 0,
    startS: Float64Array.from(rows, (_, i) => i * 10),
    endS: Float64Array.from(rows, (_, i) => i * 10 + 10),
    unlike: new Float32Array(rows.length).fill(NaN),
    probabilities: Float32Array.from(rows.flat()),
  };
}

const NORMAL = [0.95, 0.01, 0.02, 0.01, 0.01];
const AF = [0.02, 0.95, 0.01, 0.01, 0.01];
const ECTOPY = [0.05, 0.01, 0.9, 0.03, 0.01];
const UNSURE = [0.4, 0.5, 0.02, 0.04, 0.04];
const MISSING = [NaN, NaN, NaN, NaN, NaN];

describe('the day lines of a recording', () => {
  test('begin at midnight, so that a day of 24 h touches two dates', () => {
    const { kind, lines } = dayLayout('2026-06-11T09:12:00.000', 86_000);
    expect(kind).toBe('calendar');
    expect(lines.map(({ label }) => label)).toEqual(['06-11', '06-12']);
    expect(lines[0]).toMatchObject({ fromS: -33_120, toS: 53_280 });
  });

  test('count 15 dates for 13 d 22 h from 15:30', () => {
    const { lines } = dayLayout('2026-05-22T15:30:00.000', 13 * 86_400 + 22 * 3600);
    expect(lines).toHaveLength(15);
    expect(lines.at(-1)?.label).toBe('06-05');
  });

  test('go over the end of a leap February', () => {
    const { lines } = dayLayout('2024-02-28T23:00:00.000', 86_400 * 2);
    expect(lines.map(({ label }) => label)).toEqual(['02-28', '02-29', '03-01']);
  });

  test('count from the start where the file names none', () => {
    const { kind, lines } = dayLayout(null, 2.5 * 86_400);
    expect(kind).toBe('elapsed');
    expect(lines.map(({ label }) => label)).toEqual(['day 1', 'day 2', 'day 3']);
  });

  test('are one line of its own length for a short recording', () => {
    expect(dayLayout('2026-06-11T09:12:00.000', 30)).toEqual({
      kind: 'whole',
      lines: [{ label: '', fromS: 0, toS: 30 }],
    });
  });

  test('follow the reading in force: ectopy is Other or Normal', () => {
    const of = verdicts([NORMAL, AF, ECTOPY, UNSURE, MISSING]);
    const { normal, af, other, uncertain, noSignal } = RIBBON;
    expect([...windowCodes(of, 'cinc', 0.8)]).toEqual([normal, af, other, uncertain, noSignal]);
    expect([...windowCodes(of, 'rhythm', 0.8)]).toEqual([normal, af, normal, uncertain, noSignal]);
  });

  test('merge neighbours into runs, and draw AF last', () => {
    const of = verdicts([NORMAL, AF, AF, ECTOPY, NORMAL]);
    const codes = windowCodes(of, 'cinc', 0.8);
    const runs = lineRuns(of, codes, { label: '', fromS: 0, toS: 50 }, 100, 8);
    expect(runs.map(({ code, x, width }) => [code, x, width])).toEqual([
      [RIBBON.other, 60, 20],
      [RIBBON.af, 20, 40],
    ]);
  });

  test('part a run at midnight', () => {
    const of = verdicts([AF, AF, AF, AF]);
    const codes = windowCodes(of, 'cinc', 0.8);
    const first = lineRuns(of, codes, { label: '', fromS: -75, toS: 25 }, 100, 8);
    const second = lineRuns(of, codes, { label: '', fromS: 25, toS: 125 }, 100, 8);
    expect(first).toMatchObject([{ x: 75, width: 25 }]);
    expect(second).toMatchObject([{ x: 0, width: 15 }]);
  });

  test('leave the ground of Normal to what was found: a day in work is no normal day', () => {
    const [first, second] = dayLayout('2026-06-11T12:00:00.000', 86_400).lines;
    if (!first || !second) throw new Error('a day from noon touches two dates');
    const inWork = 6 * 3600;
    expect(lineGround(first, 86_400, inWork, 240)).toEqual({ from: 120, found: 180, to: 240 });
    expect(lineGround(second, 86_400, inWork, 240)).toEqual({ from: 0, found: 0, to: 120 });
    expect(lineGround(first, 86_400, 0, 240)).toEqual({ from: 120, found: 120, to: 240 });
    expect(lineGround(second, 86_400, 86_400, 240)).toEqual({ from: 0, found: 120, to: 120 });
  });

  test('show what takes the most of a pixel: scattered ectopy does not colour a day', () => {
    const hour = Array.from({ length: 360 }, (_, i) => (i % 9 === 0 ? ECTOPY : NORMAL));
    const of = verdicts([...hour, AF, ...hour]);
    const codes = windowCodes(of, 'cinc', 0.8);
    const runs = lineRuns(of, codes, { label: '', fromS: 0, toS: 86_400 }, 220, 8);
    expect(runs.map(({ code }) => code)).toEqual([RIBBON.af]);
  });

  test('keep a single window of AF wide enough to be seen in a whole day', () => {
    const of = verdicts([NORMAL, AF, NORMAL]);
    const codes = windowCodes(of, 'cinc', 0.8);
    const [run] = lineRuns(of, codes, { label: '', fromS: 0, toS: 86_400 }, 220, 8);
    expect(run?.width).toBe(1.5);
  });
});
