/**
 * Huffman decoding of SCP-ECG waveforms, with the default table or the record's own (section 2).
 * Source: EN 1064, clause 5.5 and annex C. Base codes are stored with their first bit lowest.
 */
import { RhythmarkError } from '../../contract/errors.ts';
import type { Section } from './record.ts';

interface CodeWord {
  readonly prefixBits: number;
  readonly totalBits: number;
  /** False: the code selects table `baseValue` (from 1) and stands for no sample. */
  readonly isSample: boolean;
  readonly baseValue: number;
  /** Prefix as a number whose lowest bit comes first in the stream. */
  readonly baseCode: number;
}

type HuffmanTable = readonly CodeWord[];

const DEFAULT_TABLE_MARK = 19999;
const MAX_PREFIX_BITS = 32;
const MAX_VALUE_BITS = 32;

/** Table C.1 of the standard: values -8 to 8 by code, then 8 and 16 plain bits. */
const DEFAULT_TABLE: HuffmanTable = [
  word(1, 1, 0, 0b0),
  ...Array.from({ length: 8 }, (_, i) => [
    // 1..0 with i+1 ones and the sign in the last place.
    word(i + 3, i + 3, i + 1, reversedOnes(i + 1, 0)),
    word(i + 3, i + 3, -(i + 1), reversedOnes(i + 1, 1)),
  ]).flat(),
  word(10, 18, 0, 0b0111111111),
  word(10, 26, 0, 0b1111111111),
];

function word(
  prefixBits: number,
  totalBits: number,
  baseValue: number,
  baseCode: number,
): CodeWord {
  return { prefixBits, totalBits, isSample: true, baseValue, baseCode };
}

/** `ones` ones, a zero, and the sign bit; lowest bit first. */
function reversedOnes(ones: number, sign: 0 | 1): number {
  return (2 ** ones - 1) | (sign << (ones + 1));
}

let defaultIndex: CodeIndex | null = null;

/** The tables of section 2; the default one where it says so. */
export function readTables(section: Section): CodeIndex[] {
  const { data } = section;
  const count = data.length >= 2 ? data.readUInt16LE(0) : 0;
  if (count === DEFAULT_TABLE_MARK) return [(defaultIndex ??= indexOf(DEFAULT_TABLE))];
  const tables: CodeIndex[] = [];
  let at = 2;
  for (let t = 0; t < count; t++) {
    if (at + 2 > data.length) throw damaged('ends inside a table', section, at);
    const words = data.readUInt16LE(at);
    at += 2;
    if (at + 9 * words > data.length) throw damaged('ends inside a table', section, at);
    const table: CodeWord[] = [];
    for (let w = 0; w < words; w++, at += 9) {
      const prefixBits = data.readUInt8(at);
      const totalBits = data.readUInt8(at + 1);
      if (
        prefixBits < 1 ||
        prefixBits > MAX_PREFIX_BITS ||
        totalBits < prefixBits ||
        totalBits - prefixBits > MAX_VALUE_BITS
      ) {
        throw damaged(`states a code of ${prefixBits} bits in ${totalBits}`, section, at);
      }
      table.push({
        prefixBits,
        totalBits,
        isSample: data.readUInt8(at + 2) !== 0,
        baseValue: data.readInt16LE(at + 3),
        baseCode: data.readUInt32LE(at + 5),
      });
    }
    tables.push(indexOf(table));
  }
  if (tables.length === 0) throw damaged('holds no table', section, 0);
  return tables;
}

/** `count` values out of a bit stream. `damaged-file` where it ends early or fits no code. */
export function decodeHuffman(
  bytes: Buffer,
  count: number,
  tables: readonly CodeIndex[],
  where: string,
): Int32Array {
  // Each value takes a bit at least: a count that the bytes cannot hold is not made room for.
  if (count > bytes.length * 8) throw endsEarly(where);
  const out = new Int32Array(count);
  const bits = new BitReader(bytes);
  let table = tables[0];
  for (let i = 0; i < count;) {
    if (!table) throw notACode(where, bits.byte);
    i = decodePlain(bits, table, out, i);
    if (i === count) break;
    const code = table.codes[bits.next(SHORT_BITS)] ?? longCode(bits, table, where);
    if (code.totalBits > bits.left) throw endsEarly(where);
    bits.at += code.prefixBits;
    const extra = code.totalBits - code.prefixBits;
    if (code.isSample) {
      out[i++] = code.baseValue + bits.signed(extra);
    } else {
      table = tables[code.baseValue - 1];
      bits.at += extra;
    }
  }
  return out;
}

