/** What a host needs of the services: every method by its name, and a way to end. */
import type { CallContext } from '../contract/api.ts';
import type { Result } from '../contract/errors.ts';
import type { Announce } from '../contract/events.ts';

export interface Backend {
  /** Checks name and input against the contract. Never rejects. */
  dispatch(method: string, input: unknown, context: CallContext): Promise<Result<unknown>>;
  close(): Promise<void>;
}

/** A host opens its backend once it can deliver what the backend announces. */
export type OpenBackend = (announce: Announce) => Promise<Backend>;
