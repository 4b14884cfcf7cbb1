/**
 * 1,000 windows of four public sets through this program and through Python: the largest difference
 * of each output. Needs the Python environment of models/training; RHYTHMARK_TRAINING_PYTHON names
 * another interpreter.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';
import { manifestPath } from '../../src-main/cli/program.ts';
import { MODEL_OUTPUTS } from '../../src-main/contract/domain.ts';
import { NO_SHARED_DATA, shared, SHARED_DATA } from '../data.ts';
import { compareWithPython, type ParitySet } from '../parity.ts';
import { NO_PYTHON, python } from '../training-python.ts';

export const title = 'the same windows in Python';

/** Recordings are taken evenly over each set; a few recordings of many windows are enough. */
const SETS = [
  { name: 'cinc2017', at: 'cinc2017/training2017-dev.zip', recordings: 110 },
  { name: 'ptbxl-rhythm', at: 'ptbxl-rhythm/ptbxl-rhythm-4lead.zip', recordings: 100 },
  { name: 'mitdb-ds1', at: 'mitdb-ds1', recordings: 8 },
  { name: 'cpsc2021', at: 'cpsc2021', recordings: 12 },
] as const;

const PER_SET = 260;

export async function run(print: (line: string) => void): Promise<void> {
  if (SHARED_DATA === null) return print(`not measured: ${NO_SHARED_DATA}`);
  if (python === undefined) return print(`not measured: ${NO_PYTHON}`);
  const base = await mkdtemp(join(tmpdir(), 'rhythmark-parity-'));
  try {
    const sets: ParitySet[] = [];
    for (const { name, at, recordings } of SETS) {
      const headers = at.endsWith('.zip')
        ? await unpacked(shared(at), recordings, base)
        : evenly(await headersIn(shared(at)), recordings);
      sets.push({ name, headers });
    }
    let windows = 0;
    for (const [name, both] of await compareWithPython(sets, await manifestPath(), PER_SET)) {
      windows += both.file.windows;
      for (const way of ['stored', 'file'] as const) {
        const { windows: count, disagreed, toOnnxruntime, toPytorch, unlike } = both[way];
        const from = way === 'stored' ? 'as stored for training' : 'from the file here';
        print(`${name}, ${from}: ${count} windows, ${disagreed} that one side left out`);
        print(`  from onnxruntime in Python: ${shown(toOnnxruntime)}`);
        print(`  from PyTorch:               ${shown(toPytorch)}`);
        if (unlike !== null) print(`  unlike: ${unlike.toExponential(1)}`);
      }
    }
    print(`${windows} windows in all`);
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

function shown(differences: readonly number[]): string {
  return MODEL_OUTPUTS.map(
    (output, at) => `${output} ${(differences[at] ?? NaN).toExponential(1)}`,
  ).join('  ');
}

async function headersIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.hea'));
  return names.sort().map((name) => join(folder, name));
}

/** Headers of some recordings of an archive, unpacked below `base`. */
async function unpacked(archive: string, count: number, base: string): Promise<string[]> {
  const names: string[] = [];
  const content = await readFile(archive);
  unzipSync(content, {
    filter: ({ name }) => {
      if (name.endsWith('.hea')) names.push(name);
      return false;
    },
  });
  const stems = new Set(evenly(names.sort(), count).map((name) => name.replace(/\.hea$/, '')));
  const files = unzipSync(content, { filter: ({ name }) => stems.has(name.replace(/\.\w+$/, '')) });
  const folder = await mkdtemp(join(base, 'set-'));
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, basename(name)), bytes);
  }
  return headersIn(folder);
}

function evenly<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, all.length / count);
  return Array.from(
    { length: Math.min(count, all.length) },
    (_, at) => all[Math.floor(at * step)],
  ).filter((one) => one !== undefined);
}
