/**
 * The strip between day and paper: windows with letter and probability, and the model's lead as a
 * min/max trace, at any zoom from one minute to the whole recording.
 */
import { WINDOW_S } from '../../src-main/contract/conventions.ts';
import { clockMinutes, clockText, tickStep, ticksOnClock, type RecordingClock } from './clock.ts';
import type { Density } from './day.ts';
import { GUTTER_PX } from './geometry.ts';
import type { Palette } from './palette.ts';
import { anchored } from './sheet.ts';
import { crisp, ground, textWidth } from './surface.ts';
import { strokeTrace } from './stroke.ts';
import type { Gap, Span, TracePoints } from './trace.ts';
import { drawPatterns } from './band.ts';
import type { WindowStore } from './window-store.ts';
import { runsBetween, windowSpan, type Run } from './windows.ts';
import { CODE_LETTER, probabilityText } from './words.ts';

export interface MinuteGeometry {
  readonly classTopPx: number;
  readonly classHeightPx: number;
  readonly traceTopPx: number;
  readonly traceHeightPx: number;
  readonly axisTopPx: number;
  readonly heightPx: number;
}

export function minuteGeometry(density: Density): MinuteGeometry {
  const classTopPx = 6;
  const classHeightPx = 19;
  const traceTopPx = classTopPx + classHeightPx + 1;
  const traceHeightPx = density === 'roomy' ? 56 : 42;
  const axisTopPx = traceTopPx + traceHeightPx;
  return {
    classTopPx,
    classHeightPx,
    traceTopPx,
    traceHeightPx,
    axisTopPx,
    heightPx: axisTopPx + 19,
  };
}

export interface MinuteScale {
  readonly widthPx: number;
  readonly fromS: number;
  readonly toS: number;
}

export function minutePxPerS(scale: MinuteScale): number {
  return (scale.widthPx - GUTTER_PX) / Math.max(1e-9, scale.toS - scale.fromS);
}

export function minuteX(scale: MinuteScale, seconds: number): number {
  return GUTTER_PX + (seconds - scale.fromS) * minutePxPerS(scale);
}

export function minuteSeconds(scale: MinuteScale, xPx: number): number {
  return scale.fromS + (Math.max(GUTTER_PX, xPx) - GUTTER_PX) / minutePxPerS(scale);
}

export interface MinutePicture {
  readonly scale: MinuteScale;
  readonly geometry: MinuteGeometry;
  readonly clock: RecordingClock;
  readonly durationS: number;
  readonly windows: WindowStore;
  readonly runs: readonly Run[];
  readonly leadName: string;
  readonly points: TracePoints;
  readonly gaps: readonly Gap[];
  readonly level: number;
  readonly pxPerUnit: number;
  /** `min/max view 1:12`; null where every sample is drawn. */
  readonly envelope: string | null;
}

type Context = CanvasRenderingContext2D;

/** Narrowest window that gets its own cell with letter and probability, px. */
const CELL_PX = 52;

export function drawMinute(context: Context, picture: MinutePicture, palette: Palette): void {
  const { scale, geometry } = picture;
  ground(context, palette.panel);
  context.fillStyle = palette.paper;
  context.fillRect(
    GUTTER_PX,
    geometry.classTopPx,
    scale.widthPx - GUTTER_PX,
    geometry.axisTopPx - geometry.classTopPx,
  );
  context.font = `11px ${palette.font}`;
  context.textAlign = 'right';
  context.fillStyle = palette.ink3;
  const middle = geometry.traceTopPx + geometry.traceHeightPx / 2;
  context.fillText(picture.leadName, GUTTER_PX - 8, middle + 4, GUTTER_PX - 12);
  context.save();
  context.beginPath();
  context.rect(GUTTER_PX, 0, scale.widthPx - GUTTER_PX, geometry.axisTopPx);
  context.clip();
  if (minutePxPerS(scale) * WINDOW_S >= CELL_PX) drawCells(context, picture, palette);
  else drawRuns(context, picture, palette);
  drawGaps(context, picture, palette);
  drawTrace(context, picture, palette);
  context.restore();
  drawAxis(context, picture, palette);
}

