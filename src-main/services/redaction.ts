/**
 * What may be written to a log or into a failure's detail. Paths are cut out, because folders and
 * files are named after patients; so are messages of foreign errors, which quote paths and content.
 */
import { basename } from 'node:path';
import type { Failure } from '../contract/errors.ts';

const ELLIPSIS = '…';

/** A quoted text with a separator in it, as Node writes paths into messages. */
const QUOTED_PATH = /(['"`])[^'"`\n]*[\\/][^'"`\n]*\1/g;
/** `/home/a b` up to the first white space, `C:\x`, `\\server\share`, `file:///...`. */
const BARE_PATH = /(?:file:\/\/|[A-Za-z]:[\\/]|\\\\|(?<![\w.])\/)[^\s'"`,;]*[^\s'"`,;.]/g;

export function withoutPaths(text: string): string {
  return text.replaceAll(QUOTED_PATH, ELLIPSIS).replaceAll(BARE_PATH, ELLIPSIS);
}

/**
 * One line for the log: method, code, and for a defect of the program where in its own code it
 * was. The failure's message is left out: it may name a file, and a file may be named for a patient.
 */
export function failureLine(method: string, failure: Failure, thrown: unknown): string {
  const line = `${method} failed: ${failure.code}`;
  if (failure.code !== 'internal' || !(thrown instanceof Error)) return line;
  return `${line} (${thrown.name}${placesOf(thrown)})`;
}

/** ` at createRow rows.ts:41 < ...`: the first frames of the stack, files without their folders. */
function placesOf(error: Error): string {
  const frames = (error.stack ?? '')
    .split('\n')
    .map((line) => /^\s+at (?:(.+?) \()?(.+?):(\d+):\d+\)?$/.exec(line))
    .filter((match) => match !== null)
    .slice(0, 4)
    .map(([, name, file, at]) => `${name ?? 'anonymous'} ${basename(file ?? '')}:${at ?? ''}`);
  return frames.length > 0 ? ` at ${frames.join(' < ')}` : '';
}
