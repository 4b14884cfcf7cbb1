/** Leads and contexts for properties: what a model might say of windows, each by itself. */
import fc from 'fast-check';
import { MODEL_OUTPUTS } from '../../../src-main/contract/domain.ts';
import type { WindowContext } from '../../../src-main/contract/model-card.ts';

const WINDOW = fc.oneof(
  { weight: 1, arbitrary: fc.constant(new Array<number>(MODEL_OUTPUTS.length).fill(NaN)) },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 1000 }), {
        minLength: MODEL_OUTPUTS.length,
        maxLength: MODEL_OUTPUTS.length,
      })
      .map((parts) => {
        const sum = parts.reduce((total, part) => total + part, 0);
        return parts.map((part) => (sum > 0 ? part / sum : 1 / MODEL_OUTPUTS.length));
      }),
  },
);

/** Probabilities of a lead's windows, row-major; a fifth of the windows has no signal. */
export const LEADS = fc
  .array(WINDOW, { maxLength: 40 })
  .map((rows) => Float32Array.from(rows.flat()));

const SURENESS = fc.double({ min: 0.1, max: 2, noNaN: true });

export const CONTEXTS: fc.Arbitrary<WindowContext> = fc.record({
  belief: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
  sureness: fc.tuple(SURENESS, SURENESS),
});
