/**
 * The analysis process: whole-recording passes and inference, one session, several recordings in
 * work so that reading one overlaps with inferring another. Started by an AnalysisPool, under Node
 * by `fork`, in Electron as a utility process. It may be killed at any instruction without harm.
 */
import { constants, setPriority } from 'node:os';
import type { WindowContext } from '../contract/model-card.ts';
import { failureOf, RhythmarkError, type Failure } from '../contract/errors.ts';
import { GiveWay } from './give-way.ts';
import { runJob } from './job-runner.ts';
import type { AnalysisJob } from './job.ts';
import { loadModelAt } from './model-folder.ts';
import { parentPort, type ParentPort } from './port.ts';
import type { FromProcess, Run, ToProcess } from './protocol.ts';
import { candidateProviders, probeProviders, providerName } from './providers.ts';
import { Turns } from './turns.ts';
import { WindowBatcher } from './window-batcher.ts';

/** Recordings in work at once, so that short ones fill batches together. */
const JOBS_AT_ONCE = 32;

/**
 * Recordings that are asked for or may turn out long, at least and at most. Two, so that a long
 * one is not held here while another process has nothing to do; one more for each short one that
 * comes while no long one is in work, so that windows are at hand when a batch ends.
 */
const AHEAD = { least: 2, most: 16 } as const;

/** A message costs as much as reading a short recording, so those of two batches go together. */
const POST_EVERY_MS = 15;

const BEAT_MS = 1_000;
const PROGRESS_EVERY_MS = 100;

type JobMessage = Extract<ToProcess, { type: 'job' }>;

class AnalysisProcess {
  readonly #port: ParentPort;
  readonly #turns = new Turns();
  readonly #way = new GiveWay();
  readonly #jobs = new Map<Run, AbortController>();
  #batcher: WindowBatcher | null = null;
  #windowContext: WindowContext | null = null;
  #noModel: Failure | null = null;
  #steps = 0;
  /** Jobs asked for and not yet sent. */
  #asked = 0;
  /** Jobs in work that are not at their last block yet, or not known to be. */
  #unfinished = 0;
  #ahead: number = AHEAD.least;
  /** Jobs in work that turned out long. */
  readonly #long = new Set<Run>();
  #beat: NodeJS.Timeout | null = null;
  #outbox: FromProcess[] = [];

