/** EDF+ and BDF+: writing and reading are each other's inverse. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRegularFile } from '../../../src-main/formats/byte-source.ts';
import { edf } from '../../../src-main/formats/edf/index.ts';
import { writeEdf, type EdfOutput } from '../../../src-main/formats/edf/write.ts';
import { NO_SAMPLE, type RecordingReader } from '../../../src-main/formats/reader.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-edf-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const unknown = { id: null, name: null, birthDate: null, sex: null, age: null };

async function roundTrip(output: EdfOutput): Promise<RecordingReader> {
  const path = join(folder, 'round-trip.edf');
  await writeEdf(path, output);
  return opened(path);
}

async function opened(path: string): Promise<RecordingReader> {
  const source = await openRegularFile(path);
  const siblings = {
    open: () => Promise.reject(new Error()),
    exists: () => Promise.resolve(false),
  };
  return edf.open({ name: 'round-trip.edf', path, source, siblings, part: '', textChoice: null });
}

/** As the file was before its reserved fields said how long leads are and where marks lie. */
async function blankReserved(path: string): Promise<void> {
  const bytes = await readFile(path);
  const signals = Number(bytes.toString('latin1', 252, 256));
  bytes.fill(' ', 256 + 224 * signals, 256 + 256 * signals);
  await writeFile(path, bytes);
}

function lead(values: readonly number[], samplingHz: number, gain: number, baseline: number) {
  const stored = Int32Array.from(values);
  return {
    name: 'II',
    unit: 'mV',
    samplingHz,
    sampleCount: stored.length,
    gain,
    baseline,
    readStored: (from: number, to: number) => Promise.resolve(stored.slice(from, to)),
  };
}

const LIMIT = { 'EDF+': 32767, 'BDF+': 8388607 } as const;

describe.each(['EDF+', 'BDF+'] as const)('%s', (variant) => {
  it('reads back what it wrote: samples, gaps, length, start, texts', async () => {
    const sample = fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: -LIMIT[variant] - 1, max: LIMIT[variant] }) },
      { weight: 1, arbitrary: fc.constant(NO_SAMPLE) },
    );
    const text = fc.stringMatching(/^[\p{L}\d ()+.,-]{1,40}$/u);
    await fc.assert(
      fc.asyncProperty(
        fc.array(sample, { minLength: 1, maxLength: 900 }),
        fc.array(sample, { minLength: 1, maxLength: 300 }),
        fc.constantFrom(250, 128, 360, 257.3, 1024),
        fc.array(fc.record({ at: fc.integer({ min: 0, max: 9_999_999 }), text }), {
          maxLength: 30,
        }),
        async (first, second, samplingHz, marks) => {
          const annotations = marks
            .map(({ at, text }) => ({ onsetS: at / 1e7, durationS: null, text }))
            .sort((a, b) => a.onsetS - b.onsetS);
          const reader = await roundTrip({
            variant,
            start: '2026-06-11T09:12:30.000',
            patient: { ...unknown, id: 'P 1', sex: 'F', birthDate: '1950-12-24' },
            leads: [lead(first, samplingHz, 200, 0), lead(second, 250, 1000, 512)],
            annotations,
          });
          try {
            const { header } = reader;
            expect(header.leads.map(({ sampleCount }) => sampleCount)).toEqual([
              first.length,
              second.length,
            ]);
            expect(header.start).toBe('2026-06-11T09:12:30.000');
            expect(header.patient).toMatchObject({ id: 'P 1', sex: 'F', birthDate: '1950-12-24' });
            expect(header.leads[0]?.samplingHz).toBeCloseTo(samplingHz, 9);
            expect(header.leads[0]?.gain).toBeCloseTo(200, 3);
            const [one] = await reader.readStored([0], 0, first.length);
            const [two] = await reader.readStored([1], 0, second.length);
            expect(Array.from(one ?? [])).toEqual(first);
            expect(Array.from(two ?? [])).toEqual(second);
            const [set] = await reader.annotations();
            expect((set?.annotations ?? []).map(({ aux }) => aux).sort()).toEqual(
              annotations.map(({ text }) => text).sort(),
            );
          } finally {
            await reader.close();
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives any stretch of a recording with gaps of any length back, with marks as before too', async () => {
    // Two samples a record: gaps of hundreds of records, and marks that find no room in their own.
    const runs = fc.array(
      fc.record({ length: fc.integer({ min: 1, max: 900 }), gap: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        runs,
        fc.array(fc.tuple(share, share), { maxLength: 6 }),
        async (all, cuts) => {
          const values = all.flatMap(({ length, gap }) =>
            Array.from({ length }, (_, i) => (gap ? NO_SAMPLE : (i % 7) - LIMIT[variant] - 1)),
          );
          const path = join(folder, 'stretches.edf');
          await writeEdf(path, {
            ...{ variant, start: null, patient: unknown, annotations: [] },
            leads: [lead(values, 2, 200, 0), lead(values.slice(0, 100), 2, 200, 0)],
          });
          for (const blank of [false, true]) {
            if (blank) await blankReserved(path);
            const reader = await opened(path);
            try {
              expect(reader.header.leads.map(({ sampleCount }) => sampleCount)).toEqual([
                values.length,
                Math.min(100, values.length),
              ]);
              for (const cut of cuts) {
                const [from, to] = cut
                  .map((at) => Math.round(at * values.length))
                  .sort((a, b) => a - b);
                const stored = await reader.readStored([0, 1], from ?? 0, to ?? 0);
                const physical = await reader.read([0, 1], from ?? 0, to ?? 0);
                for (const [k, most] of [values.length, 100].entries()) {
                  const wanted = values
                    .map((one, i) => (i < most ? one : NO_SAMPLE))
                    .slice(from, to);
                  expect([...(stored[k] ?? [])]).toEqual(wanted);
                  const missing = wanted.map((one) => one === NO_SAMPLE);
                  expect([...(physical[k] ?? [])].map(Number.isNaN)).toEqual(missing);
                }
              }
            } finally {
              await reader.close();
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('refuses a value that does not fit and leaves no file behind', async () => {
    const path = join(folder, `${variant}-refused.edf`);
    const output: EdfOutput = {
      variant,
      start: null,
      patient: unknown,
      leads: [lead([0, LIMIT[variant] + 1], 250, 200, 0)],
      annotations: [],
    };
    await expect(writeEdf(path, output)).rejects.toThrow(/outside/);
    expect((await readdir(folder)).filter((name) => name.includes('refused'))).toEqual([]);
  });
});

it('keeps the microvolt of an everyday gain exactly', async () => {
  const values = Array.from({ length: 1000 }, (_, i) => Math.round(500 * Math.sin(i / 9)));
  const reader = await roundTrip({
    variant: 'EDF+',
    start: null,
    patient: unknown,
    leads: [lead(values, 250, 200, 0)],
    annotations: [],
  });
  const [millivolts] = await reader.read([0], 0, 1000);
  await reader.close();
  for (const [i, value] of values.entries()) {
    expect(millivolts?.[i]).toBeCloseTo(value / 200, 6);
  }
});
