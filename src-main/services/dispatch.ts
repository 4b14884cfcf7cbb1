/**
 * The one way into the services: a method's name and whatever came over the wire in, a `Result`
 * out. Both hosts call it and nothing else. It never throws, and nothing that it answers or logs
 * holds a stack trace or a path.
 */
import {
  api,
  type CallContext,
  type Handlers,
  type MethodName,
  type Output,
  type Parsed,
} from '../contract/api.ts';
import { failureOf, RhythmarkError, type Failure, type Result } from '../contract/errors.ts';
import { z } from 'zod';
import { failureLine, withoutPaths } from './redaction.ts';

export type Dispatch = (
  method: string,
  input: unknown,
  context: CallContext,
) => Promise<Result<unknown>>;

/** Where a line about a failed call goes; lines are redacted. */
export type Log = (line: string) => void;

export function createDispatch(handlers: Handlers, log: Log): Dispatch {
  return async (method, input, context) => {
    try {
      if (!isMethod(method)) throw new RhythmarkError('bad-request', 'There is no such method.');
      context.signal.throwIfAborted();
      return { ok: true, value: await call(handlers, method, input, context) };
    } catch (thrown) {
      const error = context.signal.aborted ? cancelled() : thrown;
      const failure = safeFailure(error);
      if (failure.code !== 'cancelled') {
        log(failureLine(isMethod(method) ? method : 'unknown', failure, thrown));
      }
      return { ok: false, error: failure };
    }
  };
}

function isMethod(name: string): name is MethodName {
  return Object.hasOwn(api, name);
}

async function call<K extends MethodName>(
  handlers: Handlers,
  method: K,
  input: unknown,
  context: CallContext,
): Promise<Output<K>> {
  const parsed = api[method].input.safeParse(input);
  if (!parsed.success) {
    throw new RhythmarkError(
      'bad-request',
      'The request does not fit what Rhythmark offers.',
      z.prettifyError(parsed.error).slice(0, 300),
    );
  }
  // The checked boundary: the schema of this very method has just accepted it.
  return handlers[method](parsed.data as Parsed<K>, context);
}

function safeFailure(error: unknown): Failure {
  const failure = failureOf(error);
  return failure.detail === undefined
    ? failure
    : { ...failure, detail: withoutPaths(failure.detail) };
}

function cancelled(): RhythmarkError {
  return new RhythmarkError('cancelled', 'Cancelled.');
}

/** Knows which calls are under way, so that closing ends them and waits for them. */
export class Dispatching {
  readonly #dispatch: Dispatch;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(dispatch: Dispatch) {
    this.#dispatch = dispatch;
  }

  async dispatch(method: string, input: unknown, context: CallContext): Promise<Result<unknown>> {
    if (this.#closing.signal.aborted) {
      return { ok: false, error: { code: 'cancelled', message: 'Rhythmark is closing.' } };
    }
    const signal = AbortSignal.any([context.signal, this.#closing.signal]);
    const call = this.#dispatch(method, input, { signal });
    this.#underWay.add(call);
    try {
      return await call;
    } finally {
      this.#underWay.delete(call);
    }
  }

  /** Aborts what is under way, refuses what comes, resolves when all have answered. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay);
  }
}
