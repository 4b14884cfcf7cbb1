/** What a person reads when an analysis process has died. `how` is its exit status, or the system's error. */
import { RhythmarkError } from '../contract/errors.ts';
import type { Stopped } from './job.ts';

export function startedAgain(how: string, jobIds: readonly string[]): Stopped {
  const reason = reasonIn(how);
  return {
    message: `The analysis process stopped: ${reason}. It was started again.`,
    reason,
    detail: how,
    jobIds,
    outcome: 'begun-again',
  };
}

export function givenUp(how: string, deaths: number, jobIds: readonly string[]): Stopped {
  const reason = reasonIn(how);
  return {
    message: `The analysis process stopped ${deaths} times in a row: ${reason}. Restart Rhythmark, or close other programs that need much memory.`,
    reason,
    detail: how,
    jobIds,
    outcome: 'given-up',
  };
}

/** Of a job that was in so many processes when they died. */
export function stoppedWithIt(how: string, deaths: number): RhythmarkError {
  const often = deaths === 2 ? 'twice' : `${deaths} times`;
  return new RhythmarkError(
    'analysis-stopped',
    `The analysis process stopped ${often} while it worked on this recording: ${reasonIn(how)}.`,
    how,
  );
}

function reasonIn(how: string): string {
  if (/out of memory|bad_alloc/i.test(how)) return 'out of memory';
  if (/^no (answer|progress)/.test(how)) return how;
  if (how.startsWith('it could not be started')) return 'it could not be started';
  if (how.startsWith('signal SIGKILL')) return 'the system ended it, usually for want of memory';
  return 'it crashed';
}
