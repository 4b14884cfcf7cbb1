/** The files beside a recording, opened by the names that its header gives them. */
import { readdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, win32 } from 'node:path';
import { RhythmarkError } from '../contract/errors.ts';
import type { Waiting } from './at-once.ts';
import { openRegularFile } from './byte-source.ts';
import type { Siblings } from './reader.ts';

/**
 * Siblings in `folder`. A name that leads out of it is refused (`damaged-file`); one that differs
 * in upper and lower case only is found, since recorders and copies disagree about it.
 */
export function siblingsIn(folder: string, waiting: Waiting = 'aside'): Siblings {
  return {
    async open(name) {
      const path = join(folder, insideFolder(name));
      try {
        return await openRegularFile(path, waiting);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
      const other = await otherCase(path);
      if (other !== null) return openRegularFile(other, waiting);
      throw new RhythmarkError(
        'not-found',
        `The recording needs the file ${printable(name)}, which is not beside it. Copy it into the same folder.`,
      );
    },
    async exists(name) {
      const path = join(folder, insideFolder(name));
      return (await isThere(path)) || (await otherCase(path)) !== null;
    },
  };
}

function insideFolder(name: string): string {
  const parts = name.split(/[/\\]/);
  const escapes =
    name === '' ||
    name.includes('\0') ||
    isAbsolute(name) ||
    win32.isAbsolute(name) ||
    /^[A-Za-z]:/.test(name) ||
    parts.includes('..');
  if (!escapes) return name;
  throw new RhythmarkError(
    'damaged-file',
    `The header names the file "${printable(name)}", which does not lie in the recording's folder. It was not opened.`,
  );
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function otherCase(path: string): Promise<string | null> {
  const folder = dirname(path);
  const wanted = path.slice(folder.length + 1).toLowerCase();
  const names = await readdir(folder).catch(() => []);
  const found = names.find((name) => name.toLowerCase() === wanted);
  return found === undefined ? null : join(folder, found);
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  );
}

function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, '?').slice(0, 80);
}
