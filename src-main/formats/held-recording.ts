/**
 * A recording whose file was read into memory whole: the resting formats (DICOM, aECG, SCP, MUSE,
 * Sierra), a few hundred kilobytes each. Samples are decoded when asked for.
 */
import type { Lead, RecordingHeader } from '../contract/domain.ts';
import { RhythmarkError } from '../contract/errors.ts';
import { readExactly, type ByteSource } from './byte-source.ts';
import { LIMITS } from './limits.ts';
import { NO_SAMPLE, type AnnotationSet, type OpenRequest, type RecordingReader } from './reader.ts';
import { checkedLeads, checkedRange, outputs } from './requests.ts';
import { existingDate, existingStamp } from './stamp.ts';
import { convertRows } from './vector/convert.ts';
import type { Width } from './vector/kernels.ts';

export interface HeldLead {
  readonly name: string;
  /** The unit of `stored x scale + offset`. */
  readonly unit: string;
  readonly calibrated: boolean;
  readonly samplingHz: number;
  readonly sampleCount: number;
  readonly scale: number;
  readonly offset: number;
  readonly resolutionBits?: number;
  /**
   * Integers [from, to), a range inside [0, sampleCount), in an array of the caller's own;
   * NO_SAMPLE where there is none.
   */
  stored(from: number, to: number): Int32Array;
  /** Where the same integers lie as they are, so that physical values can be made of them at once. */
  readonly place?: SamplePlace;
}

/** One integer of the lead in each row of `rowBytes`, its first sample in the first. */
export interface SamplePlace {
  readonly bytes: Uint8Array;
  readonly rowBytes: number;
  readonly firstByte: number;
  readonly width: Width;
  /** The integer that stands for no sample; null where there is none. */
  readonly missing: number | null;
}

export type HeldHeader = Omit<RecordingHeader, 'leads' | 'durationS'>;

/** The bytes of a file that has no other way to be read; `too-large` above `limit`. */
export async function readWhole(source: ByteSource, limit: number): Promise<Uint8Array> {
  if (source.size > limit) {
    throw new RhythmarkError(
      'too-large',
      `The file has ${source.size.toLocaleString('en')} bytes; ${limit.toLocaleString('en')} is the most that is read of this format.`,
    );
  }
  return new Uint8Array(await readExactly(source, 0, source.size, 'The file'));
}

/** A format's `open`, by which a file that is refused does not stay open. */
export function closingOnFailure(
  open: (request: OpenRequest) => Promise<RecordingReader>,
): (request: OpenRequest) => Promise<RecordingReader> {
  return async (request) => {
    try {
      return await open(request);
    } catch (error) {
      await request.source.close();
      throw error;
    }
  };
}

