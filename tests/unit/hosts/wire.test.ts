import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFrame, encodeFrame, WireError } from '../../../src-main/contract/wire.ts';

/** Bytes in memory of their own, at an offset: what a socket may hand over. */
function shifted(frame: Uint8Array, by: number): Uint8Array<ArrayBuffer> {
  const memory = new Uint8Array(frame.length + by);
  memory.set(frame, by);
  return memory.subarray(by);
}

const typedArray = fc.oneof(fc.float32Array(), fc.float64Array(), fc.uint8Array(), fc.int32Array());
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.integer(),
    fc.string({ unit: 'grapheme' }),
    typedArray,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'value', 'parts', '0')),
      tie('value'),
      { maxKeys: 5, noNullPrototype: true },
    ),
  ),
}));

describe('a frame', () => {
  test('gives back the value it was made of, wherever it lies in memory', () => {
    fc.assert(
      fc.property(anyValue, fc.integer({ min: 0, max: 9 }), (value, offset) => {
        // not toStrictEqual: it asks a value's own `constructor` property for its type
        assert.deepEqual(decodeFrame(shifted(encodeFrame(value), offset)), value);
      }),
    );
  });

  test('keeps the bits of samples: NaN is a gap, not a null', () => {
    const values = Float32Array.of(0.1, NaN, -0, Infinity);
    const back = decodeFrame(encodeFrame({ kind: 'samples', values }));
    expect(back).toStrictEqual({ kind: 'samples', values });
  });

  test('keeps numbers that JSON cannot write', () => {
    const value = { nan: NaN, low: -Infinity, high: Infinity, zero: -0, plain: 1.5 };
    expect(decodeFrame(encodeFrame(value))).toStrictEqual(value);
  });

  test('takes part of a larger array without the rest of its memory', () => {
    const whole = Float64Array.from({ length: 1000 }, (_, index) => index);
    const frame = encodeFrame(whole.subarray(3, 5));
    expect(frame.length).toBeLessThan(100);
    expect(decodeFrame(frame)).toStrictEqual(Float64Array.of(3, 4));
  });

  test('leaves out undefined properties, and refuses what would arrive as something else', () => {
    expect(decodeFrame(encodeFrame({ a: undefined, b: 1 }))).toStrictEqual({ b: 1 });
    for (const value of [undefined, 1n, new Date(), new Map(), [undefined], { f: () => 0 }]) {
      expect(() => encodeFrame(value)).toThrow(TypeError);
    }
  });
});

describe('a hostile frame', () => {
  const decodes = (frame: Uint8Array<ArrayBuffer>) => {
    try {
      decodeFrame(frame);
    } catch (error) {
      expect(error).toBeInstanceOf(WireError);
    }
  };
  /** A frame whose head is `json`, with `dataBytes` bytes behind it. */
  const framed = (json: string, dataBytes = 0) => {
    const head = new TextEncoder().encode(json);
    const start = Math.ceil((8 + head.length) / 8) * 8;
    const frame = new Uint8Array(start + dataBytes);
    frame.set(encodeFrame(null).subarray(0, 4));
    new DataView(frame.buffer).setUint32(4, head.length, true);
    frame.set(head, 8);
    return frame;
  };

  test('of random bytes is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => decodeFrame(new Uint8Array(bytes))).toThrow(WireError);
      }),
    );
  });

  test('with bytes of a good frame changed or cut off is read or refused, never a crash', () => {
    fc.assert(
      fc.property(anyValue, fc.nat(), fc.nat(255), fc.nat(), (value, at, byte, cut) => {
        const frame = encodeFrame(value);
        frame[at % frame.length] = byte;
        decodes(frame);
        decodes(frame.subarray(0, cut % frame.length));
      }),
    );
  });

  test.each([
    ['a part outside the frame', '{"value":null,"parts":[[[],"d",0,1000]]}'],
    ['a part whose size overflows', '{"value":null,"parts":[[[],"d",0,9007199254740991]]}'],
    ['a part that is not aligned', '{"value":null,"parts":[[[],"b",1,1]]}'],
    ['a part of an unknown kind', '{"value":null,"parts":[[[],"x",0,1]]}'],
    ['a kind from the prototype', '{"value":null,"parts":[[[],"toString",0,1]]}'],
    ['a path that leads nowhere', '{"value":{},"parts":[[["a"],"b",0,1]]}'],
    ['a path into the prototype', '{"value":{},"parts":[[["__proto__","x"],"b",0,1]]}'],
    ['a path over something that is there', '{"value":{"a":1},"parts":[[["a"],"b",0,1]]}'],
    ['a path into a part', '{"value":null,"parts":[[[],"b",0,8],[["0"],"b",0,1]]}'],
    ['a path of objects', '{"value":null,"parts":[[[{}],"b",0,1]]}'],
    ['a head that is a list', '[]'],
    ['a head without parts', '{"value":1}'],
    ['a head that is cut off', '{"value":'],
  ])('with %s is refused', (_, json) => {
    expect(() => decodeFrame(framed(json, 8))).toThrow(WireError);
  });

  test('nested a million deep is read or refused', () => {
    decodes(framed(`{"value":${'['.repeat(1e6)}${']'.repeat(1e6)},"parts":[]}`));
    decodes(framed(`{"value":${'['.repeat(1e6)}`));
  });
});
