/** WFDB records, text files and our own EDF+ to damage; see fuzz.ts. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { writeEdf } from '../../../src-main/formats/edf/write.ts';
import { NO_SAMPLE } from '../../../src-main/formats/reader.ts';
import { text } from '../../../src-main/formats/text/index.ts';
import { zip } from '../../../src-main/formats/zip/index.ts';
import { wfdb } from '../../../src-main/formats/wfdb/index.ts';
import { encodeAnnotations } from '../../../src-main/formats/wfdb/write-annotations.ts';
import { flacStream } from './flac-stand-in.ts';
import type { Seed, Target } from './fuzz.ts';
import { wave } from './stand-ins.ts';
import { writtenRecord } from './written-record.ts';

export async function wfdbTarget(): Promise<Target> {
  return { format: wfdb, seeds: [...(await packedRecords()), flacRecord(), segmentedRecord()] };
}

export function textTarget(): Target {
  return { format: text, seeds: TEXTS };
}

/** Stored and compressed members, and a recording of several files. */
export async function zipTarget(): Promise<Target> {
  const { bytes, beside } = await writtenRecord([212, 16], 300);
  const record: Zippable = { 'ward/r.hea': bytes };
  for (const [name, file] of beside) record[`ward/${name}`] = [file, { level: 0 }];
  const [table] = TEXTS;
  return {
    format: zip,
    seeds: [
      { name: 'record.zip', bytes: zipSync({ 'README.md': Buffer.from('# Ward'), ...record }) },
      { name: 'table.zip', bytes: zipSync({ 'table.csv': table?.bytes ?? new Uint8Array(0) }) },
    ],
  };
}

async function packedRecords(): Promise<Seed[]> {
  const groups = [[212, 212], [16], [8, 8], [310, 311, 80], [24, 32, 61, 160]] as const;
  return Promise.all(
    groups.map(async (formats, index) => {
      const { name, bytes, beside } = await writtenRecord(formats, 400 + index);
      return { name, bytes, beside: new Map([...beside, ['r.atr', annotationFile()]]) };
    }),
  );
}

function annotationFile(): Uint8Array {
  const annotations = Array.from({ length: 40 }, (_, i) => ({
    ...{ sample: i * i * 7, symbol: i % 5 === 0 ? '+' : 'N', subtype: 0, channel: i % 3, num: 0 },
    aux: i % 5 === 0 ? '(AFIB' : '',
  }));
  return encodeAnnotations({ annotator: 'atr', samplingHz: 250, annotations });
}

function flacRecord(): Seed {
  const samples = Int32Array.from({ length: 5000 }, (_, i) => Math.round(900 * Math.sin(i / 40)));
  const header = 'r 2 250 5000\nr.flac 516 200 16 0 0 0 0 I\nr.flac 516 200 16 0 0 0 0 II\n';
  return {
    name: 'r.hea',
    bytes: Buffer.from(header),
    beside: new Map([['r.flac', flacStream([samples, samples.map((v) => -v)], 16, 576)]]),
  };
}

function segmentedRecord(): Seed {
  const int16 = new Uint8Array(Int16Array.from({ length: 600 }, (_, i) => i).buffer);
  const segment = (name: string, lead: string) =>
    [
      `${name}.hea`,
      Buffer.from(`${name} 1 250 600\n${name}.dat 16 200 0 0 0 0 0 ${lead}\n`),
    ] as const;
  const layout = 'l 2 250 0\n~ 0 200 0 0 0 0 0 I\n~ 0 200 0 0 0 0 0 II\n';
  return {
    name: 'r.hea',
    bytes: Buffer.from('r/4 2 250 1300\nl 0\na 600\n~ 100\nb 600\n'),
    beside: new Map<string, Uint8Array>([
      ...[segment('a', 'I'), segment('b', 'II')],
      ...[['l.hea', Buffer.from(layout)] as const],
      ...[['a.dat', int16] as const, ['b.dat', int16] as const],
    ]),
  };
}

const table = (rows: number, line: (row: number) => string) =>
  Buffer.from(Array.from({ length: rows }, (_, row) => `${line(row)}\n`).join(''));

const TEXTS: readonly Seed[] = [
  ['seconds.csv', 'time (s),I (mV)\n', (i: number) => `${(i * 0.004).toFixed(3)},${(i % 9) / 4}`],
  [
    'dates.csv',
    'timestamp;ecg\n',
    (i: number) => `2026-01-31 10:00:0${(i / 250).toFixed(3)};0,${i % 9}`,
  ],
  [
    'rate.txt',
    '# Sampling rate: 250 Hz\n',
    (i: number) => `${i % 7}.5  ${(i % 9) - 4}e-2 "${i % 3}"`,
  ],
].map(([name, header, line]) => {
  const rows = table(900, typeof line === 'function' ? line : String);
  const bytes = Buffer.concat([Buffer.from(String(header)), rows]);
  // A table that ends with a line may have had more of them.
  return { name: String(name), bytes, tellsNothingAt: (cut) => bytes[cut - 1] === 10 };
});

/** What our own writer makes of a recording with gaps and leads of two lengths. */
export async function ownEdfSeed(): Promise<Seed> {
  const folder = await mkdtemp(join(tmpdir(), 'rhythmark-own-'));
  try {
    const path = join(folder, 'own-marks.edf');
    const leads = [wave(900), wave(1000, 40)];
    leads[0]?.fill(NO_SAMPLE, 130, 420).fill(NO_SAMPLE, 700, 701);
    await writeEdf(path, {
      variant: 'EDF+',
      ...{ start: null, annotations: [] },
      patient: { id: null, name: null, birthDate: null, sex: null, age: null },
      leads: leads.map((samples, i) => ({
        ...{ name: `lead ${i}`, unit: 'mV', samplingHz: 250, sampleCount: samples.length },
        ...{ gain: 200, baseline: 0 },
        readStored: (from, to) => Promise.resolve(samples.slice(from, to)),
      })),
    });
    return { name: 'own-marks.edf', bytes: await readFile(path) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
