/**
 * Finds the fastest execution provider that works on this machine. A list given to onnxruntime
 * neither falls back nor tells (`['cuda', 'cpu']` throws where CUDA's libraries are missing), so
 * each is tried by itself: it must load, answer a warm-up as the CPU does, and be no slower than
 * the CPU, which a software Vulkan driver, for one, is not.
 */
import { MODEL_WINDOW_SAMPLES } from '../contract/conventions.ts';
import { RhythmarkError } from '../contract/errors.ts';
import type { CheckedModel } from './manifest.ts';
import { BATCH_WINDOWS, createSession, type OnnxRuntime, type RhythmSession } from './session.ts';

export const CPU = 'cpu';

/** In the order tried. TensorRT is left out: it compiles for minutes before the first window. */
const ACCELERATORS = ['cuda', 'dml', 'coreml', 'webgpu'] as const;

/** For people. */
const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'Core ML',
  webgpu: 'WebGPU',
};

export function providerName(provider: string): string {
  return PROVIDER_NAMES[provider] ?? provider;
}

/** Largest difference from the CPU's probabilities: room for half precision, none for a defect. */
const AGREEMENT = 0.01;

/** Runs timed after the first, which compiles. */
const TIMED_RUNS = 3;

export interface ProviderTrial {
  readonly provider: string;
  readonly outcome: 'used' | 'not-available' | 'disagrees' | 'slower';
  readonly detail: string;
}

export interface ProvidedSession {
  readonly session: RhythmSession;
  /** Everything that was tried, for the About panel and for support. */
  readonly trials: readonly ProviderTrial[];
}

/** Which accelerators this build of onnxruntime could load at all. */
export function candidateProviders(runtime: OnnxRuntime): readonly string[] {
  const built = new Set(runtime.listSupportedBackends().map(({ name }) => name));
  return ACCELERATORS.filter((provider) => built.has(provider));
}

/**
 * A warmed-up session on the first of `candidates` that works, otherwise on the CPU. Throws
 * RhythmarkError `model-unavailable` when even the CPU refuses the model.
 */
export async function probeProviders(
  runtime: OnnxRuntime,
  model: CheckedModel,
  candidates: readonly string[],
): Promise<ProvidedSession> {
  const cpu = await cpuSession(runtime, model);
  const trials: ProviderTrial[] = [];
  for (const provider of candidates) {
    const { session, trial } = await tryProvider(runtime, model, provider, cpu);
    trials.push(trial);
    if (session === null) continue;
    await cpu.close();
    return { session, trials };
  }
  trials.push({ provider: CPU, outcome: 'used', detail: '' });
  return { session: cpu, trials };
}

async function cpuSession(runtime: OnnxRuntime, model: CheckedModel): Promise<RhythmSession> {
  try {
    const session = await createSession(runtime, model, CPU);
    await session.classify(warmUpWindows(), BATCH_WINDOWS);
    return session;
  } catch (error) {
    throw new RhythmarkError(
      'model-unavailable',
      `The model ${model.card.name} ${model.card.version} cannot be used on this machine. Install Rhythmark again.`,
      error instanceof Error ? error.message : String(error),
      { cause: error },
    );
  }
}

async function tryProvider(
  runtime: OnnxRuntime,
  model: CheckedModel,
  provider: string,
  cpu: RhythmSession,
): Promise<{ session: RhythmSession | null; trial: ProviderTrial }> {
  let session: RhythmSession | null = null;
  const rejected = async (outcome: ProviderTrial['outcome'], detail: string) => {
    await session?.close();
    return { session: null, trial: { provider, outcome, detail } };
  };
  try {
    session = await createSession(runtime, model, provider);
    const found = await warmUp(session);
    // Only now: most machines have no accelerator, and each process would wait for the comparison.
    const reference = await warmUp(cpu);
    const difference = largestDifference(found.rows, reference.rows);
    // NaN fails this comparison, as it must.
    if (!(difference <= AGREEMENT)) return await rejected('disagrees', `by ${difference}`);
    const ratio = found.milliseconds / reference.milliseconds;
    if (ratio > 1) return await rejected('slower', `${ratio.toFixed(1)} x the CPU's time`);
    return { session, trial: { provider, outcome: 'used', detail: `${ratio.toFixed(2)} x` } };
  } catch (error) {
    return rejected('not-available', error instanceof Error ? error.message : String(error));
  }
}

interface WarmUp {
  readonly rows: Float32Array;
  /** Of the quickest run after the first. */
  readonly milliseconds: number;
}

async function warmUp(session: RhythmSession): Promise<WarmUp> {
  const windows = warmUpWindows();
  const { probabilities: rows } = await session.classify(windows, BATCH_WINDOWS);
  let milliseconds = Infinity;
  for (let run = 0; run < TIMED_RUNS; run++) {
    const from = performance.now();
    await session.classify(windows, BATCH_WINDOWS);
    milliseconds = Math.min(milliseconds, performance.now() - from);
  }
  return { rows, milliseconds };
}

/** Pulses at 50 to 120/min with a little wander: like a scaled ECG in size, the same every time. */
function warmUpWindows(): Float32Array {
  const windows = new Float32Array(BATCH_WINDOWS * MODEL_WINDOW_SAMPLES);
  return windows.map((_, index) => {
    const window = Math.floor(index / MODEL_WINDOW_SAMPLES);
    const sample = index % MODEL_WINDOW_SAMPLES;
    const period = 300 - 12 * window;
    const fromPeak = (sample % period) - period / 2;
    return 4 * Math.exp(-((fromPeak / 4) ** 2)) + 0.3 * Math.sin(sample / (40 + window));
  });
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return NaN;
  return a.reduce(
    (largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? NaN))),
    0,
  );
}