function drawCells(context: Context, picture: MinutePicture, palette: Palette): void {
  const { scale, geometry, windows, durationS } = picture;
  const { classTopPx, classHeightPx, axisTopPx } = geometry;
  const first = Math.max(0, Math.floor(scale.fromS / WINDOW_S));
  for (let index = first; index < windows.count && index * WINDOW_S < scale.toS; index++) {
    const span = windowSpan(index, durationS);
    const code = windows.code(index);
    const finding = windows.finding(index);
    const leftPx = Math.round(minuteX(scale, span.startS));
    const rightPx = Math.round(minuteX(scale, span.endS));
    if (code === 'normal' || code === 'af' || code === 'other' || code === 'noise') {
      context.fillStyle = palette.class[code].wash;
      context.fillRect(leftPx, classTopPx, rightPx - leftPx, classHeightPx);
    }
    drawPatternsThin(context, { leftPx, rightPx, code, finding }, picture, palette);
    context.fillStyle = palette.hairline;
    context.fillRect(leftPx, classTopPx, 1, axisTopPx - classTopPx);
    const visibleLeft = Math.max(GUTTER_PX, leftPx);
    const visibleRight = Math.min(scale.widthPx, rightPx);
    context.fillStyle = palette.ink1;
    context.font = `600 12px ${palette.font}`;
    context.textAlign = 'left';
    if (visibleRight - visibleLeft >= 18) {
      context.fillText(CODE_LETTER[code], visibleLeft + 5, classTopPx + 16);
    }
    const top = finding?.ranked[0];
    if (!top || rightPx > scale.widthPx || rightPx - visibleLeft < 46) continue;
    context.fillStyle = palette.ink2;
    context.font = `11px ${palette.font}`;
    context.textAlign = 'right';
    context.fillText(probabilityText(top.probability), rightPx - 5, classTopPx + 15.5);
  }
}

/** Too narrow for cells: runs with their pattern, and a letter where one fits. */
function drawRuns(context: Context, picture: MinutePicture, palette: Palette): void {
  const { scale, geometry, runs, durationS, windows } = picture;
  const { classTopPx, classHeightPx } = geometry;
  const first = Math.floor(scale.fromS / WINDOW_S);
  const last = Math.ceil(scale.toS / WINDOW_S);
  context.font = `600 12px ${palette.font}`;
  context.textAlign = 'left';
  for (const run of runsBetween(runs, first, last)) {
    const leftPx = minuteX(scale, run.from * WINDOW_S);
    const rightPx = Math.max(leftPx + 1.5, minuteX(scale, Math.min(durationS, run.to * WINDOW_S)));
    const { code } = run;
    const finding = code === 'uncertain' ? windows.finding(run.from) : null;
    if (code === 'normal' || code === 'af' || code === 'other' || code === 'noise') {
      const wide = rightPx - leftPx > 8;
      context.fillStyle = wide ? palette.class[code].wash : palette.class[code].solid;
      context.fillRect(leftPx, classTopPx, rightPx - leftPx, wide ? classHeightPx : 6);
    }
    if (rightPx - leftPx > 8) {
      drawPatternsThin(context, { leftPx, rightPx, code, finding }, picture, palette);
    }
    const visibleLeft = Math.max(GUTTER_PX, leftPx);
    if (Math.min(scale.widthPx, rightPx) - visibleLeft < 16) continue;
    context.fillStyle = palette.ink1;
    context.fillText(CODE_LETTER[code], visibleLeft + 4, classTopPx + 16);
  }
}

function drawPatternsThin(
  context: Context,
  window: Parameters<typeof drawPatterns>[1],
  picture: MinutePicture,
  palette: Palette,
): void {
  const { classTopPx } = picture.geometry;
  context.save();
  context.beginPath();
  context.rect(window.leftPx, classTopPx, window.rightPx - window.leftPx, 5);
  context.clip();
  drawPatterns(context, window, classTopPx, minuteX(picture.scale, 0), palette);
  context.restore();
}

