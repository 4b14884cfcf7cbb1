import { expect, test } from 'vitest';
import {
  compositionLines,
  compositionParts,
  compositionWords,
} from '../../../src-renderer/views/worklist/composition.ts';
import { lengthOf, measureOf } from '../../../src-renderer/state/row-measures.ts';
import { composition, row } from './rows.ts';

/** A hundred minutes to read, 90 of AF by the leading class, 20 of these uncertain. */
const FOUND = composition({ normal: 600, af: 5400, noise: 1200, noSignal: 60, uncertain: 1200 });

test('uncertain windows are in their leading class, as in the AF burden, and are said once more', () => {
  expect(compositionLines(FOUND).map(({ word, share }) => `${word} ${share}`)).toEqual([
    'Normal 10.0 %',
    'AF 90.0 %',
    'Other 0 %',
    'Noise left out',
    'No signal left out',
    'Of all uncertain 16.7 %',
  ]);
  expect(compositionWords(FOUND)).toBe(
    'Of 1 h 40 min analysable: Normal 10.0 %, AF 90.0 %. Noise 20 min. No signal 1 min. Of all uncertain 20 min.',
  );
});

test('a bar has each second once', () => {
  const seconds = compositionParts(FOUND).reduce((sum, part) => sum + part.seconds, 0);
  expect(seconds).toBe(600 + 5400 + 1200 + 60);
});

const figuresOf = (found: Parameters<typeof composition>[0]) =>
  compositionLines(composition(found)).map(({ time, share }) => `${time} ${share}`.trim());

test('nothing analysable has no shares, and no rhythm of it was assessed', () => {
  expect(figuresOf({ noise: 30, uncertain: 10 })).toEqual([
    ...Array<string>(3).fill('not assessed'),
    '30 s left out',
    '0 s left out',
    '10 s 33.3 %',
  ]);
  expect(figuresOf({ noSignal: 30 })).toEqual([
    ...Array<string>(3).fill('not assessed'),
    '0 s left out',
    '30 s left out',
    'not assessed',
  ]);
});

test('uncertain noise is a part of the time with a signal: of 10 s analysable, 20 s cannot be uncertain', () => {
  const found = composition({ normal: 10, noise: 20, uncertain: 20 });
  const line = compositionLines(found).at(-1);
  expect(line).toMatchObject({ word: 'Of all uncertain', time: '20 s', share: '66.7 %' });
  expect(line?.hint).toBe('Of the time with a signal, noise included');
  expect(measureOf(row({ composition: found }), 'uncertain')).toBeCloseTo(200 / 3, 6);
});

test('without noise what is uncertain is of the analysable time, as the rest is', () => {
  const line = compositionLines(composition({ normal: 20, af: 10, uncertain: 10 })).at(-1);
  expect(line).toMatchObject({ word: 'Of it uncertain', time: '10 s', share: '33.3 %' });
  expect(line?.hint).toBeUndefined();
});

test('a recording without a verdict has no sums: 0 s of AF would say that it was looked for', () => {
  expect(figuresOf({})).toEqual(Array<string>(6).fill('not assessed'));
});

test('what was looked for and not found is 0 s', () => {
  expect(figuresOf({ normal: 60 })).toEqual([
    '1 min 100 %',
    '0 s 0 %',
    '0 s 0 %',
    '0 s left out',
    '0 s left out',
    '0 s 0 %',
  ]);
});

test('the length of a list is of a part until every recording that can be read has been', () => {
  const read = row({ durationS: 60 });
  const failed = row({ durationS: null, status: 'failed' });
  expect(lengthOf([read, failed])).toEqual({ seconds: 60, open: false });
  const listed = row({ durationS: null, status: 'waiting' });
  expect(lengthOf([read, listed])).toEqual({ seconds: 60, open: true });
  expect(lengthOf([row({ durationS: 30, status: 'waiting' })])).toEqual({
    seconds: 30,
    open: false,
  });
});
