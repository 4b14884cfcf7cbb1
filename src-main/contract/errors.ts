/**
 * Errors as they cross a process boundary. Electron keeps only `message` of a thrown error, so
 * every call resolves to a `Result` and the code travels with it.
 */

/** Closed union of what can go wrong; a code is stable, its message is for a person. */
export const ERROR_CODES = [
  'bad-request', // the call's arguments do not fit the contract
  'not-found', // a recording, file or folder that is not (or no longer) there
  'access-denied', // the operating system refused
  'not-a-recording', // the content is no ECG format that is read here
  'damaged-file', // a known format whose content contradicts itself or ends early
  'needs-choice', // readable once a person says what the file leaves open
  'too-large', // above a limit of formats/limits.ts
  'disk-full',
  'busy', // locked by another program, or the library by another Rhythmark
  'model-unavailable', // model file missing, damaged, or refused by every provider
  'analysis-stopped', // the analysis process died while it was asked
  'cancelled', // by the user
  'unsupported', // understood, and not offered here
  'internal', // a defect of this program
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What a failed call carries. `detail` is for the technically minded: byte offset, element, errno. */
export interface Failure {
  readonly code: ErrorCode;
  /** One sentence or two: what happened, where, what to do. No path, no patient's name. */
  readonly message: string;
  readonly detail?: string;
}

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

/** The one error class that services throw on purpose; anything else becomes `internal`. */
export class RhythmarkError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, message: string, detail?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RhythmarkError';
    this.code = code;
    this.detail = detail;
  }
}

/** Turns anything thrown into what may cross the boundary. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RhythmarkError) {
    return error.detail === undefined
      ? { code: error.code, message: error.message }
      : { code: error.code, message: error.message, detail: error.detail };
  }
  const system = systemFailure(error);
  if (system) return system;
  return {
    code: 'internal',
    message: 'Something went wrong inside Rhythmark. The source file was not changed.',
    detail: error instanceof Error ? error.message : String(error),
  };
}

function systemFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        code: 'not-found',
        message: 'The file is no longer where it was.',
        detail: 'ENOENT',
      };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        code: 'access-denied',
        message: `The system does not allow ${namedIn(error)} to be read or written.`,
        detail: String(error.code),
      };
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        code: 'disk-full',
        message: 'The disk is full. Free some space and try again.',
        detail: String(error.code),
      };
    case 'EBUSY':
    case 'ETXTBSY':
      return {
        code: 'busy',
        message: `Another program holds ${namedIn(error)}. Close it there and try again.`,
        detail: String(error.code),
      };
    case 'EIO':
    case 'ESTALE':
    case 'ENETDOWN':
    case 'EHOSTDOWN':
      return {
        code: 'not-found',
        message: 'The drive that holds this file no longer answers.',
        detail: String(error.code),
      };
    default:
      return undefined;
  }
}

/** Name of the file or folder that the system spoke of, without its path. */
function namedIn(error: Error): string {
  const path = 'path' in error && typeof error.path === 'string' ? error.path : '';
  return path.split(/[\\/]/u).findLast((part) => part !== '') ?? 'this file';
}
