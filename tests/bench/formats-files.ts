/**
 * The recordings that formats.bench.ts reads: a day's Holter in each ambulatory format, a resting
 * ECG in each resting one.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeEdf } from '../../src-main/formats/edf/write.ts';
import { writeRecord, type WritableFormat } from '../../src-main/formats/wfdb/write.ts';
import { dicomFile } from '../unit/formats/stand-ins-dicom.ts';
import { ishneFile, wave } from '../unit/formats/stand-ins.ts';
import { scpFile } from '../unit/formats/stand-ins-scp.ts';

/** Three leads at 200 Hz for 24 hours: 104 MB as 16-bit samples. */
export const HOLTER = { leads: 3, hz: 200, samples: 24 * 3600 * 200 };
/** Twelve leads at 500 Hz for 10 s: 120 kB as 16-bit samples. */
export const RESTING = { leads: 12, hz: 500, samples: 5_000 };

export interface BenchFile {
  readonly name: string;
  /** The file to open. */
  readonly path: string;
  /** The file that holds the samples. */
  readonly data: string;
  /** The Python library that reads it too. */
  readonly rival: 'pyedflib' | 'wfdb-python' | null;
}

export async function holterFiles(folder: string): Promise<BenchFile[]> {
  const leads = Array.from({ length: HOLTER.leads }, (_, i) => wave(HOLTER.samples, 31 * i));
  const ishne = join(folder, 'holter.ecg');
  await writeFile(ishne, ishneFile({ leads }));
  return [
    await wfdbFile(folder, leads, 212),
    await wfdbFile(folder, leads, 16),
    await matlabFile(folder),
    await edfFile(folder, leads, 'EDF+'),
    await edfFile(folder, leads, 'BDF+'),
    { name: 'ISHNE', path: ishne, data: ishne, rival: null },
  ];
}

export async function restingFiles(folder: string): Promise<BenchFile[]> {
  const leads = Array.from({ length: RESTING.leads }, (_, i) => wave(RESTING.samples, 31 * i));
  const channels = leads.map((lead, i) => ({
    ...{ name: `Lead ${i + 1}`, codes: [...lead], sensitivity: '2.5' },
  }));
  const group = { label: 'RHYTHM', samplingHz: '500', interpretation: 'SS', channels } as const;
  const contents = [
    ['DICOM', 'resting.dcm', dicomFile('explicit', [group])],
    ['SCP-ECG', 'plain.scp', scpFile({ leads, coding: 'plain', differences: 2 })],
    [
      'SCP-ECG Huffman',
      'huffman.scp',
      scpFile({ leads, coding: 'default-huffman', differences: 2 }),
    ],
  ] as const;
  const files: BenchFile[] = [];
  for (const [name, file, bytes] of contents) {
    const path = join(folder, file);
    await writeFile(path, bytes);
    files.push({ name, path, data: path, rival: null });
  }
  return files;
}

async function wfdbFile(
  folder: string,
  leads: readonly Int32Array[],
  format: WritableFormat,
): Promise<BenchFile> {
  const name = `wfdb${format}`;
  await writeRecord(folder, {
    ...{ name, frameHz: HOLTER.hz, frameCount: HOLTER.samples, start: null, comments: [] },
    signals: leads.map((_, i) => ({
      ...{ name: `lead${i}`, unit: 'mV', gain: 200, baseline: 0, format },
      ...{ samplesPerFrame: 1, resolutionBits: 12 },
    })),
    read: (from, to) => Promise.resolve(leads.map((lead) => lead.slice(from, to))),
  });
  const [path, data] = [join(folder, `${name}.hea`), join(folder, `${name}.dat`)];
  return { name: `WFDB ${format}`, path, data, rival: 'wfdb-python' };
}

/** As the Challenge of 2017 stores it: the samples of format 16 behind a MATLAB v4 header. */
async function matlabFile(folder: string): Promise<BenchFile> {
  const header = new Uint8Array(24);
  const view = new DataView(header.buffer);
  [30, HOLTER.leads, HOLTER.samples, 0, 4].forEach((word, i) => {
    view.setInt32(4 * i, word, true);
  });
  header.set(Buffer.from('val\0'), 20);
  const [path, data] = [join(folder, 'mat.hea'), join(folder, 'mat.mat')];
  await writeFile(data, [header, await readFile(join(folder, 'wfdb16.dat'))]);
  const lines = Array.from(
    { length: HOLTER.leads },
    (_, i) => `mat.mat 16+24 200/mV 12 0 0 0 0 lead${i}\n`,
  );
  const record = `mat ${HOLTER.leads} ${HOLTER.hz} ${HOLTER.samples}\n`;
  await writeFile(path, record + lines.join(''));
  return { name: 'WFDB 16+24', path, data, rival: 'wfdb-python' };
}

async function edfFile(
  folder: string,
  leads: readonly Int32Array[],
  variant: 'EDF+' | 'BDF+',
): Promise<BenchFile> {
  const path = join(folder, variant === 'EDF+' ? 'holter.edf' : 'holter.bdf');
  await writeEdf(path, {
    ...{ variant, start: null, annotations: [] },
    patient: { id: null, name: null, birthDate: null, sex: null, age: null },
    leads: leads.map((lead, i) => ({
      ...{ name: `lead${i}`, unit: 'mV', samplingHz: HOLTER.hz, sampleCount: HOLTER.samples },
      ...{ gain: 200, baseline: 0 },
      readStored: (from: number, to: number) => Promise.resolve(lead.slice(from, to)),
    })),
  });
  return { name: variant, path, data: path, rival: 'pyedflib' };
}
