/**
 * The short way from bytes to physical values for the formats that nearly all recordings are in,
 * 16 and 212: no unpacking in between, one look-up a sample. Three times as fast as the long way.
 */
import type { ValueTable } from './deinterleave.ts';
import type { StorageFormat } from './storage-format.ts';

/** A lead of one sample a frame and where its values go. */
export interface LookUpTarget {
  readonly table: ValueTable;
  readonly out: Float32Array;
  /** Index in `out` of the first frame's sample. */
  readonly at: number;
  /** Position of the lead's sample in a frame. */
  readonly offset: number;
}

/** Looks up `count` samples of one lead: sample numbers `first`, `first + stride`, ... in `view`. */
export type LookUp = (
  view: DataView,
  target: LookUpTarget,
  first: number,
  stride: number,
  count: number,
  at: number,
) => void;

/** Null for a format that takes the long way. */
export function lookUpFor(format: StorageFormat): LookUp | null {
  switch (format.code) {
    case 16:
      return lookUp16;
    case 212:
      return lookUp212;
    default:
      return null;
  }
}

function lookUp16(
  view: DataView,
  { table: { values, least }, out }: LookUpTarget,
  first: number,
  stride: number,
  count: number,
  at: number,
): void {
  for (let i = 0, byte = 2 * first; i < count; i++, byte += 2 * stride)
    out[at + i] = values[view.getInt16(byte, true) - least] ?? NaN;
}

/** A pair of samples takes three bytes; one lead's samples may be firsts, seconds, or both in turn. */
function lookUp212(
  view: DataView,
  { table, out }: LookUpTarget,
  first: number,
  stride: number,
  count: number,
  at: number,
): void {
  if (stride % 2 === 0) {
    halfOfPairs(view, table.values, out, first, stride, count, at, 1);
    return;
  }
  halfOfPairs(view, table.values, out, first, 2 * stride, (count + 1) >> 1, at, 2);
  halfOfPairs(view, table.values, out, first + stride, 2 * stride, count >> 1, at + 1, 2);
}

/** Samples an even number apart are all firsts of their pairs or all seconds. */
function halfOfPairs(
  view: DataView,
  values: Float32Array,
  out: Float32Array,
  first: number,
  stride: number,
  count: number,
  at: number,
  step: 1 | 2,
): void {
  const bytes = 3 * (stride >> 1);
  let byte = 3 * (first >> 1);
  let to = at;
  // The table begins with the lowest value, so a stored one is turned around its middle.
  if (first % 2 === 0) {
    for (let i = 0; i < count; i++, byte += bytes, to += step)
      out[to] = values[(view.getUint16(byte, true) & 0xfff) ^ 0x800] ?? NaN;
    return;
  }
  for (let i = 0; i < count; i++, byte += bytes, to += step) {
    const high = (view.getUint8(byte + 1) & 0xf0) << 4;
    out[to] = values[(high | view.getUint8(byte + 2)) ^ 0x800] ?? NaN;
  }
}
