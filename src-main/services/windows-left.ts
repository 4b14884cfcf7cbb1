/** How many windows recordings have that are still to be classified. */
import { WINDOW_S } from '../contract/conventions.ts';

export interface Unfinished {
  /** Null until the header was read. */
  readonly durationS: number | null;
  /** From 0 to 1. */
  readonly progress: number;
}

/**
 * Recordings of unknown length count as the mean of the others; where all are unknown, as `typical`.
 * Null where that is unknown as well: a guess of half a minute each would be wrong by a factor of a
 * thousand for day-long recordings.
 */
export function windowsLeft(
  recordings: readonly Unfinished[],
  typical: number | null,
): number | null {
  const known = recordings.flatMap(({ durationS }) =>
    durationS === null ? [] : [windowsIn(durationS)],
  );
  const mean =
    known.length === 0 ? typical : known.reduce((sum, windows) => sum + windows, 0) / known.length;
  let sum = 0;
  for (const { durationS, progress } of recordings) {
    const windows = durationS === null ? mean : windowsIn(durationS);
    if (windows === null) return null;
    sum += windows * (1 - progress);
  }
  return sum;
}

function windowsIn(durationS: number): number {
  return Math.max(1, durationS / WINDOW_S);
}
