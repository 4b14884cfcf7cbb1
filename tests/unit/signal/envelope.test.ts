import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { envelopeOf, levelSizes, type EnvelopeRange } from '../../../src-main/signal/envelope.ts';
import {
  buildEnvelope,
  createEnvelopeFile,
  openEnvelope,
  type Envelope,
} from '../../../src-main/signal/envelope-file.ts';

const sourceOf = (bytes: Uint8Array) => ({
  size: bytes.length,
  read: (offset: number, length: number) =>
    Promise.resolve(bytes.subarray(offset, offset + length)),
});

/** The bytes of an envelope of whole leads, pushed in pieces of the given length. */
async function encoded(leads: readonly Float32Array[], piece = 1000): Promise<Uint8Array> {
  let bytes = new Uint8Array(0);
  const builder = buildEnvelope(
    leads.map((lead) => lead.length),
    {
      write(position, part) {
        if (position + part.length > bytes.length) {
          const longer = new Uint8Array(position + part.length);
          longer.set(bytes);
          bytes = longer;
        }
        bytes.set(part, position);
        return Promise.resolve();
      },
    },
  );
  const longest = Math.max(0, ...leads.map((lead) => lead.length));
  for (let at = 0; at < longest; at += piece) {
    for (const [index, lead] of leads.entries()) {
      await builder.push(index, lead.subarray(at, at + piece));
    }
  }
  await builder.finish();
  return bytes;
}

const envelopeIn = async (leads: readonly Float32Array[], piece?: number): Promise<Envelope> =>
  openEnvelope(sourceOf(await encoded(leads, piece)));

/** Smallest and largest present sample of each bin, computed the slow way. */
function expectTruthful(range: EnvelopeRange, samples: Float32Array, from: number, to: number) {
  const { samplesPerBin, fromSample, min, max } = range;
  expect(fromSample % samplesPerBin).toBe(0);
  expect(fromSample).toBeLessThanOrEqual(from);
  expect(fromSample + min.length * samplesPerBin).toBeGreaterThanOrEqual(to);
  min.forEach((low, bin) => {
    const start = fromSample + bin * samplesPerBin;
    const present = samples.slice(start, start + samplesPerBin).filter(Number.isFinite);
    if (present.length === 0) {
      expect(low).toBeNaN();
      expect(max[bin]).toBeNaN();
    } else {
      expect(low).toBe(present.reduce((a, b) => Math.min(a, b)));
      expect(max[bin]).toBe(present.reduce((a, b) => Math.max(a, b)));
    }
  });
}

const wave = (count: number, gapFrom = -1, gapTo = -1): Float32Array =>
  Float32Array.from({ length: count }, (_, index) =>
    index >= gapFrom && index < gapTo ? NaN : Math.sin(index / 50) * (1 + ((index * 7919) % 101)),
  );

describe('the envelope of a short stretch', () => {
  it('holds every sample in at most the columns asked for, on bins that do not move', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 2, max: 300 }),
        (first, length, columns) => {
          const all = wave(5000, 1000, 1300);
          const range = envelopeOf(all.slice(first, first + length), columns, first);
          expect(range.min.length).toBeLessThanOrEqual(columns);
          const known = all.map((value, index) =>
            index >= first && index < first + length ? value : NaN,
          );
          expectTruthful(range, known, first, Math.min(5000, first + length));
        },
      ),
    );
  });

  it('is empty for no samples', () => {
    expect(envelopeOf(new Float32Array(0), 100)).toMatchObject({ min: new Float32Array(0) });
  });
});

