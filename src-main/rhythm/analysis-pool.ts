/**
 * The main process's end of analysis: a queue of recordings, a few processes that work on them,
 * and what happens when one of those dies. A process may die at any time without harm: only the
 * jobs that were in it are touched, each is tried once more by itself, and one that takes a second
 * process down with it is failed with that reason.
 */
import type { ModelCard } from '../contract/model-card.ts';
import { RhythmarkError, type Failure } from '../contract/errors.ts';
import { byUrgency, cancelled, type Task } from './analysis-task.ts';
import { givenUp, startedAgain, stoppedTwice } from './death-words.ts';
import type {
  AnalysisJob,
  AnalysisResult,
  Analyst,
  PoolState,
  RunOptions,
  Stopped,
} from './job.ts';
import type { SpawnProcess } from './port.ts';
import type { FromProcess, Run } from './protocol.ts';
import { PATIENCE, SupervisedProcess, type Patience } from './supervised-process.ts';

export interface PoolOptions {
  /** Starts one analysis process: `spawnWithNode(ANALYSIS_ENTRY)`, or Electron's way. */
  readonly spawn: SpawnProcess;
  /** Path of the manifest of the model to begin with. */
  readonly manifestPath: string;
  /** Sessions run one thread each, so this is also the number of cores used. */
  readonly processes: number;
  readonly patience?: Patience;
}

/** The process's program when nothing is bundled. */
export const ANALYSIS_ENTRY = new URL('./analysis-process.ts', import.meta.url);

/** A job that was in two processes when they died is not given a third. */
const ATTEMPTS = 2;

/** Deaths in a row without a finished job, after which what is queued is given up. */
const DEATHS_IN_A_ROW = 4;

const BACK_OFF_MS = 250;
/** Opening a recording, reading its first part and drawing it take half as long on an old laptop. */
const GIVE_WAY_MS = 400;
const CLOSE_WITHIN_MS = 1_000;

