/** The conversion kernels against the same arithmetic in JavaScript, bit for bit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_SAMPLE } from '../../../src-main/formats/reader.ts';
import { assemble } from '../../../src-main/vector/assemble.ts';
import {
  convertFrames212,
  convertRows,
  type Scaling,
} from '../../../src-main/formats/vector/convert.ts';
import { WIDTHS, type Width } from '../../../src-main/formats/vector/kernels.ts';

const BYTES = { int16: 2, int24: 3, int32: 4 } as const;

function storedAt(view: DataView, width: Width, at: number): number {
  if (width === 'int16') return view.getInt16(at, true);
  if (width === 'int32') return view.getInt32(at, true);
  return view.getUint16(at, true) | (view.getInt8(at + 2) << 16);
}

function physical(stored: number, scaling: Scaling): number {
  if (stored === (scaling.missing ?? NO_SAMPLE)) return NaN;
  return 'gain' in scaling
    ? (stored - scaling.baseline) / scaling.gain
    : stored * scaling.scale + scaling.offset;
}

/** The bits, so that -0 is not 0 and a NaN is the usual one. */
function bits(values: Float32Array): number[] {
  return [...new Uint32Array(values.buffer, values.byteOffset, values.length)];
}

const factor = fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((value) => value !== 0);
const shift = fc.double({ min: -4e4, max: 4e4, noNaN: true });
const missing = fc.constantFrom(null, 0, -32768, 7);
const scaling: fc.Arbitrary<Scaling> = fc.oneof(
  fc.record({ scale: factor, offset: shift, missing }),
  fc.record({ gain: factor, baseline: shift.map(Math.round), missing }),
  // Gains that are 32-bit floats, as most are.
  fc.record({
    gain: fc.oneof(factor.map(Math.fround), fc.constantFrom(200, 1000, -0.5, 12.5)),
    baseline: shift.map(Math.round),
    missing,
  }),
);

describe('Stored samples become physical values', () => {
  it('of rows, as JavaScript computes them', () => {
    const rows = fc.record({
      ...{ width: fc.constantFrom(...WIDTHS), leads: fc.integer({ min: 1, max: 5 }) },
      ...{ perRow: fc.constantFrom(1, 2, 3, 4, 5, 31), rows: fc.integer({ min: 0, max: 70 }) },
      ...{ lead: fc.nat(4), scaling, at: fc.integer({ min: -40, max: 40 }), random: fc.nat() },
    });
    fc.assert(
      fc.property(rows, ({ width, leads, perRow, rows: count, lead, at, random, ...given }) => {
        const rowBytes = leads * perRow * BYTES[width];
        const bytes = noise(count * rowBytes, random);
        const view = new DataView(bytes.buffer);
        const firstByte = (lead % leads) * perRow * BYTES[width];
        const expected = new Float32Array(count * perRow + 3).fill(5);
        for (let row = 0; row < count; row++)
          for (let i = 0; i < perRow; i++) {
            const to = at + row * perRow + i;
            const stored = storedAt(view, width, row * rowBytes + firstByte + i * BYTES[width]);
            if (to >= 0 && to < expected.length) expected[to] = physical(stored, given.scaling);
          }
        const out = new Float32Array(expected.length).fill(5);
        convertRows(bytes, rowBytes, [{ ...given, width, firstByte, perRow, out, at }]);
        expect(bits(out)).toEqual(bits(expected));
      }),
      { numRuns: 400 },
    );
  });

  it('but for the one 32-bit integer that stands for no sample', () => {
    const stored = Int32Array.of(NO_SAMPLE, NO_SAMPLE + 1, 0);
    const out = new Float32Array(3);
    const scaling = { gain: 1, baseline: 0, missing: null } as const;
    const lead = { width: 'int32', firstByte: 0, perRow: 3, out, at: 0, scaling } as const;
    convertRows(new Uint8Array(stored.buffer), 12, [lead]);
    expect([...out]).toEqual([NaN, Math.fround(NO_SAMPLE + 1), 0]);
  });

  it('of rows longer than a batch, and of more rows than one', () => {
    for (const [rowBytes, rows] of [
      [600_000, 3],
      [10, 40_000],
    ] as const) {
      const bytes = noise(rowBytes * rows, rows);
      const perRow = rowBytes === 10 ? 1 : rowBytes / 2;
      const out = new Float32Array(perRow * rows);
      const target = { firstByte: 0, perRow, out, at: 0 } as const;
      const halves = { scale: 0.5, offset: 0, missing: null };
      convertRows(bytes, rowBytes, [{ ...target, width: 'int16', scaling: halves }]);
      const samples = new Int16Array(bytes.buffer);
      const step = rowBytes === 10 ? 5 : 1;
      expect(bits(out)).toEqual(
        bits(Float32Array.from(out, (_, i) => 0.5 * (samples[i * step] ?? 0))),
      );
    }
  });

  it('of format 212, wherever a frame begins in a pair', () => {
    const frames = fc.record({
      ...{ perFrame: fc.integer({ min: 1, max: 5 }), frames: fc.integer({ min: 0, max: 90 }) },
      ...{ skip: fc.nat(1), offset: fc.nat(4), scaling, random: fc.nat() },
    });
    fc.assert(
      fc.property(frames, ({ perFrame, frames: count, skip, offset, random, ...given }) => {
        const bytes = noise(3 * Math.ceil((skip + perFrame * count) / 2), random);
        const lead = offset % perFrame;
        const expected = Float32Array.from({ length: count }, (_, frame) => {
          const sample = skip + frame * perFrame + lead;
          const [low = 0, both = 0, high = 0] = bytes.subarray(3 * (sample >> 1));
          const word = sample % 2 === 0 ? low | ((both & 15) << 8) : high | ((both >> 4) << 8);
          return physical((word << 20) >> 20, given.scaling);
        });
        const out = new Float32Array(count);
        convertFrames212(bytes, skip, perFrame, count, [{ ...given, offset: lead, out, at: 0 }]);
        expect(bits(out)).toEqual(bits(expected));
      }),
      { numRuns: 400 },
    );
  });
});

describe('The assembler', () => {
  it('names the function and what it does not know in it', () => {
    const text = { name: 'f', parameters: { a: 'i32' }, locals: {} } as const;
    expect(() => assemble([{ ...text, body: 'i64.add' }])).toThrow(
      'f: there is no instruction i64.add',
    );
    expect(() => assemble([{ ...text, body: 'local.get b' }])).toThrow('f: there is no local b');
  });
});

/** Bytes that are the same for the same seed; zeros and extremes among them. */
function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  let state = seed | 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const byte = state >>> 24;
    return byte < 40 ? 0 : byte > 230 ? 0xff : byte;
  });
}
