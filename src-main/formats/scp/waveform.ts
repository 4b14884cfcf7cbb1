/**
 * Leads, beats and samples of an SCP-ECG record: sections 3 to 6. Source: EN 1064, clauses 5.6 to
 * 5.9: values are stored plain or as first or second differences, optionally Huffman coded, and
 * optionally as what is left after the reference beat was subtracted at each QRS.
 */
import { RhythmarkError } from '../../contract/errors.ts';
import { LIMITS } from '../limits.ts';
import type { Zone } from './bimodal.ts';
import { decodeHuffman, type CodeIndex } from './huffman.ts';
import type { Section } from './record.ts';

export interface LeadDefinition {
  readonly code: number;
  /** Samples of the lead, and the sample (from 1) at which it begins. */
  readonly from: number;
  readonly count: number;
}

export interface Leads {
  readonly leads: readonly LeadDefinition[];
  readonly referenceBeatSubtracted: boolean;
}

export interface Beats {
  /** Length of the reference beat in ms, and its fiducial sample (from 1). */
  readonly lengthMs: number;
  readonly fiducial: number;
  readonly beats: readonly {
    readonly type: number;
    /** First, fiducial and last sample of the subtraction, from 1, at the reference beat's rate. */
    readonly from: number;
    readonly at: number;
    readonly to: number;
  }[];
  /** Where bimodal compression stores every sample; empty where the section names none. */
  readonly protectedZones: readonly Zone[];
}

/** Sections 5 and 6 share their first six bytes. */
export interface Encoded {
  readonly nanovoltsPerStep: number;
  readonly intervalUs: number;
  readonly differences: 0 | 1 | 2;
  /** Section 6: true when parts of the signal are stored at a lower rate. */
  readonly bimodal: boolean;
  readonly data: readonly Buffer[];
}

export function readLeads(section: Section): Leads {
  const { data } = section;
  if (data.length < 2) throw early(section);
  const count = data.readUInt8(0);
  if (data.length < 2 + 9 * count) throw early(section);
  const leads = Array.from({ length: count }, (_, i) => {
    const from = data.readUInt32LE(2 + 9 * i);
    const to = data.readUInt32LE(6 + 9 * i);
    if (to < from || to - from >= LIMITS.wholeFileBytes) {
      throw new RhythmarkError(
        'damaged-file',
        `Section 3, lead definition, states samples ${from} to ${to} for lead ${i + 1}, at byte ${section.at + 2 + 9 * i}.`,
      );
    }
    return { code: data.readUInt8(10 + 9 * i), from, count: to - from + 1 };
  });
  return { leads, referenceBeatSubtracted: (data.readUInt8(1) & 1) === 1 };
}

export function readBeats(section: Section): Beats {
  const { data } = section;
  if (data.length < 6) throw early(section);
  const count = data.readUInt16LE(4);
  if (data.length < 6 + 14 * count) throw early(section);
  const zonesAt = 6 + 14 * count;
  const zones = data.length >= zonesAt + 8 * count ? count : 0;
  return {
    protectedZones: Array.from({ length: zones }, (_, i) => ({
      from: data.readUInt32LE(zonesAt + 8 * i),
      to: data.readUInt32LE(zonesAt + 4 + 8 * i),
    })),
    lengthMs: data.readUInt16LE(0),
    fiducial: data.readUInt16LE(2),
    beats: Array.from({ length: count }, (_, i) => ({
      type: data.readUInt16LE(6 + 14 * i),
      from: data.readUInt32LE(8 + 14 * i),
      at: data.readUInt32LE(12 + 14 * i),
      to: data.readUInt32LE(16 + 14 * i),
    })),
  };
}

export function readEncoded(section: Section, leadCount: number): Encoded {
  const { data } = section;
  const start = 6 + 2 * leadCount;
  if (data.length < start) throw early(section);
  const differences = data.readUInt8(4);
  if (differences !== 0 && differences !== 1 && differences !== 2) {
    throw new RhythmarkError(
      'damaged-file',
      `Section ${section.id} states encoding ${differences}, at byte ${section.at + 4}.`,
    );
  }
  const leads: Buffer[] = [];
  let at = start;
  for (let i = 0; i < leadCount; i++) {
    const length = data.readUInt16LE(6 + 2 * i);
    if (at + length > data.length) throw early(section);
    leads.push(data.subarray(at, at + length));
    at += length;
  }
  return {
    nanovoltsPerStep: data.readUInt16LE(0),
    intervalUs: data.readUInt16LE(2),
    differences,
    bimodal: section.id === 6 && data.readUInt8(5) !== 0,
    data: leads,
  };
}

/** The values of one lead of section 5 or 6. `tables` is null where they are not Huffman coded. */
export function decodeLead(
  encoded: Encoded,
  lead: number,
  count: number,
  tables: readonly CodeIndex[] | null,
  where: string,
): Int32Array {
  const bytes = encoded.data[lead] ?? Buffer.alloc(0);
  const values =
    tables === null ? plain(bytes, count, where) : decodeHuffman(bytes, count, tables, where);
  if (encoded.differences >= 1) {
    // The first value (the first two of second differences) is stored as it is.
    if (encoded.differences === 1) {
      for (let i = 1; i < count; i++) values[i] = (values[i] ?? 0) + (values[i - 1] ?? 0);
    } else {
      for (let i = 2; i < count; i++) {
        values[i] = (values[i] ?? 0) + 2 * (values[i - 1] ?? 0) - (values[i - 2] ?? 0);
      }
    }
  }
  return values;
}

function plain(bytes: Buffer, count: number, where: string): Int32Array {
  if (bytes.length < 2 * count) {
    throw new RhythmarkError(
      'damaged-file',
      `${where} holds ${Math.floor(bytes.length / 2).toLocaleString('en')} samples of ${count.toLocaleString('en')}. Copy the file again from the recorder.`,
    );
  }
  const values = new Int32Array(count);
  for (let i = 0; i < count; i++) values[i] = bytes.readInt16LE(2 * i);
  return values;
}

/**
 * Adds the reference beat back where it was subtracted: around each beat of type 0, sample `at` of
 * the rhythm falls on sample `fiducial` of the reference beat. `begins` is the number (from 1) of
 * the lead's first sample.
 */
export function addReferenceBeat(
  rhythm: Int32Array,
  reference: Int32Array,
  scale: number,
  begins: number,
  { beats, fiducial }: Beats,
): void {
  for (const beat of beats) {
    if (beat.type !== 0) continue;
    // Sample numbers reach 2^32 in a damaged record: only those that both signals have are walked.
    const shift = fiducial - 1 - beat.at;
    const first = Math.max(beat.from, begins, -shift);
    const end = Math.min(beat.to + 1, begins + rhythm.length, reference.length - shift);
    for (let sample = first; sample < end; sample++) {
      const inReference = sample + shift;
      const i = sample - begins;
      rhythm[i] = (rhythm[i] ?? 0) + Math.round((reference[inReference] ?? 0) * scale);
    }
  }
}

function early(section: Section): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `Section ${section.id} ends early at byte ${(section.at + section.data.length).toLocaleString('en')}. The file is cut off: copy it again from the recorder.`,
  );
}
