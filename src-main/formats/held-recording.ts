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

  return {
    header: full,
    readStored: (indices, from, to) => Promise.resolve().then(() => stored(indices, from, to)),
    read: (indices, from, to, into) =>
      Promise.resolve().then(() => {
        const values = stored(indices, from, to);
        const outs = outputs(indices, to - from, into);
        for (const [k, out] of outs.entries()) {
          const { scale, offset } = held[indices[k] ?? 0] ?? { scale: 1, offset: 0 };
          convert(values[k] ?? new Int32Array(0), scale, offset, out);
        }
        return outs;
      }),
    annotations: () => Promise.resolve(annotations),
    close: () => source.close(),
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

/** `stored x scale + offset` as 32-bit floats, NaN for NO_SAMPLE. */
function convert(stored: Int32Array, scale: number, offset: number, out: Float32Array): void {
  const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  const scaling = { scale, offset, missing: NO_SAMPLE };
  convertRows(bytes, 4, [{ width: 'int32', firstByte: 0, perRow: 1, scaling, out, at: 0 }]);
}
