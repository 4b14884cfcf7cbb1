/**
 * The envelope file, all little-endian:
 *
 *     0   8 bytes  "RHYENV\0\0"
 *     8   uint32   version, 1
 *     12  uint32   number of leads, n
 *     16  float64  length of the file, bytes
 *     24  uint32   CRC-32 of the head: bytes [32, headLength), that is the lead table and all
 *                  levels but the finest
 *     28  uint32   0
 *     32  n times  float64 samples of the lead
 *     then         for each lead in turn its levels but the finest, from fine to coarse
 *     then         for each lead in turn its finest level (16 samples a bin)
 *
 * A level is float32 min, float32 max for each of its bins. The sizes of the levels follow from
 * the number of samples. The head is read at once and kept; the finest level, fifteen sixteenths
 * of the file, is read where it is looked at. It carries no checksum, since checking would mean
 * reading it all: the length of the file, and its being written whole or not at all, vouch for it.
 */
import { crc32 } from 'node:zlib';
import { RhythmarkError } from '../contract/errors.ts';
import { levelSizes } from './envelope.ts';

export const ENVELOPE_VERSION = 1;
export const BYTES_PER_BIN = 8;

const MAGIC = Uint8Array.of(0x52, 0x48, 0x59, 0x45, 0x4e, 0x56, 0, 0);
const FIXED_BYTES = 32;
const MOST_LEADS = 4096;
const MOST_SAMPLES = 2 ** 40;

/** Where the parts of an envelope of some leads lie. Positions and lengths in bytes. */
export interface EnvelopeLayout {
  readonly sampleCounts: readonly number[];
  readonly leads: readonly LeadLayout[];
  /** Everything but the finest levels. */
  readonly headLength: number;
  readonly fileLength: number;
}

export interface LeadLayout {
  /** Bins and position of each level, finest first. */
  readonly levels: readonly { readonly bins: number; readonly position: number }[];
}

export function layoutOf(sampleCounts: readonly number[]): EnvelopeLayout {
  const sizes = sampleCounts.map(levelSizes);
  let position = FIXED_BYTES + 8 * sampleCounts.length;
  const coarse = sizes.map((bins) =>
    bins.slice(1).map((count) => {
      const level = { bins: count, position };
      position += count * BYTES_PER_BIN;
      return level;
    }),
  );
  const headLength = position;
  const leads = sizes.map((bins, lead) => {
    const finest = { bins: bins[0] ?? 0, position };
    position += finest.bins * BYTES_PER_BIN;
    return { levels: [finest, ...(coarse[lead] ?? [])] };
  });
  return { sampleCounts, leads, headLength, fileLength: position };
}

/** The head of a file: the fixed part, the lead table and the coarse levels (finest first) given. */
export function encodeHead(
  layout: EnvelopeLayout,
  coarse: readonly (readonly Float32Array[])[],
): Uint8Array {
  const head = new Uint8Array(layout.headLength);
  const view = new DataView(head.buffer);
  head.set(MAGIC, 0);
  view.setUint32(8, ENVELOPE_VERSION, true);
  view.setUint32(12, layout.sampleCounts.length, true);
  view.setFloat64(16, layout.fileLength, true);
  layout.sampleCounts.forEach((count, lead) => {
    view.setFloat64(FIXED_BYTES + 8 * lead, count, true);
  });
  layout.leads.forEach((lead, index) => {
    lead.levels.slice(1).forEach((level, above) => {
      const pairs = coarse[index]?.[above];
      if (pairs) head.set(bytesOfPairs(pairs), level.position);
    });
  });
  view.setUint32(24, crc32(head.subarray(FIXED_BYTES)), true);
  return head;
}

/** How long the head is, from the first 32 bytes and the table; `damaged-file` where that is no envelope. */
export function decodeLeadCount(fixed: Uint8Array, fileSize: number): number {
  if (fixed.length < FIXED_BYTES || MAGIC.some((byte, index) => fixed[index] !== byte)) {
    throw damaged('it does not begin like one');
  }
  const view = new DataView(fixed.buffer, fixed.byteOffset, fixed.byteLength);
  if (view.getUint32(8, true) !== ENVELOPE_VERSION) throw damaged('it is of another version');
  if (view.getFloat64(16, true) !== fileSize) throw damaged('its length is not what it states');
  const leads = view.getUint32(12, true);
  if (leads > MOST_LEADS || FIXED_BYTES + 8 * leads > fileSize) throw damaged('its lead count');
  return leads;
}

export const leadTableEnd = (leads: number): number => FIXED_BYTES + 8 * leads;

export function decodeSampleCounts(table: Uint8Array, leads: number): number[] {
  if (table.length < leadTableEnd(leads)) throw damaged('its lead table is cut off');
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const counts = Array.from({ length: leads }, (_, lead) =>
    view.getFloat64(FIXED_BYTES + 8 * lead, true),
  );
  if (!counts.every((count) => Number.isInteger(count) && count >= 0 && count <= MOST_SAMPLES)) {
    throw damaged('its sample counts');
  }
  return counts;
}

/** Refuses a head whose checksum does not fit. */
export function checkHead(head: Uint8Array, layout: EnvelopeLayout): void {
  if (head.length !== layout.headLength) throw damaged('it is cut off');
  const stated = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(24, true);
  if (crc32(head.subarray(FIXED_BYTES)) !== stated) throw damaged('its checksum');
}

export function bytesOfPairs(pairs: Float32Array): Uint8Array {
  return new Uint8Array(pairs.buffer, pairs.byteOffset, pairs.byteLength);
}

/** Copies, because a view of a file's bytes may lie at any address. */
export function pairsOfBytes(bytes: Uint8Array): Float32Array {
  const pairs = new Float32Array(bytes.length >> 2);
  bytesOfPairs(pairs).set(bytes.subarray(0, pairs.byteLength));
  return pairs;
}

export function damaged(what: string): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `The stored overview of this recording cannot be used: ${what}. It is made again from the recording.`,
  );
}
