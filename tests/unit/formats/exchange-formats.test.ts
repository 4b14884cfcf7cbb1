/**
 * Real files of the exchange formats, sample by sample, against what independent libraries read
 * (tests/fixtures/format-references.json, made by the script beside it).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { openRegularFile } from '../../../src-main/formats/byte-source.ts';
import { aecg } from '../../../src-main/formats/aecg/index.ts';
import { dicom } from '../../../src-main/formats/dicom/index.ts';
import { edf } from '../../../src-main/formats/edf/index.ts';
import { muse } from '../../../src-main/formats/muse/index.ts';
import { scp } from '../../../src-main/formats/scp/index.ts';
import { sierra } from '../../../src-main/formats/sierra/index.ts';
import { leadNameOf } from '../../../src-main/formats/lead-names.ts';
import type { FormatModule, RecordingReader, Siblings } from '../../../src-main/formats/reader.ts';
import { NO_SHARED_DATA, SHARED_DATA, shared } from '../../data.ts';

interface Reference {
  origin: string;
  start?: string;
  annotations?: [number, number, string][];
  leads: {
    lead: string;
    samplingHz: number;
    samples: number;
    sha256: string;
    at: number[];
    mv: number[];
  }[];
}

const references = JSON.parse(
  readFileSync(new URL('../../fixtures/format-references.json', import.meta.url), 'utf8'),
) as Record<string, Reference>;

const alone: Siblings = {
  open: () => Promise.reject(new Error('these formats are one file')),
  exists: () => Promise.resolve(false),
};

const FOLDERS: [string, FormatModule][] = [
  ['edf-bdf', edf],
  ['dicom', dicom],
  ['hl7-aecg', aecg],
  ['ge-muse-xml', muse],
  ['philips-sierra-xml', sierra],
];

const open: RecordingReader[] = [];
afterAll(() => Promise.all(open.map((reader) => reader.close())));

async function read(folder: string, name: string, format: FormatModule): Promise<RecordingReader> {
  const source = await openRegularFile(shared(`formats/${folder}/${name}`));
  const head = Uint8Array.from(await source.read(0, 4096));
  expect(format.detect({ name, size: source.size, head })).toBeGreaterThan(0.9);
  const reader = await format.open({
    name,
    path: null,
    source,
    siblings: alone,
    part: '',
    textChoice: null,
  });
  open.push(reader);
  return reader;
}

/** The 1.04 example's converted twin is an aECG document in the Sierra folder. */
function cases(): [string, string, FormatModule][] {
  return FOLDERS.flatMap(([folder, format]) =>
    Object.keys(references)
      .filter((name) => inFolder(name, folder))
      .map((name): [string, string, FormatModule] => [
        folder,
        name,
        name === '1_04_converted.xml' ? aecg : format,
      ]),
  );
}

function inFolder(name: string, folder: string): boolean {
  switch (folder) {
    case 'edf-bdf':
      return /\.(edf|bdf)$/.test(name);
    case 'dicom':
      return name.endsWith('.dcm');
    case 'ge-muse-xml':
      return name.startsWith('example');
    case 'philips-sierra-xml':
      return name.startsWith('1_0');
    default:
      return name.endsWith('.xml') && !/^(example|1_0)/.test(name);
  }
}

