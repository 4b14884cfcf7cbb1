import { expect, test } from 'vitest';
import {
  compositionLines,
  compositionParts,
  compositionWords,
} from '../../../src-renderer/views/worklist/composition.ts';
import { composition } from './rows.ts';

/** A hundred minutes to read, 90 of AF by the leading class, 20 of these uncertain. */
const FOUND = composition({ normal: 600, af: 5400, noise: 1200, noSignal: 60, uncertain: 1200 });

test('uncertain windows are in their leading class, as in the AF burden, and are said once more', () => {
  expect(compositionLines(FOUND).map(({ word, share }) => `${word} ${share}`)).toEqual([
    'Normal 10.0 %',
    'AF 90.0 %',
    'Other 0 %',
    'Noise left out',
    'No signal left out',
    'Of it uncertain 20.0 %',
  ]);
  expect(compositionWords(FOUND)).toBe(
    'Of 1 h 40 min analysable: Normal 10.0 %, AF 90.0 %. Noise 20 min. No signal 1 min. Of it uncertain 20 min.',
  );
});

test('a bar has each second once', () => {
  const seconds = compositionParts(FOUND).reduce((sum, part) => sum + part.seconds, 0);
  expect(seconds).toBe(600 + 5400 + 1200 + 60);
});

test('nothing analysable has no shares', () => {
  const shares = compositionLines(composition({ noise: 30 })).map(({ share }) => share);
  expect(shares).toEqual(['', '', '', 'left out', 'left out', '']);
});
