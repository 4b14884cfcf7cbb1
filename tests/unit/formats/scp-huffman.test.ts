/** Huffman decoding of SCP-ECG by table, against codes put together bit by bit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHuffman, readTables } from '../../../src-main/formats/scp/huffman.ts';

interface Code {
  /** Bits as they come in the stream. */
  readonly prefix: string;
  readonly extra: number;
  readonly value: number;
}

/** Section 2 with one table: EN 1064 stores a prefix with its first bit lowest. */
function sectionOf(codes: readonly Code[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(1, 0);
  head.writeUInt16LE(codes.length, 2);
  const words = codes.map(({ prefix, extra, value }) => {
    const word = Buffer.alloc(9);
    word.writeUInt8(prefix.length, 0);
    word.writeUInt8(prefix.length + extra, 1);
    word.writeUInt8(1, 2);
    word.writeInt16LE(value, 3);
    word.writeUInt32LE(parseInt([...prefix].reverse().join(''), 2), 5);
    return word;
  });
  return Buffer.concat([head, ...words]);
}

function packed(bits: string): Buffer {
  const whole = bits.padEnd(8 * Math.ceil(bits.length / 8), '0');
  return Buffer.from((whole.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

/** A comb of prefixes, 1 to `deepest` bits long, the shapes of which the choices mirror. */
const tables = fc
  .record({
    choices: fc.array(fc.boolean(), { minLength: 2, maxLength: 31 }),
    extras: fc.array(fc.constantFrom(0, 0, 0, 1, 8, 16, 32), { minLength: 33, maxLength: 33 }),
  })
  .map(({ choices, extras }): Code[] => {
    const path = choices.map((one) => (one ? '1' : '0'));
    const other = (bit: string | undefined): string => (bit === '1' ? '0' : '1');
    const prefixes = path.map((bit, depth) => path.slice(0, depth).join('') + other(bit));
    return [...prefixes, path.join('')].map((prefix, i) => {
      const extra = extras[i] ?? 0;
      return { prefix, extra, value: 100 * (i - 9) };
    });
  });

const streams = tables.chain((codes) =>
  fc.record({
    codes: fc.constant(codes),
    picks: fc.array(fc.record({ code: fc.nat(codes.length - 1), bits: fc.nat(2 ** 32 - 1) }), {
      minLength: 1,
      maxLength: 60,
    }),
  }),
);

describe('Huffman decoding', () => {
  it('gives back what was coded, with codes of up to 32 bits and further bits of up to 32', () => {
    fc.assert(
      fc.property(streams, ({ codes, picks }) => {
        const tables = readTables({ id: 2, data: sectionOf(codes), at: 0 });
        let stream = '';
        const values = picks.map(({ code, bits }) => {
          const { prefix = '', extra = 0, value = 0 } = codes[code] ?? {};
          const further =
            extra === 0 ? '' : (bits >>> (32 - extra)).toString(2).padStart(extra, '0');
          stream += prefix + further;
          // Two's complement by text: the first bit weighs less than nothing.
          return (
            value + (further === '' ? 0 : Number(BigInt.asIntN(extra, BigInt(`0b${further}`))))
          );
        });
        const bytes = packed(stream);
        expect([...decodeHuffman(bytes, values.length, tables, 'Lead I')]).toEqual(
          values.map((value) => value | 0),
        );
        // One byte less, and the last value is not all there.
        const short = bytes.subarray(0, bytes.length - 1);
        expect(() => decodeHuffman(short, values.length, tables, 'Lead I')).toThrow(
          'Lead I ends early',
        );
      }),
    );
  });

  it('refuses bits that are in no table, and says where', () => {
    const codes = [{ prefix: '00', extra: 0, value: 1 }];
    const tables = readTables({ id: 2, data: sectionOf(codes), at: 0 });
    expect(() => decodeHuffman(Buffer.from([0, 0x0f, 0, 0, 0, 0, 0]), 8, tables, 'Lead I')).toThrow(
      'Lead I holds a code that is in no Huffman table, at byte 1 of its data',
    );
  });
});
