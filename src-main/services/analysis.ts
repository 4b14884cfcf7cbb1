/**
 * Classifying the list: which recordings are taken on and when, what an outcome means for the rest,
 * and how far the run is. Nothing here reads a sample. A recording is either classified and stored
 * whole or still waiting; a program killed at any moment loses only what was in work.
 */
import type { JobProgress } from '../contract/batch.ts';
import type { RecordingId } from '../contract/domain.ts';
import { failureOf, type Failure } from '../contract/errors.ts';
import type { StoredRecording } from '../review/recordings.ts';
import { isGivenUp, type PoolState, type Stopped } from '../rhythm/job.ts';
import type { AnalysisQueue, QueuedRecording } from './analysis-queue.ts';
import { AnalysisResults } from './analysis-results.ts';
import { AnalysisRun } from './analysis-run.ts';
import { AnalysisStages } from './analysis-stages.ts';
import type { JobTally } from './job-tally.ts';
import { notSaved, stoppedAt, stoppedWith } from './job-words.ts';
import { RecordingPass, type PassOptions } from './recording-pass.ts';
import { isClassifiedBy } from './stored-verdicts.ts';
import type { Work, WorkInHand } from './work-in-hand.ts';

export interface AnalysisOptions extends PassOptions {
  readonly rowsChanged: (ids: Iterable<RecordingId>) => void;
  /** True where the answers to an open question were remembered, so that it can be tried again. */
  readonly answered: (id: RecordingId) => Promise<boolean>;
}

export class Analysis {
  readonly #options: AnalysisOptions;
  /** For what is told of one recording. */
  readonly stages: AnalysisStages;
  readonly #queue: AnalysisQueue;
  readonly #tally: JobTally;
  readonly #work: WorkInHand;
  readonly #results: AnalysisResults;
  readonly #pass: RecordingPass;
  readonly #run: AnalysisRun;
  readonly #stopListening: () => void;
  #heardOf: Stopped | null = null;
  #closed = false;

