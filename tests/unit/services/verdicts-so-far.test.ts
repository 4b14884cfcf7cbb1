import { describe, expect, test } from 'vitest';
import { MODEL_OUTPUTS } from '../../../src-main/contract/domain.ts';
import type { Findings } from '../../../src-main/rhythm/job.ts';
import { VerdictsSoFar } from '../../../src-main/services/verdicts-so-far.ts';

/** Windows [first, end) of twelve: each number says its window, `alone` is so much more. */
function windows(first: number, end: number, alone?: number): Findings {
  const startS = Float64Array.from({ length: end - first }, (_, at) => 10 * (first + at));
  const rows = (more: number) =>
    Float32Array.from({ length: startS.length * MODEL_OUTPUTS.length }, (_, at) => {
      return (startS[Math.floor(at / MODEL_OUTPUTS.length)] ?? NaN) + more;
    });
  return {
    ...{ leadIndex: 1, first, windowCount: 12, startS, endS: startS.map((start) => start + 10) },
    probabilities: rows(0),
    unlike: Float32Array.from(startS),
    ...(alone !== undefined && { alone: rows(alone) }),
  };
}

function together(...found: readonly Findings[]) {
  const soFar = new VerdictsSoFar();
  for (const one of found) soFar.add(one);
  return soFar.verdicts();
}

function verdictsIn({ leadIndex, startS, endS, probabilities, unlike, alone }: Findings) {
  return { leadIndex, startS, endS, probabilities, unlike, ...(alone && { alone }) };
}

describe('verdicts while they come in', () => {
  test('are those that came, put together', () => {
    expect(together()).toBeNull();
    expect(together(windows(0, 5), windows(5, 9))).toEqual(verdictsIn(windows(0, 9)));
    expect(together(windows(0, 5, 7), windows(5, 9, 7))).toEqual(verdictsIn(windows(0, 9, 7)));
  });

  test('are those of the model in force when it changed on the way', () => {
    expect(together(windows(0, 5, 7), windows(0, 3))).toEqual(verdictsIn(windows(0, 3)));
    expect(together(windows(0, 5), windows(0, 3, 7))).toEqual(verdictsIn(windows(0, 3, 7)));
    expect(together(windows(0, 5, 7), windows(0, 6, 8))).toEqual(verdictsIn(windows(0, 6, 8)));
  });
});
