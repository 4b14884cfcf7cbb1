/** Reading into arrays of the caller's, in every format. */
import { describe, expect, it } from 'vitest';
import type { RecordingReader } from '../../../src-main/formats/reader.ts';
import type { Seed, Target } from './fuzz.ts';
import { TARGETS } from './fuzz-targets.ts';
import { requestFor } from './in-memory.ts';

async function withReader(
  { format, onDisk }: Target,
  { name, bytes, beside }: Seed,
  use: (reader: RecordingReader) => Promise<void>,
): Promise<void> {
  const place = onDisk?.(bytes) ?? null;
  const request = requestFor({ [name]: bytes, ...Object.fromEntries(beside ?? []) });
  const reader = await format.open({ ...request, path: place?.path ?? null });
  try {
    await use(reader);
  } finally {
    await reader.close();
    place?.remove();
  }
}

/** Leads of the rate of the first, which are read together. */
function leadsTogether({ header }: RecordingReader): number[] {
  const [first] = header.leads;
  return header.leads.flatMap((lead, i) => (lead.samplingHz === first?.samplingHz ? [i] : []));
}

function bits(all: readonly Float32Array[]): number[][] {
  return all.map((values) => [...new Uint32Array(values.buffer, values.byteOffset, values.length)]);
}

describe.each(TARGETS)('$name', ({ build }) => {
  it('fills the arrays it is given as it fills new ones, before the start and after the end too', async () => {
    const target = await build();
    for (const seed of target.seeds) {
      await withReader(target, seed, async (reader) => {
        const leads = leadsTogether(reader);
        const end = reader.header.leads[0]?.sampleCount ?? 0;
        for (const [from, to] of [
          [-5, end + 7],
          [3, Math.min(end, 90)],
          [-20, -3],
          [end + 1, end + 30],
        ] as const) {
          // Parts of a longer array, with something in them that must go.
          const into = leads.map(() => new Float32Array(to - from + 2).fill(7).subarray(1, -1));
          const filled = await reader.read(leads, from, to, into);
          expect(filled.every((values, i) => values === into[i])).toBe(true);
          expect(bits(filled)).toEqual(bits(await reader.read(leads, from, to)));
          expect(into.every(({ buffer }) => new Float32Array(buffer).at(-1) === 7)).toBe(true);
        }
      });
    }
  });

  it('refuses arrays of another length or number', async () => {
    const target = await build();
    const [seed] = target.seeds;
    if (seed === undefined) throw new Error('nothing to read');
    await withReader(target, seed, async (reader) => {
      for (const into of [[new Float32Array(9)], [new Float32Array(10), new Float32Array(10)], []])
        await expect(reader.read([0], 0, 10, into)).rejects.toMatchObject({ code: 'bad-request' });
    });
  });
});
