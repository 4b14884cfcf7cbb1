/** Headers of FLAC frames, RFC 9639 section 9.1. */
import { BitReader } from './bit-reader.ts';
import { crc8 } from './crc.ts';
import type { StreamInfo } from './stream-info.ts';

export interface FrameHeader {
  readonly firstSample: number;
  readonly blockSize: number;
  /** 0 to 7: independent channels; 8 left and side, 9 side and right, 10 mid and side. */
  readonly channelAssignment: number;
  /** Of the header itself; the subframes follow. */
  readonly bytes: number;
}

/** Longest header: 4 fixed bytes, 7 of the number, 2 + 2 of size and rate, 1 checksum. */
export const MAX_HEADER_BYTES = 16;

/**
 * The frame header at `at`, or null where there is none that fits the stream (a checksum of eight
 * bits alone lets one in 256 coincidences through).
 */
export function frameHeaderAt(
  bytes: Uint8Array,
  at: number,
  stream: StreamInfo,
): FrameHeader | null {
  if (bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xfe) !== 0xf8) return null;
  const bits = new BitReader(bytes, at + 1);
  const variable = (bits.unsigned(8) & 1) === 1;
  const sizeCode = bits.unsigned(4);
  const rateCode = bits.unsigned(4);
  const channelAssignment = bits.unsigned(4);
  const depthCode = bits.unsigned(3);
  if (sizeCode === 0 || rateCode === 15 || bits.unsigned(1) === 1) return null;
  if (channelAssignment > 10) return null;
  if ((channelAssignment < 8 ? channelAssignment + 1 : 2) !== stream.channels) return null;
  const depth = DEPTHS[depthCode] ?? -1;
  if (depth !== 0 && depth !== stream.bitsPerSample) return null;
  const number = codedNumber(bits);
  if (number === null) return null;
  const blockSize = blockSizeOf(sizeCode, bits);
  if (rateCode === 12) bits.unsigned(8);
  else if (rateCode > 12) bits.unsigned(16);
  const end = bits.byteOffset;
  if (bits.exhausted || crc8(bytes.subarray(at, end)) !== bits.unsigned(8)) return null;
  if (blockSize > stream.maxBlockSize || end >= bytes.length) return null;
  const firstSample = variable ? number : number * stream.maxBlockSize;
  if (stream.sampleCount > 0 && firstSample + blockSize > stream.sampleCount) return null;
  return { firstSample, blockSize, channelAssignment, bytes: end + 1 - at };
}

/** Bits per sample by code; 0 says "as in the stream", -1 is reserved. */
const DEPTHS = [0, 8, 12, -1, 16, 20, 24, 32];

/** A number of up to 36 bits in the manner of UTF-8, section 9.1.5; null where it is malformed. */
function codedNumber(bits: BitReader): number | null {
  const first = bits.unsigned(8);
  const ones = Math.clz32(~(first << 24));
  if (ones === 0) return first;
  if (ones === 1 || ones > 7) return null;
  let number = first & (0x7f >> ones);
  for (let i = 1; i < ones; i++) {
    const next = bits.unsigned(8);
    if (next >> 6 !== 2) return null;
    number = number * 64 + (next & 0x3f);
  }
  return number;
}

function blockSizeOf(code: number, bits: BitReader): number {
  if (code === 1) return 192;
  if (code <= 5) return 144 << code;
  if (code === 6) return bits.unsigned(8) + 1;
  if (code === 7) return bits.unsigned(16) + 1;
  return 1 << code;
}
