import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecording } from '../../../src-main/formats/index.ts';
import { NO_SAMPLE } from '../../../src-main/formats/reader.ts';
import {
  writeRecord,
  WRITABLE_FORMATS,
  type RecordToWrite,
  type SignalToWrite,
  type WritableFormat,
} from '../../../src-main/formats/wfdb/write.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-wfdb-write-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const BITS: Readonly<Record<WritableFormat, number>> = {
  ...{ 8: 8, 16: 16, 24: 24, 32: 32, 61: 16, 80: 8, 160: 16, 212: 12, 310: 10, 311: 10 },
};

/** Samples that a format can hold: its full range and gaps, or small steps for format 8. */
function samplesFor(format: WritableFormat, count: number): fc.Arbitrary<Int32Array> {
  const most = 2 ** (BITS[format] - 1) - 1;
  const value = fc.oneof(
    fc.integer({ min: -most, max: most }),
    fc.constantFrom(-most, most, 0, -1, NO_SAMPLE),
  );
  const exact = { minLength: count, maxLength: count };
  if (format !== 8) return fc.array(value, exact).map((values) => Int32Array.from(values));
  return fc
    .tuple(
      fc.integer({ min: -40_000, max: 40_000 }),
      fc.array(fc.integer({ min: -128, max: 127 }), exact),
    )
    .map(([start, steps]) => {
      let sum = start;
      return Int32Array.from(steps, (step) => (sum += step));
    });
}

