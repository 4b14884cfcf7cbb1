import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baselineBoxes,
  clampRange,
  clampStart,
  gridLines,
  GUTTER_PX,
  leadLayout,
  leadsHeight,
  leadsShown,
  leadsThatFit,
  linePx,
  MARGIN_S,
  pxPerMillivolt,
  pxPerSecond,
  rowBounds,
  rowCount,
  secondsVisible,
  snapToPixel,
  startForWindow,
  stepOf,
  timeOriginPx,
  type RowParts,
} from '../../../src-renderer/paper/geometry.ts';

const scale = (pxPerMm: number) => ({ pxPerMm, speedMmPerS: 25, gainMmPerMv: 10 });
/** A row with everything the specification puts into it. */
const WHOLE_ROW: RowParts = {
  rrPx: 24,
  secondsPx: 18,
  activationPx: 24,
  modelPx: 30,
  readerPx: 24,
};

describe('the table of section 2 of the screen specification', () => {
  // Columns: window, width of the work column, height of the paper, seconds at 3.60 and at the CSS
  // millimetre (3.78), leads that fit of three, rows.
  const table = [
    { window: '1280x720', work: 964, paper: 353, at360: 10.2, at378: 9.7, leads: 2, rows: 1 },
    { window: '1440x900', work: 980, paper: 507, at360: 10.4, at378: 9.9, leads: 3, rows: 1 },
    { window: '1920x1080', work: 1356, paper: 687, at360: 14.6, at378: 13.9, leads: 3, rows: 1 },
    { window: '2560x1440', work: 1920, paper: 1047, at360: 20.8, at378: 19.8, leads: 3, rows: 2 },
  ];
  it.each(table)('holds at $window', ({ work, paper, at360, at378, leads, rows }) => {
    expect(secondsVisible(work, scale(3.6))).toBeCloseTo(at360, 1);
    expect(secondsVisible(work, scale(96 / 25.4))).toBeCloseTo(at378, 1);
    expect(rowCount(paper)).toBe(rows);
    const height = leadsHeight(paper / rows, WHOLE_ROW);
    expect(Math.min(3, leadsThatFit(height, 3.6))).toBe(leads);
  });
});

describe('scale', () => {
  it('is 90 px a second and 36 px a millivolt at 3.6 px/mm, 25 mm/s and 10 mm/mV', () => {
    expect(pxPerSecond(scale(3.6))).toBeCloseTo(90, 12);
    expect(pxPerMillivolt(scale(3.6))).toBeCloseTo(36, 12);
  });

  it('shows nothing in a pane that is all gutter', () => {
    expect(secondsVisible(GUTTER_PX - 5, scale(3.6))).toBe(0);
  });

  it('steps through the speeds on offer and stays at the ends', () => {
    expect(stepOf([12.5, 25, 50], 25, 1)).toBe(50);
    expect(stepOf([12.5, 25, 50], 50, 1)).toBe(50);
    expect(stepOf([12.5, 25, 50], 12.5, -1)).toBe(12.5);
  });
});

