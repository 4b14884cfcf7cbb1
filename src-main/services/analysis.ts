/**
 * Classifying the list: feeds recordings to the analysis process, keeps what it finds, and says how
 * far it is. Nothing here reads a sample. A recording is either classified and stored whole or
 * still waiting; a program killed at any moment loses only what was in work.
 */
import type { JobProgress, ModelCard, RecordingId, WindowVerdicts } from '../contract/domain.ts';
import { failureOf, RhythmarkError, type Failure } from '../contract/errors.ts';
import type { Announce } from '../contract/events.ts';
import type { Library } from '../review/library.ts';
import type { StoredRecording } from '../review/recordings.ts';
import type { AnalysisResult, Analyst, Findings, PoolState } from '../rhythm/job.ts';
import { AnalysisQueue, type QueuedRecording } from './analysis-queue.ts';
import { AnalysisResults } from './analysis-results.ts';
import { JobTally } from './job-tally.ts';
import type { Envelopes } from './envelopes.ts';
import type { InWork } from './rows.ts';
import { throttled, type Throttled } from './throttled.ts';
import { VerdictsSoFar } from './verdicts-so-far.ts';

/** Keeps every process supplied with short recordings, which they take eight at a time. */
const MOST_IN_WORK = 32;
/** Two processes always have one each; beyond that, no more windows than a few seconds' work. */
const FEWEST_IN_WORK = 2;
const WINDOWS_IN_WORK = 3000;

const ANNOUNCE_EVERY_MS = 250;

export interface AnalysisOptions {
  readonly library: Library;
  readonly analyst: Analyst;
  readonly announce: Announce;
  readonly model: () => ModelCard | null;
  readonly rowsChanged: (ids: Iterable<RecordingId>) => void;
  /** Pyramids of long recordings are built in the same pass. */
  readonly envelopes: Pick<Envelopes, 'pathForPass' | 'adopt'>;
  /** True where the answers to an open question were remembered, so that it can be tried again. */
  readonly answered: (id: RecordingId) => Promise<boolean>;
}

interface Work {
  readonly recording: QueuedRecording;
  readonly abort: AbortController;
  readonly found: VerdictsSoFar;
  progress: number;
  /** Windows that were counted towards the speed already. */
  counted: number;
}

export class Analysis {
  readonly #options: AnalysisOptions;
  readonly #queue = new AnalysisQueue();
  readonly #results: AnalysisResults;
  readonly #work = new Map<RecordingId, Work>();
  readonly #tally = new JobTally();
  readonly #telling: Throttled;
  readonly #stopListening: () => void;
  /** Whose verdicts are sent window by window: what people have on their screens. */
  #lookedAt: RecordingId[] = [];
  #state: JobProgress['state'] = 'idle';
  #stopped: string | null = null;
  #idle: (() => void)[] = [];
  #closed = false;

