/**
 * Strokes a trace in short pieces. One long path is slow to fill: at the height of the baseline a
 * scan line crosses every segment of it. Pieces of some dozens of points cost two thirds.
 */
import { indexAt, type TracePoints } from './trace.ts';

/** Seconds and values to pixels of the canvas, and the rows that a stroke is kept within. */
export interface StrokeMap {
  readonly fromS: number;
  readonly toS: number;
  readonly leftPx: number;
  readonly pxPerS: number;
  readonly basePx: number;
  readonly level: number;
  readonly pxPerUnit: number;
  readonly topPx: number;
  readonly bottomPx: number;
}

/** Pieces end at the same points from wherever a drawing starts: it looks the same every time. */
const PIECE_POINTS = 96;

/**
 * Draws what lies in [fromS, toS] with the context's present style. NaN lifts the pen: a gap is
 * never bridged, and a sample alone between two gaps is a dot.
 */
export function strokeTrace(
  context: CanvasRenderingContext2D,
  { timeS, value, ordinal }: TracePoints,
  map: StrokeMap,
): void {
  const { fromS, leftPx, pxPerS, basePx, level, pxPerUnit, topPx, bottomPx } = map;
  const first = Math.max(0, indexAt(timeS, fromS) - 2);
  const last = Math.min(timeS.length, indexAt(timeS, map.toS) + 2);
  let drawn = 0;
  let x = 0;
  let y = 0;
  context.beginPath();
  for (let i = first; i < last; i++) {
    const v = value[i] ?? NaN;
    if (Number.isNaN(v)) {
      if (drawn === 1) context.lineTo(x + 0.1, y);
      if (drawn > 0) {
        context.stroke();
        context.beginPath();
      }
      drawn = 0;
      continue;
    }
    x = leftPx + ((timeS[i] ?? 0) - fromS) * pxPerS;
    y = Math.max(topPx, Math.min(bottomPx, basePx - (v - level) * pxPerUnit));
    if (drawn === 0) {
      context.moveTo(x, y);
    } else {
      context.lineTo(x, y);
      if ((ordinal + i) % PIECE_POINTS === 0) {
        context.stroke();
        context.beginPath();
        context.moveTo(x, y);
      }
    }
    drawn++;
  }
  if (drawn === 1) context.lineTo(x + 0.1, y);
  if (drawn > 0) context.stroke();
}