/** Wraps decoded leads as a reader. `damaged-file` where no lead holds a sample. */
export function heldRecording(
  header: HeldHeader,
  held: readonly HeldLead[],
  annotations: readonly AnnotationSet[],
  source: ByteSource,
): RecordingReader {
  if (held.length > LIMITS.leads) {
    throw new RhythmarkError(
      'too-large',
      `The file names ${held.length.toLocaleString('en')} leads; ${LIMITS.leads} is the most that is read.`,
    );
  }
  for (const lead of held) {
    checkScale(lead);
    if (!(lead.samplingHz > 0) || lead.samplingHz > LIMITS.samplingHz) {
      throw new RhythmarkError(
        'damaged-file',
        Number.isNaN(lead.samplingHz)
          ? `Lead ${lead.name} states no sampling rate. Export the recording again.`
          : `Lead ${lead.name} states a sampling rate of ${lead.samplingHz} Hz, which no recorder has.`,
      );
    }
  }
  if (!held.some((lead) => lead.sampleCount > 0)) {
    throw new RhythmarkError('damaged-file', 'The file names leads but holds no samples.');
  }
  const leads: Lead[] = held.map((lead) => ({
    name: lead.name,
    unit: lead.unit,
    calibrated: lead.calibrated,
    samplingHz: lead.samplingHz,
    sampleCount: lead.sampleCount,
    gain: 1 / lead.scale,
    baseline: lead.offset === 0 ? 0 : -lead.offset / lead.scale,
    ...(lead.resolutionBits === undefined ? {} : { resolutionBits: lead.resolutionBits }),
  }));

  const durationS = Math.max(...leads.map((lead) => lead.sampleCount / lead.samplingHz));
  if (durationS > LIMITS.durationS) {
    throw new RhythmarkError(
      'damaged-file',
      `The file states a length of ${Math.round(durationS / 86_400).toLocaleString('en')} days, which no recorder has.`,
    );
  }
  const full: RecordingHeader = {
    ...header,
    start: existingStamp(header.start),
    patient: { ...header.patient, birthDate: existingDate(header.patient.birthDate) },
    leads,
    durationS,
  };

  function stored(indices: readonly number[], from: number, to: number): Int32Array[] {
    checkedLeads(full, indices);
    const length = checkedRange(from, to);
    return indices.map((index) => {
      const lead = held[index];
      const begin = Math.max(0, from);
      const end = Math.min(lead?.sampleCount ?? 0, to);
      if (lead && begin === from && end === to) return lead.stored(from, to);
      const out = new Int32Array(length).fill(NO_SAMPLE);
      if (lead && begin < end) out.set(lead.stored(begin, end), begin - from);
      return out;
    });
  }

  function physical(
    indices: readonly number[],
    from: number,
    to: number,
    into: readonly Float32Array[] | undefined,
  ): Float32Array[] {
    checkedLeads(full, indices);
    const outs = outputs(indices, checkedRange(from, to), into);
    for (const [k, out] of outs.entries()) {
      const lead = held[indices[k] ?? 0];
      const begin = Math.max(0, from);
      const end = Math.max(begin, Math.min(lead?.sampleCount ?? 0, to));
      out.fill(NaN, 0, begin - from).fill(NaN, end - from);
      if (lead && begin < end) convert(lead, begin, end, out, begin - from);
    }
    return outs;
  }

  return {
    header: full,
    readStored: (indices, from, to) => Promise.resolve().then(() => stored(indices, from, to)),
    read: (indices, from, to, into) =>
      Promise.resolve().then(() => physical(indices, from, to, into)),
    annotations: () => Promise.resolve(annotations),
    close: () => source.close(),
  };
}

/** The lead with `before` samples that it does not have in front of its first. */
export function beginningLater(lead: HeldLead, before: number): HeldLead {
  if (before === 0) return lead;
  const { name, unit, calibrated, samplingHz, scale, offset, resolutionBits, stored } = lead;
  return {
    ...{ name, unit, calibrated, samplingHz, scale, offset },
    ...(resolutionBits === undefined ? {} : { resolutionBits }),
    sampleCount: lead.sampleCount + before,
    stored(from, to) {
      const out = new Int32Array(to - from).fill(NO_SAMPLE);
      const begin = Math.max(from, before);
      if (begin < to) out.set(stored(begin - before, to - before), begin - from);
      return out;
    },
  };
}

/** Whether every 32-bit integer keeps a finite 32-bit float under the scale, and the scale an inverse. */
export function isUsableScale(scale: number, offset: number): boolean {
  return Number.isFinite(1 / scale) && Math.abs(scale) * 2 ** 31 + Math.abs(offset) < LARGEST_FLOAT;
}

/** Just under the largest 32-bit float. */
const LARGEST_FLOAT = 3.4e38;

/** A scale of 0 or without end would turn every sample into one value, or none. */
function checkScale({ name, scale, offset }: HeldLead): void {
  if (isUsableScale(scale, offset)) return;
  throw new RhythmarkError(
    'damaged-file',
    `Lead ${name} states an amplitude of ${scale} a step and an offset of ${offset}, which cannot be. Export the recording again.`,
  );
}

/** Samples [from, to) of a lead, `stored x scale + offset`, to `at` in `out`; NaN for NO_SAMPLE. */
function convert(lead: HeldLead, from: number, to: number, out: Float32Array, at: number): void {
  const { bytes, rowBytes, firstByte, width, missing } = lead.place
    ? rowsOf(lead.place, from, to)
    : placeOf(lead.stored(from, to));
  const scaling = { scale: lead.scale, offset: lead.offset, missing };
  convertRows(bytes, rowBytes, [{ width, firstByte, perRow: 1, scaling, out, at }]);
}

function rowsOf(place: SamplePlace, from: number, to: number): SamplePlace {
  const bytes = place.bytes.subarray(from * place.rowBytes, to * place.rowBytes);
  return { ...place, bytes };
}

/** Integers one behind the other, NO_SAMPLE among them. */
export function placeOf(stored: Int32Array): SamplePlace {
  const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  return { bytes, rowBytes: 4, firstByte: 0, width: 'int32', missing: NO_SAMPLE };
}
