import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Annotation } from '../../../src-main/formats/reader.ts';
import { parseAnnotations, readAnnotator } from '../../../src-main/formats/wfdb/annotations.ts';
import { codeOf, symbolOf } from '../../../src-main/formats/wfdb/annotation-codes.ts';
import { encodeAnnotations } from '../../../src-main/formats/wfdb/write-annotations.ts';
import { siblingsIn } from '../../../src-main/formats/siblings.ts';
import { NO_SHARED_DATA, shared, SHARED_DATA } from '../../data.ts';

describe.skipIf(SHARED_DATA === null)(
  `WFDB annotations against rdann${SHARED_DATA === null ? `: ${NO_SHARED_DATA}` : ''}`,
  () => {
    const samples = SHARED_DATA === null ? '' : shared('wfdb-suite/sample-data');

    it.each([
      ['100', 'atr', 360, 'ann-1'],
      ['12726', 'anI', 250, 'ann-2'],
    ])('%s.%s equals what rdann printed (%s Hz, %s)', async (stem, annotator, hz, target) => {
      const { annotations } = await readAnnotator(siblingsIn(samples), stem, annotator, hz);
      const printed = readFileSync(shared(`wfdb-suite/target-output/${target}`), 'latin1')
        .trimEnd()
        .split('\n')
        .map((line) => /^\s*\S+\s+(\d+)\s+(\S+)\s+(\d+)\s+(\d+)\s+(\d+)(?:\t(.*))?$/.exec(line));
      expect(
        annotations.map((a) => [a.sample, a.symbol, a.subtype, a.channel, a.num, a.aux]),
      ).toEqual(
        printed.map((row) => [
          ...[Number(row?.[1]), row?.[2], Number(row?.[3]), Number(row?.[4]), Number(row?.[5])],
          row?.[6] ?? '',
        ]),
      );
    });

    it('takes mnemonics that a file defines itself (1003.atr), and no definition for a beat', async () => {
      const { annotations } = await readAnnotator(siblingsIn(samples), '1003', 'atr', 360);
      expect(annotations.some(({ aux }) => aux.startsWith('##'))).toBe(false);
      // wfdb-python 4.3, rdann('1003', 'atr').sample
      expect(annotations.length).toBe(957);
      expect(annotations.slice(0, 5).map(({ sample }) => sample)).toEqual([
        73, 306, 541, 775, 1009,
      ]);
    });

    it('reads times above 2^31 (huge.qrs: five skips and a beat)', async () => {
      const { annotations } = await readAnnotator(siblingsIn(samples), 'huge', 'qrs', 360);
      expect(annotations.map(({ sample }) => sample)).toEqual([10_000_000_000]);
    });
  },
);

const mnemonics = Array.from({ length: 49 }, (_, index) => symbolOf(index + 1));

const annotation: fc.Arbitrary<Annotation> = fc.record({
  sample: fc.oneof(fc.nat(5000), fc.nat(2 ** 31), fc.integer({ min: 0, max: 2 ** 40 })),
  symbol: fc.constantFrom(...mnemonics),
  subtype: fc.integer({ min: -128, max: 127 }),
  channel: fc.integer({ min: 0, max: 255 }),
  num: fc.integer({ min: -128, max: 127 }),
  aux: fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .filter((text) => !text.startsWith('##') && !text.includes('\0'))
    .filter((text) => new TextEncoder().encode(text).length <= 255 && text.isWellFormed()),
});

describe('WFDB annotation files', () => {
  it('read back as they were written', () => {
    fc.assert(
      fc.property(
        fc.array(annotation, { maxLength: 40 }),
        fc.constantFrom(250, 360),
        (list, hz) => {
          const written = [...list].sort((a, b) => a.sample - b.sample);
          const bytes = encodeAnnotations({ annotator: 'atr', samplingHz: hz, annotations: list });
          expect(parseAnnotations(bytes, 'x.atr', 1)).toEqual({
            samplingHz: hz,
            annotations: written,
          });
        },
      ),
    );
  });

  it('give every code a mnemonic of its own', () => {
    expect(mnemonics.map(codeOf)).toEqual(mnemonics.map((_, index) => index + 1));
    expect(codeOf('AF')).toBeNull();
    expect(codeOf('[1]')).toBeNull();
  });

  it('are refused wherever they are cut off', () => {
    const bytes = encodeAnnotations({
      annotator: 'atr',
      samplingHz: 360,
      annotations: [
        { sample: 18, symbol: '+', subtype: 0, channel: 1, num: 2, aux: '(AFIB' },
        { sample: 90_000, symbol: 'V', subtype: -1, channel: 0, num: 2, aux: '' },
      ],
    });
    for (let length = 0; length < bytes.length; length++)
      expect(() => parseAnnotations(bytes.subarray(0, length), 'x.atr', 1)).toThrow('cut off');
  });

  it('refuse what the format cannot hold', () => {
    const base = { sample: 0, symbol: 'N', subtype: 0, channel: 0, num: 0, aux: '' };
    const writing = (changes: Partial<Annotation>) => () =>
      encodeAnnotations({
        annotator: 'atr',
        samplingHz: 250,
        annotations: [{ ...base, ...changes }],
      });
    expect(writing({ symbol: 'AF' })).toThrow('no annotation code');
    expect(writing({ aux: 'x'.repeat(256) })).toThrow('256 bytes');
    expect(writing({ sample: -1 })).toThrow('-1 is no sample number');
    expect(writing({ channel: 256 })).toThrow('channel 256');
  });
});
