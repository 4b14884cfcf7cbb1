/**
 * The main process's end of analysis: recordings wait here for a process with room for them, and
 * what comes back is given to who asked. A process may die at any time without harm: only the jobs
 * that were in it are touched, each is tried once more by itself, and one that takes a second
 * process down with it is failed with that reason (docs/decisions/003-jobs-of-a-dead-process.md).
 */
import type { ModelCard } from '../contract/model-card.ts';
import { RhythmarkError, type Failure } from '../contract/errors.ts';
import { AnalysisCrew, type CrewOptions, type Death } from './analysis-crew.ts';
import { byUrgency, cancelled, type Task } from './analysis-task.ts';
import { givenUp, startedAgain, stoppedWithIt } from './death-words.ts';
import type {
  AnalysisJob,
  AnalysisResult,
  Analyst,
  PoolState,
  RunOptions,
  Stopped,
} from './job.ts';
import type { FromProcess, Run } from './protocol.ts';
import type { Cause } from './roll-call.ts';
import type { SupervisedProcess } from './supervised-process.ts';

/** The process's program when nothing is bundled. */
export const ANALYSIS_ENTRY = new URL('./analysis-process.ts', import.meta.url);

/** A job that was in two processes when they died is not given a third ... */
const ATTEMPTS = 2;
/**
 * ... unless the second was ended from outside. Once only: two jobs that each kill their process
 * look like that, too, where they do it in the same moment.
 */
const ATTEMPTS_IN_DOUBT = 3;

/** Moments in a row in which processes died, without a finished job, after which what is queued is given up. */
const DEATHS_IN_A_ROW = 4;

/** Opening a recording, reading its first part and drawing it take half as long on an old laptop. */
const GIVE_WAY_MS = 400;

export class AnalysisPool implements Analyst {
  readonly #crew: AnalysisCrew;
  readonly #running = new Map<Run, Task>();
  readonly #listeners = new Set<(state: PoolState) => void>();
  #queue: Task[] = [];
  #orders = 0;
  #runs: Run = 0;
  #closed = false;
  #model: ModelCard | null = null;
  #provider: string | null = null;
  #modelFailure: Failure | null = null;
  #stopped: Stopped | null = null;

  constructor(options: CrewOptions) {
    this.#crew = new AnalysisCrew(options, {
      onMessage: (process, message) => this.#heard(process, message),
      onDeath: (death) => this.#died(death),
      onRestart: () => this.#dispatch(),
    });
  }

  get state(): PoolState {
    return {
      queued: this.#queue.length,
      running: this.#running.size,
      processes: this.#crew.ready().length,
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
    this.#crew.staff();
  }

  useModel(manifestPath: string): void {
    const isTried = this.#modelFailure === null && manifestPath === this.#crew.manifestPath;
    if (this.#closed || isTried) return;
    this.#model = null;
    this.#provider = null;
    this.#modelFailure = null;
    this.#stopped = null;
    const retired = this.#crew.useModel(manifestPath);
    // Their jobs wait for another process, none the worse for it.
    for (const task of retired.flatMap(({ runs }) => this.#takeBack(runs))) this.#queue.push(task);
    this.#queue.sort(byUrgency);
    this.#crew.staff(retired.length);
    this.#dispatch();
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
        isHeld: false,
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
      if (task.run !== null) this.#crew.processOf(task.run)?.post({ type: 'raise', run: task.run });
    }
    this.#queue.sort(byUrgency);
    this.#dispatch();
  }

  giveWay(): void {
    this.#crew.tellAll({ type: 'give-way', ms: GIVE_WAY_MS });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const left = [...this.#queue, ...this.#running.values()];
    this.#queue = [];
    this.#running.clear();
    for (const task of left) task.reject(cancelled());
    await this.#crew.close();
  }

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
    // One process for each job there is, so that a single file starts a single process.
    if (this.#queue.length > 0) this.#crew.staff(this.#queue.length + this.#running.size);
    this.#announce();
  }

  #roomFor(task: Task): SupervisedProcess | undefined {
    if (task.isHeld) return undefined;
    const ready = this.#crew.alive().filter((process) => !this.#holdsSuspect(process));
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

  #heard(process: SupervisedProcess, message: FromProcess): void {
    switch (message.type) {
      case 'ready':
        this.#model = message.model;
        this.#provider = message.provider;
        this.#modelFailure = null;
        return this.#dispatch();
      case 'no-model':
        this.#model = null;
        this.#modelFailure = message.failure;
        return this.#dispatch();
      case 'wants-job':
        process.wants += 1;
        return this.#dispatch();
      case 'beat':
        return;
      case 'here':
        return this.#dispatch(); // it may have jobs again
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
    this.#crew.forgetDeaths();
    // A retry that went well takes the notice down; so does any later job, once retries are over.
    const open = [...this.#queue, ...this.#running.values()].some(({ deaths }) => deaths > 0);
    if (!open) this.#stopped = null;
    return task;
  }

  #died({ runs, how, cause, inARow }: Death): void {
    const tasks = this.#takeBack(runs);
    this.#stopped = startedAgain(
      how,
      tasks.map(({ job }) => job.id),
    );
    for (const task of tasks) {
      task.deaths += 1;
      task.isHeld = task.deaths >= ATTEMPTS;
      this.#queue.push(task);
    }
    this.#queue.sort(byUrgency);
    void cause.then((known) => this.#judge(tasks, known, how));
    if (inARow >= DEATHS_IN_A_ROW) this.#giveUp(how);
    if (this.#queue.length > 0) this.#crew.restartSoon();
    this.#announce();
  }

  /** Those of a process that is gone; jobs that were cancelled meanwhile are not among them. */
  #takeBack(runs: Iterable<Run>): Task[] {
    const tasks: Task[] = [];
    for (const run of runs) {
      const task = this.#running.get(run);
      if (task === undefined) continue;
      this.#running.delete(run);
      task.run = null;
      tasks.push(task);
    }
    return tasks;
  }

  /** What was cancelled or given up meanwhile is not in the queue any more, and is left at that. */
  #judge(tasks: readonly Task[], cause: Cause, how: string): void {
    for (const task of tasks) {
      if (!task.isHeld) continue;
      task.isHeld = false;
      if (cause === 'outside' && task.deaths < ATTEMPTS_IN_DOUBT) continue;
      this.#queue = this.#queue.filter((queued) => queued !== task);
      task.reject(stoppedWithIt(how, task.deaths));
    }
    this.#dispatch();
  }

  #giveUp(how: string): void {
    const given = this.#queue;
    this.#queue = [];
    this.#crew.forgetDeaths();
    this.#stopped = givenUp(
      how,
      DEATHS_IN_A_ROW,
      given.map(({ job }) => job.id),
    );
    const { message } = this.#stopped;
    for (const task of given) task.reject(new RhythmarkError('analysis-stopped', message, how));
  }

  #cancel(task: Task): void {
    if (task.run === null) this.#queue = this.#queue.filter((queued) => queued !== task);
    else {
      // The caller hears at once; the process stops at the next batch and says `failed`.
      this.#crew.processOf(task.run)?.post({ type: 'cancel', run: task.run });
      this.#running.delete(task.run);
    }
    task.reject(cancelled());
    this.#announce();
  }

  #announce(): void {
    const { state } = this;
    for (const listener of this.#listeners) listener(state);
  }
}
