/**
 * Which part of a recording to ask for, and what to keep of the answers. Bounds are rounded so that
 * neighbouring views ask for the same part and the cache's keys repeat. Pure.
 */
import type { Input } from '../../src-main/contract/api.ts';
import type { DisplayFilters, LeadSignal, RecordingId } from '../../src-main/contract/domain.ts';

export interface SignalQuery {
  readonly id: RecordingId;
  readonly leads: readonly number[];
  readonly fromS: number;
  readonly toS: number;
  readonly columns: number;
  readonly filters: DisplayFilters;
  /** Another number where the same part of the same recording is read otherwise than before. */
  readonly edition: number;
}

/** The contract's upper limit of `columns`. */
export const MAX_COLUMNS = 16_384;

/**
 * About three screens around a view, in steps of a power of two between half a screen and a
 * screen: panning asks again only when it crosses a step, and finds at least half a screen ready.
 */
export function fetchBounds(
  viewFromS: number,
  viewToS: number,
  durationS: number,
): { readonly fromS: number; readonly toS: number } {
  const visibleS = Math.max(1e-3, viewToS - viewFromS);
  const stepS = 2 ** Math.ceil(Math.log2(visibleS / 2));
  const fromS = (Math.floor(viewFromS / stepS) - 1) * stepS;
  const toS = (Math.ceil(viewToS / stepS) + 1) * stepS;
  return {
    fromS: Math.max(0, Math.min(fromS, durationS)),
    toS: Math.max(0, Math.min(toS, durationS)),
  };
}

/** Pixel columns that a part takes on the screen, within the contract's limit. */
export function columnsFor(spanS: number, pxPerS: number, devicePixelRatio: number): number {
  return Math.max(1, Math.min(MAX_COLUMNS, Math.ceil(spanS * pxPerS * devicePixelRatio)));
}

/** What the contract's method takes. */
export function signalInput(query: SignalQuery): Input<'recording.signal'> {
  const { id, leads, fromS, toS, columns, filters } = query;
  return { id, leads: [...leads], fromS, toS, columns, filters: { ...filters } };
}

export function queryKey(query: SignalQuery): string {
  const { highPassHz, lowPassHz, notchHz } = query.filters;
  return [
    query.id,
    query.leads.join(','),
    query.fromS,
    query.toS,
    query.columns,
    highPassHz,
    lowPassHz,
    notchHz,
    query.edition,
  ].join('|');
}

/** True when two parts of one recording, read alike, share any time. */
export function overlaps(a: SignalQuery, b: SignalQuery): boolean {
  return a.id === b.id && a.edition === b.edition && a.fromS < b.toS && b.fromS < a.toS;
}

/** Bytes that a set of leads holds. */
export function signalBytes(signals: readonly LeadSignal[]): number {
  let bytes = 0;
  for (const signal of signals) {
    bytes +=
      signal.kind === 'samples'
        ? signal.values.byteLength
        : signal.min.byteLength + signal.max.byteLength;
  }
  return bytes;
}

/** Keeps what was used last, up to a number of bytes; the newest entry always stays. */
export class LruCache<V> {
  readonly #limitBytes: number;
  readonly #sizeOf: (value: V) => number;
  /** A Map keeps insertion order: the first key is the one used longest ago. */
  readonly #entries = new Map<string, V>();
  #bytes = 0;

  constructor(limitBytes: number, sizeOf: (value: V) => number) {
    this.#limitBytes = limitBytes;
    this.#sizeOf = sizeOf;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    const former = this.#entries.get(key);
    if (former !== undefined) {
      this.#entries.delete(key);
      this.#bytes -= this.#sizeOf(former);
    }
    this.#entries.set(key, value);
    this.#bytes += this.#sizeOf(value);
    for (const [oldest, held] of this.#entries) {
      if (this.#bytes <= this.#limitBytes || oldest === key) return;
      this.#entries.delete(oldest);
      this.#bytes -= this.#sizeOf(held);
    }
  }
}
