/**
 * What the screen draws of some leads: the samples where they fit, filtered for display with enough
 * on either side for the filter to settle; a min/max envelope where they do not.
 */
import type { DisplayFilters, Lead, LeadSignal } from '../contract/domain.ts';
import { MAX_SAMPLES_PER_PIXEL } from '../contract/conventions.ts';
import { RhythmarkError } from '../contract/errors.ts';
import type { RecordingReader } from '../formats/reader.ts';
import { filterForDisplay, planDisplayFilters } from '../signal/display-filters.ts';
import { envelopeOf } from '../signal/envelope.ts';
import type { Envelope } from '../signal/envelope-file.ts';

/**
 * Samples of all leads together that are read for one picture; a longer stretch is drawn from the
 * stored envelope. Some 0.1 s where the file is in the system's cache.
 */
export const DIRECT_SAMPLES = 3_000_000;
/** Of these, as many as are filtered: about 0.1 s of the main process. */
export const FILTERED_SAMPLES = 600_000;
/** Samples of each lead that are read in one go; in between, other calls get their turn. */
const PIECE_SAMPLES = 1 << 18;

const UNFILTERED: DisplayFilters = { highPassHz: 0, lowPassHz: 0, notchHz: 0 };

export interface ViewRequest {
  readonly leads: readonly number[];
  readonly fromS: number;
  readonly toS: number;
  readonly columns: number;
  readonly filters: DisplayFilters;
}

/** The leads of one sampling rate that a picture needs, and which of their samples. */
export interface ViewPart {
  readonly leads: readonly number[];
  readonly samplingHz: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The request in samples, leads of different rates apart. Errors: `bad-request` for a lead that the
 * recording does not have, or a time that runs backwards.
 */
export function viewParts(leads: readonly Lead[], request: ViewRequest): ViewPart[] {
  if (!(request.toS > request.fromS)) {
    throw new RhythmarkError('bad-request', 'The end of a view lies after its start.');
  }
  const parts = new Map<string, ViewPart & { leads: number[] }>();
  for (const index of new Set(request.leads)) {
    const lead = leads[index];
    if (!lead) {
      throw new RhythmarkError(
        'bad-request',
        `This recording has ${leads.length} leads; there is no lead ${index + 1}.`,
      );
    }
    const key = `${lead.samplingHz} ${lead.sampleCount}`;
    const known = parts.get(key);
    if (known) known.leads.push(index);
    else parts.set(key, { ...rangeOf(lead, request), leads: [index] });
  }
  return [...parts.values()];
}

/** True where the part is drawn from its samples: all of them, or few enough to read for it. */
export function isDirect(part: ViewPart, columns: number): boolean {
  return (
    fitsAsSamples(part, columns) || part.leads.length * (part.to - part.from) <= DIRECT_SAMPLES
  );
}

export async function directView(
  reader: RecordingReader,
  part: ViewPart,
  request: ViewRequest,
  signal: AbortSignal,
): Promise<LeadSignal[]> {
  const { from, to, samplingHz } = part;
  const plan = planDisplayFilters(request.filters, samplingHz);
  const filtered = plan.sections.length > 0 && part.leads.length * (to - from) <= FILTERED_SAMPLES;
  const margin = filtered ? plan.margin : 0;
  const read = await readPieces(reader, part.leads, from - margin, to + margin, signal);
  const common = { samplingHz, filters: filtered ? plan.applied : UNFILTERED };
  return part.leads.map((leadIndex, at): LeadSignal => {
    const raw = read[at] ?? new Float32Array(0);
    const values = filtered
      ? filterForDisplay(raw, plan, samplingHz).slice(margin, margin + to - from)
      : raw;
    if (fitsAsSamples(part, request.columns)) {
      return { kind: 'samples', leadIndex, ...common, fromSample: from, values };
    }
    return {
      kind: 'envelope',
      leadIndex,
      ...common,
      ...envelopeOf(values, request.columns, from),
    };
  });
}

/** From the stored envelope, which is of the samples as they are: no filter is applied. */
export async function envelopeView(
  envelope: Envelope,
  part: ViewPart,
  columns: number,
): Promise<LeadSignal[]> {
  return Promise.all(
    part.leads.map(async (leadIndex): Promise<LeadSignal> => {
      const range = await envelope.query(leadIndex, part.from, part.to, columns);
      return {
        kind: 'envelope',
        leadIndex,
        samplingHz: part.samplingHz,
        filters: UNFILTERED,
        ...range,
      };
    }),
  );
}

function fitsAsSamples({ from, to }: ViewPart, columns: number): boolean {
  return to - from <= MAX_SAMPLES_PER_PIXEL * columns;
}

/** One sample beyond either edge, so that the line leaves the picture rather than ending in it. */
function rangeOf(lead: Lead, { fromS, toS }: ViewRequest): Omit<ViewPart, 'leads'> {
  const { samplingHz, sampleCount } = lead;
  const inside = (sample: number): number => Math.min(sampleCount, Math.max(0, sample));
  return {
    samplingHz,
    from: inside(Math.floor(fromS * samplingHz)),
    to: inside(Math.ceil(toS * samplingHz) + 1),
  };
}

/** Samples [from, to) of the leads; NaN outside the recording, as readers give it. */
async function readPieces(
  reader: RecordingReader,
  leads: readonly number[],
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  if (to - from <= PIECE_SAMPLES) return reader.read(leads, from, to);
  const whole = leads.map(() => new Float32Array(to - from));
  for (let at = from; at < to; at += PIECE_SAMPLES) {
    signal.throwIfAborted();
    const end = Math.min(to, at + PIECE_SAMPLES);
    const into = whole.map((values) => values.subarray(at - from, end - from));
    await reader.read(leads, at, end, into);
  }
  return whole;
}
