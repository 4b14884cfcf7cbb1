/** Finds out before the work, not after an hour of it, whether its result can be written. */
import { dirname } from 'node:path';
import { RhythmarkError } from '../contract/errors.ts';
import { createAtomicFile } from '../formats/atomic-file.ts';
import { UsageError } from './command.ts';

/**
 * Throws UsageError where `--out` is a folder, a device or in a folder that is not there, and the
 * system's error (EACCES, ENOSPC) for the rest. Leaves nothing behind.
 */
export async function refuseUnwritable(out: string): Promise<void> {
  try {
    const file = await createAtomicFile(out);
    await file.discard();
  } catch (error) {
    if (error instanceof RhythmarkError) throw new UsageError(`--out: ${error.message}`);
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing) throw error;
    throw new UsageError(`--out: there is no folder ${dirname(out)}. Make it first.`);
  }
}
