/** What Python made of the synthetic windows (golden.py says how). */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { WindowCase } from './synthetic-window.ts';

const number = z.number();
const schema = z.object({
  origin: z.string(),
  sha256: z.string(),
  outputs: z.array(z.string()),
  storedEvery: z.number().int().positive(),
  cases: z.array(
    z.object({
      case: z.tuple([number, number, number, number, number]),
      valid: z.boolean(),
      scaled: z.array(number),
      probabilities: z.array(number),
    }),
  ),
});

export type Golden = z.infer<typeof schema>;

export function readGolden(file: string | URL): Golden {
  return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Those of the shipped model. */
export const golden = readGolden(new URL('../../fixtures/model/golden.json', import.meta.url));

export function nameOf([seed, irregular, noise, from, missing]: WindowCase): string {
  const gap = missing === 0 ? 'no gap' : `${missing} samples missing from ${from}`;
  return `seed ${seed}, RR irregular by ${irregular} %, noise ${noise} %, ${gap}`;
}
