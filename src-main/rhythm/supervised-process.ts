/**
 * One analysis process and its watchdog. A process is judged by what it says: silence means that
 * its event loop hangs in native code or an endless loop; beats without progress mean that it
 * waits for something that never comes, such as a vanished network drive. Both end it by force.
 */
import type { ProcessHandle, SpawnProcess } from './port.ts';
import type { FromProcess, Run, ToProcess } from './protocol.ts';

export interface Patience {
  /** From its start until its session is up: a virus scanner may look at 100 MB of libraries first. */
  readonly startMs: number;
  /** Silence while there is work, or an answer is owed, after which a process is ended. */
  readonly silenceMs: number;
  /** The same for beats without a block read or a batch run. */
  readonly stallMs: number;
}

/** A beat comes every second; one block of a slow file may take many. */
export const PATIENCE: Patience = { startMs: 180_000, silenceMs: 60_000, stallMs: 300_000 };

/** Looks per silence: time is counted in looks, not by the clock, so that a laptop may sleep. */
const LOOKS = 20;

export interface ProcessEvents {
  onMessage(process: SupervisedProcess, message: FromProcess): void;
  /** Once. `how` is for `Failure.detail`. */
  onGone(process: SupervisedProcess, how: string): void;
}

export class SupervisedProcess {
  /** Jobs it could take at once without waiting for one another. */
  wants = 0;
  /** Attempts that it has in work. */
  readonly runs = new Set<Run>();
  phase: 'starting' | 'ready' | 'gone' = 'starting';

  readonly #handle: ProcessHandle;
  readonly #lookEvery: number;
  readonly #patience: Patience;
  readonly #watch: NodeJS.Timeout;
  #silentLooks = 0;
  #stuckLooks = 0;
  /** Roll calls that it has not answered: it gets no work before it has, however idle it is. */
  #owed = 0;
  #steps = -1;
  #hung = '';
  #outbox: ToProcess[] = [];

  constructor(
    spawn: SpawnProcess,
    start: ToProcess,
    events: ProcessEvents,
    patience: Patience = PATIENCE,
  ) {
    this.#patience = patience;
    this.#lookEvery = Math.max(10, patience.silenceMs / LOOKS);
    this.#handle = spawn();
    this.#handle.onMessages((messages) => {
      for (const message of messages) {
        this.#heard(message);
        if (this.phase !== 'gone') events.onMessage(this, message);
      }
    });
    this.#handle.onExit((how) => {
      if (this.phase === 'gone') return;
      this.phase = 'gone';
      clearInterval(this.#watch);
      events.onGone(this, this.#hung || how);
    });
    this.#watch = setInterval(() => this.#look(), this.#lookEvery);
    this.#watch.unref();
    this.post(start);
  }

  /** What is posted in one go travels in one bundle. */
  post(message: ToProcess): void {
    if (message.type === 'are-you-there') this.#owed += 1;
    if (this.#outbox.push(message) > 1) return;
    queueMicrotask(() => {
      const bundle = this.#outbox;
      this.#outbox = [];
      if (this.phase !== 'gone') this.#handle.post(bundle);
    });
  }

  kill(): void {
    this.#handle.kill();
  }

  #heard(message: FromProcess): void {
    this.#silentLooks = 0;
    if (message.type === 'here') this.#owed -= 1;
    if (message.type !== 'beat' || message.steps !== this.#steps) this.#stuckLooks = 0;
    if (message.type === 'beat') this.#steps = message.steps;
  }

  #look(): void {
    const isAwaited = this.phase === 'starting' || this.runs.size > 0 || this.#owed > 0;
    if (!isAwaited) {
      this.#silentLooks = 0;
      this.#stuckLooks = 0;
      return;
    }
    this.#silentLooks += 1;
    this.#stuckLooks += 1;
    const silentMs = this.#silentLooks * this.#lookEvery;
    const stuckMs = this.#stuckLooks * this.#lookEvery;
    const silenceMs = this.phase === 'starting' ? this.#patience.startMs : this.#patience.silenceMs;
    if (silentMs > silenceMs) this.#end(`no answer for ${seconds(silentMs)}`);
    else if (stuckMs > this.#patience.stallMs) this.#end(`no progress for ${seconds(stuckMs)}`);
  }

  #end(why: string): void {
    this.#hung = why;
    this.kill();
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
