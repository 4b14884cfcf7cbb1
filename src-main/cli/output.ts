/** Finds out before the work, not after an hour of it, whether its result can be written. */
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { failureOf, RhythmarkError } from '../contract/errors.ts';
import { statOf } from '../formats/at-once.ts';
import { createAtomicFile } from '../formats/atomic-file.ts';
import { UsageError } from './command.ts';

/** Endings of what commands write; an existing file of another one is somebody's work. */
const OURS = new Set(['.csv', '.json', '.ndjson', '.tsv', '.txt', '']);

/** Throws UsageError where `out` is one of `sources`, by whatever name: they are never written. */
export async function refuseSource(out: string, sources: Iterable<string>): Promise<void> {
  const target = await stat(out).catch(() => null);
  if (target === null) return;
  for (const source of sources) {
    const found = await statOf(source, 'here').catch(() => null);
    if (found?.ino === target.ino && found.dev === target.dev) {
      throw new UsageError(
        `--out: ${out} is the recording itself, which is never written over. Name another file.`,
      );
    }
  }
}

/**
 * Throws UsageError where `--out` is one of the `sources`, a file that no command wrote, a folder, a
 * device or in a folder that is not there, and RhythmarkError (`access-denied`, `disk-full`) where
 * the system refuses. Leaves nothing behind.
 */
export async function refuseUnwritable(
  out: string,
  sources: readonly string[] = [],
): Promise<void> {
  await refuseSource(out, sources);
  const isThere = (await stat(out).catch(() => null))?.isFile() === true;
  if (isThere && !OURS.has(extname(out).toLowerCase())) {
    throw new UsageError(
      `--out: there is a file ${basename(out)} already that is no table, and it was not written over. Name another file.`,
    );
  }
  try {
    const file = await createAtomicFile(out);
    await file.discard();
  } catch (error) {
    if (!(error instanceof RhythmarkError)) throw error;
    if (error.code === 'not-found') {
      const folder = dirname(out);
      const isFile = (await stat(folder).catch(() => null)) !== null;
      throw new UsageError(
        isFile
          ? `--out: ${folder} is a file. Name a folder before the file's name.`
          : `--out: there is no folder ${folder}. Make it first.`,
      );
    }
    const message = `--out: ${error.message}`;
    if (error.code === 'bad-request') throw new UsageError(message);
    throw new RhythmarkError(error.code, message, error.detail, { cause: error });
  }
}

/**
 * Makes the folder where it is not there. Throws UsageError where it is a file, and RhythmarkError
 * `access-denied` where the system allows no file in it.
 */
export async function refuseUnwritableFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw folderRefusal(folder, error);
  }
}

/** What making files in a folder failed with, in the words of `--out`. */
export function folderRefusal(folder: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new UsageError(`--out: ${folder} is a file. Name a folder.`);
  }
  const failure = failureOf(error);
  if (failure.code !== 'access-denied') return error;
  return new RhythmarkError(
    'access-denied',
    `--out: the system allows no new file in ${folder}. Name another folder.`,
    failure.detail,
    { cause: error },
  );
}