function drawGaps(context: Context, picture: MinutePicture, palette: Palette): void {
  const { scale, geometry, gaps } = picture;
  anchored(palette.gapPattern, minuteX(scale, 0), geometry.traceTopPx, palette.devicePixelRatio);
  context.fillStyle = palette.gapPattern;
  for (const gap of gaps) {
    const left = minuteX(scale, gap.fromS);
    const right = minuteX(scale, gap.toS);
    if (right < GUTTER_PX || left > scale.widthPx) continue;
    context.fillRect(left, geometry.traceTopPx, Math.max(1, right - left), geometry.traceHeightPx);
  }
}

function drawTrace(context: Context, picture: MinutePicture, palette: Palette): void {
  const { scale, geometry, points, level, pxPerUnit } = picture;
  context.strokeStyle = palette.trace;
  context.lineWidth = 1;
  context.lineJoin = 'round';
  const map = {
    zeroPx: minuteX(scale, 0),
    pxPerS: minutePxPerS(scale),
    basePx: geometry.traceTopPx + geometry.traceHeightPx * 0.58,
    level,
    pxPerUnit,
    topPx: geometry.traceTopPx + 1,
    bottomPx: geometry.axisTopPx - 1,
  };
  strokeTrace(context, points, map, scale);
}

function drawAxis(context: Context, picture: MinutePicture, palette: Palette): void {
  const { scale, geometry, clock, envelope } = picture;
  const { axisTopPx } = geometry;
  const stepS = tickStep(minutePxPerS(scale), 110);
  const text = stepS < 60 ? clockText : clockMinutes;
  context.font = `11px ${palette.font}`;
  context.textAlign = 'center';
  const room = envelope === null ? 24 : textWidth(context, envelope) + 40;
  for (const tick of ticksOnClock(clock, scale.fromS, scale.toS, stepS)) {
    const x = minuteX(scale, tick);
    context.fillStyle = palette.hairline;
    context.fillRect(crisp(x) - 0.5, axisTopPx, 1, 4);
    if (x < GUTTER_PX + 24 || x > scale.widthPx - room) continue;
    context.fillStyle = palette.ink3;
    context.fillText(text(clock, tick), x, axisTopPx + 15);
  }
  if (envelope === null) return;
  context.textAlign = 'right';
  context.fillStyle = palette.ink3;
  context.fillText(envelope, scale.widthPx - 8, axisTopPx + 15);
}

export interface MinuteCursor {
  readonly selected: { readonly startS: number; readonly endS: number };
  /** What the paper shows. */
  readonly paper: Span;
}

/**
 * The selected window framed, and under it the part that the paper shows where it is another. On
 * a canvas of its own: over a long recording it moves while the strip stands still.
 */
export function drawCursor(
  context: Context,
  scale: MinuteScale,
  geometry: MinuteGeometry,
  { selected, paper }: MinuteCursor,
  palette: Palette,
): void {
  context.clearRect(0, 0, scale.widthPx, geometry.heightPx);
  const { classTopPx, axisTopPx } = geometry;
  const left = Math.max(GUTTER_PX, crisp(minuteX(scale, selected.startS)));
  const right = Math.min(scale.widthPx - 1, crisp(minuteX(scale, selected.endS)));
  context.fillStyle = palette.accent;
  context.strokeStyle = palette.accent;
  context.lineWidth = 2;
  if (right - left > 4) {
    context.strokeRect(left, classTopPx - 1, right - left, axisTopPx - classTopPx + 1);
  } else if (right >= left) {
    context.fillRect((left + right) / 2 - 1, classTopPx - 2, 2, axisTopPx - classTopPx + 2);
  }
  const from = Math.max(GUTTER_PX, minuteX(scale, paper.fromS));
  const to = Math.min(scale.widthPx, minuteX(scale, paper.toS));
  const alike =
    Math.abs(paper.fromS - selected.startS) < 1 && Math.abs(paper.toS - selected.endS) < 1;
  if (to > from && !alike) context.fillRect(from, axisTopPx + 3, Math.max(2, to - from), 2);
}
