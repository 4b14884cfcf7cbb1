/**
 * The analysis processes: started when there is work for them, ended when their model is no longer
 * the one in force, started again after a while when they die. What they work on is the pool's.
 */
import { PATIENCE, SupervisedProcess, type Patience } from './supervised-process.ts';
import type { SpawnProcess } from './port.ts';
import type { FromProcess, Run, ToProcess } from './protocol.ts';
import { RollCall, type Cause } from './roll-call.ts';

export interface CrewOptions {
  /** Starts one analysis process: `spawnWithNode(ANALYSIS_ENTRY)`, or Electron's way. */
  readonly spawn: SpawnProcess;
  /** Path of the manifest of the model to begin with, or of a folder that holds none yet. */
  readonly manifestPath: string;
  /** Sessions run one thread each, so this is also the number of cores used. */
  readonly processes: number;
  readonly patience?: Patience;
}

export interface Death {
  /** Attempts that the process had in work. */
  readonly runs: readonly Run[];
  /** Exit code or signal and its last words, or why it could not even be started. */
  readonly how: string;
  /** Known once the other processes have answered or died, too. */
  readonly cause: Promise<Cause>;
  /** Moments in which processes died since a job was last finished, with this one. */
  readonly inARow: number;
}

export interface CrewEvents {
  onMessage(process: SupervisedProcess, message: FromProcess): void;
  /** Not of those that were ended on purpose. Nothing is started again before `restartSoon`. */
  onDeath(death: Death): void;
  /** The wait that `restartSoon` began is over. */
  onRestart(): void;
}

const BACK_OFF_MS = 250;
const CLOSE_WITHIN_MS = 1_000;

export class AnalysisCrew {
  readonly #options: CrewOptions;
  readonly #events: CrewEvents;
  #manifestPath: string;
  readonly #processes = new Set<SupervisedProcess>();
  /** Ended because they have another model: what they still say is not heard. */
  readonly #retired = new WeakSet<SupervisedProcess>();
  readonly #rollCall = new RollCall();
  #deathsInARow = 0;
  #restart: NodeJS.Timeout | null = null;
  #cpuOnly = false;
  #closed = false;
  #onEmpty: () => void = () => undefined;

  constructor(options: CrewOptions, events: CrewEvents) {
    this.#options = options;
    this.#events = events;
    this.#manifestPath = options.manifestPath;
  }

  get manifestPath(): string {
    return this.#manifestPath;
  }

  /** Those that are up: with a session, or knowing why there is none. */
  ready(): SupervisedProcess[] {
    return [...this.#processes].filter(({ phase }) => phase === 'ready');
  }

  /** Those of them that are not asked just now whether they have died with another. */
  alive(): SupervisedProcess[] {
    return this.ready().filter((process) => !this.#rollCall.isMissing(process));
  }

  processOf(run: Run): SupervisedProcess | undefined {
    return [...this.#processes].find((process) => process.runs.has(run));
  }

  tellAll(message: ToProcess): void {
    for (const process of this.#processes) process.post(message);
  }

  /** Starts what is missing to `wanted` processes, or to as many as there may be. */
  staff(wanted: number = this.#options.processes): void {
    if (this.#closed || this.#restart !== null) return;
    while (this.#processes.size < Math.min(wanted, this.#options.processes)) {
      try {
        this.#processes.add(this.#newProcess());
      } catch (error) {
        // No process can be had now: out of memory or of processes, or a broken installation.
        const cause = Promise.resolve<Cause>('outside');
        this.#deathsInARow += 1;
        return this.#died([], `it could not be started: ${String(error)}`, cause);
      }
    }
  }

  /** What is started from now on has this model; answers those that had another, and are ended. */
  useModel(manifestPath: string): SupervisedProcess[] {
    this.#manifestPath = manifestPath;
    this.#deathsInARow = 0;
    if (this.#restart !== null) clearTimeout(this.#restart);
    this.#restart = null;
    const before = [...this.#processes];
    this.#processes.clear();
    for (const process of before) {
      this.#retired.add(process);
      this.#rollCall.left(process);
      process.kill();
    }
    return before;
  }

  /** A job was finished, or so many deaths drew their consequence: the count of them begins anew. */
  forgetDeaths(): void {
    this.#deathsInARow = 0;
  }

  /** At once after one death, later and later after several in a row. */
  restartSoon(): void {
    if (this.#restart !== null) return;
    const delay = this.#deathsInARow <= 1 ? 0 : BACK_OFF_MS * 2 ** (this.#deathsInARow - 2);
    this.#restart = setTimeout(() => {
      this.#restart = null;
      this.#events.onRestart();
    }, delay);
  }

  /** By force after a second. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
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
    if (message.type === 'ready' || message.type === 'no-model') process.phase = 'ready';
    if (message.type === 'here') this.#rollCall.answered(process, message.call);
    this.#events.onMessage(process, message);
  }

  #gone(process: SupervisedProcess, how: string): void {
    if (this.#retired.has(process)) return;
    this.#processes.delete(process);
    if (this.#closed) {
      if (this.#processes.size === 0) this.#onEmpty();
      return;
    }
    const isOneOfSeveral = this.#rollCall.isMissing(process);
    // Those that are starting answer as well: whoever ends all processes ends them, too.
    const cause = this.#rollCall.died(process, [...this.#processes]);
    if (!isOneOfSeveral) this.#deathsInARow += 1;
    this.#died([...process.runs], how, cause);
  }

  #died(runs: readonly Run[], how: string, cause: Promise<Cause>): void {
    // Drivers are the usual suspects when a process dies at its start or on an accelerator.
    this.#cpuOnly = true;
    this.#events.onDeath({ runs, how, cause, inARow: this.#deathsInARow });
  }
}
