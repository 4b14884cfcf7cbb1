import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_OUTPUTS } from '../../../src-main/contract/domain.ts';
import { inContext } from '../../../src-main/rhythm/context.ts';
import { verdictsOf } from './verdicts.ts';
import { CONTEXTS, LEADS } from './windows-alone.ts';

const OUTPUTS = MODEL_OUTPUTS.length;
const HALF = { neighbour: 0.5, sharpening: 0 };
const alone = (letters: string) => verdictsOf(letters).probabilities;
const rowsOf = (values: Float32Array) =>
  Array.from({ length: values.length / OUTPUTS }, (_, window) =>
    Array.from(values.subarray(window * OUTPUTS, (window + 1) * OUTPUTS)),
  );

describe('a window in context', () => {
  it('is probabilities that sum to 1, or still no signal', () => {
    fc.assert(
      fc.property(LEADS, CONTEXTS, (lead, context) => {
        const before = rowsOf(lead);
        rowsOf(inContext(lead, context)).forEach((row, window) => {
          const sum = row.reduce((total, p) => total + p, 0);
          if (Number.isNaN(before[window]?.[0])) expect(sum).toBeNaN();
          else {
            expect(sum).toBeCloseTo(1, 5);
            expect(row.every((p) => p >= 0 && p <= 1)).toBe(true);
          }
        });
      }),
    );
  });

  it('that has no neighbour with signal is as it was, bit for bit', () => {
    fc.assert(
      fc.property(LEADS, CONTEXTS, (lead, context) => {
        const silent = new Float32Array(OUTPUTS).fill(NaN);
        const apart = Float32Array.from(rowsOf(lead).flatMap((row) => [...row, ...silent]));
        expect(inContext(apart, context)).toEqual(apart);
      }),
    );
  });

  it('is the weighted mean with its neighbours where nothing is sharpened', () => {
    const [, middle = []] = rowsOf(inContext(alone('NAN'), HALF));
    // Two neighbours of half a weight each: half its own, half theirs.
    expect(middle[0]).toBeCloseTo((0.9 + 0.025) / 2);
    expect(middle[1]).toBeCloseTo((0.9 + 0.025) / 2);
    const [first = []] = rowsOf(inContext(alone('NA'), HALF));
    expect(first[0]).toBeCloseTo((0.9 + 0.5 * 0.025) / 1.5);
  });

  it('is surer the more is sharpened, and of the same class', () => {
    const [, mean = []] = rowsOf(inContext(alone('AaA'), HALF));
    const [, sharp = []] = rowsOf(inContext(alone('AaA'), { ...HALF, sharpening: 2 }));
    expect(sharp[1]).toBeGreaterThan(mean[1] ?? NaN);
    // Half of the weight is the neighbours': the power is 1 + 2 x 0.5, and odds are squared.
    expect((sharp[1] ?? NaN) / (sharp[0] ?? NaN)).toBeCloseTo(
      ((mean[1] ?? NaN) / (mean[0] ?? NaN)) ** 2,
      3,
    );
  });

  it('hears nothing of a window without signal, nor of one further away', () => {
    const rows = rowsOf(inContext(alone('NxAA'), HALF));
    expect(rows[0]).toEqual(rowsOf(alone('N'))[0]);
    expect(rows[1]?.every(Number.isNaN)).toBe(true);
    expect(rows[2]).toEqual(rowsOf(inContext(alone('AA'), HALF))[0]);
  });

  it('does not depend on the direction of time', () => {
    fc.assert(
      fc.property(LEADS, CONTEXTS, (lead, context) => {
        const backwards = Float32Array.from(rowsOf(lead).reverse().flat());
        const forth = rowsOf(inContext(lead, context));
        rowsOf(inContext(backwards, context))
          .reverse()
          .forEach((row, window) => {
            row.forEach((p, output) => {
              const other = forth[window]?.[output] ?? NaN;
              if (Number.isNaN(p)) expect(other).toBeNaN();
              else expect(p).toBeCloseTo(other, 6);
            });
          });
      }),
    );
  });

  it('has no NaN where a provider rounds a probability below nothing', () => {
    const lead = Float32Array.from([1.004, -0.004, 0, 0, 0, 1.004, -0.004, 0, 0, 0]);
    expect(Array.from(inContext(lead, { neighbour: 1, sharpening: 1.5 }))).toEqual([
      1, 0, 0, 0, 0, 1, 0, 0, 0, 0,
    ]);
  });
});