/** Values from `from` on for as long as they are short codes without further bits; answers where it stopped. */
function decodePlain(bits: BitReader, table: CodeIndex, out: Int32Array, from: number): number {
  const { lengths, values } = table;
  const { view, end } = bits;
  let { at } = bits;
  let i = from;
  for (; i < out.length; i++) {
    // Four bytes hold the next 25 bits at least.
    const next = (view.getUint32(at >> 3) << (at & 7)) >>> (32 - SHORT_BITS);
    const length = lengths[next] ?? 0;
    if (length === 0 || at + length > end) break;
    at += length;
    out[i] = values[next] ?? 0;
  }
  bits.at = at;
  return i;
}

/** Bits of the stream that are looked up at once. */
const SHORT_BITS = 12;

/** The codes of a table, to be found by the next bits of the stream. */
export interface CodeIndex {
  /** For the next SHORT_BITS: length of the code that stands for a value by itself; 0 for others. */
  readonly lengths: Uint8Array;
  /** And that value. */
  readonly values: Int16Array;
  /** The code that the next SHORT_BITS begin with, of whatever kind; undefined where it is longer. */
  readonly codes: readonly (CodeWord | undefined)[];
  /** By length and bits of the prefix, every code. */
  readonly byPrefix: ReadonlyMap<number, CodeWord>;
}

function indexOf(table: HuffmanTable): CodeIndex {
  // Of two codes with one prefix the later counts; of two where one begins the other, the shorter.
  const byPrefix = new Map(table.map((code) => [key(code.prefixBits, prefixOf(code)), code]));
  const lengths = new Uint8Array(2 ** SHORT_BITS);
  const values = new Int16Array(2 ** SHORT_BITS);
  const codes = new Array<CodeWord | undefined>(2 ** SHORT_BITS).fill(undefined);
  for (const code of [...byPrefix.values()].sort((a, b) => b.prefixBits - a.prefixBits)) {
    const free = SHORT_BITS - code.prefixBits;
    if (free < 0) continue;
    const plain = code.isSample && code.totalBits === code.prefixBits;
    const first = prefixOf(code) * 2 ** free;
    lengths.fill(plain ? code.prefixBits : 0, first, first + 2 ** free);
    values.fill(code.baseValue, first, first + 2 ** free);
    codes.fill(code, first, first + 2 ** free);
  }
  return { lengths, values, codes, byPrefix };
}

function key(bits: number, prefix: number): number {
  return bits * 2 ** 32 + prefix;
}

/** A code's bits as a number whose highest bit comes first in the stream. */
function prefixOf({ prefixBits, baseCode }: CodeWord): number {
  let prefix = 0;
  for (let bit = 0; bit < prefixBits; bit++) prefix = prefix * 2 + ((baseCode >>> bit) & 1);
  return prefix;
}

/** A code that is longer, bit by bit; or the stream ends, or makes no sense. */
function longCode(bits: BitReader, { byPrefix }: CodeIndex, where: string): CodeWord {
  for (let length = SHORT_BITS + 1; length <= MAX_PREFIX_BITS; length++) {
    if (length > bits.left) throw endsEarly(where);
    const found = byPrefix.get(key(length, bits.next(length)));
    if (found) return found;
  }
  throw notACode(where, bits.byte);
}

/** Most significant bit first; zeros after the end. */
class BitReader {
  readonly view: DataView;
  /** Bits in the stream, and those of them that were passed. */
  readonly end: number;
  at = 0;

  constructor(bytes: Uint8Array) {
    // So that eight bytes can be looked at wherever there are bits left.
    const padded = new Uint8Array(bytes.length + 8);
    padded.set(bytes);
    this.view = new DataView(padded.buffer);
    this.end = 8 * bytes.length;
  }

  get byte(): number {
    return this.at >> 3;
  }

  get left(): number {
    return this.end - this.at;
  }

  /** The next 1 to 32 bits, without passing them. */
  next(count: number): number {
    const shift = this.at & 7;
    const high = this.view.getUint32(this.byte) << shift;
    return (high | (this.view.getUint8(this.byte + 4) >> (8 - shift))) >>> (32 - count);
  }

  /** Two's complement of `count` bits, 0 to 32; passes them. */
  signed(count: number): number {
    if (count === 0) return 0;
    const value = this.next(count);
    this.at += count;
    return value >= 2 ** (count - 1) ? value - 2 ** count : value;
  }
}

function endsEarly(where: string): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `${where} ends early: its compressed data holds fewer samples than the record states. Copy the file again from the recorder.`,
  );
}

function notACode(where: string, byte: number): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `${where} holds a code that is in no Huffman table, at byte ${byte} of its data. Copy the file again from the recorder.`,
  );
}

function damaged(what: string, section: Section, at: number): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `Section 2, Huffman tables, ${what}, at byte ${(section.at + at).toLocaleString('en')}.`,
  );
}
