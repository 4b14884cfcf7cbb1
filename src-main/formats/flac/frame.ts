/** Samples of a FLAC frame, RFC 9639 sections 9.2 and 9.3. */
import { BitReader } from './bit-reader.ts';
import { crc16 } from './crc.ts';
import type { FrameHeader } from './frame-header.ts';
import type { StreamInfo } from './stream-info.ts';

/** What became of a frame: its length, or that the buffer ends before it, or that it is damaged. */
export type DecodedFrame =
  | { readonly kind: 'decoded'; readonly bytes: number }
  | { readonly kind: 'needs-more' }
  | { readonly kind: 'damaged' };

/** Decodes the frame at `at` into `channels`, one array of `maxBlockSize` each. */
export function decodeFrame(
  bytes: Uint8Array,
  at: number,
  header: FrameHeader,
  stream: StreamInfo,
  channels: readonly Int32Array[],
): DecodedFrame {
  const bits = new BitReader(bytes, at + header.bytes);
  const { blockSize, channelAssignment } = header;
  for (const [index, out] of channels.entries()) {
    const side = channelAssignment === 9 ? 0 : 1;
    const extra = channelAssignment >= 8 && index === side ? 1 : 0;
    const whole = decodeSubframe(bits, stream.bitsPerSample + extra, out.subarray(0, blockSize));
    if (bits.exhausted) return { kind: 'needs-more' };
    if (!whole) return { kind: 'damaged' };
  }
  bits.align();
  const end = bits.byteOffset;
  if (end + 2 > bytes.length) return { kind: 'needs-more' };
  const stated = ((bytes[end] ?? 0) << 8) | (bytes[end + 1] ?? 0);
  if (crc16(bytes.subarray(at, end)) !== stated) return { kind: 'damaged' };
  decorrelate(channels, channelAssignment, blockSize);
  return { kind: 'decoded', bytes: end + 2 - at };
}

/** False where the bits contradict themselves. */
function decodeSubframe(bits: BitReader, depthWithWaste: number, out: Int32Array): boolean {
  if (bits.unsigned(1) !== 0) return false;
  const type = bits.unsigned(6);
  const wasted = bits.unsigned(1) === 1 ? bits.zeros() + 1 : 0;
  const depth = depthWithWaste - wasted;
  if (depth < 1) return false;
  if (!decodeSamples(bits, type, depth, out)) return false;
  if (wasted > 0) for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) << wasted;
  return true;
}

function decodeSamples(bits: BitReader, type: number, depth: number, out: Int32Array): boolean {
  if (type === 0) {
    out.fill(bits.signed(depth));
    return true;
  }
  if (type === 1) {
    for (let i = 0; i < out.length; i++) out[i] = bits.signed(depth);
    return true;
  }
  if (type >= 8 && type <= 12) {
    const order = type - 8;
    if (!warmUp(bits, order, depth, out) || !readResidual(bits, order, out)) return false;
    restoreFixed(order, out);
    return true;
  }
  if (type < 32) return false;
  const order = type - 31;
  if (!warmUp(bits, order, depth, out)) return false;
  const precision = bits.unsigned(4) + 1;
  const shift = bits.signed(5);
  if (precision > 15 || shift < 0) return false;
  const coefficients = Int32Array.from({ length: order }, () => bits.signed(precision));
  if (!readResidual(bits, order, out)) return false;
  const sumBits = depth + precision + Math.ceil(Math.log2(order));
  if (sumBits <= 32) restoreLinear32(coefficients, shift, out);
  else restoreLinear53(coefficients, shift, out);
  return true;
}

function warmUp(bits: BitReader, order: number, depth: number, out: Int32Array): boolean {
  if (order > out.length) return false;
  for (let i = 0; i < order; i++) out[i] = bits.signed(depth);
  return true;
}

/** Rice-coded residual, section 9.2.7, into `out` from `order` on. */
function readResidual(bits: BitReader, order: number, out: Int32Array): boolean {
  const method = bits.unsigned(2);
  if (method > 1) return false;
  const parameterBits = method === 0 ? 4 : 5;
  const escape = (1 << parameterBits) - 1;
  const partitions = 1 << bits.unsigned(4);
  const partitionSize = out.length / partitions;
  if (!Number.isInteger(partitionSize) || partitionSize < order) return false;
  let at = order;
  for (let partition = 0; partition < partitions; partition++) {
    const end = (partition + 1) * partitionSize;
    const parameter = bits.unsigned(parameterBits);
    if (parameter === escape) {
      const width = bits.unsigned(5);
      for (; at < end; at++) out[at] = bits.signed(width);
    } else {
      for (; at < end; at++) {
        const high = bits.zeros();
        const low = parameter > 24 ? wide(bits, parameter) : bits.unsigned(parameter);
        const folded = ((high << parameter) | low) >>> 0;
        out[at] = (folded >>> 1) ^ -(folded & 1);
      }
    }
    if (bits.exhausted) return true; // the caller looks for this first
  }
  return true;
}

function wide(bits: BitReader, count: number): number {
  return (bits.unsigned(count - 16) << 16) | bits.unsigned(16);
}

/** Polynomials of order 0 to 4, section 9.2.5. */
function restoreFixed(order: number, out: Int32Array): void {
  const v = (i: number) => out[i] ?? 0;
  const length = out.length;
  switch (order) {
    case 1:
      for (let i = 1; i < length; i++) out[i] = v(i) + v(i - 1);
      return;
    case 2:
      for (let i = 2; i < length; i++) out[i] = v(i) + 2 * v(i - 1) - v(i - 2);
      return;
    case 3:
      for (let i = 3; i < length; i++) out[i] = v(i) + 3 * (v(i - 1) - v(i - 2)) + v(i - 3);
      return;
    case 4:
      for (let i = 4; i < length; i++)
        out[i] = v(i) + 4 * (v(i - 1) + v(i - 3)) - 6 * v(i - 2) - v(i - 4);
  }
}

/** Linear prediction where every sum fits 32 bits. */
function restoreLinear32(coefficients: Int32Array, shift: number, out: Int32Array): void {
  const order = coefficients.length;
  for (let i = order; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < order; k++)
      sum = (sum + Math.imul(coefficients[k] ?? 0, out[i - 1 - k] ?? 0)) | 0;
    out[i] = (out[i] ?? 0) + (sum >> shift);
  }
}

/** The same where sums reach up to 25 + 15 + 5 bits, which a double holds exactly. */
function restoreLinear53(coefficients: Int32Array, shift: number, out: Int32Array): void {
  const order = coefficients.length;
  const divisor = 2 ** shift;
  for (let i = order; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < order; k++) sum += (coefficients[k] ?? 0) * (out[i - 1 - k] ?? 0);
    out[i] = (out[i] ?? 0) + Math.floor(sum / divisor);
  }
}

/** Two channels that were stored as one and a difference, section 9.1.3. */
function decorrelate(channels: readonly Int32Array[], assignment: number, length: number): void {
  const [first, second] = channels;
  if (assignment < 8 || first === undefined || second === undefined) return;
  for (let i = 0; i < length; i++) {
    const a = first[i] ?? 0;
    const b = second[i] ?? 0;
    if (assignment === 8) second[i] = a - b;
    else if (assignment === 9) first[i] = a + b;
    else {
      const sum = 2 * a + (b & 1);
      first[i] = (sum + b) >> 1;
      second[i] = (sum - b) >> 1;
    }
  }
}