describe.skipIf(SHARED_DATA === null)(`exchange formats (${NO_SHARED_DATA} otherwise)`, () => {
  it.each(SHARED_DATA === null ? [] : cases())(
    '%s/%s holds the samples that the reference library reads',
    async (folder, name, format) => {
      const expected = references[name];
      if (!expected) throw new Error(`no reference for ${name}`);
      const reader = await read(folder, name, format);
      const { leads, start } = reader.header;
      // Annotation channels are text here; pyedflib lists them as signals in plain EDF.
      const wanted = expected.leads.filter(({ lead }) => !/ Annotations$/.test(lead));
      expect(leads.length).toBeGreaterThanOrEqual(wanted.length);
      if (expected.start !== undefined && start !== null) {
        expect(start.slice(0, 19)).toBe(expected.start.slice(0, 19));
      }
      for (const [index, reference] of wanted.entries()) {
        const lead = leads[index];
        expect(lead?.name).toBe(leadNameOf(reference.lead));
        expect(lead?.samplingHz).toBeCloseTo(reference.samplingHz, 6);
        expect(lead?.sampleCount).toBe(reference.samples);
        const [stored] = await reader.readStored([index], 0, reference.samples);
        expect(
          createHash('sha256')
            .update(stored ?? '')
            .digest('hex'),
        ).toBe(reference.sha256);
        for (const [k, at] of reference.at.entries()) {
          const [one] = await reader.read([index], at, at + 1);
          expect(one?.[0]).toBeCloseTo(reference.mv[k] ?? NaN, 5);
        }
      }
      if (expected.annotations && expected.annotations.length > 0) {
        const [set] = await reader.annotations();
        const ours = set?.annotations.slice(0, expected.annotations.length) ?? [];
        expect(ours.map(({ aux }) => aux)).toEqual(expected.annotations.map(([, , text]) => text));
        for (const [k, [onsetS]] of expected.annotations.entries()) {
          expect((ours[k]?.sample ?? NaN) / (set?.samplingHz ?? 1)).toBeCloseTo(onsetS, 5);
        }
      }
    },
  );

  it('derives III, aVR, aVL and aVF of a MUSE file from I and II', async () => {
    const reader = await read('ge-muse-xml', 'example1.xml', muse);
    const names = reader.header.leads.map(({ name }) => name);
    expect(names).toHaveLength(12);
    const [i, ii, iii, avr, avl, avf] = await reader.read(
      ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'].map((name) => names.indexOf(name)),
      1000,
      1500,
    );
    for (let k = 0; k < 500; k++) {
      const one = i?.[k] ?? NaN;
      const two = ii?.[k] ?? NaN;
      expect(iii?.[k]).toBeCloseTo(two - one, 5);
      expect(avr?.[k]).toBeCloseTo(-(one + two) / 2, 5);
      expect(avl?.[k]).toBeCloseTo(one - two / 2, 5);
      expect(avf?.[k]).toBeCloseTo(two - one / 2, 5);
    }
  });

  it('reads from an SCP record, Huffman coded, what the aECG export of the same ECG holds', async () => {
    const record = await read('scp', 'mortara-eli250-huffman.scp', scp);
    const twin = await read('hl7-aecg', 'fda-subject1_0.xml', aecg);
    expect(record.header.notes).toEqual([]); // every checksum fits
    expect(record.header.leads).toHaveLength(12);
    for (const [index, lead] of record.header.leads.entries()) {
      const same = twin.header.leads.findIndex(({ name }) => name === lead.name);
      const [ours] = await record.readStored([index], 0, 5000);
      const [theirs] = await twin.readStored([same], 0, 5000);
      expect(ours).toEqual(theirs);
      expect(lead.gain).toBeCloseTo(twin.header.leads[same]?.gain ?? NaN, 9);
    }
    expect(record.header.start).toBe(twin.header.start);
    expect(record.header.patient.birthDate).toBe(twin.header.patient.birthDate);
  });

  it('reads any part of an EDF file as it reads the whole, NaN outside', async () => {
    const reader = await read('edf-bdf', 'test_generator_datarec_generator_0_5.bdf', edf);
    const count = reader.header.leads[3]?.sampleCount ?? 0;
    const [whole] = await reader.read([3], 0, count);
    for (const [from, to] of [
      [0, 1],
      [974, 976],
      [1949, 3902],
      [count - 3, count],
    ] as const) {
      const [part] = await reader.read([3], from, to);
      expect(part).toEqual(whole?.slice(from, to));
    }
    const [beyond] = await reader.read([3], count - 1, count + 2);
    expect(beyond?.[0]).toBe(whole?.[count - 1]);
    expect([...(beyond?.slice(1) ?? [])]).toEqual([NaN, NaN]);
    const [before] = await reader.read([3], -2, 1);
    expect([...(before ?? [])]).toEqual([NaN, NaN, whole?.[0]]);
  });

  it('gives the start of an EDF+ file to the fraction of a second that its first record states', async () => {
    const reader = await read('edf-bdf', 'test_subsecond.edf', edf);
    // The file's first timekeeping annotation is +0.3945312.
    expect(reader.header.start).toBe('2020-01-24T04:05:56.395');
  });

  it('says what it left out of a file with an averaged beat', async () => {
    const reader = await read('dicom', 'mortara-12lead-1000hz.dcm', dicom);
    expect(reader.header.notes.map(({ code }) => code)).toContain('median-beat');
  });
});
