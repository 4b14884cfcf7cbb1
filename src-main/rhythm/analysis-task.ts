/** A job in the pool, from `run` until its promise settles, and the order in which tasks go. */
import { RhythmarkError } from '../contract/errors.ts';
import type { AnalysisJob, AnalysisResult, Priority, RunOptions } from './job.ts';
import type { Run } from './protocol.ts';

export interface Task {
  readonly job: AnalysisJob;
  readonly options: RunOptions;
  readonly order: number;
  priority: Priority;
  /** Processes that died with it. */
  deaths: number;
  /** While it is not known what the last of them died of: it waits, and no process may have it. */
  isHeld: boolean;
  run: Run | null;
  readonly resolve: (result: AnalysisResult) => void;
  readonly reject: (error: RhythmarkError) => void;
}

/**
 * What is looked at, then in the order asked. A retried job keeps its early place and so meets the
 * new process while that is still empty, which is the only place where it may go.
 */
export function byUrgency(a: Task, b: Task): number {
  const urgency = (task: Task) => (task.priority === 'looked-at' ? 0 : 1);
  return urgency(a) - urgency(b) || a.order - b.order;
}

export function cancelled(): RhythmarkError {
  return new RhythmarkError('cancelled', 'Cancelled.');
}
