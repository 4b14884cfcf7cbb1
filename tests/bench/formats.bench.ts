/**
 * Reading whole recordings to physical values, beside reading their bytes alone, wfdb-python and
 * pyedflib. $RHYTHMARK_PYTHON names a Python that has both:
 *   python3 -m venv V && V/bin/pip install wfdb pyedflib
 *   RHYTHMARK_PYTHON=V/bin/python npm run bench -- formats
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRecording } from '../../src-main/formats/index.ts';
import { HOLTER, RESTING, holterFiles, restingFiles, type BenchFile } from './formats-files.ts';

export const title = 'Formats: the file to physical values of every lead, MB of the file a second';

const REPEATS = 7;
const RIVAL_REPEATS = 2;
/** What is asked of the rivals. */
const LEAST_RATIO = 5;
/** What is read at a time: ten minutes of every lead. */
const BLOCK_S = 600;
const PIECE_BYTES = 1 << 20;
const WINDOW_S = 10;
const WINDOWS = 500;

type Print = (line: string) => void;

export async function run(print: Print): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rhythmark-bench-'));
  try {
    explain(print);
    const holters = await holterFiles(folder);
    const { leads, hz } = HOLTER;
    print(`Holter, ${leads} leads, ${hz} Hz, 24 hours`);
    for (const file of holters) await measure(file, leads * HOLTER.samples, print);
    print(`Resting ECG, ${RESTING.leads} leads, ${RESTING.hz} Hz, 10 s, opening included`);
    for (const file of await restingFiles(folder))
      await measure(file, RESTING.leads * RESTING.samples, print);
    for (const file of holters) await measureWindows(file, print);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function explain(print: Print): void {
  print('Wall time of the fastest pass, one program at a time, the file in the system cache.');
  print(
    `Rhythmark: every sample of every lead as 32-bit floats, ${BLOCK_S / 60} minutes a read, into the same arrays (passes through a recording do so), or into new ones each time (their pages are the system's to find).`,
  );
  print(
    'wfdb-python: rdrecord, as 64-bit and as 32-bit floats. pyedflib: readSignal, 64-bit floats, and readsignal into the same array. Each of the whole recording and by ten minutes; the fastest counts.',
  );
  print('Reading alone: the same bytes, nothing done. Disk: the file read past the system cache.');
}

async function measure(file: BenchFile, samples: number, print: Print): Promise<void> {
  const { size } = await stat(file.data);
  // A resting ECG is over in a moment: as many passes as make a Holter's hundredth.
  const passes = Math.max(1, Math.round(HOLTER.samples / 10 / samples));
  const measured = async (pass: () => Promise<void>): Promise<number> =>
    (await fastest(() => times(passes, pass))) / passes;
  const ours = await measured(() => readAll(file.path, 'same arrays'));
  const fresh = await measured(() => readAll(file.path, 'new arrays'));
  const alone = await measured(() => readAlone(file.data));
  const rate = (seconds: number): string => `${(size / 1e6 / seconds).toFixed(0)} MB/s`;
  const parts = [
    `${file.name.padEnd(16)} ${rate(ours).padStart(9)} = ${(samples / 1e6 / ours).toFixed(0)} M samples/s`,
    `into new arrays ${rate(fresh)}`,
    `reading alone ${rate(alone)} (${(alone / ours).toFixed(2)})`,
    await diskSpeed(file, ours),
  ];
  print([...parts, ...beside(file, ours, fresh, rate)].join(', '));
}

/** What the rival takes for the same file. */
function beside(
  { path, rival }: BenchFile,
  ours: number,
  fresh: number,
  rate: (seconds: number) => string,
): string[] {
  const python = process.env['RHYTHMARK_PYTHON'];
  if (rival === null) return [];
  if (python === undefined) return [`${rival} not measured ($RHYTHMARK_PYTHON names no Python)`];
  const script = join(dirname(fileURLToPath(import.meta.url)), 'formats-python.py');
  const words = [script, rival, path, String(RIVAL_REPEATS)];
  const theirs = Number(execFileSync(python, words, { encoding: 'utf8' }));
  const ratio = theirs / ours;
  const line = `${ratio.toFixed(1)} x ${rival} (${rate(theirs)}; into new arrays ${(theirs / fresh).toFixed(1)} x)`;
  return ratio >= LEAST_RATIO
    ? [line]
    : [`${line}: ${(LEAST_RATIO - ratio).toFixed(1)} short of ${LEAST_RATIO}`];
}

/** Seconds of the fastest of some passes; the first is not counted, it compiles and fills caches. */
async function fastest(work: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let pass = 0; pass <= REPEATS; pass++) {
    const start = performance.now();
    await work();
    if (pass > 0) best = Math.min(best, performance.now() - start);
  }
  return best / 1000;
}