  constructor(port: ParentPort) {
    this.#port = port;
    port.onMessages((messages) => messages.forEach((message) => this.#heard(message)));
  }

  /** Bundles what is said within a moment, such as a batch's finished jobs. */
  #post(message: FromProcess): void {
    if (this.#outbox.push(message) > 1) return;
    setTimeout(() => {
      const bundle = this.#outbox;
      this.#outbox = [];
      this.#port.post(bundle);
    }, POST_EVERY_MS);
  }

  #heard(message: ToProcess): void {
    switch (message.type) {
      case 'start':
        return void this.#start(message.manifestPath, message.providers);
      case 'job':
        return void this.#work(message);
      case 'cancel':
        return this.#jobs.get(message.run)?.abort(cancelled());
      case 'raise':
        return this.#turns.setPriority(message.run, 'looked-at');
      case 'give-way':
        return this.#way.ask(message.ms);
      case 'are-you-there':
        return this.#post({ type: 'here', call: message.call });
      case 'close':
        return this.#close();
    }
  }

  /** Never rejects: without a model the process still builds envelopes. */
  async #start(manifestPath: string, providers: 'probe' | 'cpu-only'): Promise<void> {
    try {
      const [model, runtime] = await Promise.all([
        loadModelAt(manifestPath),
        import('onnxruntime-node'),
      ]);
      const candidates = providers === 'probe' ? candidateProviders(runtime) : [];
      const { session, trials } = await probeProviders(runtime, model, candidates);
      this.#windowContext = model.card.context ?? null;
      this.#batcher = new WindowBatcher(session, this.#way, () => (this.#steps += 1));
      this.#post({
        type: 'ready',
        model: model.card,
        provider: providerName(session.provider),
        trials: trials.map(({ provider, outcome, detail }) => `${provider}: ${outcome} ${detail}`),
      });
    } catch (error) {
      this.#noModel = failureOf(error);
      this.#post({ type: 'no-model', failure: this.#noModel });
    }
    this.#askForJobs();
  }

  /** More as soon as those that may turn out long have only their last block to do. */
  #askForJobs(): void {
    const open = () => this.#asked + this.#unfinished;
    while (open() < this.#ahead && this.#asked + this.#jobs.size < JOBS_AT_ONCE) {
      this.#asked += 1;
      this.#post({ type: 'wants-job' });
    }
  }

  async #work({ run, job, priority, findings }: JobMessage): Promise<void> {
    this.#asked = Math.max(0, this.#asked - 1);
    this.#unfinished += 1;
    const controller = new AbortController();
    this.#jobs.set(run, controller);
    this.#turns.setPriority(run, priority);
    this.#startBeating();
    this.#batcher?.enter();
    let isUnfinished = true;
    const onLastBlock = () => {
      if (!isUnfinished) return;
      isUnfinished = false;
      this.#unfinished -= 1;
      this.#ahead = this.#long.size > 0 ? AHEAD.least : Math.min(AHEAD.most, this.#ahead + 1);
      this.#askForJobs();
    };
    let toldAt = -Infinity;
    try {
      const result = await runJob(job, {
        signal: controller.signal,
        windowContext: this.#windowContext,
        classify: async (input, analysable) =>
          this.#batcherFor(job).classify(input, analysable, controller.signal),
        activation: async (window) => this.#batcherFor(job).activation(window),
        turn: () => {
          this.#long.add(run);
          return this.#turn(run, controller.signal);
        },
        onLastBlock,
        onRead: () => (this.#steps += 1),
        onProgress: (fraction) => {
          const now = performance.now();
          if (now - toldAt < PROGRESS_EVERY_MS) return;
          toldAt = now;
          this.#post({ type: 'progress', run, fraction });
        },
        onFindings: (found) => {
          if (findings === 'wanted') this.#post({ type: 'found', run, findings: found });
        },
      });
      this.#post({ type: 'done', run, ...result });
    } catch (error) {
      const failure = failureOf(controller.signal.aborted ? controller.signal.reason : error);
      this.#post({ type: 'failed', run, failure });
    }
    this.#batcher?.leave();
    this.#jobs.delete(run);
    this.#long.delete(run);
    this.#turns.leave(run);
    onLastBlock();
    this.#askForJobs();
    if (this.#jobs.size === 0) this.#stopBeating();
  }

  /** A recording that waits adds nothing to a batch, so nobody waits for it. */
  async #turn(run: Run, signal: AbortSignal): Promise<void> {
    await this.#way.passed();
    if (!this.#turns.mustWait(run)) return this.#turns.take(run, signal);
    this.#batcher?.leave();
    try {
      await this.#turns.take(run, signal);
    } finally {
      this.#batcher?.enter();
    }
  }

  /** Throws why there is no model. */
  #batcherFor(job: AnalysisJob): WindowBatcher {
    if (this.#batcher !== null) return this.#batcher;
    const { code, message, detail } = this.#noModel ?? {
      code: 'internal',
      message: `The job ${job.id} came before the model was loaded.`,
      detail: undefined,
    };
    throw new RhythmarkError(code, message, detail);
  }

  #startBeating(): void {
    this.#beat ??= setInterval(() => {
      this.#post({ type: 'beat', steps: this.#steps });
    }, BEAT_MS);
  }

  #stopBeating(): void {
    if (this.#beat !== null) clearInterval(this.#beat);
    this.#beat = null;
  }

  /** Jobs stop at their next batch and remove what they had half written; then the process ends. */
  #close(): void {
    for (const controller of this.#jobs.values()) controller.abort(cancelled());
    const ifIdle = () => {
      if (this.#jobs.size === 0 && this.#outbox.length === 0) process.exit(0);
      setImmediate(ifIdle);
    };
    ifIdle();
  }
}

function cancelled(): RhythmarkError {
  return new RhythmarkError('cancelled', 'Cancelled.');
}

/** The reader's window comes first on a busy machine; an idle one is all for the analysis. */
function lowerPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A locked-down system may forbid it: the analysis is right all the same.
  }
}

lowerPriority();
new AnalysisProcess(parentPort());
