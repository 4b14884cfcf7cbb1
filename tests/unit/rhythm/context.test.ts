import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_OUTPUTS } from '../../../src-main/contract/domain.ts';
import type { WindowContext } from '../../../src-main/contract/model-card.ts';
import { inContext } from '../../../src-main/rhythm/context.ts';
import { verdictsOf } from './verdicts.ts';
import { CONTEXTS, LEADS } from './windows-alone.ts';

const OUTPUTS = MODEL_OUTPUTS.length;
const HALF: WindowContext = { belief: 0.5, sureness: [1, 1] };
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

  it('is what it says times what is believed of its neighbours', () => {
    const [, middle = []] = rowsOf(inContext(alone('NAN'), HALF));
    const [[n0 = NaN, n1 = NaN] = [], [a0 = NaN, a1 = NaN] = []] = rowsOf(alone('NA'));
    // Half of what a neighbour says, and half of a fifth for each output.
    const [normal, af] = [n0 / 2 + 0.1, n1 / 2 + 0.1];
    expect((middle[0] ?? NaN) / (middle[1] ?? NaN)).toBeCloseTo(
      (a0 * normal ** 2) / (a1 * af ** 2),
      3,
    );
    const [first = []] = rowsOf(inContext(alone('AN'), HALF));
    expect((first[0] ?? NaN) / (first[1] ?? NaN)).toBeCloseTo((a0 * normal) / (a1 * af), 3);
  });

  it('is less sure by a smaller power, of its own for one neighbour and for two', () => {
    const context: WindowContext = { belief: 0.5, sureness: [0.5, 0.25] };
    const odds = ([normal = NaN, af = NaN]: number[]) => af / normal;
    const plain = rowsOf(inContext(alone('AaA'), HALF)).map(odds);
    rowsOf(inContext(alone('AaA'), context))
      .map(odds)
      .forEach((found, at) => {
        expect(found).toBeCloseTo((plain[at] ?? NaN) ** (at === 1 ? 0.25 : 0.5), 3);
      });
  });

  it('keeps its class between two others when it is sure of it, however sure they are', () => {
    const lone = Float32Array.from([1, 0, 0, 0, 0, 0.03, 0.95, 0, 0.02, 0, 1, 0, 0, 0, 0]);
    const [, middle = []] = rowsOf(inContext(lone, { belief: 0.3, sureness: [0.85, 0.7] }));
    expect(middle[1]).toBeGreaterThan(0.5);
    // A mean of the three, or their product, would call it normal.
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
    expect(Array.from(inContext(lead, { belief: 0.9, sureness: [1.5, 1.5] }))).toEqual([
      1, 0, 0, 0, 0, 1, 0, 0, 0, 0,
    ]);
  });
});