describe('the envelope of a recording', () => {
  it('has levels of a sixteenth each until one fits a screen', () => {
    expect(levelSizes(9000)).toEqual([563]);
    expect(levelSizes(250 * 86_400)).toEqual([1_350_000, 84_375, 5274, 330]);
  });

  it('holds every sample at every zoom, in at most the columns asked for', async () => {
    const samples = wave(200_003, 60_000, 75_000);
    const envelope = await envelopeIn([samples]);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 199_000 }),
        fc.integer({ min: 1, max: 200_000 }),
        fc.integer({ min: 2, max: 1500 }),
        async (from, length, columns) => {
          const to = Math.min(samples.length, from + length);
          const range = await envelope.query(0, from, to, columns);
          expect(range.min.length).toBeLessThanOrEqual(columns);
          expectTruthful(range, samples, from, to);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is the same however the samples arrive', async () => {
    const leads = [wave(150_000, 20_000, 21_000), wave(3001), wave(0)];
    const reference = await encoded(leads, 150_000);
    for (const piece of [7, 16, 4096, 131_071]) {
      expect(Buffer.compare(await encoded(leads, piece), reference)).toBe(0);
    }
  });

  it('leaves a gap open at every zoom and counts infinities as missing', async () => {
    const samples = wave(300_000, 100_000, 200_000);
    samples[50] = Infinity;
    const envelope = await envelopeIn([samples]);
    for (const columns of [10_000, 1000, 60]) {
      const { samplesPerBin, min, max } = await envelope.query(0, 0, 300_000, columns);
      const middle = Math.floor(150_000 / samplesPerBin);
      expect([min[middle], max[middle]]).toEqual([NaN, NaN]);
      expect(max[0]).toBeLessThan(Infinity);
    }
  });

  it('counts what was announced and not pushed as missing, and refuses more', async () => {
    const parts = new Map<number, Uint8Array>();
    const builder = buildEnvelope([40_000], {
      write: (position, bytes) => Promise.resolve(void parts.set(position, bytes.slice())),
    });
    await builder.push(0, wave(10_000));
    await builder.finish();
    const bytes = new Uint8Array(
      Math.max(...[...parts].map(([position, part]) => position + part.length)),
    );
    for (const [position, part] of parts) bytes.set(part, position);
    const { min } = await (await openEnvelope(sourceOf(bytes))).query(0, 0, 40_000, 100);
    expect(min[10]).not.toBeNaN();
    expect(min.at(-5)).toBeNaN();
    await expect(buildEnvelope([5], { write: async () => {} }).push(0, wave(6))).rejects.toThrow(
      RangeError,
    );
  });

  it('answers an empty range outside the recording', async () => {
    const envelope = await envelopeIn([wave(1000)]);
    for (const [from, to] of [
      [-500, -10],
      [2000, 3000],
      [500, 500],
      [NaN, NaN],
    ] as const) {
      expect((await envelope.query(0, from, to, 100)).min).toHaveLength(0);
    }
    await expect(envelope.query(1, 0, 10, 10)).rejects.toThrow(RangeError);
  });
});

describe('an envelope file', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rhythmark-envelope-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('appears complete when finished', async () => {
    const path = join(folder, 'a.envelope');
    const leads = [wave(70_000), wave(30_000)];
    const file = await createEnvelopeFile(path, [70_000, 30_000]);
    for (const [index, lead] of leads.entries()) await file.push(index, lead);
    expect(await readdir(folder)).not.toContain('a.envelope');
    await file.finish();
    expect(await readdir(folder)).toEqual(['a.envelope']);
    expect(Buffer.compare(await readFile(path), await encoded(leads))).toBe(0);
  });

  it('leaves nothing behind when discarded', async () => {
    const file = await createEnvelopeFile(join(folder, 'a.envelope'), [70_000]);
    await file.push(0, wave(70_000));
    await file.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is refused when it is cut off, changed in its head, or something else', async () => {
    const whole = await encoded([wave(70_000), wave(30_000)]);
    const path = join(folder, 'a.envelope');
    const headLength = 32 + 2 * 8 + 8 * Math.ceil(70_000 / 256) + 8 * Math.ceil(30_000 / 256);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.integer({ min: 0, max: whole.length - 1 }).map((length) => whole.slice(0, length)),
          fc
            .tuple(fc.integer({ min: 0, max: headLength - 1 }), fc.integer({ min: 1, max: 255 }))
            .filter(([at]) => at < 28 || at > 31)
            .map(([at, flip]) => whole.map((byte, index) => (index === at ? byte ^ flip : byte))),
          fc.uint8Array({ maxLength: 200 }),
        ),
        async (bytes) => {
          await writeFile(path, bytes);
          await expect(openEnvelope(sourceOf(await readFile(path)))).rejects.toMatchObject({
            code: 'damaged-file',
          });
        },
      ),
      { numRuns: 80 },
    );
  });
});
