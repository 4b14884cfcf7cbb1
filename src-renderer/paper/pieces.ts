/**
 * A trace in pieces of paper: so many columns of device pixels each, counted from the recording's
 * second 0. A pixel belongs to one piece, and a piece is stroked from the same numbers wherever it
 * comes to lie on a canvas. So paper that was drawn on while it moved and paper that was drawn at
 * once are the same to the last bit, and no pixel at a seam is blended twice.
 */
import { pointsAround, strokePoints, type StrokeMap } from './stroke.ts';
import type { Span, TracePoints } from './trace.ts';

/** Columns of a piece: short paths, see stroke.ts. */
export const PIECE_PX = 32;

/** Pieces [from, to). */
export interface Pieces {
  readonly from: number;
  readonly to: number;
}

/** All of them that have a pixel in [fromPx, toPx). */
export function piecesOver(fromPx: number, toPx: number): Pieces {
  return { from: Math.floor(fromPx / PIECE_PX), to: Math.ceil(toPx / PIECE_PX) };
}

/** Those that lie within [fromPx, toPx] as a whole; endless where it is. */
export function piecesWithin(fromPx: number, toPx: number): Pieces {
  return { from: Math.ceil(fromPx / PIECE_PX), to: Math.floor(toPx / PIECE_PX) };
}

export function commonPieces(a: Pieces, b: Pieces): Pieces {
  return { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
}

/** True when all of `part`, which may be empty, is in `whole`. */
export function holdsPieces(whole: Pieces, part: Pieces): boolean {
  return part.to <= part.from || (part.from >= whole.from && part.to <= whole.to);
}

/** What of the trace beside a piece can still colour a pixel of it: half a stroke's width, px. */
export function reachPx(strokePx: number): number {
  return Math.ceil(strokePx / 2) + 1;
}

/**
 * Where each piece begins while it is stroked. Skia reckons in 32-bit floats, and those between
 * 8,192 and 16,384 are all as fine (1/1024 px): whole pixels moved by afterwards then change
 * nothing. Near 0 they are finer, and an edge would be rounded otherwise on another place of the
 * canvas; its scan lines are quarters of a pixel high, so that could show.
 */
const DRAWING_PX = 12_288;

/**
 * Strokes pieces with the context's present style; `map` counts columns from second 0, and column
 * `leftPx` of the recording is the canvas's first. Ends are square: a round one is made of curves,
 * which Skia divides where they lie on the canvas.
 */
export function strokePieces(
  context: CanvasRenderingContext2D,
  points: TracePoints,
  map: StrokeMap,
  pieces: Pieces,
  leftPx: number,
): void {
  context.lineCap = 'square';
  context.lineJoin = 'bevel';
  const reach = reachPx(context.lineWidth);
  for (let piece = pieces.from; piece < pieces.to; piece++) {
    const pieceLeftPx = piece * PIECE_PX;
    const [first, end] = pointsAround(points, spanOf(pieceLeftPx, reach, map));
    if (first >= end) continue;
    context.save();
    context.setTransform(1, 0, 0, 1, pieceLeftPx - leftPx - DRAWING_PX, 0);
    context.beginPath();
    context.rect(DRAWING_PX, 0, PIECE_PX, context.canvas.height);
    context.clip();
    const zeroPx = map.zeroPx - pieceLeftPx + DRAWING_PX;
    strokePoints(context, points, { ...map, zeroPx }, first, end);
    // A path that is left over would be carried from one transform into the next.
    context.beginPath();
    context.restore();
  }
}

/** Seconds whose points can colour a piece. */
function spanOf(pieceLeftPx: number, reach: number, { zeroPx, pxPerS }: StrokeMap): Span {
  return {
    fromS: (pieceLeftPx - reach - zeroPx) / pxPerS,
    toS: (pieceLeftPx + PIECE_PX + reach - zeroPx) / pxPerS,
  };
}
