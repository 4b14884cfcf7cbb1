/**
 * Files that are a plain run of fixed-size numbers, channel after channel within a frame: ISHNE,
 * Unisens and raw exports. Random access; at most a few megabytes are held at a time.
 */
import { RhythmarkError } from '../contract/errors.ts';
import { eachBlock } from './blocks.ts';
import type { ByteSource } from './byte-source.ts';
import { NO_SAMPLE } from './reader.ts';
import { convertRows } from './vector/convert.ts';

export const NUMBER_TYPES = [
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'float32',
  'float64',
] as const;
export type NumberType = (typeof NUMBER_TYPES)[number];

/** Physical value = stored x scale + offset. */
export interface Scale {
  readonly scale: number;
  readonly offset: number;
}

export interface InterleavedLayout {
  /** Byte of the first number. */
  readonly offset: number;
  readonly channels: number;
  /** Frames (samples of each channel). */
  readonly frames: number;
  readonly type: NumberType;
  readonly endian: 'little' | 'big';
}

const BYTES: Readonly<Record<NumberType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  float64: 8,
};

const BLOCK_BYTES = 1 << 18;
const FILE = 'The file of samples';

export function bytesPerFrame(layout: Pick<InterleavedLayout, 'channels' | 'type'>): number {
  return layout.channels * BYTES[layout.type];
}

/** True for integers that 32 signed bits hold. */
export function holdsIntegers(type: NumberType): boolean {
  return type !== 'float32' && type !== 'float64' && type !== 'uint32';
}

/** Frames [from, to) of some channels, exactly; NaN outside the file. */
export async function readNumbers(
  source: ByteSource,
  layout: InterleavedLayout,
  channels: readonly number[],
  from: number,
  to: number,
): Promise<Float64Array[]> {
  const out = channels.map(() => new Float64Array(to - from).fill(NaN));
  await copyFrames(source, layout, channels, from, to, out);
  return out;
}

/** The same as integers, with `missing` (and everything outside the file) as NO_SAMPLE. */
export async function readIntegers(
  source: ByteSource,
  layout: InterleavedLayout,
  channels: readonly number[],
  from: number,
  to: number,
  missing: number | null,
): Promise<Int32Array[]> {
  if (!holdsIntegers(layout.type)) {
    throw new RhythmarkError(
      'unsupported',
      'This file stores decimals or unsigned 32-bit numbers: leave out --raw.',
    );
  }
  const out = channels.map(() => new Int32Array(to - from).fill(NO_SAMPLE));
  await copyFrames(source, layout, channels, from, to, out);
  if (missing !== null) {
    for (const values of out) {
      for (let i = 0; i < values.length; i++) if (values[i] === missing) values[i] = NO_SAMPLE;
    }
  }
  return out;
}

/**
 * Puts physical values, `stored x scale + offset` of each channel's own scale, into its `out` of
 * `to - from`; NaN for `missing` and outside the file. For little-endian integers of 16 or 32 bits,
 * `isConvertible`.
 */
export async function readPhysical(
  source: ByteSource,
  layout: InterleavedLayout & Convertible,
  channels: readonly (Scale & { readonly channel: number; readonly out: Float32Array })[],
  from: number,
  to: number,
  missing: number | null,
): Promise<void> {
  const begin = Math.max(0, from);
  const end = Math.max(begin, Math.min(to, layout.frames));
  for (const { out } of channels) out.fill(NaN, 0, begin - from).fill(NaN, end - from);
  const frameBytes = bytesPerFrame(layout);
  const blocks = blocksOf(layout, from, to);
  await eachBlock(source, FILE, blocks, (bytes, { frame }) => {
    const targets = channels.map(({ channel, scale, offset, out }) => {
      const place = { firstByte: channel * BYTES[layout.type], perRow: 1, at: frame - from };
      return { ...place, width: layout.type, scaling: { scale, offset, missing }, out };
    });
    convertRows(bytes, frameBytes, targets);
  });
}

interface Convertible {
  readonly type: 'int16' | 'int32';
  readonly endian: 'little';
}

export function isConvertible(
  layout: InterleavedLayout,
): layout is InterleavedLayout & Convertible {
  return layout.endian === 'little' && (layout.type === 'int16' || layout.type === 'int32');
}

/** Frames [from, to), as far as the file has them, in blocks that are read at a time. */
function blocksOf(layout: InterleavedLayout, from: number, to: number) {
  const frameBytes = bytesPerFrame(layout);
  const perBlock = Math.max(1, Math.floor(BLOCK_BYTES / frameBytes));
  const blocks = [];
  const end = Math.min(to, layout.frames);
  for (let frame = Math.max(0, from); frame < end; frame += perBlock) {
    const length = Math.min(perBlock, end - frame) * frameBytes;
    blocks.push({ at: layout.offset + frame * frameBytes, length, frame });
  }
  return blocks;
}

/** Takes the channels apart, block by block. `out` holds one array a channel, `to - from` long. */
async function copyFrames(
  source: ByteSource,
  layout: InterleavedLayout,
  channels: readonly number[],
  from: number,
  to: number,
  out: readonly (Int32Array | Float64Array)[],
): Promise<void> {
  const frameBytes = bytesPerFrame(layout);
  await eachBlock(source, FILE, blocksOf(layout, from, to), (bytes, { frame }) => {
    const held = Math.floor(bytes.length / frameBytes);
    const numbers = numbersOf(bytes, held * layout.channels, layout);
    for (const [k, channel] of channels.entries()) {
      const target = out[k];
      if (!target) continue;
      let at = channel;
      for (let i = frame - from; i < frame - from + held; i++, at += layout.channels) {
        target[i] = numbers[at] ?? NaN;
      }
    }
  });
}

export type Numbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/**
 * The first `count` numbers in `bytes` as a typed array over them, copied first where they are
 * misaligned or of the other endian.
 */
export function numbersOf(
  bytes: Uint8Array,
  count: number,
  layout: Pick<InterleavedLayout, 'type' | 'endian'>,
): Numbers {
  const size = BYTES[layout.type];
  let aligned = bytes;
  if (layout.endian === 'big' && size > 1) {
    aligned = swapped(bytes, size);
  } else if (bytes.byteOffset % size !== 0) {
    aligned = new Uint8Array(bytes);
  }
  const { buffer, byteOffset } = aligned;
  switch (layout.type) {
    case 'int8':
      return new Int8Array(buffer, byteOffset, count);
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, count);
    case 'int16':
      return new Int16Array(buffer, byteOffset, count);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, count);
    case 'int32':
      return new Int32Array(buffer, byteOffset, count);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, count);
    case 'float32':
      return new Float32Array(buffer, byteOffset, count);
    case 'float64':
      return new Float64Array(buffer, byteOffset, count);
  }
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const copy = new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % size)));
  const view = Buffer.from(copy.buffer, copy.byteOffset, copy.length);
  if (size === 2) view.swap16();
  else if (size === 4) view.swap32();
  else view.swap64();
  return copy;
}
