/**
 * Recordings and an analyst for tests of the services. Free of vitest, so that a process which a
 * test starts and kills can use them as well.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODEL_OUTPUTS } from '../../../src-main/contract/domain.ts';
import type { ModelCard, WindowContext } from '../../../src-main/contract/model-card.ts';
import { RhythmarkError } from '../../../src-main/contract/errors.ts';
import { runJob } from '../../../src-main/rhythm/job-runner.ts';
import type {
  AnalysisJob,
  AnalysisResult,
  Analyst,
  PoolState,
  RunOptions,
} from '../../../src-main/rhythm/job.ts';

export const MODEL: ModelCard = {
  name: 'stand-in',
  version: '1',
  sha256: 'a'.repeat(64),
  threshold: 0.6,
  tellsEctopy: true,
};

/**
 * A WFDB recording of one lead in format 16: a sine of 1 mV, 1 Hz, with the sample number's low
 * bits on it so that every stretch is its own.
 */
export function writeRecording(
  folder: string,
  name: string,
  { samplingHz = 250, durationS = 30 }: { samplingHz?: number; durationS?: number } = {},
): string {
  mkdirSync(folder, { recursive: true });
  const count = samplingHz * durationS;
  const samples = Int16Array.from(
    { length: count },
    (_, n) => Math.round(200 * Math.sin((2 * Math.PI * n) / samplingHz)) + (n % 7),
  );
  // One sample near the end tells recordings of different names apart.
  samples[count - 20] = [...name].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 997, 7);
  writeFileSync(join(folder, `${name}.dat`), new Uint8Array(samples.buffer));
  const path = join(folder, `${name}.hea`);
  writeFileSync(
    path,
    `${name} 1 ${samplingHz} ${count}\n${name}.dat 16 200/mV 16 0 0 0 0 II\n# <age>: 61\n`,
  );
  return path;
}

/**
 * Does jobs with the program's own job runner, in this process, and lets the test say what the
 * network answers and when: everything but onnxruntime and the process boundary is real.
 */
export class StandInAnalyst implements Analyst {
  /** Probabilities of every window, in the order of MODEL_OUTPUTS. */
  answer: readonly number[] = [0.9, 0.02, 0.03, 0.03, 0.02];
  /** How unlike the training data every window is; NaN: this model does not tell. */
  unlike = NaN;
  /** What every window contributes to the verdict on its recording; empty: this model gives none. */
  evidence: readonly number[] = [];
  /** Logits of every window's map; null: this model has none. */
  activation: Float32Array | null = null;
  /** How windows are judged together; null: each by itself. */
  windowContext: WindowContext | null = null;
  /** Awaited before each job; throws what the job shall fail with. */
  before: (job: AnalysisJob) => Promise<void> | void = () => undefined;
  readonly jobs: AnalysisJob[] = [];
  readonly raised: string[] = [];
  #listeners = new Set<(state: PoolState) => void>();
  #state: PoolState = {
    queued: 0,
    running: 0,
    processes: 1,
    model: MODEL,
    provider: 'CPU',
    modelFailure: null,
    stopped: null,
  };

  get state(): PoolState {
    return this.#state;
  }

  become(change: Partial<PoolState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }

  async run(job: AnalysisJob, options: RunOptions = {}): Promise<AnalysisResult> {
    this.jobs.push(job);
    const aborted = new Promise<never>((_, reject) => {
      const abort = (): void => {
        reject(new RhythmarkError('cancelled', 'Cancelled.'));
      };
      if (options.signal?.aborted) abort();
      options.signal?.addEventListener('abort', abort);
    });
    return Promise.race([this.#work(job, options), aborted]);
  }

  /** How often work in hand was asked to rest. */
  gaveWay = 0;

  raise(id: string): void {
    this.raised.push(id);
  }

  giveWay(): void {
    this.gaveWay += 1;
  }

  /** Manifests that were asked for; the test says with `become` what came of it. */
  readonly models: string[] = [];

  useModel(manifestPath: string): void {
    this.models.push(manifestPath);
    this.become({ model: null, modelFailure: null });
  }

  onState(listener: (state: PoolState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.become({});
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #work(job: AnalysisJob, options: RunOptions): Promise<AnalysisResult> {
    await this.before(job);
    return runJob(job, {
      signal: options.signal ?? new AbortController().signal,
      windowContext: this.windowContext,
      classify: (_, analysable) =>
        Promise.resolve({
          probabilities: Float32Array.from(
            { length: analysable.length * MODEL_OUTPUTS.length },
            (__, n) => this.answer[n % MODEL_OUTPUTS.length] ?? NaN,
          ),
          unlike: new Float32Array(analysable.length).fill(this.unlike),
          evidence: Float32Array.from(Array.from(analysable).flatMap(() => this.evidence)),
        }),
      activation: () => Promise.resolve(this.activation),
      turn: () => Promise.resolve(),
      onLastBlock: () => undefined,
      onRead: () => undefined,
      onProgress: (fraction) => options.onProgress?.(fraction),
      onFindings: (findings) => options.onFindings?.(findings),
    });
  }
}
