/**
 * Samples for one drawing. Asks for the part that the newest view needs, one request at a time;
 * the picture that is there stays until a newer one replaces it.
 */
import type { LeadSignal } from '../../src-main/contract/domain.ts';
import { busy } from '../state/idle.ts';
import { LruCache, overlaps, queryKey, signalBytes, type SignalQuery } from './signal-cache.ts';

export type LoadSignal = (
  query: SignalQuery,
  signal: AbortSignal,
) => Promise<readonly LeadSignal[]>;

export interface Picture {
  readonly query: SignalQuery;
  readonly leads: readonly LeadSignal[];
}

/** Calls `then` in `ms`; answers how to call it off. */
export type Pause = (ms: number, then: () => void) => () => void;

const pauseBusily: Pause = (ms, then) => {
  const done = busy();
  const timer = setTimeout(() => {
    done();
    then();
  }, ms);
  return () => {
    clearTimeout(timer);
    done();
  };
};

/** A 12-lead screen of 30 s at 500 Hz takes 0.7 MB: some dozens of parts. */
const CACHE_BYTES = 32 * 1024 * 1024;

/** Of a view that jumps on every frame, only so many places a second are read, ms. */
const JUMP_PACE_MS = 50;

interface Request {
  readonly key: string;
  readonly query: SignalQuery;
  readonly abort: AbortController;
}

export class SignalFeed {
  /** What to draw now; may lag behind the view. */
  picture: Picture | null = null;
  /** Why the newest part could not be had; null while there is none or it is being read. */
  failure: unknown = null;

  readonly #load: LoadSignal;
  readonly #onChange: () => void;
  readonly #pause: Pause;
  readonly #cache = new LruCache<readonly LeadSignal[]>(CACHE_BYTES, signalBytes);
  #wanted: { readonly key: string; readonly query: SignalQuery } | null = null;
  #request: Request | null = null;
  /** The part asked for last, and when. */
  #asked: { readonly query: SignalQuery; readonly atMs: number } | null = null;
  #stopPause: (() => void) | null = null;

  constructor(load: LoadSignal, onChange: () => void, pause: Pause = pauseBusily) {
    this.#load = load;
    this.#onChange = onChange;
    this.#pause = pause;
  }

  /** True while the part that the view needs is on its way. */
  get reading(): boolean {
    return this.#request !== null || this.#stopPause !== null;
  }

  /** Says what the view needs now; cheap to call every frame. */
  want(query: SignalQuery): void {
    const key = queryKey(query);
    if (key === this.#wanted?.key) return;
    const former = this.#wanted?.query;
    // Another recording, or another unit of the same one: what stands there would be a wrong trace.
    if (former && (former.id !== query.id || former.edition !== query.edition)) this.picture = null;
    this.#wanted = { key, query };
    this.failure = null;
    const cached = this.#cache.get(key);
    if (cached) {
      this.#drop();
      this.picture = { query, leads: cached };
      this.#onChange();
      return;
    }
    // A request that still covers part of the view is let finish: its picture comes sooner.
    if (this.#request && overlaps(this.#request.query, query)) return;
    this.#drop();
    const pauseMs = this.#pauseMs(query);
    if (pauseMs <= 0) {
      this.#send();
      return;
    }
    this.#stopPause = this.#pause(pauseMs, () => {
      this.#stopPause = null;
      this.#send();
    });
  }

  /** Asks again for what failed. */
  retry(): void {
    this.failure = null;
    if (!this.#request) this.#send();
    this.#onChange();
  }

  stop(): void {
    this.#drop();
    this.#wanted = null;
    this.picture = null;
  }

  #drop(): void {
    this.#stopPause?.();
    this.#stopPause = null;
    this.#request?.abort.abort();
    this.#request = null;
  }

  /** How long a jump waits after one that came just before: its picture would be gone unseen. */
  #pauseMs(query: SignalQuery): number {
    if (!this.#asked || overlaps(this.#asked.query, query)) return 0;
    return this.#asked.atMs + JUMP_PACE_MS - performance.now();
  }

  #send(): void {
    if (!this.#wanted) return;
    const request: Request = { ...this.#wanted, abort: new AbortController() };
    this.#request = request;
    this.#asked = { query: request.query, atMs: performance.now() };
    this.#load(request.query, request.abort.signal).then(
      (leads) => {
        this.#cache.set(request.key, leads);
        this.#settle(request, { query: request.query, leads }, null);
      },
      (error: unknown) => {
        this.#settle(request, null, error);
      },
    );
  }

  #settle(request: Request, picture: Picture | null, error: unknown): void {
    if (this.#request !== request) return;
    this.#request = null;
    if (picture) this.picture = picture;
    if (this.#wanted && this.#wanted.key !== request.key) this.#send();
    else this.failure = error;
    this.#onChange();
  }
}
