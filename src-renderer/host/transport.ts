/** What carries the contract between the page and the main process, and how a call fails. */
import type { MethodName } from '../../src-main/contract/api.ts';
import type { ErrorCode, Failure } from '../../src-main/contract/errors.ts';
import type { EventName, Events } from '../../src-main/contract/events.ts';

export interface CallOptions {
  /** Aborting it cancels the call in the main process and rejects here with `cancelled`. */
  readonly signal?: AbortSignal;
}

/** Why nothing more can be asked: the address holds no valid token, or the program has ended. */
export type LostReason = 'refused' | 'ended';

/** What a transport provides; `host` adds the count of calls in flight. */
export interface Transport {
  readonly kind: 'electron' | 'loopback';
  call(method: MethodName, input: unknown, options: CallOptions): Promise<unknown>;
  on<K extends EventName>(event: K, listener: (payload: Events[K]) => void): () => void;
  /** Called once, when the main process has gone and nothing more can be asked of it. */
  onLost(listener: (reason: LostReason) => void): void;
  /** Once it was lost: whether the page, loaded again, would find a main process. */
  answersAgain(): Promise<boolean>;
  /** Tokens for dropped files where the host knows their paths; null where they are uploaded. */
  tokensOf(files: readonly File[]): Promise<readonly string[]> | null;
}

/** A call that failed, with the contract's code. `message` is fit to be shown as it is. */
export class HostError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'HostError';
    this.code = failure.code;
    this.detail = failure.detail;
  }
}

/** Anything thrown, as a failure with words for a person. */
export function asHostError(error: unknown): HostError {
  if (error instanceof HostError) return error;
  return new HostError({
    code: 'internal',
    message: 'Something went wrong in the window. Nothing was changed.',
    detail: error instanceof Error ? error.message : String(error),
  });
}

/** True for what the user or a newer request called off: nothing to report. */
export function wasCancelled(error: unknown): boolean {
  return error instanceof HostError && error.code === 'cancelled';
}

export function cancelled(): HostError {
  return new HostError({ code: 'cancelled', message: 'Cancelled.' });
}
