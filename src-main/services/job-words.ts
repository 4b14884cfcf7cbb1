/** What the job line says when something went wrong. */
import type { Stopped } from '../rhythm/job.ts';

export interface StopWords {
  readonly what: string;
  /** Said after it only while the run goes on: of a cancelled one it is not true. '' for nothing. */
  readonly others: string;
}

/**
 * The process died with these recordings in it. With one, it is named; with several, which of them
 * it was is not known yet. Each is begun again, by itself.
 */
export function stoppedWith(names: readonly string[], stopped: Stopped, others: number): StopWords {
  const [name, another] = names;
  if (name === undefined || another !== undefined) return { what: stopped.message, others: '' };
  return {
    what: `Stopped at ${name}: ${stopped.reason}. It was begun again.`,
    others: othersGoOn(others),
  };
}

/** The recording is given up. */
export function stoppedAt(name: string, reason: string, others: number): StopWords {
  return { what: `Stopped at ${name}: ${reason}.`, others: othersGoOn(others) };
}

export function notSaved(reason: string, recordings: number): StopWords {
  const them = recordings === 1 ? 'One recording waits' : `${recordings} recordings wait`;
  return {
    what: `Not saved: ${reason} ${them} to be classified again; resume when there is room.`,
    others: '',
  };
}

function othersGoOn(others: number): string {
  if (others === 0) return '';
  return others === 1
    ? ' The other one goes on.'
    : ` The other ${others.toLocaleString('en')} go on.`;
}