describe('grid lines', () => {
  it('lie half a pixel beside origin + k x px per mm, rounded, every fifth a large box', () => {
    // By hand: 10, 13.7795, 17.559, 21.3386, 25.118, 28.8976, 32.677 at 96/25.4 px per mm.
    const { small, large } = gridLines(10, 96 / 25.4, 10, 33, 1);
    expect(large).toEqual([10.5, 29.5]);
    expect(small).toEqual([14.5, 18.5, 21.5, 25.5, 33.5]);
  });

  it('are never more than half a pixel off, however far from the origin', () => {
    const positive = fc.double({ min: 1, max: 40, noNaN: true });
    const origin = fc.double({ min: -1e7, max: 0, noNaN: true });
    const screen = fc.constantFrom(1, 1.1, 1.25, 1.5, 1.75, 2, 3);
    fc.assert(
      fc.property(positive, origin, screen, (pxPerMm, originPx, density) => {
        const { small, large } = gridLines(originPx, pxPerMm, 0, 200, density);
        for (const line of [...small, ...large]) {
          const k = Math.round((line - 0.5 - originPx) / pxPerMm);
          const off = Math.abs(originPx + k * pxPerMm - (line - 0.5)) * density;
          expect(off).toBeLessThanOrEqual(0.5 + 1e-6);
          const left = (line - linePx(density) / 2) * density;
          expect(Math.abs(left - Math.round(left))).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it('put large boxes on multiples of 0.2 s of the recording', () => {
    const startS = 50_840.07;
    const at = scale(3.6);
    const { large } = gridLines(timeOriginPx(startS, at), at.pxPerMm, GUTTER_PX, 980, 1);
    for (const line of large) {
      const seconds = startS + (line - 0.5 - GUTTER_PX) / pxPerSecond(at);
      expect(Math.abs(seconds / 0.2 - Math.round(seconds / 0.2)) * 0.2).toBeLessThan(
        0.5 / 90 + 1e-6,
      );
    }
    expect(large.length).toBeGreaterThan(50);
  });

  it('move by whole pixels with a view that was snapped to them', () => {
    const at = scale(96 / 25.4);
    for (const start of [0, 7.123, 50_840.0771]) {
      const px = snapToPixel(start, at, 2) * pxPerSecond(at) * 2;
      expect(Math.abs(px - Math.round(px))).toBeLessThan(1e-4);
    }
  });
});

describe('leads', () => {
  it('get a pitch of whole large boxes, with the slack shared above and below', () => {
    // 547 px for 3 leads at 3.6 px/mm: 182.3 px each, 10 boxes of 18 px, 7 px over.
    expect(leadLayout(547, 3, 3.6)).toEqual({ pitchPx: 180, originPx: 4 });
  });

  it('stand with their baselines on large grid lines at even distances', () => {
    const layout = leadLayout(547, 3, 3.6);
    const boxes = [0, 1, 2].map((index) => baselineBoxes(layout, index, 3.6));
    expect(boxes).toEqual([5, 15, 25]);
  });

  it('have whole boxes of at least 28 mm each, and one is always shown', () => {
    expect(leadsThatFit(30 * 3.6 * 3, 3.6)).toBe(3);
    expect(leadsThatFit(30 * 3.6 * 3 - 0.1, 3.6)).toBe(2);
    expect(leadLayout(30 * 3.6 * 3, 3, 3.6).pitchPx).toBeCloseTo(30 * 3.6);
    expect(leadsThatFit(0, 3.6)).toBe(1);
  });

  it("are shown in the file's order, and the model's lead before others where not all fit", () => {
    expect(leadsShown([0, 1, 2, 3], 3, 2)).toEqual([0, 3]);
    expect(leadsShown([0, 1, 2], null, 5)).toEqual([0, 1, 2]);
    expect(leadsShown([0, 1], 3, 5)).toEqual([0, 1]);
  });
});

describe('rows', () => {
  it('add up to the pane, each at least 500 px when there are several', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (height) => {
        const rows = rowBounds(height);
        expect(rows.reduce((sum, row) => sum + row.heightPx, 0)).toBe(height);
        if (rows.length > 1)
          for (const row of rows) expect(row.heightPx).toBeGreaterThanOrEqual(499);
      }),
    );
  });
});

describe('the place of a view', () => {
  it('shows a window from its start where ten seconds do not fit', () => {
    expect(startForWindow(50, 10, 9.7)).toBeCloseTo(50 - MARGIN_S, 12);
  });

  it('centres a window with at most four seconds before it', () => {
    expect(startForWindow(50, 10, 14)).toBe(48);
    expect(startForWindow(50, 10, 41.6)).toBe(46);
  });

  it('never leaves the recording', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const length = fc.double({ min: 0.1, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(number, length, length, (start, visible, duration) => {
        const clamped = clampStart(start, visible, duration);
        expect(clamped).toBeGreaterThanOrEqual(-MARGIN_S);
        expect(clamped).toBeLessThanOrEqual(Math.max(-MARGIN_S, duration + MARGIN_S - visible));
      }),
    );
  });

  it('keeps a strip inside the recording, as long as asked for or as the recording is', () => {
    expect(clampRange(10, 120, 1000)).toEqual({ fromS: 0, toS: 120 });
    expect(clampRange(995, 120, 1000)).toEqual({ fromS: 880, toS: 1000 });
    expect(clampRange(30, 120, 60)).toEqual({ fromS: 0, toS: 60 });
  });
});
