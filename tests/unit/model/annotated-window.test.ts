import { describe, expect, test } from 'vitest';
import type { Annotation } from '../../../src-main/formats/reader.ts';
import {
  courseOfAnnotations,
  labelOfWindow,
} from '../../../src-main/services/dataset/annotated-window.ts';

const HZ = 100;
const DURATION_S = 60;

function at(second: number, symbol: string, extra: Partial<Annotation> = {}): Annotation {
  return {
    sample: Math.round(second * HZ),
    symbol,
    subtype: 0,
    channel: 0,
    num: 0,
    aux: '',
    ...extra,
  };
}

function rhythm(second: number, aux: string): Annotation {
  return at(second, '+', { aux });
}

/** One beat every `rrS` seconds; `symbols` is repeated. */
function beats(symbols: string, rrS = 0.8): Annotation[] {
  const count = Math.floor(DURATION_S / rrS);
  return Array.from({ length: count }, (_, k) => at(k * rrS, symbols[k % symbols.length] ?? 'N'));
}

function label(
  annotations: Annotation[],
  options: { from?: number; lead?: number; unstated?: 'sinus' } = {},
): string {
  const inOrder = [...annotations].sort((a, b) => a.sample - b.sample);
  const { from = 10, lead = 0, unstated = 'unstated' } = options;
  const course = courseOfAnnotations(inOrder, HZ, DURATION_S, lead, unstated);
  return labelOfWindow(course, from, from + 10).label;
}

describe('a window of annotated sinus rhythm', () => {
  const sinus = rhythm(0, '(N');

  test('is normal when every beat is conducted', () => {
    expect(label([sinus, ...beats('N')])).toBe('normal');
    expect(label([sinus, ...beats('R')])).toBe('normal');
  });

  test('is ectopy with isolated premature beats, and with a pair of them', () => {
    expect(label([sinus, ...beats('NNNNNNNV')])).toBe('ectopy');
    expect(label([sinus, ...beats('NNNNNNNAA')])).toBe('ectopy');
  });

  test('is other with a run of three, bigeminy, trigeminy or paced beats', () => {
    expect(label([sinus, ...beats('NNNNNNNNVVV')])).toBe('other');
    expect(label([sinus, ...beats('NV')])).toBe('other');
    expect(label([sinus, ...beats('NNV')])).toBe('other');
    expect(label([sinus, ...beats('/')])).toBe('other');
  });

  test('teaches nothing at a rate that CinC 2017 counts as Other', () => {
    expect(label([sinus, ...beats('N', 0.5)])).toBe('');
    expect(label([sinus, ...beats('N', 1.3)])).toBe('');
  });

  test('teaches nothing with an unclassified beat', () => {
    expect(label([sinus, ...beats('NNNNQ')])).toBe('');
  });
});

describe('the rhythm annotations', () => {
  test('name AF; every word that is not sinus or AF is another rhythm', () => {
    expect(label([rhythm(0, '(AFIB'), ...beats('N')])).toBe('af');
    for (const word of ['(AFL', '(B', '(NOD', '(VT', '(P']) {
      expect(label([rhythm(0, word), ...beats('N')])).toBe('other');
    }
  });

  test('leave a window with a change of rhythm in it unlabelled', () => {
    expect(label([rhythm(0, '(N'), rhythm(15, '(AFIB'), ...beats('N')])).toBe('');
    expect(label([rhythm(0, '(N'), rhythm(10.5, '(AFIB'), ...beats('N')])).toBe('af');
  });

  test('say nothing before the first of them, unless the database marks AF only', () => {
    expect(label([rhythm(40, '(AFIB'), ...beats('N')])).toBe('');
    expect(label([rhythm(40, '(AFIB'), ...beats('N')], { unstated: 'sinus' })).toBe('normal');
  });
});

describe('the quality annotations', () => {
  const clean = [rhythm(0, '(N'), ...beats('N')];

  test('make an unreadable window noise', () => {
    expect(label([...clean, at(9, '~', { subtype: -1 })])).toBe('noise');
    expect(label([...clean, at(9, '~', { subtype: 16 })])).toBe('noise');
  });

  test('leave a noisy lead unlabelled and the other lead alone', () => {
    const noisyFirst = [...clean, at(9, '~', { subtype: 1 })];
    expect(label(noisyFirst, { lead: 0 })).toBe('');
    expect(label(noisyFirst, { lead: 1 })).toBe('normal');
  });

  test('end where the next one says that the signal is clean', () => {
    const burst = [...clean, at(9, '~', { subtype: -1 }), at(12, '~', { subtype: 0 })];
    expect(label(burst)).toBe('normal');
  });
});
