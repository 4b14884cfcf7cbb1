/**
 * What is asked of the analysis process and what comes back: one recording is one job. Plain data
 * that survives structured clone; paths never leave the machine, let alone the main process.
 */
import type { ActivationMap, RecordingHeader, WindowVerdicts } from '../contract/domain.ts';
import type { ModelCard } from '../contract/model-card.ts';
import type { TextChoice } from '../contract/text.ts';
import type { ChosenUnit } from '../contract/lead-unit.ts';
import type { Failure } from '../contract/errors.ts';

/** Which leads of a recording the model reads. */
export type LeadChoice =
  /** The lead that rhythm is read from: II, then I and its kin, then the cleanest. */
  | { readonly kind: 'auto' }
  | { readonly kind: 'all' }
  /** By name, upper and lower case alike; a recording without it fails with its leads named. */
  | { readonly kind: 'named'; readonly name: string };

export interface RecordingSource {
  /** Absolute, or relative to the working directory of the main process. */
  readonly path: string;
  /** Which recording of a file that holds several; '' for the first or only one. */
  readonly part: string;
  readonly textChoice: TextChoice | null;
  /** What a person said of leads without a unit; nobody did where it is absent. */
  readonly unit?: ChosenUnit | null;
}

/** Every window of the chosen leads through the model; the envelope in the same pass when asked. */
export interface ClassifyJob extends RecordingSource {
  readonly kind: 'classify';
  /** The caller's name for it, unique among the jobs that are queued or running. */
  readonly id: string;
  readonly leads: LeadChoice;
  /** File to write the min/max pyramid of all leads to, whole or not at all; null for none. */
  readonly envelopePath: string | null;
}

/** The min/max pyramid of all leads only. */
export interface EnvelopeJob extends RecordingSource {
  readonly kind: 'envelope';
  readonly id: string;
  readonly envelopePath: string;
}

/** A digest of every sample, to tell whether two recordings are the same. */
export interface DigestJob extends RecordingSource {
  readonly kind: 'digest';
  readonly id: string;
}

/** The activation map of one window of one lead. */
export interface ActivationJob extends RecordingSource {
  readonly kind: 'activation';
  readonly id: string;
  readonly leadIndex: number;
  /** Row of the lead's `WindowVerdicts`. */
  readonly window: number;
}

export type AnalysisJob = ClassifyJob | EnvelopeJob | DigestJob | ActivationJob;

/**
 * Verdicts as they are found: rows [first, first + startS.length) of the lead's `WindowVerdicts`.
 * Final, and each row once, in order; after a restart of the process a recording begins again from
 * its first row.
 */
export interface Findings {
  readonly leadIndex: number;
  readonly first: number;
  /** Windows that the lead will have when it is done. */
  readonly windowCount: number;
  readonly startS: Float64Array;
  readonly endS: Float64Array;
  /** windows x MODEL_OUTPUTS, row-major; a row of NaN is a window without enough signal. */
  readonly probabilities: Float32Array;
  readonly unlike: Float32Array;
  /** `WindowVerdicts.alone` of these rows; absent where the model judges each window by itself. */
  readonly alone?: Float32Array;
}

export interface AnalysisResult {
  readonly header: RecordingHeader;
  /** One for each lead that was read, the chosen one first; empty for other jobs. */
  readonly verdicts: readonly WindowVerdicts[];
  /** Hexadecimal; null for other jobs. */
  readonly digest: string | null;
  /** Null for other jobs, where the model has none, and for a window without enough signal. */
  readonly activation: ActivationMap | null;
}

/** A job's place in the queue: what a person looks at goes before everything else. */
export type Priority = 'looked-at' | 'ordinary';

export interface RunOptions {
  readonly priority?: Priority;
  /** Aborting takes the job off the queue or stops it at the next batch: rejects `cancelled`. */
  readonly signal?: AbortSignal;
  /** From 0 to 1, at most a few times a second. */
  readonly onProgress?: (fraction: number) => void;
  /** Not called for a recording of a single block (10 minutes): its result has them all. */
  readonly onFindings?: (findings: Findings) => void;
}

/** What the pool has to say about itself, for the status bar and the About panel. */
export interface PoolState {
  readonly queued: number;
  readonly running: number;
  /** Processes that are up and have a session. */
  readonly processes: number;
  /** Null until the first session is up, and when there is no usable model. */
  readonly model: ModelCard | null;
  /** For example `CPU`, `CUDA`; null until the first session is up. */
  readonly provider: string | null;
  readonly modelFailure: Failure | null;
  /** What happened when a process last died or hung; null once a job has ended well after that. */
  readonly stopped: Stopped | null;
}

export interface Stopped {
  /** A sentence for a person. */
  readonly message: string;
  /** The why in it, a few words: `out of memory`, `it crashed`. */
  readonly reason: string;
  /** Exit code or signal, and what the process wrote last. */
  readonly detail: string;
  readonly jobIds: readonly string[];
  /**
   * The jobs were in that process and are tried once more, each by itself; or process after process
   * died, whatever was in it, and every job that waited was rejected with this message: it says
   * nothing of them.
   */
  readonly outcome: 'begun-again' | 'given-up';
}

/** Whether a job failed with all that waited: it is at no fault, and the next one would fail as well. */
export function isGivenUp({ stopped }: Pick<PoolState, 'stopped'>, id: string): boolean {
  return stopped?.outcome === 'given-up' && stopped.jobIds.includes(id);
}

/** The part of the pool that services use; `AnalysisPool` implements it. */
export interface Analyst {
  readonly state: PoolState;
  /**
   * Resolves when the recording is done. Rejects with a RhythmarkError: what the reader of the
   * format says, `model-unavailable`, `cancelled`, or `analysis-stopped` when the process died or
   * hung with this job twice.
   */
  run(job: AnalysisJob, options?: RunOptions): Promise<AnalysisResult>;
  /** Moves a queued or running job up; unknown ids are ignored (it may just have ended). */
  raise(id: string): void;
  /** A person opens a recording: what is in work rests for the moment that its picture takes. */
  giveWay(): void;
  /** Calls back after each change of `state`; the returned function ends it. */
  onState(listener: (state: PoolState) => void): () => void;
  /**
   * Jobs are done by the model of this manifest from now on, or of a folder that holds none yet;
   * what is in work begins again with it. `state.model` is null until a process has it. The one in
   * force is loaded again where it could not be loaded, and left alone where it could.
   */
  useModel(manifestPath: string): void;
  /** Starts the processes now rather than with the first job, so that `state.model` is known. */
  start(): void;
  /** Rejects what is left with `cancelled` and ends the processes, by force after a second. */
  close(): Promise<void>;
}
