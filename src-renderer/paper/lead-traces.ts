/**
 * What is drawn of each lead: its points, its gaps, and at which level it stands. The
 * level is settled per recording and lead, so that it does not jump while the paper moves.
 */
import type { DisplayFilters, Lead, LeadSignal } from '../../src-main/contract/domain.ts';
import type { Picture } from './signal-feed.ts';
import {
  extentOf,
  gapsIn,
  knownSpan,
  levelFor,
  NO_POINTS,
  swingOf,
  tracePoints,
  type Extent,
  type Gap,
  type Span,
  type TracePoints,
} from './trace.ts';

export interface LeadTrace {
  readonly points: TracePoints;
  /** Of which samples, through which filters, in which bins: the same points wherever it is alike. */
  readonly origin: string;
  /** Where drawing it gives what it will give with more of the recording known. */
  readonly known: Span;
  readonly gaps: readonly Gap[];
  /** Value on the baseline, in the lead's unit. */
  readonly level: number;
  /** Spread that fills an uncalibrated lead's height; null for a calibrated one. */
  readonly spread: number | null;
}

interface Standing {
  level: number;
  readonly spread: number | null;
}

interface Reduced {
  readonly points: TracePoints;
  readonly gaps: readonly Gap[];
  readonly extent: Extent | null;
}

const NOTHING: LeadTrace = {
  points: NO_POINTS,
  origin: '',
  known: { fromS: 0, toS: 0 },
  gaps: [],
  level: 0,
  spread: null,
};

export class LeadTraces {
  readonly #reduced = new WeakMap<LeadSignal, Reduced>();
  readonly #standing = new Map<number, Standing>();
  #traces = new Map<number, LeadTrace>();
  #picture: Picture | null = null;
  #key = '';

  /** Takes a picture's leads in; cheap when it is the one already held. */
  take(picture: Picture | null, leads: readonly Lead[]): void {
    if (picture === this.#picture) return;
    this.#picture = picture;
    this.#traces = new Map();
    if (!picture) return;
    const { id, edition, filters } = picture.query;
    const read = `${id} ${edition}`;
    const key = `${read} ${filters.highPassHz > 0 ? 'levelled' : 'as recorded'}`;
    if (key !== this.#key) this.#standing.clear();
    this.#key = key;
    for (const signal of picture.leads) {
      const lead = leads[signal.leadIndex];
      if (lead) this.#traces.set(signal.leadIndex, this.#traceOf(read, signal, lead));
    }
  }

  of(leadIndex: number): LeadTrace {
    return this.#traces.get(leadIndex) ?? NOTHING;
  }

  /** Of the coarsest lead; 1 where every sample is drawn. */
  get samplesPerBin(): number {
    let coarsest = 1;
    for (const { points } of this.#traces.values()) {
      coarsest = Math.max(coarsest, points.samplesPerBin);
    }
    return coarsest;
  }

  /** What the drawn values really went through; leads can differ when their rates do. */
  get filters(): readonly DisplayFilters[] {
    const filters = new Map<string, DisplayFilters>();
    for (const signal of this.#picture?.leads ?? []) {
      filters.set(JSON.stringify(signal.filters), signal.filters);
    }
    return [...filters.values()];
  }

  #traceOf(read: string, signal: LeadSignal, lead: Lead): LeadTrace {
    let reduced = this.#reduced.get(signal);
    if (!reduced) {
      const points = tracePoints(signal);
      reduced = { points, gaps: gapsIn(signal), extent: extentOf(points) };
      this.#reduced.set(signal, reduced);
    }
    const standing = this.#standingOf(signal.leadIndex, lead, reduced);
    const { points, gaps } = reduced;
    const origin = [read, signal.leadIndex, points.samplesPerBin, JSON.stringify(signal.filters)];
    const known = knownSpan(signal, lead.sampleCount);
    return { points, origin: origin.join(' '), known, gaps, ...standing };
  }

  #standingOf(index: number, lead: Lead, { extent, points }: Reduced): Standing {
    let standing = this.#standing.get(index);
    if (!standing) {
      standing = {
        level: lead.calibrated ? levelFor(0, extent) : (extent?.median ?? 0),
        spread: lead.calibrated || !extent ? null : spreadOf(extent, points),
      };
      if (extent) this.#standing.set(index, standing);
    } else if (lead.calibrated) {
      standing.level = levelFor(standing.level, extent);
    } else if (extent && Math.abs(extent.median - standing.level) > (standing.spread ?? 0)) {
      standing.level = extent.median;
    }
    return { ...standing };
  }
}

/** What is to fit the height of a lead without a scale: its QRS too, which is brief. */
function spreadOf({ low, high }: Extent, points: TracePoints): number {
  return Math.max(1e-12, high - low, swingOf(points) ?? 0);
}
