import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RIBBON } from '../../../src-main/contract/domain.ts';
import { MIN_LANE_PX, ribbonRuns } from '../../../src-renderer/views/worklist/ribbon.ts';

const { normal, af, other, noise, none } = RIBBON;

describe('the ribbon of a row', () => {
  test('merges columns of one class into one run', () => {
    const columns = Uint8Array.from([normal, normal, other, other, normal, normal]);
    expect(ribbonRuns(columns, 60).map(({ code, x, width }) => [code, x, width])).toEqual([
      [normal, 0, 20],
      [other, 20, 20],
      [normal, 40, 20],
    ]);
  });

  test('shows a pixel as AF when any of its columns is AF, otherwise as the majority', () => {
    const columns = Uint8Array.from([normal, normal, af, other, other, normal]);
    const runs = ribbonRuns(columns, 2);
    expect(runs.map(({ code, x }) => [code, x])).toEqual([
      [other, 1],
      [af, 0],
    ]);
  });

  test('never hides one column of AF, however narrow the ribbon', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 144, maxLength: 144, max: none }),
        fc.integer({ min: 1, max: 600 }),
        (columns, width) => {
          const runs = ribbonRuns(columns, width);
          expect(runs.some(({ code }) => code === af)).toBe(columns.includes(af));
          for (const run of runs) expect(run.width).toBeGreaterThanOrEqual(MIN_LANE_PX);
        },
      ),
    );
  });

  test('covers the whole width once, but for runs that were widened to be seen', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 144, maxLength: 144, max: none }),
        fc.integer({ min: 1, max: 600 }),
        (columns, width) => {
          const runs = ribbonRuns(columns, width).toSorted((a, b) => a.x - b.x);
          let at = 0;
          for (const run of runs) {
            expect(run.x).toBe(at);
            at += Math.floor(run.width);
          }
          expect(at).toBe(width);
        },
      ),
    );
  });

  test('makes AF tallest, Other next, Normal and Noise equal', () => {
    const height = (code: number) => ribbonRuns(Uint8Array.of(code), 10)[0]?.height ?? 0;
    expect(height(af)).toBe(14);
    expect(height(other)).toBe(9);
    expect(height(normal)).toBe(5);
    expect(height(noise)).toBe(5);
  });
});
