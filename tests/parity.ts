/**
 * The same windows through this program and through Python. Here: file, preprocessing block by
 * block, scaling, onnxruntime-node. There: what `rhythmark dataset` wrote, Python's scaling,
 * onnxruntime and PyTorch. What differs in between is 16-bit storage, two scalings and two runtimes.
 */
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { z } from 'zod';
import { MODEL_SAMPLING_HZ, MODEL_WINDOW_SAMPLES } from '../src-main/contract/conventions.ts';
import { MODEL_OUTPUTS } from '../src-main/contract/domain.ts';
import { openRecording } from '../src-main/formats/index.ts';
import { loadModel } from '../src-main/rhythm/manifest.ts';
import { CPU } from '../src-main/rhythm/providers.ts';
import { createSession, type RhythmSession } from '../src-main/rhythm/session.ts';
import { writeDataset } from '../src-main/services/dataset.ts';
import { MISSING_COUNT } from '../src-main/services/dataset/training-folder.ts';
import { preprocessLead } from '../src-main/signal/preprocess.ts';
import { scaleWindow } from '../src-main/signal/scaling.ts';
import { runPython } from './training-python.ts';

/** Recordings of one set: WFDB headers, their signal files beside them. */
export interface ParitySet {
  readonly name: string;
  readonly headers: readonly string[];
}

/** The largest differences over all windows that both sides classified. */
export interface Parity {
  readonly windows: number;
  /** Windows that one side classified and the other did not. */
  readonly disagreed: number;
  /** In the order of MODEL_OUTPUTS. */
  readonly toOnnxruntime: readonly number[];
  readonly toPytorch: readonly number[];
  /** Of the distance, whose threshold is near 1; null where the model has none. */
  readonly unlike: number | null;
}

export interface SetParity {
  /** The windows as they are stored for training, scaled and classified here and there. */
  readonly stored: Parity;
  /** From the recording's file here, from what is stored there. */
  readonly file: Parity;
}

const answersSchema = z.array(
  z.object({
    set: z.string(),
    recording: z.string(),
    lead: z.string(),
    start: z.number().int(),
    /** Of the window in `signals.i16`, and what a count is there. */
    first: z.number().int(),
    unit: z.number(),
    valid: z.boolean(),
    onnxruntime: z.array(z.number()).length(MODEL_OUTPUTS.length),
    pytorch: z.array(z.number()).length(MODEL_OUTPUTS.length),
    unlike: z.number().nullable(),
  }),
);
type PythonAnswer = z.infer<typeof answersSchema>[number];

/** The last window ends with the recording; either side may round its start the other way. */
const START_TOLERANCE = 1;

