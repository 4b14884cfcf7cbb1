/** What the tests of the services start from: a library in a folder of its own, and recordings. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Input, MethodName, Output } from '../../../src-main/contract/api.ts';
import { MODEL_OUTPUTS, type ModelCard } from '../../../src-main/contract/domain.ts';
import { RhythmarkError, type Result } from '../../../src-main/contract/errors.ts';
import type { EventName, Events } from '../../../src-main/contract/events.ts';
import { runJob } from '../../../src-main/rhythm/job-runner.ts';
import type {
  AnalysisJob,
  AnalysisResult,
  Analyst,
  PoolState,
  RunOptions,
} from '../../../src-main/rhythm/job.ts';
import {
  createServices,
  type Services,
  type ServicesOptions,
} from '../../../src-main/services/create-services.ts';

export const MODEL: ModelCard = {
  name: 'stand-in',
  version: '1',
  sha256: 'a'.repeat(64),
  threshold: 0.6,
  tellsEctopy: true,
};

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rhythmark-services-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

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

  raise(id: string): void {
    this.raised.push(id);
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
      classify: (_, analysable) =>
        Promise.resolve(
          Float32Array.from(
            { length: analysable.length * MODEL_OUTPUTS.length },
            (__, n) => this.answer[n % MODEL_OUTPUTS.length] ?? NaN,
          ),
        ),
      turn: () => Promise.resolve(),
      onLastBlock: () => undefined,
      onRead: () => undefined,
      onProgress: (fraction) => options.onProgress?.(fraction),
      onFindings: (findings) => options.onFindings?.(findings),
    });
  }
}

type Told = {
  readonly [K in EventName]: { readonly name: K; readonly payload: Events[K] };
}[EventName];

export class GivenServices {
  readonly services: Services;
  readonly analyst: StandInAnalyst;
  readonly folder: string;
  readonly told: Told[] = [];
  readonly log: string[] = [];

  constructor(options: Partial<ServicesOptions> & { readonly analyst?: StandInAnalyst } = {}) {
    this.folder = options.libraryFolder ?? join(temporaryFolder(), 'library');
    this.analyst = options.analyst ?? new StandInAnalyst();
    this.services = createServices({
      host: 'loopback',
      version: '0.0.0-test',
      ...options,
      libraryFolder: this.folder,
      analyst: this.analyst,
      announce: (name, payload) => {
        // The checked boundary of a test: name and payload come from one call of `Announce`.
        this.told.push({ name, payload } as Told);
      },
      log: (line) => this.log.push(line),
    });
    onTestFinished(() => this.services.close());
  }

  result(method: string, input: unknown, signal?: AbortSignal): Promise<Result<unknown>> {
    return this.services.dispatch(method, input, {
      signal: signal ?? new AbortController().signal,
    });
  }

  /** The value of a call that succeeds; throws its failure otherwise. */
  async call<K extends MethodName>(
    method: K,
    input: Input<K>,
    signal?: AbortSignal,
  ): Promise<Output<K>> {
    const result = await this.result(method, input, signal);
    if (result.ok) return result.value as Output<K>;
    throw new RhythmarkError(result.error.code, result.error.message, result.error.detail);
  }

  async add(...paths: string[]): Promise<readonly string[]> {
    return (await this.call('worklist.add', { tokens: this.services.tokensFor(paths) })).ids;
  }

  events<K extends EventName>(name: K): Events[K][] {
    return this.told.flatMap((one) => (one.name === name ? [one.payload as Events[K]] : []));
  }

  whenIdle(): Promise<void> {
    return this.services.whenIdle();
  }
}

export function newUpload(): string {
  return randomUUID();
}

/** Settles when the test says so. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { passed: promise.then(() => undefined), open: () => resolve(undefined) };
}
