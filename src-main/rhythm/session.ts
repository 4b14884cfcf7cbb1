/**
 * One inference session: windows in, calibrated probabilities out. One thread a session, because
 * two processes with one thread each are faster than one with two on windows this small. Guarded
 * on both sides: a value that is no number never goes in, and none comes out as a verdict.
 */
import type * as OnnxRuntimeNode from 'onnxruntime-node';
import { MODEL_WINDOW_SAMPLES } from '../contract/conventions.ts';
import { MODEL_OUTPUTS } from '../contract/domain.ts';
import { RhythmarkError } from '../contract/errors.ts';
import type { CheckedModel } from './manifest.ts';

/** onnxruntime-node, loaded on demand: it costs 70 ms that `--help` need not pay. */
export type OnnxRuntime = typeof OnnxRuntimeNode;

/**
 * Windows a run. Always this many: providers that compile for a shape do so once. On the CPU a
 * window's result is bit for bit the same at any place in a batch (a test shows it). Sixteen are
 * 8 % faster than eight, and more are no faster.
 */
export const BATCH_WINDOWS = 16;

const OUTPUTS = MODEL_OUTPUTS.length;

/** How far a row's sum may be from 1 before the model is called broken; fp16 providers round. */
const SUM_TOLERANCE = 0.01;

/** What the model says of some windows, one after the other. */
export interface Answer {
  /** windows x MODEL_OUTPUTS, row-major. */
  readonly probabilities: Float32Array;
  /** `WindowVerdicts.unlike`: NaN where the model does not tell. */
  readonly unlike: Float32Array;
  /** windows x `CheckedModel.evidence`, row-major; empty where the model has none. */
  readonly evidence: Float32Array;
}

export interface RhythmSession {
  readonly provider: string;
  /** Numbers of `Answer.evidence` a window. */
  readonly evidenceCount: number;
  /**
   * The answer to `count` windows (1 to BATCH_WINDOWS) of MODEL_WINDOW_SAMPLES each. Throws
   * RhythmarkError `internal` on an input that is not finite (a defect of preprocessing) and
   * `model-unavailable` when the answer is not probabilities, or another number is not finite.
   */
  classify(windows: Float32Array, count: number): Promise<Answer>;
  /**
   * `ActivationMap.logits` of one window; null where the model has none. Throws as `classify`. Asked
   * for by itself, because nobody looks at the map of most windows.
   */
  activation(window: Float32Array): Promise<Float32Array | null>;
  close(): Promise<void>;
}

/** Throws what onnxruntime throws when the provider cannot be had; `providers.ts` turns it into words. */
export async function createSession(
  runtime: OnnxRuntime,
  model: CheckedModel,
  provider: string,
): Promise<RhythmSession> {
  const session: OnnxRuntimeNode.InferenceSession = await runtime.InferenceSession.create(
    model.bytes,
    {
      executionProviders: [provider],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
    },
  );
  const tensorOf = (values: Float32Array) =>
    new runtime.Tensor('float32', values, [BATCH_WINDOWS, 1, 1, MODEL_WINDOW_SAMPLES]);
  const input = new Float32Array(BATCH_WINDOWS * MODEL_WINDOW_SAMPLES);
  const tensor = tensorOf(input);
  const { outputName, unlikeName, evidence, activation } = model;
  const evidenceCount = evidence?.count ?? 0;
  const wanted = [outputName, unlikeName, evidence?.name].filter(
    (name) => typeof name === 'string',
  );

  /** `width` numbers for each window of a batch. */
  const run = async (feed: OnnxRuntimeNode.Tensor, names: readonly string[]) => {
    const answer = await session.run({ [model.inputName]: feed }, [...names]);
    return (name: string, width: number): Float32Array => {
      const data = answer[name]?.data;
      if (data instanceof Float32Array && data.length === BATCH_WINDOWS * width) return data;
      throw unusable(model, provider, 'probabilities', `${name}: ${data?.length ?? 'no'} values`);
    };
  };

  return {
    provider,
    evidenceCount,
    async classify(windows, count) {
      const samples = count * MODEL_WINDOW_SAMPLES;
      refuseNonFinite(windows, samples);
      input.set(windows.subarray(0, samples));
      input.fill(0, samples);
      const output = await run(tensor, wanted);
      const probabilities = output(outputName, OUTPUTS).slice(0, count * OUTPUTS);
      refuseNonProbabilities(probabilities, model, provider);
      const unlike = unlikeName
        ? output(unlikeName, 1).slice(0, count)
        : new Float32Array(count).fill(NaN);
      if (unlikeName) refuseNonNumbers(unlike, model, provider, 'a distance');
      const contributed = evidence
        ? output(evidence.name, evidenceCount).slice(0, count * evidenceCount)
        : new Float32Array(0);
      refuseNonNumbers(contributed, model, provider, 'evidence');
      return { probabilities, unlike, evidence: contributed };
    },
    async activation(window) {
      if (activation === null) return null;
      refuseNonFinite(window, MODEL_WINDOW_SAMPLES);
      // Not `input`: a batch may be waiting for its turn in there.
      const batch = new Float32Array(BATCH_WINDOWS * MODEL_WINDOW_SAMPLES);
      batch.set(window.subarray(0, MODEL_WINDOW_SAMPLES));
      const width = OUTPUTS * activation.parts;
      const output = await run(tensorOf(batch), [activation.name]);
      const logits = output(activation.name, width).slice(0, width);
      refuseNonNumbers(logits, model, provider, 'logits');
      return logits;
    },
    close: () => session.release(),
  };
}

function refuseNonFinite(windows: Float32Array, samples: number): void {
  // A sum is finite only if every term is. Four sums, since one would wait for its own addition.
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let index = 0; index < samples; index += 4) {
    a += windows[index] ?? NaN;
    b += windows[index + 1] ?? NaN;
    c += windows[index + 2] ?? NaN;
    d += windows[index + 3] ?? NaN;
  }
  if (Number.isFinite(a + b + c + d)) return;
  throw new RhythmarkError(
    'internal',
    'A window with missing samples was about to be classified. This is a defect of Rhythmark; the recording was left without a verdict.',
  );
}

function refuseNonProbabilities(rows: Float32Array, model: CheckedModel, provider: string): void {
  for (let at = 0; at < rows.length; at += OUTPUTS) {
    let sum = 0;
    for (let output = 0; output < OUTPUTS; output++) {
      const p = rows[at + output] ?? NaN;
      if (!(p >= -SUM_TOLERANCE && p <= 1 + SUM_TOLERANCE)) {
        throw unusable(model, provider, 'probabilities', String(p));
      }
      sum += p;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw unusable(model, provider, 'probabilities', `a sum of ${sum}`);
    }
  }
}

function refuseNonNumbers(
  values: Float32Array,
  model: CheckedModel,
  provider: string,
  what: string,
): void {
  const odd = values.find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw unusable(model, provider, what, String(odd));
}

function unusable(
  model: CheckedModel,
  provider: string,
  what: string,
  found: string,
): RhythmarkError {
  return new RhythmarkError(
    'model-unavailable',
    `The model ${model.card.name} ${model.card.version} did not answer with ${what} on this machine (${provider}). The recording was left without a verdict.`,
    `model ${model.card.sha256}: ${found}`,
  );
}
