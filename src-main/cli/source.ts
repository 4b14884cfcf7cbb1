/** The one file that a command reads: an error about it says its name. */
import { stat } from 'node:fs/promises';
import { failureOf, RhythmarkError } from '../contract/errors.ts';
import { openRecording } from '../formats/index.ts';
import type { RecordingReader } from '../formats/reader.ts';

/** Throws `not-found` where there is no file or folder of that name. */
export async function refuseMissing(path: string): Promise<void> {
  const isMissing = await stat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT' || error.code === 'ENOTDIR',
  );
  if (isMissing) throw new RhythmarkError('not-found', `${path}: There is no such file or folder.`);
}

/** Errors of `openRecording`, each behind the file's name. */
export async function openNamed(path: string): Promise<RecordingReader> {
  await refuseMissing(path);
  try {
    return await openRecording(path);
  } catch (error) {
    const { code, message, detail } = failureOf(error);
    throw new RhythmarkError(code, `${path}: ${message}`, detail);
  }
}
