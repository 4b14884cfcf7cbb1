/**
 * CACHET-CADB, short format without context (DOI 10.11583/DTU.14547330): `signal` and `labels`,
 * flat, of equal length, 10,240 values a segment.
 */
import { LIMITS } from '../limits.ts';
import type { ArrayFile, ArrayVariable } from '../arrays/variables.ts';
import { annotationOfClass, type ClassAnnotation } from '../cachet-classes.ts';

export const CACHET = { samplingHz: 1024, segmentSamples: 10_240 } as const;

/** Number of segments where the file has this layout, else 0. */
export function isCachet(file: ArrayFile): number {
  const signal = variable(file, 'signal');
  const labels = variable(file, 'labels');
  if (!signal || !labels || signal.channels !== 1 || labels.channels !== 1) return 0;
  if (signal.samples !== labels.samples || signal.samples % CACHET.segmentSamples !== 0) return 0;
  const segments = signal.samples / CACHET.segmentSamples;
  // A damaged header may promise any number; the database has 1,602.
  return segments <= LIMITS.segments ? segments : 0;
}

/** One segment as an array of its own. */
export function segmentOf(file: ArrayFile, index: number): ArrayVariable {
  const signal = variable(file, 'signal');
  const start = index * CACHET.segmentSamples;
  return {
    name: 'signal',
    channels: 1,
    samples: CACHET.segmentSamples,
    integers: signal?.integers ?? false,
    read: (_channel, from, to) =>
      signal?.read(0, start + from, start + to) ?? Promise.resolve(new Float64Array(0)),
  };
}

/** The segment's label, stored once a sample, all equal; 0 is none, and is null. */
export async function labelOf(file: ArrayFile, index: number): Promise<ClassAnnotation | null> {
  const start = index * CACHET.segmentSamples;
  const [code = 0] = (await variable(file, 'labels')?.read(0, start, start + 1)) ?? [];
  return code === 0 ? null : annotationOfClass(String(code));
}

function variable(file: ArrayFile, name: string): ArrayVariable | undefined {
  return file.variables.find((one) => one.name === name);
}