/** Needs the Python environment of models/training. `perSet` windows are taken of each set. */
export async function compareWithPython(
  sets: readonly ParitySet[],
  manifestPath: string,
  perSet: number,
): Promise<ReadonlyMap<string, SetParity>> {
  const base = await mkdtemp(join(tmpdir(), 'rhythmark-parity-'));
  try {
    for (const set of sets) await writeSet(set, base);
    const model = await loadModel(manifestPath);
    const out = join(base, 'answers.json');
    const modelFile = manifestPath.replace(/\.json$/, '.onnx');
    await runPython('rhythmark_training.parity', [
      ...['--dataset', join(base, 'sets'), '--model', modelFile],
      ...['--windows', String(perSet), '--out', out],
    ]);
    const answers = answersSchema.parse(JSON.parse(await readFile(out, 'utf8')));
    const session = await createSession(ort, model, CPU);
    const found = new Map<string, SetParity>();
    for (const set of sets) {
      const own = answers.filter((answer) => answer.set === set.name);
      found.set(set.name, {
        stored: await compared(await storedPairs(own, join(base, 'sets', set.name)), session),
        file: await compared(await filePairs(own, set), session),
      });
    }
    await session.close();
    return found;
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

/** `rhythmark dataset` over the chosen recordings. It wants labels, which nothing here depends on. */
async function writeSet({ name, headers }: ParitySet, base: string): Promise<void> {
  const folder = await mkdtemp(join(base, `${name}-`));
  for (const header of headers) {
    const stem = header.replace(/\.hea$/, '');
    const parent = join(header, '..');
    for (const file of await readdir(parent)) {
      if (file.startsWith(`${basename(stem)}.`))
        await symlink(join(parent, file), join(folder, file));
    }
  }
  const rows = headers.map((header) => `${basename(header, '.hea')},N`);
  await writeFile(join(folder, 'REFERENCE-v3.csv'), rows.join('\n'));
  await writeDataset(folder, join(base, 'sets', name), { name });
}

async function compared(pairs: readonly Pair[], session: RhythmSession): Promise<Parity> {
  const worst = { onnxruntime: zeros(), pytorch: zeros(), unlike: 0 };
  let windows = 0;
  let disagreed = 0;
  for (const { python, input } of pairs) {
    if (python.valid !== (input !== null)) disagreed += 1;
    if (!python.valid || input === null) continue;
    const { probabilities, unlike } = await session.classify(input, 1);
    windows += 1;
    probabilities.forEach((p, at) => {
      worst.onnxruntime[at] = larger(worst.onnxruntime[at], p, python.onnxruntime[at]);
      worst.pytorch[at] = larger(worst.pytorch[at], p, python.pytorch[at]);
    });
    if (python.unlike !== null) worst.unlike = larger(worst.unlike, unlike[0], python.unlike);
  }
  return {
    windows,
    disagreed,
    toOnnxruntime: worst.onnxruntime,
    toPytorch: worst.pytorch,
    unlike: pairs.some(({ python }) => python.unlike !== null) ? worst.unlike : null,
  };
}

interface Pair {
  readonly python: PythonAnswer;
  /** The network's input here; null where there is too little signal. */
  readonly input: Float32Array | null;
}

/** The stored windows, scaled here: what is left are two scalings and two runtimes. */
async function storedPairs(answers: readonly PythonAnswer[], folder: string): Promise<Pair[]> {
  const bytes = await readFile(join(folder, 'signals.i16'));
  const counts = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  return answers.map((python) => {
    const window = Float64Array.from(
      counts.subarray(python.first, python.first + MODEL_WINDOW_SAMPLES),
      (count) => (count === MISSING_COUNT ? NaN : count * python.unit),
    );
    const input = new Float32Array(MODEL_WINDOW_SAMPLES);
    return { python, input: scaleWindow(window, 0, input, 0) ? input : null };
  });
}

/** The windows of a set, each from its recording's own file. */
async function filePairs(
  answers: readonly PythonAnswer[],
  { headers }: ParitySet,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const header of headers) {
    const recording = basename(header, '.hea');
    const wanted = answers.filter((answer) => answer.recording === recording);
    pairs.push(...(await inputsOf(header, wanted)));
  }
  return pairs;
}

/** The wanted windows of a recording, as a job of the analysis process prepares them. */
async function inputsOf(header: string, wanted: readonly PythonAnswer[]): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const reader = await openRecording(header);
  for (const [index, lead] of reader.header.leads.entries()) {
    const own = wanted.filter((answer) => answer.lead === lead.name);
    if (own.length === 0) continue;
    const read = async (from: number, to: number) =>
      (await reader.read([index], from, to))[0] ?? new Float32Array(0);
    for await (const block of preprocessLead(read, lead)) {
      block.startS.forEach((startS, row) => {
        const start = startS * MODEL_SAMPLING_HZ;
        const python = own.find((answer) => Math.abs(answer.start - start) <= START_TOLERANCE);
        if (python === undefined) return;
        const from = row * MODEL_WINDOW_SAMPLES;
        const input = block.input.slice(from, from + MODEL_WINDOW_SAMPLES);
        pairs.push({ python, input: block.analysable[row] === 1 ? input : null });
      });
    }
  }
  await reader.close();
  if (pairs.length === wanted.length) return pairs;
  throw new Error(`${header}: ${wanted.length} windows in Python, ${pairs.length} of them here`);
}

/** NaN, once there is one: no difference that cannot be told passes for a small one. */
function larger(worst = NaN, here = NaN, there = NaN): number {
  return Math.max(worst, Math.abs(here - there));
}

function zeros(): number[] {
  return MODEL_OUTPUTS.map(() => 0);
}
