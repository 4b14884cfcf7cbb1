/**
 * A recording's rhythm from start to end in one line: which runs are drawn, how high, how wide.
 * A pixel column that holds any AF is AF, otherwise the majority.
 */
import { RIBBON } from '../../../src-main/contract/domain.ts';

/** Px above the base line; AF takes the whole height. */
export const RIBBON_HEIGHT = 14;
const HEIGHTS: Readonly<Record<number, number>> = {
  [RIBBON.normal]: 5,
  [RIBBON.af]: RIBBON_HEIGHT,
  [RIBBON.other]: 9,
  [RIBBON.noise]: 5,
  [RIBBON.uncertain]: 1,
  [RIBBON.noSignal]: 5,
  [RIBBON.none]: 1,
};

/** Narrowest that a run is drawn, px: shorter ones would vanish. */
export const MIN_LANE_PX = 1.5;

export interface Run {
  /** A RIBBON code. */
  readonly code: number;
  readonly x: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Runs over `width` px. `columns` holds RIBBON codes over the recording's length. AF comes last,
 * so that widening a short run never hides it.
 */
export function ribbonRuns(columns: Uint8Array, width: number): readonly Run[] {
  const pixels = Math.max(0, Math.floor(width));
  const runs: Run[] = [];
  let start = 0;
  for (let x = 1; x <= pixels; x++) {
    const code = codeAt(columns, start, pixels);
    if (x < pixels && codeAt(columns, x, pixels) === code) continue;
    const runWidth = Math.max(MIN_LANE_PX, x - start);
    runs.push({ code, x: start, width: runWidth, height: HEIGHTS[code] ?? 1 });
    start = x;
  }
  return runs.toSorted((a, b) => Number(a.code === RIBBON.af) - Number(b.code === RIBBON.af));
}

/** Code of one pixel column, which may hold several ribbon columns or part of one. */
function codeAt(columns: Uint8Array, x: number, pixels: number): number {
  const from = Math.floor((x * columns.length) / pixels);
  const to = Math.max(from + 1, Math.floor(((x + 1) * columns.length) / pixels));
  if (to - from === 1) return columns[from] ?? RIBBON.none;
  const counts = new Uint16Array(RIBBON.none + 1);
  let best: number = columns[from] ?? RIBBON.none;
  for (let i = from; i < to; i++) {
    const code = columns[i] ?? RIBBON.none;
    if (code === RIBBON.af) return RIBBON.af;
    counts[code] = (counts[code] ?? 0) + 1;
    if ((counts[code] ?? 0) > (counts[best] ?? 0)) best = code;
  }
  return best;
}
