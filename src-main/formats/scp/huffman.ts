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

/** The tables of section 2; the default one where it says so. */
export function readTables(section: Section): HuffmanIndex[] {
  const { data } = section;
  const count = data.length >= 2 ? data.readUInt16LE(0) : 0;
  if (count === DEFAULT_TABLE_MARK) return [indexOf(DEFAULT_TABLE)];
  const tables: HuffmanIndex[] = [];
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
  tables: readonly HuffmanIndex[],
  where: string,
): Int32Array {
  // Each value takes a bit at least: a count that the bytes cannot hold is not made room for.
  if (count > bytes.length * 8) throw endsEarly(where);
  const out = new Int32Array(count);
  let table = tables[0];
  const bits = new BitReader(bytes);
  for (let i = 0; i < count;) {
    if (!table) throw notACode(where, bits.byte);
    const code = next(bits, table, where);
    const extra = code.totalBits - code.prefixBits;
    if (!code.isSample) {
      table = tables[code.baseValue - 1];
      bits.skip(extra);
      continue;
    }
    out[i++] = extra === 0 ? code.baseValue : code.baseValue + bits.signed(extra, where);
  }
  return out;
}

export type HuffmanIndex = ReadonlyMap<number, CodeWord>;

/** Codes by prefix length and reversed prefix, so that a prefix is found bit by bit. */
function indexOf(table: HuffmanTable): HuffmanIndex {
  return new Map(table.map((code) => [key(code.prefixBits, code.baseCode), code]));
}

function key(bits: number, code: number): number {
  return bits * 2 ** 32 + (code >>> 0);
}

function next(bits: BitReader, table: HuffmanIndex, where: string): CodeWord {
  let prefix = 0;
  for (let length = 1; length <= MAX_PREFIX_BITS; length++) {
    prefix = (prefix | (bits.bit(where) << (length - 1))) >>> 0;
    const found = table.get(key(length, prefix));
    if (found) return found;
  }
  throw notACode(where, bits.byte);
}

/** Most significant bit first. */
class BitReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get byte(): number {
    return this.#at >> 3;
  }

  bit(where: string): number {
    const byte = this.#bytes[this.#at >> 3];
    if (byte === undefined) {
      throw endsEarly(where);
    }
    return (byte >> (7 - (this.#at++ & 7))) & 1;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** Two's complement of `count` bits. */
  signed(count: number, where: string): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit(where);
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
