/** Converting: what comes out reads as what went in, integer by integer. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecording } from '../../../src-main/formats/index.ts';
import { NO_SAMPLE, type AnnotationSet } from '../../../src-main/formats/reader.ts';
import { writeAnnotations } from '../../../src-main/formats/wfdb/write-annotations.ts';
import { writeRecord } from '../../../src-main/formats/wfdb/write.ts';
import { convertRecording, type ConvertTarget } from '../../../src-main/services/convert.ts';
import { museFile } from '../formats/stand-ins-xml.ts';
import { wave } from '../formats/stand-ins.ts';

let folder = '';
let made = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-convert-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function freshFolder(): Promise<string> {
  const path = join(folder, String(made++));
  await mkdir(path);
  return path;
}

interface Made {
  readonly samples: readonly (readonly number[])[];
  readonly samplingHz: number;
  readonly annotations?: AnnotationSet;
}

async function wfdbRecord({ samples, samplingHz, annotations }: Made): Promise<string> {
  const place = await freshFolder();
  await writeRecord(place, {
    name: 'made',
    frameHz: samplingHz,
    frameCount: samples[0]?.length ?? 0,
    start: '2026-06-11T09:12:30.000',
    comments: ['Age: 63', 'Sex: F'],
    signals: samples.map((_, i) => ({
      ...{ name: `lead ${i + 1}`, unit: 'mV', gain: 200, baseline: 10 * i },
      ...{ format: 32 as const, samplesPerFrame: 1, resolutionBits: 12 },
    })),
    read: (from, to) =>
      Promise.resolve(samples.map((values) => Int32Array.from(values.slice(from, to)))),
  });
  if (annotations) await writeAnnotations(join(place, 'made.atr'), annotations);
  return join(place, 'made.hea');
}

async function converted(path: string, target: ConvertTarget) {
  const out = await freshFolder();
  const reader = await openRecording(path);
  try {
    const { files, losses } = await convertRecording(reader, { name: 'made', target, folder: out });
    return { path: join(out, files[0] ?? ''), files, codes: losses.map(({ code }) => code) };
  } finally {
    await reader.close();
  }
}

async function storedOf(path: string): Promise<number[][]> {
  const reader = await openRecording(path);
  try {
    const all: number[][] = [];
    for (const [index, lead] of reader.header.leads.entries()) {
      const [values] = await reader.readStored([index], 0, lead.sampleCount);
      all.push([...(values ?? [])]);
    }
    return all;
  } finally {
    await reader.close();
  }
}

describe.each(['edf', 'bdf'] as const)('WFDB to %s and back', (target) => {
  it('gives every stored integer, gap and length back', async () => {
    const value = fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: -32_767, max: 32_767 }) },
      { weight: 1, arbitrary: fc.constant(NO_SAMPLE) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 700 }).chain((length) =>
          fc.array(fc.array(value, { minLength: length, maxLength: length }), {
            minLength: 1,
            maxLength: 3,
          }),
        ),
        fc.constantFrom(128, 250, 360, 1000),
        async (samples, samplingHz) => {
          const source = await wfdbRecord({ samples, samplingHz });
          const there = await converted(source, target);
          expect(await storedOf(there.path)).toEqual(samples);
          const back = await converted(there.path, 'wfdb');
          expect(await storedOf(back.path)).toEqual(samples);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('A conversion', () => {
  const annotations: AnnotationSet = {
    annotator: 'atr',
    samplingHz: 250,
    annotations: [
      { sample: 10, symbol: '+', subtype: 0, channel: 0, num: 0, aux: '(AFIB' },
      { sample: 90, symbol: 'N', subtype: 0, channel: 0, num: 0, aux: '' },
      { sample: 240, symbol: 'V', subtype: 1, channel: 0, num: 0, aux: '' },
    ],
  };

  it('carries annotations over and says what of them the target cannot hold', async () => {
    const source = await wfdbRecord({ samples: [[...wave(500)]], samplingHz: 250, annotations });
    const edf = await converted(source, 'edf');
    expect(edf.codes).toContain('convert-annotation-fields');
    const reader = await openRecording(edf.path);
    const [set] = await reader.annotations();
    await reader.close();
    expect(set?.annotations.map(({ aux, sample }) => [aux, sample / 1e6])).toEqual([
      ['+ (AFIB', 0.04],
      ['N', 0.36],
      ['V', 0.96],
    ]);
    const wfdb = await converted(source, 'wfdb');
    expect(wfdb.files).toEqual(['made.hea', 'made.dat', 'made.atr']);
    const again = await openRecording(wfdb.path);
    expect(await again.annotations()).toEqual([annotations]);
    expect(again.header.patient).toMatchObject({ age: '63', sex: 'F' });
    await again.close();
  });

  it('of a table gives back each 32-bit float that it wrote, with the gaps and the rate', async () => {
    const value = fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: -32_767, max: 32_767 }) },
      { weight: 1, arbitrary: fc.constant(NO_SAMPLE) },
    );
    const lead = (length: number) => fc.array(value, { minLength: length, maxLength: length });
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 20, max: 400 })
          .chain((length) => fc.array(lead(length), { minLength: 1, maxLength: 3 })),
        fc.constantFrom(128, 250, 300, 360, 1000),
        async (samples, samplingHz) => {
          const source = await wfdbRecord({ samples, samplingHz });
          const csv = await converted(source, 'csv');
          const [one, two] = await Promise.all([openRecording(source), openRecording(csv.path)]);
          const length = samples[0]?.length ?? 0;
          expect(two.header.leads).toMatchObject(
            samples.map((_, at) => ({
              ...{ name: `lead ${at + 1}`, unit: 'mV', samplingHz, sampleCount: length },
            })),
          );
          const leads = [...samples.keys()];
          expect(await two.read(leads, 0, length)).toEqual(await one.read(leads, 0, length));
          await Promise.all([one.close(), two.close()]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('as JSON holds each 32-bit float, gaps as null, and the annotations with their times', async () => {
    const annotations: AnnotationSet = {
      annotator: 'atr',
      samplingHz: 250,
      annotations: [{ sample: 125, symbol: '+', subtype: 0, channel: 0, num: 0, aux: '(AFIB' }],
    };
    const source = await wfdbRecord({
      samples: [[...wave(300)], [5, NO_SAMPLE, ...wave(298, 31)]],
      samplingHz: 250,
      annotations,
    });
    const json = await converted(source, 'json');
    expect(json.files).toEqual(['made.json']);
    const document: unknown = JSON.parse(await readFile(json.path, 'utf8'));
    const reader = await openRecording(source);
    const values = await reader.read([0, 1], 0, 300);
    expect(document).toMatchObject({
      notice: expect.stringContaining('Research use only') as string,
      format: 'WFDB',
      start: '2026-06-11T09:12:30.000',
      duration_s: 1.2,
      annotations: [{ annotator: 'atr', time_s: 0.5, symbol: '+', aux: '(AFIB' }],
      leads: values.map((lead, i) => ({
        ...{ name: `lead ${i + 1}`, unit: 'mV', calibrated: true, sampling_hz: 250, samples: 300 },
        // Written in the fewest digits that are the same float.
        values: expect.toSatisfy(
          (found: readonly (number | null)[]) =>
            found.length === 300 &&
            found.every((value, at) =>
              value === null ? Number.isNaN(lead[at]) : Math.fround(value) === lead[at],
            ),
        ) as number[],
      })),
    });
    await reader.close();
  });

  it('keeps the integers of a MUSE file, derived leads included', async () => {
    const place = await freshFolder();
    const leads = new Map([
      ['I', wave(600)],
      ['II', wave(600, 40)],
    ]);
    await writeFile(join(place, 'made.xml'), museFile(leads));
    const wfdb = await converted(join(place, 'made.xml'), 'wfdb');
    expect(await storedOf(wfdb.path)).toEqual(await storedOf(join(place, 'made.xml')));
  });

  it('never writes over a file, and leaves nothing behind where it fails', async () => {
    const source = await wfdbRecord({ samples: [[1, 2, 3]], samplingHz: 250 });
    const out = await freshFolder();
    await writeFile(join(out, 'Made.edf'), 'mine');
    const reader = await openRecording(source);
    await expect(
      convertRecording(reader, { name: 'made', target: 'edf', folder: out }),
    ).rejects.toThrow('There is a file made.edf in the folder already');
    await reader.close();
    expect(await readdir(out)).toEqual(['Made.edf']);
    expect(await readFile(join(out, 'Made.edf'), 'utf8')).toBe('mine');
  });

  it('refuses values wider than the target, and says which target holds them', async () => {
    const source = await wfdbRecord({ samples: [[1, 70_000]], samplingHz: 250 });
    await expect(converted(source, 'edf')).rejects.toThrow(/outside -32768 to 32767.*BDF\+/);
    const { path } = await converted(source, 'bdf');
    expect(await storedOf(path)).toEqual([[1, 70_000]]);
  });
});
