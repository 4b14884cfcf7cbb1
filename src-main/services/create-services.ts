/**
 * The program without a window: the library, the analysis and every method of the contract bound to
 * its use case. A host gives it a folder, a way to announce and an analyst, and loops over the
 * contract; nothing here knows which host it is.
 */
import type { Handlers } from '../contract/api.ts';
import { openLibrary, type Library } from '../review/library.ts';
import { aboutTeller } from './about.ts';
import { createDispatch, Dispatching, type Dispatch, type Log } from './dispatch.ts';
import { handlersOf, type HandlersOptions } from './handlers.ts';
import { assembleParts, type Parts, type PartsOptions } from './parts.ts';

export interface ServicesOptions extends PartsOptions, HandlersOptions {
  readonly log?: Log;
}

export interface Services {
  readonly handlers: Handlers;
  readonly dispatch: Dispatch;
  /** Tokens of dropped paths, for a host whose page knows paths; for `worklist.add`. */
  tokensFor(paths: readonly string[]): string[];
  /** Resolves when nothing is read, classified or written in the background. */
  whenIdle(): Promise<void>;
  /** Stores what is finished and gives everything back; the next call is refused. */
  close(): Promise<void>;
}

/** Errors: those of opening the library (`busy`, `access-denied`, `disk-full`, `unsupported`). */
export function createServices(options: ServicesOptions): Services {
  const library = openLibrary(options.libraryFolder);
  const parts = assembleParts(library, options);
  const handlers = handlersOf(library, parts, options);
  const { analyst } = options;
  const dispatching = new Dispatching(createDispatch(handlers, options.log ?? (() => undefined)));
  const telling = aboutTeller(options, () => parts.about());
  let closing: Promise<void> | undefined;
  analyst.start();
  parts.duplicates.look(); // what an earlier run left
  return {
    handlers,
    dispatch: (method, input, context) => dispatching.dispatch(method, input, context),
    tokensFor: (paths) => paths.map((path) => parts.places.tokenFor(path)),
    async whenIdle() {
      await parts.headers.whenIdle();
      await parts.analysis.whenIdle();
      await parts.duplicates.whenIdle();
    },
    close: () => (closing ??= closeAll(library, parts, options, dispatching, telling)),
  };
}

/** Whatever fails on the way, the library is closed: its lock would outlive the services. */
async function closeAll(
  library: Library,
  parts: Parts,
  { analyst }: ServicesOptions,
  dispatching: Dispatching,
  telling: { close(): void },
): Promise<void> {
  try {
    telling.close();
    await dispatching.close();
    await parts.arrivals.close();
    await parts.duplicates.close();
    await parts.headers.close();
    await parts.analysis.close();
    parts.models.close();
    parts.model.close();
    await parts.envelopes.close();
    await parts.uploads.close();
    await parts.views.close();
    parts.rows.close();
    await analyst.close();
  } finally {
    library.close();
  }
}