  constructor(options: AnalysisOptions) {
    this.#options = options;
    this.#results = new AnalysisResults(options.library, {
      stored: (ids) => {
        this.#tally.done(ids.length);
        options.rowsChanged(ids);
        this.#run.tellSoon(); // what a pause found in work is stored after everything else is told
        this.#run.settle();
      },
      failed: (ids, error) => {
        this.#notStored(ids, error);
      },
    });
    this.stages = new AnalysisStages(this.#results);
    this.#run = new AnalysisRun(this.stages, options.announce);
    ({ queue: this.#queue, tally: this.#tally, work: this.#work } = this.stages);
    this.#pass = new RecordingPass(options, this.#tally, this.#results);
    this.#stopListening = options.analyst.onState((state) => {
      this.#hearOfDeath(state);
    });
  }

  progress(): JobProgress {
    return this.#run.progress();
  }

  /** Writes what is finished, so that whoever reads the library next sees it. */
  storeFinished(): void {
    this.#results.write();
  }

  /**
   * Queues what is not classified by the model in force and not queued already. Failed recordings
   * are tried again; those with an open question are left for a person. What comes while a run is
   * cancelled waits to be asked for, as the rest of that run does.
   */
  enqueue(recordings: Iterable<StoredRecording>): void {
    const { library, rowsChanged } = this.#options;
    const retried: RecordingId[] = [];
    let added = 0;
    library.transaction(() => {
      for (const recording of recordings) {
        if (!this.#isWanted(recording) || !this.#queue.add(recording)) continue;
        added += 1;
        if (recording.status === 'waiting') continue;
        library.recordings.setWaiting(recording.id);
        retried.push(recording.id);
      }
    });
    if (added === 0) return;
    const begins = this.#run.state === 'idle';
    if (begins) {
      this.#tally.begin();
      this.#run.stopped = null;
      this.#run.state = 'running';
    }
    this.#tally.queued(added);
    rowsChanged(retried);
    this.#feed();
    if (begins) this.#run.tellNow();
    else this.#run.tellSoon();
  }

  /**
   * Puts a recording before all others, now that a person looks at it. The analysis rests for the
   * moment that reading it takes, in the review and beside the list alike: who walks through a list
   * with the keys wants each row's facts at once, and the work goes on when the walk ends.
   */
  lookAt(id: RecordingId): void {
    this.#pass.lookAt(id);
    this.#options.analyst.giveWay();
    this.#options.analyst.raise(id);
    const recording = this.#run.state === 'running' ? this.#queue.remove(id) : undefined;
    if (recording)
      this.#begin(recording); // whatever else is in work
    else this.#queue.lookAt(id);
  }

  /** Takes recordings out of the run; answers those that were waiting or in work. */
  drop(ids: Iterable<RecordingId>): RecordingId[] {
    const dropped = [...ids].filter((id) => this.#work.drop(id) || this.#queue.remove(id));
    this.#tally.queued(-dropped.length);
    this.#feed();
    this.#run.settle();
    return dropped;
  }

  /** No further recording is begun; those in work, a few seconds at most, are finished. */
  pause(): void {
    if (this.#run.state !== 'running') return;
    this.#run.state = 'paused';
    this.#run.tellNow();
    this.#run.settle();
  }

  resume(): void {
    if (this.#run.state !== 'paused') return;
    this.#run.state = 'running';
    this.#run.stopped = null;
    this.#tally.restartClock();
    this.#feed();
    this.#run.tellNow();
    this.#run.settle();
  }

  /** Everything that is not classified yet goes back to waiting. */
  cancel(): void {
    if (this.#run.state === 'idle' || this.#run.state === 'cancelling') return;
    this.#run.state = 'cancelling';
    this.#tally.queued(-this.#queue.clear().length);
    this.#work.abortAll();
    this.#run.tellNow();
    this.#results.write();
    this.#run.settle();
  }

  /** Stops as `cancel` does; answers what was left to do, once nothing is in work any more. */
  async interrupt(): Promise<RecordingId[]> {
    const left = [...this.#work.ids(), ...this.#queue.ids()];
    this.cancel();
    await this.whenIdle();
    return left;
  }

  /** What ended the last run is so no more: it is not said any longer. */
  forgetStop(): void {
    if (this.#run.state !== 'idle' || this.#run.stopped === null) return;
    this.#run.stopped = null;
    this.#run.tellNow();
  }

  /** Resolves when nothing is in work and, unless paused, nothing is queued. */
  whenIdle(): Promise<void> {
    return this.#run.whenAtRest();
  }

  /** Stores what is finished, gives up what is not. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    this.#queue.clear();
    this.#work.abortAll();
    this.#results.write();
    await this.whenIdle();
    this.#run.close();
  }

  #isWanted({ id, status, removed }: StoredRecording): boolean {
    if (this.#closed || this.#run.state === 'cancelling') return false;
    if (removed || this.#work.has(id) || this.#results.has(id)) return false;
    if (status === 'needs-choice') return false;
    const { library, model } = this.#options;
    const card = model();
    if (status !== 'classified' || !card) return true;
    return !isClassifiedBy(library, id, card);
  }

  #feed(): void {
    const { typicalWindows } = this.#tally;
    while (this.#run.state === 'running' && !this.#closed && this.#work.hasRoom(typicalWindows)) {
      const recording = this.#queue.take();
      if (!recording) return;
      this.#begin(recording);
    }
  }

  #begin(recording: QueuedRecording): void {
    const work = this.#work.begin(recording);
    this.#options.rowsChanged([recording.id]);
    // Every outcome is handled inside; nobody waits for the promise.
    void this.#classify(work);
  }

  async #classify(work: Work): Promise<void> {
    const { id } = work.recording;
    const outcome = await this.#pass.take(work, () => {
      this.#options.rowsChanged([id]);
      this.#run.tellSoon();
    });
    try {
      const remembered =
        'failure' in outcome &&
        outcome.failure.code === 'needs-choice' &&
        (await this.#options.answered(id));
      if (this.#work.end(work)) {
        if (remembered && this.#run.state === 'running') this.#queue.add(work.recording);
        else if ('failure' in outcome) this.#failed(work.recording, outcome.failure);
        else {
          this.#pass.keep(work, outcome.result);
          this.#run.tellSoon();
        }
      }
    } catch (error) {
      this.#work.end(work);
      this.#notStored([id], error);
    }
    this.#options.rowsChanged([id]);
    this.#feed();
    this.#run.settle();
  }

  #failed({ id, name }: QueuedRecording, failure: Failure): void {
    const { code, message } = failure;
    if (code === 'cancelled') {
      this.#tally.queued(-1);
      return;
    }
    const { state } = this.#options.analyst;
    if (code === 'model-unavailable' || (code === 'analysis-stopped' && isGivenUp(state, id))) {
      this.#halt(message);
      return;
    }
    this.#pass.keepFailure(id, failure);
    this.#tally.failed();
    if (code === 'analysis-stopped') {
      const why = state.stopped?.reason ?? 'it crashed';
      this.#run.stopped = stoppedAt(name, why, this.stages.open);
    }
    this.#run.tellSoon();
  }

  /**
   * Ends the run: what cannot be done now cannot be done for the next recording either. None of them
   * is at fault, so all wait.
   */
  #halt(reason: string): void {
    this.#run.stopped = { what: reason, others: '' };
    this.#tally.queued(-this.#queue.clear().length - 1);
    this.#work.abortAll();
    this.#run.tellNow();
  }

  /** A full disk takes no verdicts: there is a pause, rather than the same work again and again. */
  #notStored(ids: readonly RecordingId[], error: unknown): void {
    const { library, rowsChanged } = this.#options;
    for (const id of ids) {
      const recording = library.recordings.get(id);
      if (recording && !this.#closed && this.#run.state !== 'cancelling')
        this.#queue.add(recording);
    }
    if (this.#run.state === 'running') this.#run.state = 'paused';
    this.#run.stopped = notSaved(failureOf(error).message, ids.length);
    rowsChanged(ids);
    this.#run.tellNow();
    this.#run.settle();
  }

  #hearOfDeath({ stopped }: PoolState): void {
    if (stopped === this.#heardOf) return;
    this.#heardOf = stopped;
    const { state } = this.#run;
    if (!stopped || state === 'idle' || state === 'cancelling') return; // nothing is begun again
    const died = stopped.jobIds.flatMap((id) => this.#work.get(id) ?? []);
    const isPaused = state === 'paused';
    if (isPaused && died.length === 0) return; // it had nothing to do, and starts again with the run
    for (const work of died) work.progress = 0; // each begins again
    this.#options.rowsChanged(stopped.jobIds);
    const names = died.map(({ recording }) => recording.name);
    const others = (isPaused ? this.#work.size : this.stages.open) - names.length;
    this.#run.stopped = stoppedWith(names, stopped, others);
    this.#run.tellNow();
  }
}
