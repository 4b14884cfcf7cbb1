/**
 * Strokes a trace in short pieces. One long path is slow to fill: at the height of the baseline a
 * scan line crosses every segment of it. Pieces of some dozens of points cost two thirds.
 */
import { indexAt, type Span, type TracePoints } from './trace.ts';

/** Seconds and values to pixels of the canvas, and the rows that a stroke is kept within. */
export interface StrokeMap {
  /** Where second 0 lies. */
  readonly zeroPx: number;
  readonly pxPerS: number;
  readonly basePx: number;
  readonly level: number;
  readonly pxPerUnit: number;
  readonly topPx: number;
  readonly bottomPx: number;
}

/** Pieces end at the same points from wherever a drawing starts: it looks nearly the same. */
const PIECE_POINTS = 96;

/** Draws what lies in `span` with the context's present style. */
export function strokeTrace(
  context: CanvasRenderingContext2D,
  points: TracePoints,
  map: StrokeMap,
  span: Span,
): void {
  const [first, last] = pointsAround(points, span);
  for (let from = first; from < last;) {
    const to = from + PIECE_POINTS - ((points.ordinal + from) % PIECE_POINTS);
    strokePoints(context, points, map, from, Math.min(last, to + 1));
    from = to;
  }
}

/** Which points a stroke through `span` joins: two more on either side, so both ends of a bin. */
export function pointsAround(
  { timeS }: TracePoints,
  { fromS, toS }: Span,
): readonly [first: number, end: number] {
  return [Math.max(0, indexAt(timeS, fromS) - 2), Math.min(timeS.length, indexAt(timeS, toS) + 2)];
}

/**
 * One path through points [first, end). NaN lifts the pen: a gap is never bridged, and a sample
 * alone between two gaps is a dot.
 */
export function strokePoints(
  context: CanvasRenderingContext2D,
  { timeS, value }: TracePoints,
  map: StrokeMap,
  first: number,
  end: number,
): void {
  const { zeroPx, pxPerS, basePx, level, pxPerUnit, topPx, bottomPx } = map;
  let drawn = 0;
  let x = 0;
  let y = 0;
  context.beginPath();
  for (let i = first; i < end; i++) {
    const v = value[i] ?? NaN;
    if (Number.isNaN(v)) {
      if (drawn === 1) context.lineTo(x + DOT_PX, y);
      drawn = 0;
      continue;
    }
    x = zeroPx + (timeS[i] ?? 0) * pxPerS;
    y = Math.max(topPx, Math.min(bottomPx, basePx - (v - level) * pxPerUnit));
    if (drawn === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
    drawn++;
  }
  if (drawn === 1) context.lineTo(x + DOT_PX, y);
  context.stroke();
}

/** A line of no length has no direction, so it is not drawn. */
const DOT_PX = 0.125;