async function times(passes: number, work: () => Promise<unknown>): Promise<void> {
  for (let pass = 0; pass < passes; pass++) await work();
}

/** The arrays that every pass fills again, of a length and for as many leads as asked. */
const store: Float32Array[] = [];

function arraysFor(leads: number, length: number): Float32Array[] {
  while (store.length < leads) store.push(new Float32Array(0));
  for (let i = 0; i < leads; i++)
    if ((store[i]?.length ?? 0) < length) store[i] = new Float32Array(length);
  return store.slice(0, leads).map((array) => array.subarray(0, length));
}

async function readAll(path: string, to: 'same arrays' | 'new arrays'): Promise<void> {
  const reader = await openRecording(path);
  const { leads } = reader.header;
  const indices = [...leads.keys()];
  const end = Math.max(...leads.map((lead) => lead.sampleCount));
  const block = Math.round(BLOCK_S * (leads[0]?.samplingHz ?? 1));
  for (let from = 0; from < end; from += block) {
    const until = Math.min(end, from + block);
    const into = to === 'same arrays' ? arraysFor(indices.length, until - from) : undefined;
    await reader.read(indices, from, until, into);
  }
  await reader.close();
}

/** The file's bytes in pieces, into the same memory. */
async function readAlone(path: string): Promise<void> {
  const file = await open(path, 'r');
  const memory = new Uint8Array(PIECE_BYTES);
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(memory, 0, PIECE_BYTES, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  await file.close();
}

async function measureWindows({ name, path }: BenchFile, print: Print): Promise<void> {
  const length = WINDOW_S * HOLTER.hz;
  const indices = Array.from({ length: HOLTER.leads }, (_, i) => i);
  const seconds = await fastest(async () => {
    const reader = await openRecording(path);
    for (let i = 0; i < WINDOWS; i++) {
      const from = (i * 7_919_000) % (HOLTER.samples - length);
      await reader.read(indices, from, from + length);
    }
    await reader.close();
  });
  const ms = ((1000 * seconds) / WINDOWS).toFixed(2);
  print(`${name.padEnd(16)} ${WINDOW_S} s of every lead, anywhere in the 24 hours: ${ms} ms`);
}

/** The disk without the system's cache, by dd, which Linux has; a file this small tells nothing. */
const LEAST_DISK_BYTES = 1 << 24;

async function diskSpeed(file: BenchFile, ours: number): Promise<string> {
  const { size } = await stat(file.data);
  if (size < LEAST_DISK_BYTES) return 'too small to time the disk';
  const handle = await open(file.data, 'r+');
  await handle.sync();
  await handle.close();
  try {
    const start = performance.now();
    const words = [`if=${file.data}`, 'of=/dev/null', 'bs=4M', 'iflag=direct'];
    execFileSync('dd', words, { stdio: 'ignore' });
    const seconds = (performance.now() - start) / 1000;
    return `disk ${(size / 1e6 / seconds).toFixed(0)} MB/s (${(seconds / ours).toFixed(1)})`;
  } catch {
    return 'disk not to be read past the cache here';
  }
}
