/**
 * What the main process and an analysis process say to each other. Both ends are this program's
 * own code in one release, so messages are typed and not validated; each is small, and windows of
 * signal never travel.
 */
import type { ActivationMap, RecordingHeader, WindowVerdicts } from '../contract/domain.ts';
import type { ModelCard } from '../contract/model-card.ts';
import type { Failure } from '../contract/errors.ts';
import type { AnalysisJob, Findings, Priority } from './job.ts';

/** Numbers one attempt at a job; a second attempt has a number of its own. */
export type Run = number;

/** Numbers one asking of all processes whether they are there. */
export type RollCallNumber = number;

export type ToProcess =
  /** First, once. `providers` are tried in this order before the CPU. */
  | {
      readonly type: 'start';
      readonly manifestPath: string;
      readonly providers: 'probe' | 'cpu-only';
    }
  | {
      readonly type: 'job';
      readonly run: Run;
      readonly job: AnalysisJob;
      readonly priority: Priority;
      /** Whether anyone listens to findings; progress is always sent. */
      readonly findings: 'wanted' | 'unwanted';
    }
  | { readonly type: 'cancel'; readonly run: Run }
  | { readonly type: 'raise'; readonly run: Run }
  /** A person waits for a picture: no batch and no further block is begun for so long. */
  | { readonly type: 'give-way'; readonly ms: number }
  /** Another process has died. Answered at once, by `here`. */
  | { readonly type: 'are-you-there'; readonly call: RollCallNumber }
  /** Stop every job, tidy up, exit. */
  | { readonly type: 'close' };

export type FromProcess =
  /** The session is up, or why there is none: envelope jobs are done all the same. */
  | {
      readonly type: 'ready';
      readonly model: ModelCard;
      readonly provider: string;
      /** One line a provider that was tried, for support. */
      readonly trials: readonly string[];
    }
  | { readonly type: 'no-model'; readonly failure: Failure }
  /** Room for one more job: sent so early that the process never waits for the next one. */
  | { readonly type: 'wants-job' }
  /**
   * Once a second while there is work. `steps` grows with every block read and batch run, so that
   * a process that is alive but stuck can be told from one that works.
   */
  | { readonly type: 'beat'; readonly steps: number }
  | { readonly type: 'here'; readonly call: RollCallNumber }
  | { readonly type: 'progress'; readonly run: Run; readonly fraction: number }
  | { readonly type: 'found'; readonly run: Run; readonly findings: Findings }
  | {
      readonly type: 'done';
      readonly run: Run;
      readonly header: RecordingHeader;
      readonly verdicts: readonly WindowVerdicts[];
      readonly digest: string | null;
      readonly activation: ActivationMap | null;
    }
  | { readonly type: 'failed'; readonly run: Run; readonly failure: Failure };
