/**
 * How fast WFDB signals become numbers: formats 212, 16 and MATLAB v4 (16+24), whole recordings
 * and ten-second windows, beside wfdb-python on the same files and beside reading the bytes
 * alone; all in processor time.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFile } from '../../src-main/formats/byte-source.ts';
import { openRecording } from '../../src-main/formats/index.ts';
import { writeRecord, type WritableFormat } from '../../src-main/formats/wfdb/write.ts';

export const title = 'WFDB: decoding';

/** A day of two leads at 250 Hz: 65 MB in format 212. */
const FRAMES = 24 * 3600 * 250;
const ROUNDS = 3;
const WINDOWS = 500;

interface Recording {
  readonly name: string;
  readonly what: string;
  readonly file: string;
}

export async function run(print: (line: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rhythmark-bench-'));
  try {
    const recordings = [
      await written(folder, 'f212', 212),
      await written(folder, 'f16', 16),
      await matlab(folder),
    ];
    for (const recording of recordings) await bench(folder, recording, print);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function written(folder: string, name: string, format: WritableFormat): Promise<Recording> {
  const signal = { unit: 'mV', gain: 200, baseline: 0, samplesPerFrame: 1, resolutionBits: 12 };
  await writeRecord(folder, {
    ...{ name, frameHz: 250, frameCount: FRAMES, start: null, comments: [] },
    signals: ['I', 'II'].map((lead) => ({ ...signal, name: lead, format })),
    read: (from, to) =>
      Promise.resolve(
        [3, 7].map((step) =>
          Int32Array.from({ length: to - from }, (_, i) => ((from + i) * step) % 2000),
        ),
      ),
  });
  return { name, what: `format ${format}`, file: `${name}.dat` };
}

/** The samples of format 16 behind the 24 bytes of a MATLAB v4 header. */
async function matlab(folder: string): Promise<Recording> {
  const header = new Uint8Array(24);
  const view = new DataView(header.buffer);
  [30, 2, FRAMES, 0, 4].forEach((word, i) => view.setInt32(4 * i, word, true));
  header.set(Buffer.from('val\0'), 20);
  const samples = await readFile(join(folder, 'f16.dat'));
  await writeFile(join(folder, 'mat.mat'), Buffer.concat([header, samples]));
  const line = 'mat.mat 16+24 200/mV 12 0 0 0 0';
  await writeFile(join(folder, 'mat.hea'), `mat 2 250 ${FRAMES}\n${line} I\n${line} II\n`);
  return { name: 'mat', what: 'format 16+24', file: 'mat.mat' };
}

async function bench(
  folder: string,
  { name, what, file }: Recording,
  print: (line: string) => void,
): Promise<void> {
  const path = join(folder, `${name}.hea`);
  const megabytes = (await stat(join(folder, file))).size / 1e6;
  const plain = megabytes / (await best(() => readThrough(join(folder, file))));
  const ours = megabytes / (await best(() => decode(path)));
  const python = pythonSeconds(join(folder, name));
  const windowMs = (1000 * (await best(() => windows(path)))) / WINDOWS;
  const beside =
    typeof python === 'string'
      ? `wfdb-python: ${python}`
      : `${((ours * python) / megabytes).toFixed(1)} x wfdb-python (${(megabytes / python).toFixed(0)} MB/s)`;
  print(
    `${what}: ${ours.toFixed(0)} MB/s = ${((ours * 2 * FRAMES) / megabytes / 1e6).toFixed(0)} million samples/s; ${beside}; ${(ours / plain).toFixed(2)} of reading the bytes alone (${plain.toFixed(0)} MB/s); a 10-s window anywhere in 24 h ${windowMs.toFixed(2)} ms`,
  );
}

/** Processor seconds of the fastest of a few rounds: unlike wall time, other programs do not count. */
async function best(work: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1e6);
  }
  return least;
}

async function readThrough(path: string): Promise<void> {
  const source = await openFile(path);
  for (let at = 0; at < source.size; at += 1 << 20) await source.read(at, 1 << 20);
  await source.close();
}

/** All of both leads in millivolts, ten minutes at a time, as the analysis reads it. */
async function decode(path: string): Promise<void> {
  const reader = await openRecording(path);
  const block = 600 * 250;
  for (let at = 0; at < FRAMES; at += block) await reader.read([0, 1], at, at + block);
  await reader.close();
}

async function windows(path: string): Promise<void> {
  const reader = await openRecording(path);
  for (let i = 0; i < WINDOWS; i++) {
    const at = (i * 7_919_000) % (FRAMES - 2500);
    await reader.read([0, 1], at, at + 2500);
  }
  await reader.close();
}

const PYTHON = `
import sys, time, wfdb
best = float('inf')
for _ in range(2):
    start = time.process_time()
    wfdb.rdrecord(sys.argv[1])
    best = min(best, time.process_time() - start)
print(best)
`;

/** Seconds that wfdb-python takes for the whole record, or why there is no such number. */
function pythonSeconds(record: string): number | string {
  const python = process.env['RHYTHMARK_PYTHON'];
  if (python === undefined) return 'skipped, RHYTHMARK_PYTHON names no Python that has it';
  try {
    const printed = execFileSync(python, ['-c', PYTHON, record], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(printed);
  } catch {
    return `skipped, ${python} does not have it`;
  }
}
