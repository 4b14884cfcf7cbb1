/**
 * `rhythmark classify` from end to end over the 7,249 recordings of CinC 2017: windows/s with
 * reading, preprocessing, inference and writing, beside the network alone and onnxruntime's
 * ceiling. From a second run on, as a checkout keeps its compiled program: one recording is
 * classified first, and again to say what a start costs. The memory of all processes together is
 * measured in a run of its own: looking ten times a second takes a twentieth of two cores.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { withAllocator } from '../../src-main/rhythm/port.ts';
import { NO_SHARED_DATA, shared, SHARED_DATA } from '../data.ts';

export const title = 'rhythmark classify, CinC 2017, end to end';

const PROGRAM = fileURLToPath(new URL('../../src-main/cli.ts', import.meta.url));
const LOOP = fileURLToPath(new URL('./model-loop.ts', import.meta.url));
const NODE_OPTIONS = ['--disable-warning=ExperimentalWarning'];
/** As `npm run rhythmark` has them: a larger nursery keeps 45 MB and is no faster. */
const COLLECTOR = ['--max-semi-space-size=4', '--no-parallel-scavenge'];
const PROCESSES = 2;
const SAMPLE_EVERY_MS = 100;

export async function run(print: (line: string) => void): Promise<void> {
  if (SHARED_DATA === null) return print(`not measured: ${NO_SHARED_DATA}`);
  const folder = await mkdtemp(join(tmpdir(), 'rhythmark-bench-'));
  try {
    const recordings = await unpack(join(folder, 'cinc2017'));
    const bare = await loops('bare');
    const session = await loops('session');
    const start = await startAlone(folder);
    const out = join(folder, 'labels.csv');
    const whole = await classify(join(folder, 'cinc2017'), out);
    const windows = (await readFile(out, 'utf8')).trimEnd().split('\r\n').length - 1;
    const rate = windows / whole.seconds;
    const peak = await peakMemory(join(folder, 'cinc2017'), join(folder, 'again.csv'));
    const of = (part: number, all: number) => `${(part / all).toFixed(2)} x`;
    print(`onnxruntime alone, ${PROCESSES} processes: ${shown(bare)} windows/s`);
    print(`the program's session, ${PROCESSES} processes: ${shown(session)}, ${of(session, bare)}`);
    print(
      `end to end, ${shown(recordings)} recordings, ${shown(windows)} windows in ${whole.seconds.toFixed(1)} s: ${shown(rate)} windows/s, ${of(rate, bare)} of onnxruntime alone`,
    );
    print(`of which the start, as for one recording alone: ${start.toFixed(1)} s`);
    print(
      peak.rssMb === 0
        ? 'memory: not measured, this system has no /proc'
        : `memory of parent and children: ${shown(peak.rssMb)} MB resident at most, ${shown(peak.pssMb)} MB with what they share counted once`,
    );
    print(`exit status ${whole.code}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Number of recordings. */
async function unpack(folder: string): Promise<number> {
  await mkdir(folder);
  const files = unzipSync(await readFile(shared('cinc2017/training2017-dev.zip')));
  let recordings = 0;
  for (const [path, bytes] of Object.entries(files)) {
    if (path.endsWith('/')) continue;
    if (path.endsWith('.hea')) recordings += 1;
    await writeFile(join(folder, basename(path)), bytes);
  }
  return recordings;
}

/** Windows a second of as many processes as the program runs, each in its own loop. */
async function loops(through: 'bare' | 'session'): Promise<number> {
  const one = async () => {
    const args = [...NODE_OPTIONS, LOOP, through, '8', '1', '4'];
    const env = withAllocator(process.env);
    return Number((await promisify(execFile)(process.execPath, args, { env })).stdout);
  };
  const rates = await Promise.all(Array.from({ length: PROCESSES }, one));
  return rates.reduce((sum, rate) => sum + rate, 0);
}

/** Seconds for one recording, once the compiled program is kept. */
async function startAlone(folder: string): Promise<number> {
  const alone = join(folder, 'alone');
  await mkdir(alone);
  const all = join(folder, 'cinc2017');
  const header = (await readdir(all)).find((name) => name.endsWith('.hea')) ?? '';
  for (const name of [header, header.replace('.hea', '.mat')]) {
    await copyFile(join(all, name), join(alone, name));
  }
  await classify(alone, join(folder, 'alone.csv'));
  return (await classify(alone, join(folder, 'alone.csv'))).seconds;
}

async function classify(folder: string, out: string) {
  const from = performance.now();
  const code = await ended(started(folder, out));
  return { code, seconds: (performance.now() - from) / 1000 };
}

async function peakMemory(folder: string, out: string) {
  const peak = { rss: 0, pss: 0 };
  const child = started(folder, out);
  const sampling = setInterval(() => {
    void memoryOf(child.pid ?? 0).then(({ rss, pss }) => {
      peak.rss = Math.max(peak.rss, rss);
      peak.pss = Math.max(peak.pss, pss);
    });
  }, SAMPLE_EVERY_MS);
  await ended(child);
  clearInterval(sampling);
  return { rssMb: peak.rss / 1024, pssMb: peak.pss / 1024 };
}

function started(folder: string, out: string): ChildProcess {
  const args = ['classify', folder, '--jobs', String(PROCESSES), '--out', out];
  return spawn(process.execPath, [...NODE_OPTIONS, ...COLLECTOR, PROGRAM, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve));
}

/** kB of a process and all below it; zeros where there is no /proc or the process is gone. */
async function memoryOf(pid: number): Promise<{ rss: number; pss: number }> {
  const sum = { rss: 0, pss: 0 };
  try {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    sum.rss = Number(/^Rss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
    sum.pss = Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
    for (const task of await readdir(`/proc/${pid}/task`)) {
      const children = await readFile(`/proc/${pid}/task/${task}/children`, 'utf8');
      for (const below of children.split(' ').filter((text) => text !== '')) {
        const { rss, pss } = await memoryOf(Number(below));
        sum.rss += rss;
        sum.pss += pss;
      }
    }
  } catch {
    // It ended between two looks.
  }
  return sum;
}

function shown(value: number): string {
  return Math.round(value).toLocaleString('en');
}