export class AnalysisPool implements Analyst {
  readonly #options: PoolOptions;
  #manifestPath: string;
  readonly #processes = new Set<SupervisedProcess>();
  /** Ended because they have another model: what they still say is not heard. */
  readonly #retired = new WeakSet<SupervisedProcess>();
  readonly #running = new Map<Run, Task>();
  readonly #listeners = new Set<(state: PoolState) => void>();
  #queue: Task[] = [];
  #orders = 0;
  #runs: Run = 0;
  #deathsInARow = 0;
  #restart: NodeJS.Timeout | null = null;
  #cpuOnly = false;
  #closed = false;
  #model: ModelCard | null = null;
  #provider: string | null = null;
  #modelFailure: Failure | null = null;
  #stopped: Stopped | null = null;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#manifestPath = options.manifestPath;
  }

  get state(): PoolState {
    return {
      queued: this.#queue.length,
      running: this.#running.size,
      processes: [...this.#processes].filter(({ phase }) => phase === 'ready').length,
      model: this.#model,
      provider: this.#provider,
      modelFailure: this.#modelFailure,
      stopped: this.#stopped,
    };
  }

  onState(listener: (state: PoolState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#staff(this.#options.processes);
  }

  useModel(manifestPath: string): void {
    if (this.#closed || manifestPath === this.#manifestPath) return;
    this.#manifestPath = manifestPath;
    this.#model = null;
    this.#provider = null;
    this.#modelFailure = null;
    this.#stopped = null;
    this.#deathsInARow = 0;
    if (this.#restart !== null) clearTimeout(this.#restart);
    this.#restart = null;
    const before = [...this.#processes];
    for (const process of before) this.#retire(process);
    this.#staff(before.length);
    this.#dispatch();
  }

  /** Its jobs wait for another process, none the worse for it. */
  #retire(process: SupervisedProcess): void {
    this.#retired.add(process);
    this.#processes.delete(process);
    for (const run of process.runs) {
      const task = this.#running.get(run);
      this.#running.delete(run);
      if (task === undefined) continue;
      task.run = null;
      this.#queue.push(task);
    }
    this.#queue.sort(byUrgency);
    process.kill();
  }

  run(job: AnalysisJob, options: RunOptions = {}): Promise<AnalysisResult> {
    if (this.#closed || options.signal?.aborted === true) return Promise.reject(cancelled());
    return new Promise<AnalysisResult>((resolve, reject) => {
      const onAbort = () => this.#cancel(task);
      const settled = () => options.signal?.removeEventListener('abort', onAbort);
      const task: Task = {
        job,
        options,
        order: this.#orders++,
        priority: options.priority ?? 'ordinary',
        deaths: 0,
        run: null,
        resolve: (result) => {
          settled();
          resolve(result);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      options.signal?.addEventListener('abort', onAbort);
      this.#queue.push(task);
      if (task.priority === 'looked-at') this.#queue.sort(byUrgency);
      this.#dispatch();
    });
  }

  raise(id: string): void {
    for (const task of [...this.#queue, ...this.#running.values()]) {
      if (task.job.id !== id || task.priority === 'looked-at') continue;
      task.priority = 'looked-at';
      if (task.run !== null) this.#processOf(task.run)?.post({ type: 'raise', run: task.run });
    }
    this.#queue.sort(byUrgency);
    this.#dispatch();
  }

  giveWay(): void {
    for (const process of this.#processes) process.post({ type: 'give-way', ms: GIVE_WAY_MS });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    const left = [...this.#queue, ...this.#running.values()];
    this.#queue = [];
    this.#running.clear();
    for (const task of left) task.reject(cancelled());
    const processes = [...this.#processes];
    if (processes.length === 0) return;
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => processes.forEach((p) => p.kill()), CLOSE_WITHIN_MS);
      this.#onEmpty = () => {
        clearTimeout(force);
        resolve();
      };
      processes.forEach((process) => process.post({ type: 'close' }));
    });
  }

  #onEmpty: () => void = () => undefined;

  /** Sends what is queued to where there is room, and starts processes while there is not. */
  #dispatch(): void {
    let at = 0;
    for (let task = this.#queue[at]; task !== undefined; task = this.#queue[at]) {
      const process = this.#roomFor(task);
      if (process !== undefined) {
        this.#queue.splice(at, 1);
        this.#send(task, process);
      } else if (task.deaths > 0) at += 1;
      else break; // where there is no room for this one, there is none for the next
    }
    if (this.#queue.length > 0) {
      this.#staff(Math.min(this.#options.processes, this.#wantedProcesses()));
    }
    this.#announce();
  }

  /** One process for each job there is, so that a single file starts a single process. */
  #wantedProcesses(): number {
    return this.#queue.length + this.#running.size;
  }

  #roomFor(task: Task): SupervisedProcess | undefined {
    const ready = [...this.#processes].filter(
      (process) => process.phase === 'ready' && !this.#holdsSuspect(process),
    );
    if (task.deaths > 0) return ready.find((process) => process.runs.size === 0);
    const isFree = (process: SupervisedProcess) =>
      process.wants > 0 || task.priority === 'looked-at';
    return ready
      .filter(isFree)
      .sort((a, b) => Number(b.wants > 0) - Number(a.wants > 0) || a.runs.size - b.runs.size)[0];
  }

  /** A job that was in a process when it died is kept apart: if another dies, it is the one. */
  #holdsSuspect(process: SupervisedProcess): boolean {
    return [...process.runs].some((run) => (this.#running.get(run)?.deaths ?? 0) > 0);
  }

  #send(task: Task, process: SupervisedProcess): void {
    const run = this.#runs++;
    task.run = run;
    this.#running.set(run, task);
    process.runs.add(run);
    process.wants = Math.max(0, process.wants - 1);
    process.post({
      type: 'job',
      run,
      job: task.job,
      priority: task.priority,
      findings: task.options.onFindings === undefined ? 'unwanted' : 'wanted',
    });
  }

  #staff(wanted: number): void {
    if (this.#closed || this.#restart !== null) return;
    while (this.#processes.size < wanted) {
      try {
        this.#processes.add(this.#newProcess());
      } catch (error) {
        // No process can be had now: out of memory or of processes, or a broken installation.
        return this.#died([], `it could not be started: ${String(error)}`);
      }
    }
  }

  #newProcess(): SupervisedProcess {
    return new SupervisedProcess(
      this.#options.spawn,
      {
        type: 'start',
        manifestPath: this.#manifestPath,
        providers: this.#cpuOnly ? 'cpu-only' : 'probe',
      },
      {
        onMessage: (from, message) => this.#heard(from, message),
        onGone: (gone, how) => this.#gone(gone, how),
      },
      this.#options.patience ?? PATIENCE,
    );
  }

  #heard(process: SupervisedProcess, message: FromProcess): void {
    if (this.#retired.has(process)) return;
    switch (message.type) {
      case 'ready':
        process.phase = 'ready';
        this.#model = message.model;
        this.#provider = message.provider;
        this.#modelFailure = null;
        return this.#dispatch();
      case 'no-model':
        process.phase = 'ready';
        this.#model = null;
        this.#modelFailure = message.failure;
        return this.#dispatch();
      case 'wants-job':
        process.wants += 1;
        return this.#dispatch();
      case 'beat':
        return;
      case 'progress':
        return this.#running.get(message.run)?.options.onProgress?.(message.fraction);
      case 'found':
        return this.#running.get(message.run)?.options.onFindings?.(message.findings);
      case 'done': {
        const task = this.#finish(process, message.run);
        const { header, verdicts, digest, activation } = message;
        task?.resolve({ header, verdicts, digest, activation });
        return this.#dispatch();
      }
      case 'failed': {
        const { code, message: text, detail } = message.failure;
        this.#finish(process, message.run)?.reject(new RhythmarkError(code, text, detail));
        return this.#dispatch();
      }
    }
  }

  #finish(process: SupervisedProcess, run: Run): Task | undefined {
    const task = this.#running.get(run);
    process.runs.delete(run);
    this.#running.delete(run);
    this.#deathsInARow = 0;
    // A retry that went well takes the notice down; so does any later job, once retries are over.
    const open = [...this.#queue, ...this.#running.values()].some(({ deaths }) => deaths > 0);
    if (!open) this.#stopped = null;
    return task;
  }

  #gone(process: SupervisedProcess, how: string): void {
    if (this.#retired.has(process)) return;
    this.#processes.delete(process);
    if (this.#closed) {
      if (this.#processes.size === 0) this.#onEmpty();
      return;
    }
    const tasks = [...process.runs].flatMap((run) => this.#running.get(run) ?? []);
    for (const run of process.runs) this.#running.delete(run);
    this.#died(tasks, how);
  }

  #died(tasks: readonly Task[], how: string): void {
    // Drivers are the usual suspects when a process dies at its start or on an accelerator.
    this.#cpuOnly = true;
    this.#deathsInARow += 1;
    this.#stopped = startedAgain(
      how,
      tasks.map(({ job }) => job.id),
    );
    for (const task of tasks) this.#retry(task, how);
    this.#queue.sort(byUrgency);
    if (this.#deathsInARow >= DEATHS_IN_A_ROW) this.#giveUp(how);
    if (this.#queue.length > 0) this.#restartSoon();
    this.#announce();
  }

  #retry(task: Task, how: string): void {
    task.run = null;
    task.deaths += 1;
    if (task.deaths < ATTEMPTS) this.#queue.push(task);
    else task.reject(stoppedTwice(how));
  }

  #giveUp(how: string): void {
    const given = this.#queue;
    this.#queue = [];
    this.#deathsInARow = 0;
    this.#stopped = givenUp(
      how,
      DEATHS_IN_A_ROW,
      given.map(({ job }) => job.id),
    );
    const { message } = this.#stopped;
    for (const task of given) task.reject(new RhythmarkError('analysis-stopped', message, how));
  }

  #restartSoon(): void {
    if (this.#restart !== null) return;
    const delay = this.#deathsInARow <= 1 ? 0 : BACK_OFF_MS * 2 ** (this.#deathsInARow - 2);
    this.#restart = setTimeout(() => {
      this.#restart = null;
      this.#dispatch();
    }, delay);
  }

  #cancel(task: Task): void {
    if (task.run === null) this.#queue = this.#queue.filter((queued) => queued !== task);
    else {
      // The caller hears at once; the process stops at the next batch and says `failed`.
      this.#processOf(task.run)?.post({ type: 'cancel', run: task.run });
      this.#running.delete(task.run);
    }
    task.reject(cancelled());
    this.#announce();
  }

  #processOf(run: Run): SupervisedProcess | undefined {
    return [...this.#processes].find((process) => process.runs.has(run));
  }

  #announce(): void {
    const { state } = this;
    for (const listener of this.#listeners) listener(state);
  }
}
