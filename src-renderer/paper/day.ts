/**
 * The whole recording in one picture: a lane a class, a row of uncertain windows, the clock, and
 * the brush that says what the strip below shows.
 */
import type { RhythmClass } from '../../src-main/contract/domain.ts';
import { WINDOW_S } from '../../src-main/contract/conventions.ts';
import { clockMinutes, clockText, tickStep, ticksOnClock, type RecordingClock } from './clock.ts';
import { GUTTER_PX } from './geometry.ts';
import type { Palette } from './palette.ts';
import { anchored } from './sheet.ts';
import { crisp, ground } from './surface.ts';
import type { Run } from './windows.ts';
import { CLASS_LETTER } from './words.ts';

export interface DayGeometry {
  readonly queryTopPx: number;
  readonly lanesTopPx: number;
  readonly laneHeightPx: number;
  readonly lanePitchPx: number;
  readonly axisTopPx: number;
  readonly heightPx: number;
}

export type Density = 'roomy' | 'tight';

export const LANES: readonly RhythmClass[] = ['af', 'other', 'noise', 'normal'];

export function dayGeometry(density: Density): DayGeometry {
  const laneHeightPx = density === 'roomy' ? 12 : 9;
  const lanePitchPx = laneHeightPx + (density === 'roomy' ? 3 : 2);
  const lanesTopPx = 23;
  const axisTopPx = lanesTopPx + LANES.length * lanePitchPx + 2;
  return {
    queryTopPx: 9,
    lanesTopPx,
    laneHeightPx,
    lanePitchPx,
    axisTopPx,
    heightPx: axisTopPx + 20,
  };
}

/** Room right of the last second, px. */
export const DAY_RIGHT_PX = 10;
/** A run narrower than this is drawn this wide, px: a short run never disappears. */
export const MIN_RUN_PX = 1.5;
/** From this width on a run shows its pattern, px; its lane says the class before. */
const PATTERN_FROM_PX = 8;

export interface DayScale {
  readonly widthPx: number;
  readonly durationS: number;
}

export function dayX(scale: DayScale, seconds: number): number {
  const width = scale.widthPx - GUTTER_PX - DAY_RIGHT_PX;
  return GUTTER_PX + (seconds / Math.max(1e-9, scale.durationS)) * width;
}

export function daySeconds(scale: DayScale, xPx: number): number {
  const width = Math.max(1, scale.widthPx - GUTTER_PX - DAY_RIGHT_PX);
  return Math.max(0, Math.min(1, (xPx - GUTTER_PX) / width)) * scale.durationS;
}

/** Horizontal extents of the runs of one code, px: at least `MIN_RUN_PX` wide, touching ones joined. */
export function laneBars(
  runs: readonly Run[],
  code: Run['code'],
  xOfWindow: (index: number) => number,
): readonly { readonly leftPx: number; readonly rightPx: number }[] {
  const bars: { leftPx: number; rightPx: number }[] = [];
  for (const run of runs) {
    if (run.code !== code) continue;
    const leftPx = xOfWindow(run.from);
    const rightPx = Math.max(leftPx + MIN_RUN_PX, xOfWindow(run.to));
    const last = bars.at(-1);
    if (last && leftPx <= last.rightPx) last.rightPx = Math.max(last.rightPx, rightPx);
    else bars.push({ leftPx, rightPx });
  }
  return bars;
}

/** Lanes, row `?`, gaps and hours: everything that changes only when windows arrive. */
export function drawLanes(
  context: CanvasRenderingContext2D,
  scale: DayScale,
  geometry: DayGeometry,
  runs: readonly Run[],
  clock: RecordingClock,
  palette: Palette,
): void {
  const { lanesTopPx, laneHeightPx, lanePitchPx, queryTopPx, axisTopPx } = geometry;
  const xOfWindow = (index: number) => dayX(scale, Math.min(scale.durationS, index * WINDOW_S));
  const right = dayX(scale, scale.durationS);
  ground(context, palette.panel);
  context.fillStyle = palette.hairline;
  for (const tick of dayTicks(scale, clock)) {
    context.fillRect(crisp(dayX(scale, tick)) - 0.5, lanesTopPx - 2, 1, axisTopPx - lanesTopPx + 4);
  }
  context.font = `600 11px ${palette.font}`;
  context.textAlign = 'right';
  context.fillStyle = palette.ink2;
  context.fillText('?', GUTTER_PX - 9, queryTopPx + 9);
  LANES.forEach((lane, row) => {
    const top = lanesTopPx + row * lanePitchPx;
    context.fillStyle = palette.ink2;
    context.fillText(
      CLASS_LETTER[lane],
      GUTTER_PX - 9,
      top + laneHeightPx - (laneHeightPx - 8) / 2,
    );
    context.fillStyle = palette.paper;
    context.fillRect(GUTTER_PX, top, right - GUTTER_PX, laneHeightPx);
    const { pattern, solid } = palette.class[lane];
    anchored(pattern, GUTTER_PX, top, palette.devicePixelRatio);
    for (const bar of laneBars(runs, lane, xOfWindow)) {
      const width = bar.rightPx - bar.leftPx;
      context.fillStyle = width > PATTERN_FROM_PX ? pattern : solid;
      context.fillRect(bar.leftPx, top, width, laneHeightPx);
    }
  });
  const lanesHeight = LANES.length * lanePitchPx - (lanePitchPx - laneHeightPx);
  anchored(palette.gapPattern, GUTTER_PX, lanesTopPx, palette.devicePixelRatio);
  for (const bar of laneBars(runs, 'no-signal', xOfWindow)) {
    context.fillStyle = palette.panel;
    context.fillRect(bar.leftPx, lanesTopPx, bar.rightPx - bar.leftPx, lanesHeight);
    context.fillStyle = palette.gapPattern;
    context.fillRect(bar.leftPx, lanesTopPx, bar.rightPx - bar.leftPx, lanesHeight);
  }
  drawQueries(context, runs, xOfWindow, queryTopPx, palette);
}

