/** What the tests of the services start from: a library in a folder of its own, and recordings. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Input, MethodName, Output } from '../../../src-main/contract/api.ts';
import { RhythmarkError, type Result } from '../../../src-main/contract/errors.ts';
import type { EventName, Events } from '../../../src-main/contract/events.ts';
import {
  createServices,
  type Services,
  type ServicesOptions,
} from '../../../src-main/services/create-services.ts';
import { StandInAnalyst } from './stand-in-analyst.ts';

export { MODEL, StandInAnalyst, writeRecording } from './stand-in-analyst.ts';

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rhythmark-services-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

type Told = {
  readonly [K in EventName]: { readonly name: K; readonly payload: Events[K] };
}[EventName];

/**
 * A folder that was just written is looked at once more when it has come to rest, and what failed is
 * tried again then. Where that is not the test's subject, it would depend on how slow the machine is.
 */
const NEVER_IN_A_TEST = { restMs: 3_600_000, pollMs: 3_600_000 };

export class GivenServices {
  readonly services: Services;
  readonly analyst: StandInAnalyst;
  readonly folder: string;
  readonly told: Told[] = [];
  readonly log: string[] = [];

  constructor(options: Partial<ServicesOptions> & { readonly analyst?: StandInAnalyst } = {}) {
    this.folder = options.libraryFolder ?? join(temporaryFolder(), 'library');
    this.analyst = options.analyst ?? new StandInAnalyst();
    this.services = createServices({
      host: 'loopback',
      version: '0.0.0-test',
      watchTiming: NEVER_IN_A_TEST,
      modelPlaces: { folders: null, standard: 'stand-in.json' },
      ...options,
      libraryFolder: this.folder,
      analyst: this.analyst,
      announce: (name, payload) => {
        // The checked boundary of a test: name and payload come from one call of `Announce`.
        this.told.push({ name, payload } as Told);
      },
      log: (line) => this.log.push(line),
    });
    onTestFinished(() => this.services.close());
  }

  result(method: string, input: unknown, signal?: AbortSignal): Promise<Result<unknown>> {
    return this.services.dispatch(method, input, {
      signal: signal ?? new AbortController().signal,
    });
  }

  /** The value of a call that succeeds; throws its failure otherwise. */
  async call<K extends MethodName>(
    method: K,
    input: Input<K>,
    signal?: AbortSignal,
  ): Promise<Output<K>> {
    const result = await this.result(method, input, signal);
    if (result.ok) return result.value as Output<K>;
    throw new RhythmarkError(result.error.code, result.error.message, result.error.detail);
  }

  async add(...paths: string[]): Promise<readonly string[]> {
    return (await this.call('worklist.add', { tokens: this.services.tokensFor(paths) })).ids;
  }

  events<K extends EventName>(name: K): Events[K][] {
    return this.told.flatMap((one) => (one.name === name ? [one.payload as Events[K]] : []));
  }

  whenIdle(): Promise<void> {
    return this.services.whenIdle();
  }
}

export function newUpload(): string {
  return randomUUID();
}

/** Settles when the test says so. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { passed: promise.then(() => undefined), open: () => resolve(undefined) };
}
