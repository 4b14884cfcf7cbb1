import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bytes,
  counted,
  duration,
  share,
  startTime,
  timeLeft,
} from '../../../src-renderer/views/words.ts';

describe('words of the screen', () => {
  test.each([
    [4.5, '4.5 s'],
    [0.006, '6 ms'],
    [30, '30 s'],
    [60, '1 min'],
    [2490, '41 min 30 s'],
    [86_280, '23 h 58 min'],
    [47 * 3600 + 720, '47 h 12 min'],
    [13 * 86_400 + 22 * 3600, '13 d 22 h'],
    [3 * 86_400, '3 d'],
    [3599.7, '1 h 00 min'],
  ])('say %d s as %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });

  test('never say 100 % of less than all, nor 0 % of something', () => {
    expect(share(9999, 10_000)).toBe('99.9 %');
    expect(share(99_999, 100_000)).toBe('99.9 %');
    expect(share(10, 86_400)).toBe('< 0.1 %');
    expect(share(0, 10)).toBe('0 %');
    expect(share(10, 10)).toBe('100 %');
    expect(share(5, 0)).toBeNull();
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        (a, b) => {
          const words = share(a, a + b);
          expect(words).not.toBe('0 %');
          expect(words).not.toBe('0.0 %');
          expect(words).not.toBe('100 %');
        },
      ),
    );
  });

  test('group thousands, and keep one recording singular', () => {
    expect(counted(1, 'recording')).toBe('1 recording');
    expect(counted(7249, 'recording')).toBe('7,249 recordings');
  });

  test('give sizes as file managers do, and starts to the minute', () => {
    expect(bytes(167)).toBe('167 bytes');
    expect(bytes(601_200_000)).toBe('601 MB');
    expect(bytes(1_500_000)).toBe('1.5 MB');
    expect(startTime('2026-06-11T09:12:30.250')).toBe('2026-06-11 09:12');
    expect(startTime(null)).toBe('not stated');
  });

  test('give the time left no more exactly than it is known', () => {
    expect(timeLeft(4)).toBe('a few seconds left');
    expect(timeLeft(34)).toBe('about 40 s left');
    expect(timeLeft(185)).toBe('about 3 min left');
    expect(timeLeft(9000)).toBe('about 2.5 h left');
  });
});
