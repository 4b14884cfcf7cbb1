/** Reading whole recordings to physical values: beside the disk, wfdb-python and pyedflib. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeEdf } from '../../src-main/formats/edf/write.ts';
import { openRecording } from '../../src-main/formats/index.ts';
import { writeRecord } from '../../src-main/formats/wfdb/write.ts';
import { dicomFile } from '../unit/formats/stand-ins-dicom.ts';
import { scpFile } from '../unit/formats/stand-ins-scp.ts';
import { ishneFile, wave } from '../unit/formats/stand-ins.ts';

export const title = 'Formats: MB of stored data to physical values, per second of processor time';

const REPEATS = 5;
const LEADS = 3;
const SAMPLES = 4_000_000;
const SHORT_SAMPLES = 5_000;
const SAMPLES_A_READ = 1 << 18;

interface Sample {
  readonly name: string;
  /** The file to open. */
  readonly path: string;
  /** The file that holds the samples. */
  readonly data: string;
  /** What Python reads of it with, where it does. */
  readonly python?: 'edf' | 'wfdb';
}

export async function run(print: (line: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rhythmark-bench-'));
  try {
    for (const sample of await samplesIn(folder)) await measure(sample, print);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure({ name, path, data, python }: Sample, print: (line: string) => void) {
  const megabytes = (await stat(data)).size / 1e6;
  const ours = await fastest(() => readAll(path));
  const disk = await fastest(() => readFile(data));
  const rate = megabytes / ours;
  const line = `${name.padEnd(16)} ${rate.toFixed(0).padStart(5)} MB/s, ${(disk / ours).toFixed(2)} of plain reading`;
  const program = process.env['RHYTHMARK_PYTHON'];
  if (python === undefined || program === undefined) {
    print(python === undefined ? line : `${line} (no $RHYTHMARK_PYTHON to compare with)`);
    return;
  }
  const script = join(dirname(fileURLToPath(import.meta.url)), 'formats-python.py');
  const theirs = Number(execFileSync(program, [script, python, path, String(REPEATS)]).toString());
  const library = python === 'edf' ? 'pyedflib' : 'wfdb-python';
  print(
    `${line}, ${(theirs / ours).toFixed(1)} x ${library} (${(megabytes / theirs).toFixed(0)} MB/s)`,
  );
}

/** Every sample of every lead, in pieces, as an analysis reads them. */
async function readAll(path: string): Promise<void> {
  const reader = await openRecording(path);
  const { leads } = reader.header;
  const indices = [...leads.keys()];
  const end = Math.max(...leads.map((lead) => lead.sampleCount));
  for (let from = 0; from < end; from += SAMPLES_A_READ) {
    await reader.read(indices, from, Math.min(end, from + SAMPLES_A_READ));
  }
  await reader.close();
}

/** Seconds of processor time of the fastest of some runs: wall time counts what others do, too. */
async function fastest(work: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let run = 0; run <= REPEATS; run++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    if (run > 0) best = Math.min(best, user + system);
  }
  return best / 1e6;
}

async function samplesIn(folder: string): Promise<Sample[]> {
  const leads = Array.from({ length: LEADS }, (_, i) => wave(SAMPLES, 31 * i));
  const samples: Sample[] = [];
  for (const format of [16, 212] as const) {
    const name = `wfdb${format}`;
    await writeRecord(folder, {
      name,
      frameHz: 250,
      frameCount: SAMPLES,
      start: null,
      comments: [],
      signals: leads.map((_, i) => ({
        ...{ name: `lead${i}`, unit: 'mV', gain: 200, baseline: 0, format },
        ...{ samplesPerFrame: 1, resolutionBits: 12 },
      })),
      read: (from, to) => Promise.resolve(leads.map((lead) => lead.slice(from, to))),
    });
    samples.push({
      name: `WFDB ${format}`,
      path: join(folder, `${name}.hea`),
      data: join(folder, `${name}.dat`),
      python: 'wfdb',
    });
  }
  for (const [variant, ending] of [
    ['EDF+', 'edf'],
    ['BDF+', 'bdf'],
  ] as const) {
    const path = join(folder, `bench.${ending}`);
    await writeEdf(path, {
      variant,
      start: null,
      patient: { id: null, name: null, birthDate: null, sex: null, age: null },
      annotations: [],
      leads: leads.map((lead, i) => ({
        ...{ name: `lead${i}`, unit: 'mV', samplingHz: 250, sampleCount: SAMPLES },
        ...{ gain: 200, baseline: 0 },
        readStored: (from: number, to: number) => Promise.resolve(lead.slice(from, to)),
      })),
    });
    samples.push({ name: variant, path, data: path, python: 'edf' });
  }
  const ishne = join(folder, 'bench.ecg');
  await writeFile(ishne, ishneFile({ leads }));
  samples.push({ name: 'ISHNE', path: ishne, data: ishne });
  const short = Array.from({ length: 12 }, (_, i) => wave(SHORT_SAMPLES, 31 * i));
  const dicom = join(folder, 'bench.dcm');
  const channels = short.map((lead, i) => ({
    name: `Lead ${i + 1}`,
    codes: [...lead],
    sensitivity: '2.5',
  }));
  await writeFile(
    dicom,
    dicomFile('explicit', [{ label: 'RHYTHM', samplingHz: '500', interpretation: 'SS', channels }]),
  );
  samples.push({ name: 'DICOM', path: dicom, data: dicom });
  for (const coding of ['plain', 'default-huffman'] as const) {
    const path = join(folder, `${coding}.scp`);
    await writeFile(path, scpFile({ leads: short, coding, differences: 2 }));
    samples.push({ name: coding === 'plain' ? 'SCP-ECG' : 'SCP-ECG Huffman', path, data: path });
  }
  return samples;
}
