/** Windows in context as Python computes them: both say the same of the same windows. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { MODEL_OUTPUTS } from '../../../src-main/contract/domain.ts';
import { windowContextSchema } from '../../../src-main/contract/model-card.ts';
import { inContext } from '../../../src-main/rhythm/context.ts';

/** A window each; nulls where there is too little signal. */
const rows = z.array(z.array(z.number().nullable()).length(MODEL_OUTPUTS.length));

const GOLDEN = windowContextSchema
  .extend({ cases: z.array(z.object({ alone: rows, inContext: rows })) })
  .parse(
    JSON.parse(readFileSync(new URL('../../fixtures/model/context.json', import.meta.url), 'utf8')),
  );

it('says what Python says of windows in context', () => {
  expect(GOLDEN.cases.length).toBeGreaterThan(5);
  for (const { alone, inContext: says } of GOLDEN.cases) {
    const found = inContext(Float32Array.from(numbersOf(alone)), GOLDEN);
    const expected = numbersOf(says);
    expect(found).toHaveLength(expected.length);
    expected.forEach((value, at) => {
      if (Number.isNaN(value)) expect(found[at]).toBeNaN();
      else expect(Math.abs((found[at] ?? NaN) - value)).toBeLessThan(1e-6);
    });
  }
});

function numbersOf(windows: z.infer<typeof rows>): number[] {
  return windows.flat().map((value) => value ?? NaN);
}
