/**
 * A FLAC encoder for tests (RFC 9639): independent channels, frames of one size, subframes in turn
 * constant where they are, verbatim, and polynomials of order 0 to 4 with Rice codes.
 */
import { crc16, crc8 } from '../../../src-main/formats/flac/crc.ts';

export function flacStream(
  channels: readonly Int32Array[],
  bitsPerSample: number,
  blockSize: number,
): Uint8Array {
  const count = channels[0]?.length ?? 0;
  const info = new BitWriter();
  info.put(0x664c6143, 32);
  info.put(0x80, 8).put(34, 24).put(blockSize, 16).put(blockSize, 16).put(0, 24).put(0, 24);
  info
    .put(250, 20)
    .put(channels.length - 1, 3)
    .put(bitsPerSample - 1, 5);
  info.put(Math.floor(count / 2 ** 32), 4).put(count >>> 0, 32);
  for (let i = 0; i < 4; i++) info.put(0, 32);
  const parts = [info.bytes()];
  for (let first = 0, frame = 0; first < count; first += blockSize, frame++) {
    const blocks = channels.map((samples) => samples.subarray(first, first + blockSize));
    parts.push(frameOf(blocks, frame, bitsPerSample));
  }
  return Buffer.concat(parts);
}

function frameOf(blocks: readonly Int32Array[], number: number, depth: number): Uint8Array {
  const bits = new BitWriter();
  // Sync, fixed size; size in 16 bits, rate as in the stream; channels; depth as in the stream.
  bits
    .put(0xfff8, 16)
    .put(0x7, 4)
    .put(0, 4)
    .put(blocks.length - 1, 4)
    .put(0, 3)
    .put(0, 1);
  for (const byte of codedNumber(number)) bits.put(byte, 8);
  bits.put((blocks[0]?.length ?? 0) - 1, 16);
  bits.put(crc8(bits.bytes()), 8);
  for (const [channel, block] of blocks.entries()) {
    const kind = (number + channel) % 6;
    if (block.every((value) => value === block[0])) {
      bits.put(0, 8).put(block[0] ?? 0, depth);
    } else if (kind === 5) {
      bits.put(0x02, 8);
      for (const value of block) bits.put(value, depth);
    } else polynomial(bits, block, Math.min(kind, block.length), depth);
  }
  const bytes = bits.aligned().bytes();
  return Buffer.concat([bytes, new BitWriter().put(crc16(bytes), 16).bytes()]);
}

function polynomial(bits: BitWriter, block: Int32Array, order: number, depth: number): void {
  bits.put((8 + order) << 1, 8);
  for (const value of block.subarray(0, order)) bits.put(value, depth);
  let residual = Float64Array.from(block);
  for (let i = 0; i < order; i++)
    residual = residual.map((value, at) => (at > i ? value - (residual[at - 1] ?? 0) : value));
  const rest = residual.subarray(order);
  const mean = rest.reduce((sum, value) => sum + Math.abs(value), 0) / Math.max(1, rest.length);
  const parameter = Math.min(14, Math.max(0, Math.round(Math.log2(mean + 1))));
  bits.put(0, 2).put(0, 4).put(parameter, 4);
  for (const value of rest) {
    const folded = value < 0 ? -2 * value - 1 : 2 * value;
    for (let zeros = Math.floor(folded / 2 ** parameter); zeros > 0; zeros--) bits.put(0, 1);
    bits.put(1, 1).put(folded % 2 ** parameter, parameter);
  }
}

/** In the manner of UTF-8, up to 21 bits. */
function codedNumber(number: number): readonly number[] {
  if (number < 0x80) return [number];
  if (number < 0x800) return [0xc0 | (number >> 6), 0x80 | (number & 0x3f)];
  if (number < 0x10000)
    return [0xe0 | (number >> 12), 0x80 | ((number >> 6) & 0x3f), 0x80 | (number & 0x3f)];
  const low = [12, 6, 0].map((shift) => 0x80 | ((number >> shift) & 0x3f));
  return [0xf0 | (number >> 18), ...low];
}

class BitWriter {
  readonly #bytes: number[] = [];
  #open = 0;
  #bits = 0;

  put(value: number, count: number): this {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#open = (this.#open << 1) | ((value >> bit) & 1);
      if (++this.#bits < 8) continue;
      this.#bytes.push(this.#open);
      this.#open = this.#bits = 0;
    }
    return this;
  }

  aligned(): this {
    while (this.#bits > 0) this.put(0, 1);
    return this;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
