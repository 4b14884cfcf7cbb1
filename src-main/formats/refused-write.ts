/** A file that cannot be written, told apart from one that cannot be read. */
import { basename, dirname } from 'node:path';
import { RhythmarkError } from '../contract/errors.ts';

/**
 * The system's refusal in words that name the file that was to be written: while recordings are
 * read for it, a person would look for the fault in one of them. Any other error is answered as it is.
 */
export function refusedWrite(target: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const name = basename(target);
  const folder = basename(dirname(target));
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new RhythmarkError(
        'not-found',
        `${name} cannot be written: ${code === 'ENOENT' ? `there is no folder ${folder}` : `${folder} is no folder`}. Choose another folder.`,
        code,
        { cause: error },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new RhythmarkError(
        'access-denied',
        `${name} cannot be written in the folder ${folder}: the system does not allow it. Close it where it is open, or choose another folder.`,
        code,
        { cause: error },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new RhythmarkError(
        'disk-full',
        `${name} cannot be written: the disk is full. Free some space and try again.`,
        code,
        { cause: error },
      );
    default:
      return error;
  }
}
