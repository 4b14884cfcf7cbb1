import { expect, test } from 'vitest';
import { nextToDraw, type DrawnPaper } from '../../../src-renderer/paper/draw-ahead.ts';

const settled = (framesAhead: number): DrawnPaper => ({
  framesAhead,
  standsStill: true,
  isSettled: true,
});
const waiting = (framesAhead = Infinity): DrawnPaper => ({
  framesAhead,
  standsStill: true,
  isSettled: false,
});

test('the lead that runs out of paper first is drawn on first', () => {
  const [late, soon] = [settled(3), settled(1)];
  expect(nextToDraw([late, soon])).toBe(soon);
  expect(nextToDraw([soon, late])).toBe(soon);
});

test('a lead that waits for its roll comes before one that has paper enough', () => {
  // One jumped here, the other crept: what it has left is told in frames, and is enough.
  const [jumped, crept] = [waiting(), settled(39.7)];
  expect(nextToDraw([jumped, crept])).toBe(jumped);
  expect(nextToDraw([crept, jumped])).toBe(jumped);
});

test('a lead that runs out comes before one that waits', () => {
  const [jumped, runsOut] = [waiting(), settled(2)];
  expect(nextToDraw([jumped, runsOut])).toBe(runsOut);
  expect(nextToDraw([runsOut, jumped])).toBe(runsOut);
});

test('nothing is drawn on while all have paper enough, and a lead on its way waits until it stands', () => {
  expect(nextToDraw([settled(Infinity), settled(39.7)])).toBeNull();
  expect(nextToDraw([{ ...waiting(), standsStill: false }])).toBeNull();
});
