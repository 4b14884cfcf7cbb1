import { expect, test } from 'vitest';
import { MODEL_WINDOW_SAMPLES } from '../../../src-main/contract/conventions.ts';
import { scaleWindow } from '../../../src-main/signal/scaling.ts';
import { golden, nameOf } from './golden.ts';
import { syntheticWindow } from './synthetic-window.ts';

// Origin of the expected values: models/training/rhythmark_training/golden.py.
test.for(golden.cases)('Python scales a window as the program does: $case', (expected) => {
  const scaled = new Float32Array(MODEL_WINDOW_SAMPLES);
  const analysable = scaleWindow(syntheticWindow(expected.case), 0, scaled, 0);
  expect(analysable, nameOf(expected.case)).toBe(expected.valid);
  const stored = scaled.filter((_, index) => index % golden.storedEvery === 0);
  expect(stored).toHaveLength(expected.scaled.length);
  stored.forEach((value, index) => {
    expect(value).toBeCloseTo(expected.scaled[index] ?? NaN, 4);
  });
});

test('the golden windows hold both readable and unreadable ones', () => {
  expect(new Set(golden.cases.map(({ valid }) => valid))).toEqual(new Set([true, false]));
});
