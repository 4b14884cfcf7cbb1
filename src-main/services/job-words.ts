/** What the job line says when something went wrong. */
import type { Stopped } from '../rhythm/job.ts';

/**
 * The process died with these recordings in it. With one, it is named; with several, which of them
 * it was is not known yet. Each is begun again, by itself.
 */
export function stoppedWith(names: readonly string[], stopped: Stopped, others: number): string {
  const [name, another] = names;
  if (name === undefined || another !== undefined) return stopped.message;
  const rest = others === 0 ? '' : `; the other ${others.toLocaleString('en')} go on`;
  return `Stopped at ${name}: ${stopped.reason}. It was begun again${rest}.`;
}

/** The recording is given up. */
export function stoppedAt(name: string, reason: string, others: number): string {
  const rest = others === 0 ? '' : ` The other ${others.toLocaleString('en')} go on.`;
  return `Stopped at ${name}: ${reason}.${rest}`;
}

export function notSaved(reason: string, recordings: number): string {
  const them = recordings === 1 ? 'One recording waits' : `${recordings} recordings wait`;
  return `Not saved: ${reason} ${them} to be classified again; resume when there is room.`;
}