  constructor(options: AnalysisOptions) {
    this.#options = options;
    this.#telling = throttled(ANNOUNCE_EVERY_MS, () => {
      options.announce('job-progress', this.progress());
    });
    this.#results = new AnalysisResults(options.library, {
      stored: (ids) => {
        this.#tally.done(ids.length);
        options.rowsChanged(ids);
        this.#settle();
      },
      failed: (ids, error) => {
        this.#notStored(ids, error);
      },
    });
    this.#stopListening = options.analyst.onState((state) => {
      this.#hearOfDeath(state);
    });
  }

  progress(): JobProgress {
    const now = performance.now();
    const running = this.#state === 'running';
    return {
      state: this.#state,
      done: this.#tally.doneCount,
      failed: this.#tally.failedCount,
      total: this.#tally.total,
      current: [...this.#work.values()]
        .filter(({ progress }) => progress > 0)
        .map(({ recording: { id, name }, progress }) => ({ id, name, progress })),
      windowsPerS: running ? this.#tally.windowsPerS(now) : null,
      secondsLeft: running ? this.#tally.secondsLeft(now, this.#windowsLeft()) : null,
      stopped: this.#stopped,
    };
  }

  inWork(id: RecordingId): InWork | undefined {
    const work = this.#work.get(id);
    if (work) return { progress: work.progress, verdicts: work.found.verdicts() };
    return this.#results.has(id) ? { progress: 1, verdicts: null } : undefined;
  }

  verdictsSoFar(id: RecordingId): WindowVerdicts | null {
    return this.#work.get(id)?.found.verdicts() ?? null;
  }

  /**
   * Queues what is not classified by the model in force and not queued already. Failed recordings
   * are tried again; those with an open question are left for a person.
   */
  enqueue(recordings: Iterable<StoredRecording>): void {
    const retried: RecordingId[] = [];
    const fresh = this.#state === 'idle';
    let added = 0;
    this.#options.library.transaction(() => {
      for (const recording of recordings) {
        const { id, status } = recording;
        if (recording.removed || status === 'needs-choice') continue;
        if (status === 'classified' && this.#isCurrent(id)) continue;
        if (this.#work.has(id) || this.#results.has(id)) continue;
        if (!this.#queue.add(recording)) continue;
        added += 1;
        if (status === 'waiting') continue;
        this.#options.library.recordings.setWaiting(id);
        retried.push(id);
      }
    });
    if (added === 0) return;
    if (fresh) {
      this.#tally.begin();
      this.#stopped = null;
      this.#state = 'running';
    }
    this.#tally.queued(added);
    this.#options.rowsChanged(retried);
    this.#feed();
    this.#telling.soon();
  }

  /** Puts a recording before all others, now that a person looks at it. */
  lookAt(id: RecordingId): void {
    this.#lookedAt = [id, ...this.#lookedAt.filter((other) => other !== id)].slice(0, 4);
    this.#options.analyst.raise(id);
    if (!this.#queue.has(id)) return;
    if (this.#state === 'running') {
      const recording = this.#queue.remove(id);
      if (recording) this.#begin(recording); // whatever else is in work
    } else this.#queue.lookAt(id);
  }

  /** Writes what is finished, so that whoever reads the library next sees it. */
  storeFinished(): void {
    this.#results.write();
  }

  learnDuration(id: RecordingId, durationS: number): void {
    this.#queue.learnDuration(id, durationS);
  }

  isQueued(id: RecordingId): boolean {
    return this.#queue.has(id) || this.#work.has(id) || this.#results.has(id);
  }

  /** Takes recordings out of the run; answers those that were waiting or in work. */
  drop(ids: Iterable<RecordingId>): RecordingId[] {
    const dropped: RecordingId[] = [];
    for (const id of ids) {
      const work = this.#work.get(id);
      work?.abort.abort();
      if (this.#work.delete(id) || this.#queue.remove(id)) dropped.push(id);
    }
    this.#tally.queued(-dropped.length);
    this.#settle();
    this.#feed();
    return dropped;
  }

  /** No further recording is begun; those in work, a few seconds at most, are finished. */
  pause(): void {
    if (this.#state !== 'running') return;
    this.#state = 'paused';
    this.#telling.now();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#stopped = null;
    this.#tally.restartClock();
    this.#feed();
    this.#settle();
    this.#telling.now();
  }

  /** Everything that is not classified yet goes back to waiting. */
  cancel(): void {
    if (this.#state === 'idle' || this.#state === 'cancelling') return;
    this.#state = 'cancelling';
    this.#tally.queued(-this.#queue.clear().length);
    for (const { abort } of this.#work.values()) abort.abort();
    this.#telling.now();
    this.#results.write();
    this.#settle();
  }

  /** Resolves when nothing is in work and, unless paused, nothing is queued. */
  whenIdle(): Promise<void> {
    if (this.#isQuiet()) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Stores what is finished, gives up what is not. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    this.#queue.clear();
    for (const { abort } of this.#work.values()) abort.abort();
    this.#results.write();
    await this.whenIdle();
    this.#telling.close();
  }

  #isCurrent(id: RecordingId): boolean {
    const model = this.#options.model();
    return model !== null && this.#options.library.modelVerdicts.has(id, model.sha256);
  }

  #hasRoom(): boolean {
    if (this.#state !== 'running' || this.#closed) return false;
    if (this.#work.size < FEWEST_IN_WORK) return true;
    return this.#work.size < MOST_IN_WORK && this.#windowsInWork() < WINDOWS_IN_WORK;
  }

  #feed(): void {
    while (this.#hasRoom()) {
      const recording = this.#queue.take();
      if (!recording) return;
      this.#begin(recording);
    }
  }

  #begin(recording: QueuedRecording): void {
    const work: Work = {
      recording,
      abort: new AbortController(),
      found: new VerdictsSoFar(),
      progress: 0,
      counted: 0,
    };
    this.#work.set(recording.id, work);
    this.#options.rowsChanged([recording.id]);
    // Every outcome is handled inside; the promise has no other owner.
    void this.#classify(work);
  }

  async #classify(work: Work): Promise<void> {
    const { id } = work.recording;
    let outcome: { readonly result: AnalysisResult } | { readonly error: unknown };
    try {
      outcome = { result: await this.#run(work) };
    } catch (error) {
      outcome = { error };
    }
    const ours = this.#work.get(id) === work; // false where it was dropped meanwhile
    if (ours) this.#work.delete(id);
    try {
      if (ours) await this.#keep(work, outcome);
    } catch (error) {
      this.#notStored([id], error);
    }
    this.#options.rowsChanged([id]);
    this.#feed();
    this.#settle();
  }

  async #run(work: Work): Promise<AnalysisResult> {
    const { id } = work.recording;
    const { analyst, envelopes, library } = this.#options;
    const recording = library.recordings.get(id);
    if (!recording) throw new RhythmarkError('cancelled', 'Cancelled.');
    const envelopePath = envelopes.pathForPass(recording);
    const result = await analyst.run(
      {
        kind: 'classify',
        id,
        path: recording.path,
        part: recording.part,
        textChoice: recording.textChoice,
        leads: { kind: 'auto' },
        envelopePath,
      },
      {
        priority: this.#lookedAt[0] === id ? 'looked-at' : 'ordinary',
        signal: work.abort.signal,
        onProgress: (fraction) => {
          work.progress = fraction;
          this.#options.rowsChanged([id]);
          this.#telling.soon();
        },
        onFindings: (findings) => {
          this.#hear(work, findings);
        },
      },
    );
    if (envelopePath !== null) await envelopes.adopt(recording.fingerprint);
    return result;
  }

  #hear(work: Work, findings: Findings): void {
    const { id } = work.recording;
    const count = work.found.add(findings);
    if (count === 0) return;
    this.#count(work, count);
    if (!this.#lookedAt.includes(id)) return;
    const { leadIndex, first, startS, endS, probabilities } = findings;
    this.#options.announce('windows-found', {
      id,
      leadIndex,
      first,
      startS,
      endS,
      probabilities,
    });
  }

  #count(work: Work, windows: number): void {
    work.counted += windows;
    this.#tally.windows(windows, performance.now());
  }

  async #keep(
    work: Work,
    outcome: { readonly result: AnalysisResult } | { readonly error: unknown },
  ): Promise<void> {
    if ('error' in outcome) return this.#keepFailure(work.recording, failureOf(outcome.error));
    const { id } = work.recording;
    const model = this.#options.analyst.state.model ?? this.#options.model();
    if (!model) throw new RhythmarkError('internal', 'Verdicts came without a model.');
    const windows = outcome.result.verdicts[0]?.startS.length ?? 0;
    this.#count(work, Math.max(0, windows - work.counted));
    this.#tally.recordingOf(windows);
    this.#results.add(id, outcome.result, model);
    this.#tellWhole(id, outcome.result.verdicts[0], work.found);
    this.#telling.soon();
  }

  /** A short recording has no findings on the way: what is looked at hears of them at the end. */
  #tellWhole(id: RecordingId, verdicts: WindowVerdicts | undefined, found: VerdictsSoFar): void {
    if (!verdicts || found.verdicts() !== null || !this.#lookedAt.includes(id)) return;
    this.#options.announce('windows-found', { id, first: 0, ...verdicts });
  }

  async #keepFailure(queued: QueuedRecording, failure: Failure): Promise<void> {
    const { recordings } = this.#options.library;
    const { id, name } = queued;
    if (failure.code === 'cancelled') {
      this.#tally.queued(-1);
      return;
    }
    if (failure.code === 'model-unavailable') {
      this.#halt(failure.message, 1);
      return;
    }
    if (failure.code === 'needs-choice') {
      if (await this.#options.answered(id)) {
        if (!this.#closed && this.#state !== 'cancelling') this.#queue.add(queued);
        return;
      }
      recordings.setNeedsChoice(id, rowFailure(failure));
    } else recordings.setFailed(id, rowFailure(failure));
    this.#tally.failed();
    if (failure.code === 'analysis-stopped') this.#stopped = this.#stoppedAt([name]);
    this.#telling.soon();
  }

  /** Ends the run: what it cannot do now it cannot do for the next recording either. */
  #halt(reason: string, besides: number): void {
    this.#stopped = reason;
    this.#tally.queued(-this.#queue.clear().length - besides);
    for (const { abort } of this.#work.values()) abort.abort();
    this.#telling.now();
  }

  /** A full disk takes no verdicts: they are waited for, rather than made again and again. */
  #notStored(ids: readonly RecordingId[], error: unknown): void {
    const { message } = failureOf(error);
    for (const id of ids) {
      const recording = this.#options.library.recordings.get(id);
      if (recording && !this.#closed && this.#state !== 'cancelling') this.#queue.add(recording);
    }
    if (this.#state === 'running') this.#state = 'paused';
    this.#stopped = `Not saved: ${message} ${countOf(ids.length)} wait to be classified again.`;
    this.#options.rowsChanged(ids);
    this.#telling.now();
    this.#settle();
  }

  #hearOfDeath({ stopped }: PoolState): void {
    if (!stopped || this.#state === 'idle') return;
    const names = stopped.jobIds.flatMap((id) => this.#work.get(id)?.recording.name ?? []);
    if (names.length === 0) return;
    this.#stopped = this.#stoppedAt(names);
    this.#telling.now();
  }

  #stoppedAt(names: readonly string[]): string {
    const reason = this.#options.analyst.state.stopped?.reason ?? 'it crashed';
    const [first = '', ...others] = names;
    const where = others.length === 0 ? first : `${first} and ${others.length} more`;
    const left = Math.max(0, this.#queue.size + this.#work.size - names.length);
    const rest = left === 0 ? '' : ` The other ${left.toLocaleString('en')} go on.`;
    return `Stopped at ${where}: ${reason}.${rest}`;
  }

  #windowsInWork(): number {
    let sum = 0;
    for (const work of this.#work.values()) {
      sum += this.#tally.windowsOf(work.recording.durationS) * (1 - work.progress);
    }
    return sum;
  }

  #windowsLeft(): number {
    return this.#queue.windows(this.#tally.typicalWindows) + this.#windowsInWork();
  }

  #isQuiet(): boolean {
    const waiting = this.#state === 'paused' ? 0 : this.#queue.size;
    return waiting === 0 && this.#work.size === 0 && this.#results.size === 0;
  }

  #settle(): void {
    if (!this.#isQuiet()) return;
    if (this.#state !== 'idle' && this.#queue.size === 0) {
      this.#state = 'idle';
      this.#telling.now();
    }
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}

function rowFailure({ message, detail }: Failure): { message: string; detail?: string } {
  return detail === undefined ? { message } : { message, detail };
}

function countOf(recordings: number): string {
  return recordings === 1 ? '1 recording' : `${recordings.toLocaleString('en')} recordings`;
}
