/**
 * Bits to numbers for the packed WFDB storage formats, signal(5). The loops are the whole cost of
 * reading a recording, so each format has its own, over a DataView (no bounds-check branches on
 * undefined, any alignment).
 */
import type { StorageFormat } from './storage-format.ts';

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Unpacks `count` samples that start at a group boundary, `bytes[0]`, into `out[0..count)`.
 * `bytes` holds at least `bytesOfSamples(format, count)` bytes. Missing samples stay the format's
 * own sentinel.
 */
export function unpack(
  format: StorageFormat,
  bytes: Uint8Array,
  count: number,
  out: Int32Array,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (format.code) {
    case 16:
      return unpack16(view, count, out);
    case 24:
      for (let i = 0, at = 0; i < count; i++, at += 3)
        out[i] = view.getUint16(at, true) | (view.getInt8(at + 2) << 16);
      return;
    case 32:
      for (let i = 0; i < count; i++) out[i] = view.getInt32(4 * i, true);
      return;
    case 61:
      for (let i = 0; i < count; i++) out[i] = view.getInt16(2 * i, false);
      return;
    case 80:
      for (let i = 0; i < count; i++) out[i] = view.getUint8(i) - 128;
      return;
    case 160:
      for (let i = 0; i < count; i++) out[i] = view.getUint16(2 * i, true) - 32768;
      return;
    case 212:
      return unpack212(view, count, out);
    case 310:
      return unpackThirds(view, count, out, thirds310);
    case 311:
      return unpackThirds(view, count, out, thirds311);
    default:
      throw new RangeError(`format ${format.code} is not packed`);
  }
}

function unpack16(view: DataView, count: number, out: Int32Array): void {
  if (HOST_IS_LITTLE_ENDIAN && view.byteOffset % 2 === 0) {
    out.set(new Int16Array(view.buffer, view.byteOffset, count));
    return;
  }
  for (let i = 0; i < count; i++) out[i] = view.getInt16(2 * i, true);
}

/** Two 12-bit samples in three bytes: low byte, both high nibbles, low byte. */
function unpack212(view: DataView, count: number, out: Int32Array): void {
  const pairs = count >> 1;
  let at = 0;
  for (let pair = 0; pair < pairs; pair++, at += 3) {
    const first = view.getUint16(at, true);
    const second = view.getUint8(at + 2);
    out[2 * pair] = (first << 20) >> 20;
    out[2 * pair + 1] = (((first & 0xf000) << 16) >> 20) | second;
  }
  if (count % 2 === 1) out[count - 1] = (view.getUint16(at, true) << 20) >> 20;
}

type Thirds = (low: number, high: number, out: Int32Array, at: number, samples: number) => void;

/** Three 10-bit samples in two little-endian words. */
function unpackThirds(view: DataView, count: number, out: Int32Array, thirds: Thirds): void {
  const whole = Math.floor(count / 3);
  let at = 0;
  for (let i = 0; i < whole; i++, at += 4)
    thirds(view.getUint16(at, true), view.getUint16(at + 2, true), out, 3 * i, 3);
  const left = count - 3 * whole;
  if (left === 0) return;
  // The last word may be cut after the bytes that its samples need.
  const byte = (offset: number) => (offset < view.byteLength ? view.getUint8(offset) : 0);
  const low = byte(at) | (byte(at + 1) << 8);
  const high = byte(at + 2) | (byte(at + 3) << 8);
  thirds(low, high, out, 3 * whole, left);
}

/** 310: bits 1-10 of each word, then the upper five bits of both (first word's are the low ones). */
function thirds310(low: number, high: number, out: Int32Array, at: number, samples: number): void {
  out[at] = (low << 21) >> 22;
  if (samples > 1) out[at + 1] = (high << 21) >> 22;
  if (samples > 2) out[at + 2] = ((((low >> 11) & 31) | (((high >> 11) & 31) << 5)) << 22) >> 22;
}

/** 311: ten bits each from the lowest of the 32 up; the two highest are not used. */
function thirds311(low: number, high: number, out: Int32Array, at: number, samples: number): void {
  const word = low | (high << 16);
  out[at] = (word << 22) >> 22;
  if (samples > 1) out[at + 1] = (word << 12) >> 22;
  if (samples > 2) out[at + 2] = (word << 2) >> 22;
}