const shape = fc.record({
  frameCount: fc.integer({ min: 1, max: 50 }),
  frameHz: fc.constantFrom(1, 62.4725, 250, 360),
  signals: fc.array(
    fc.record({
      format: fc.constantFrom(...WRITABLE_FORMATS),
      samplesPerFrame: fc.constantFrom(1, 1, 1, 2, 5),
      gain: fc.constantFrom(200, 1000.5, 1e-3, 0),
      baseline: fc.integer({ min: -5000, max: 5000 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

const recordWithSamples = shape.chain(({ frameCount, frameHz, signals }) =>
  fc.record({
    frameCount: fc.constant(frameCount),
    frameHz: fc.constant(frameHz),
    signals: fc.constant(signals),
    samples: fc.tuple(...signals.map((s) => samplesFor(s.format, frameCount * s.samplesPerFrame))),
    window: fc.tuple(fc.nat(frameCount), fc.nat(frameCount)),
  }),
);

function record(
  signals: readonly Partial<SignalToWrite>[],
  samples: readonly Int32Array[],
  changes: Partial<RecordToWrite> = {},
): RecordToWrite {
  const complete = signals.map((signal, index): SignalToWrite => ({
    ...{ name: `lead ${index}`, unit: 'mV', gain: 200, baseline: 0 },
    ...{ format: 16, samplesPerFrame: 1, resolutionBits: 12 },
    ...signal,
  }));
  return {
    ...{ name: 'written', frameHz: 250, start: null, comments: [], signals: complete },
    frameCount: (samples[0]?.length ?? 0) / (complete[0]?.samplesPerFrame ?? 1),
    read: (from, to) =>
      Promise.resolve(
        samples.map((own, index) => {
          const perFrame = complete[index]?.samplesPerFrame ?? 1;
          return own.slice(from * perFrame, to * perFrame);
        }),
      ),
    ...changes,
  };
}

describe('A written WFDB record', () => {
  it('reads back as it was, in every format, whole and in part', async () => {
    await fc.assert(
      fc.asyncProperty(
        recordWithSamples,
        async ({ frameCount, frameHz, signals, samples, window }) => {
          await writeRecord(folder, record(signals, samples, { frameCount, frameHz }));
          const reader = await openRecording(join(folder, 'written.hea'));
          try {
            const [start, end] = [Math.min(...window), Math.max(...window)];
            for (const [index, own] of samples.entries()) {
              const perFrame = signals[index]?.samplesPerFrame ?? 1;
              const gain = signals[index]?.gain === 0 ? 200 : (signals[index]?.gain ?? 1);
              const baseline = signals[index]?.baseline ?? 0;
              const [stored] = await reader.readStored([index], 0, own.length);
              expect(stored).toEqual(own);
              const range = [start * perFrame, end * perFrame + 1] as const;
              const [part] = await reader.read([index], ...range);
              const expected = Float32Array.from({ length: range[1] - range[0] }, (_, i) => {
                const value = own[range[0] + i] ?? NO_SAMPLE;
                return value === NO_SAMPLE ? NaN : (value - baseline) / gain;
              });
              expect(part).toEqual(expected);
              expect(reader.header.leads[index]).toMatchObject({
                ...{ name: `lead ${index}`, baseline, calibrated: signals[index]?.gain !== 0 },
                ...{ samplingHz: frameHz * perFrame, sampleCount: own.length },
              });
            }
          } finally {
            await reader.close();
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('keeps long records straight across pieces that are written one by one', async () => {
    const signals = [{ format: 212 }, { format: 212 }, { format: 310 }, { format: 8 }] as const;
    const samples = signals.map((_, lead) =>
      Int32Array.from({ length: 60_001 }, (_, i) => Math.round(100 * Math.sin(i / 50 + lead))),
    );
    const files = await writeRecord(folder, record(signals, samples, { name: 'long' }));
    expect(files).toEqual(['long.hea', 'long.d0', 'long.d1', 'long.d2']);
    const reader = await openRecording(join(folder, 'long.d1'));
    expect(await reader.readStored([0, 1, 2, 3], 0, 60_001)).toEqual(samples);
    const middle = await reader.readStored([3, 0], 49_000, 49_100);
    expect(middle).toEqual([samples[3]?.slice(49_000, 49_100), samples[0]?.slice(49_000, 49_100)]);
    await reader.close();
  });

  it('keeps start, comments and units', async () => {
    const comments = ['Age: 63', 'Sex: M', 'Synthetic recording made by Rhythmark'];
    const start = '2026-01-31T23:59:58.250';
    await writeRecord(
      folder,
      record([{ unit: 'uV', gain: 0.5 }], [Int32Array.of(1, 2)], { name: 'kept', start, comments }),
    );
    const { header, ...reader } = await openRecording(join(folder, 'kept.hea'));
    await reader.close();
    expect(header).toMatchObject({ start, comments, synthetic: true });
    expect(header.patient).toMatchObject({ age: '63', sex: 'M' });
    expect(header.leads[0]).toMatchObject({ unit: 'mV', gain: 500 });
  });

  // Written by hand after header(5) and signal(5), so that reader and writer cannot err alike.
  it('has the bytes that the format prescribes', async () => {
    await writeRecord(
      folder,
      record(
        [
          { format: 212, name: 'MLII', baseline: 1024 },
          { format: 212, name: 'V5' },
        ],
        [Int32Array.of(995, -2), Int32Array.of(1011, 5)],
        { name: 'bytes', frameHz: 360 },
      ),
    );
    expect([...(await readFile(join(folder, 'bytes.dat')))]).toEqual([
      0xe3, 0x33, 0xf3, 0xfe, 0x0f, 0x05,
    ]);
    expect(await readFile(join(folder, 'bytes.hea'), 'utf8')).toBe(
      'bytes 2 360 2\n' +
        'bytes.dat 212 200(1024)/mV 12 0 995 993 0 MLII\n' +
        'bytes.dat 212 200(0)/mV 12 0 1011 1016 0 V5\n',
    );
  });

  it('is not there at all when a sample does not fit', async () => {
    const before = await readdir(folder);
    const writing = (format: WritableFormat, ...values: number[]) =>
      writeRecord(folder, record([{ format }], [Int32Array.from(values)], { name: 'refused' }));
    await expect(writing(212, 5000)).rejects.toThrow('from -2047 to 2047');
    await expect(writing(80, -128)).rejects.toThrow('from -127 to 127');
    await expect(writing(8, 0, 200)).rejects.toThrow('rises by 200');
    await expect(writing(8, NO_SAMPLE)).rejects.toThrow('has gaps');
    expect(await readdir(folder)).toEqual(before);
  });

  it('refuses names and units that would break its header', async () => {
    const samples = [Int32Array.of(1)];
    const writing = (changes: Partial<RecordToWrite>, signal: Partial<SignalToWrite> = {}) =>
      writeRecord(folder, record([signal], samples, changes));
    await expect(writing({ name: '../x' })).rejects.toThrow('cannot name a WFDB record');
    await expect(writing({}, { unit: 'm V' })).rejects.toThrow('unit "m V"');
    await expect(writing({}, { gain: NaN })).rejects.toThrow('gain NaN');
  });
});
