/** Opens what the library lists, and says in its own words when it is not there any more. */
import { stat } from 'node:fs/promises';
import { openRecording } from '../formats/index.ts';
import type { RecordingReader } from '../formats/reader.ts';
import { RhythmarkError } from '../contract/errors.ts';
import type { FoundRecording, StoredRecording } from '../review/recordings.ts';

/** Errors: `not-found` where the file is gone, otherwise as `openRecording`. */
export async function openSource(recording: StoredRecording): Promise<RecordingReader> {
  try {
    return await openRecording(recording.path, {
      part: recording.part,
      textChoice: recording.textChoice,
      unit: recording.unit,
    });
  } catch (error) {
    throw sourceError(error);
  }
}

/** Changes when the file does; null where there is none. */
export async function stampOf(recording: FoundRecording): Promise<string | null> {
  const found = await stat(recording.path).catch(() => null);
  return found && `${found.size} ${found.mtimeMs}`;
}

export function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  );
}

export function sourceError(error: unknown): unknown {
  if (!isMissing(error)) return error;
  return new RhythmarkError(
    'not-found',
    'The recording is no longer where it was.',
    undefined,
    error instanceof Error ? { cause: error } : undefined,
  );
}