/** One upright tick a pixel column that holds an uncertain window. */
function drawQueries(
  context: CanvasRenderingContext2D,
  runs: readonly Run[],
  xOfWindow: (index: number) => number,
  topPx: number,
  palette: Palette,
): void {
  context.fillStyle = palette.ink1;
  let last = -Infinity;
  for (const run of runs) {
    if (run.code !== 'uncertain') continue;
    for (let index = run.from; index < run.to; index++) {
      const x = Math.round(xOfWindow(index + 0.5) - 0.5);
      if (x === last) continue;
      context.fillRect(x, topPx - 1, 1, 11);
      last = x;
    }
  }
}

export interface DayBrush {
  readonly fromS: number;
  readonly toS: number;
  /** Start of the selected window. */
  readonly atS: number;
  /** Under the pointer; null when it is elsewhere. */
  readonly pointerS: number | null;
}

/** A brush narrower than this is one line, px. */
const BRUSH_LINE_PX = 5;
const LABEL_ROOM_PX = 58;

/** Clock axis and brush, on their own canvas: they move every frame, the lanes do not. */
export function drawBrush(
  context: CanvasRenderingContext2D,
  scale: DayScale,
  geometry: DayGeometry,
  clock: RecordingClock,
  brush: DayBrush,
  palette: Palette,
): void {
  const { axisTopPx, lanesTopPx, heightPx } = geometry;
  context.clearRect(0, 0, scale.widthPx, heightPx);
  const left = dayX(scale, brush.fromS);
  const right = dayX(scale, brush.toS);
  const at = dayX(scale, brush.atS);
  const labels = [Math.min(Math.max(at, GUTTER_PX + 20), scale.widthPx - 28)];
  const pointerX = brush.pointerS === null ? null : dayX(scale, brush.pointerS);
  drawAxis(
    context,
    scale,
    geometry,
    clock,
    pointerX === null ? labels : [...labels, pointerX],
    palette,
  );
  context.fillStyle = palette.accent;
  const whole = brush.toS - brush.fromS >= scale.durationS - 1e-6;
  if (whole || right - left < BRUSH_LINE_PX) {
    const x = crisp(whole ? at : (left + right) / 2);
    context.fillRect(x - 1, 4, 2, axisTopPx - 2);
    context.fillRect(x - 4.5, 3, 9, 3);
  } else {
    const x0 = crisp(left);
    const x1 = crisp(right);
    context.strokeStyle = palette.accent;
    context.lineWidth = 2;
    context.strokeRect(x0, 4, x1 - x0, axisTopPx - 6);
    context.fillRect(crisp(at) - 0.5, 4, 1, axisTopPx - 6);
    for (const x of [x0, x1]) context.fillRect(x - 2.5, lanesTopPx + 12, 5, 20);
  }
  context.font = `600 11px ${palette.font}`;
  context.textAlign = 'center';
  context.fillStyle = palette.accent;
  context.fillText(clockText(clock, brush.atS), labels[0] ?? at, axisTopPx + 13);
  if (brush.pointerS === null || pointerX === null || Math.abs(pointerX - at) < LABEL_ROOM_PX)
    return;
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.ink1;
  const x = Math.min(Math.max(pointerX, GUTTER_PX + 20), scale.widthPx - 28);
  context.fillText(clockText(clock, brush.pointerS), x, axisTopPx + 13);
  context.fillRect(crisp(pointerX) - 0.5, axisTopPx - 2, 1, 5);
}

function dayStep(scale: DayScale): number {
  const pxPerS = (dayX(scale, scale.durationS) - GUTTER_PX) / Math.max(1e-9, scale.durationS);
  return tickStep(pxPerS, 88);
}

function dayTicks(scale: DayScale, clock: RecordingClock): readonly number[] {
  return scale.durationS > 0 ? ticksOnClock(clock, 0, scale.durationS, dayStep(scale)) : [];
}

function drawAxis(
  context: CanvasRenderingContext2D,
  scale: DayScale,
  { axisTopPx }: DayGeometry,
  clock: RecordingClock,
  takenPx: readonly number[],
  palette: Palette,
): void {
  const text = dayStep(scale) < 60 ? clockText : clockMinutes;
  context.font = `11px ${palette.font}`;
  context.textAlign = 'center';
  for (const tick of dayTicks(scale, clock)) {
    const x = dayX(scale, tick);
    if (takenPx.some((taken) => Math.abs(taken - x) < LABEL_ROOM_PX - 8)) continue;
    if (x < GUTTER_PX + 12 || x > scale.widthPx - 18) continue;
    context.fillStyle = palette.ink3;
    context.fillText(text(clock, tick), x, axisTopPx + 13);
  }
}
