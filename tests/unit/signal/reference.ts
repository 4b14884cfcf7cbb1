/** What scipy computes for the test signals of tests/fixtures/scipy-references.py. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const sampled = z.object({
  count: z.number(),
  at: z.array(z.number()),
  values: z.array(z.number()),
});
export type SampledResult = z.infer<typeof sampled>;

const schema = z.object({
  origin: z.string(),
  resample: z.record(z.string(), sampled),
  bandpass: z.record(z.string(), sampled),
  display: z.record(z.string(), sampled),
});

const path = new URL('../../fixtures/scipy-references.json', import.meta.url);
export const SCIPY = schema.parse(JSON.parse(readFileSync(fileURLToPath(path), 'utf8')));

/** The `wave` of scipy-references.py: sines on an offset and a drift. */
export function referenceWave(count: number, samplingHz: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => {
    const t = index / samplingHz;
    const sine = (hz: number, phase = 0) => Math.sin(2 * Math.PI * hz * t + phase);
    return (
      3 + 0.4 * t + 0.8 * sine(1.1) + 0.5 * sine(7.3, 0.4) + 0.2 * sine(23, 1) + 0.1 * sine(50)
    );
  });
}

/** Largest distance between a result and scipy's, at the places that the file holds. */
export function worstDifference(result: ArrayLike<number>, reference: SampledResult): number {
  return Math.max(
    ...reference.at.map((at, index) =>
      Math.abs((result[at] ?? NaN) - (reference.values[index] ?? NaN)),
    ),
  );
}

/** Largest distance between two signals; NaN where only one of them has a gap. */
export function worstBetween(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = Math.abs(a.length - b.length);
  for (let index = 0; index < a.length; index++) {
    const x = a[index] ?? NaN;
    const y = b[index] ?? NaN;
    if (Number.isNaN(x) && Number.isNaN(y)) continue;
    if (!(Math.abs(x - y) <= worst)) worst = Math.abs(x - y);
    if (Number.isNaN(worst)) return NaN;
  }
  return worst;
}
