/**
 * The paper under the traces: grounds, grid, window edges, gaps, printed scale, pulses, lead names
 * and seconds. Drawn on one canvas; the traces lie above it, so nothing here can hide them.
 */
import { clockSeconds, clockText, tickStep, ticksOnClock, type RecordingClock } from './clock.ts';
import {
  GUTTER_PX,
  gridLines,
  LARGE_BOX_MM,
  linePx,
  PULSE_S,
  pxPerMillivolt,
  pxPerSecond,
  timeOriginPx,
  type PaperScale,
} from './geometry.ts';
import type { Palette } from './palette.ts';
import { crisp, levels, textWidth, uprights } from './surface.ts';
import type { Gap } from './trace.ts';

export interface SheetLead {
  readonly name: string;
  readonly calibrated: boolean;
  /** Baseline, px from the pane's top; on a grid line. */
  readonly basePx: number;
  /** The lead's share of the height: whole large boxes. */
  readonly topPx: number;
  readonly heightPx: number;
  /** Standing offset taken off before drawing, mV. */
  readonly levelMv: number;
  readonly gaps: readonly Gap[];
}

/** One row of paper; y in px of the pane. */
export interface SheetRow {
  readonly widthPx: number;
  /** Top and height of the leads together. */
  readonly topPx: number;
  readonly heightPx: number;
  readonly secondsPx: number;
  /** First horizontal grid line. */
  readonly gridTopPx: number;
  readonly startS: number;
  readonly durationS: number;
  readonly scale: PaperScale;
  readonly leads: readonly SheetLead[];
  /** Window edges in view, s of the recording. */
  readonly edgesS: readonly number[];
  readonly selected: { readonly startS: number; readonly endS: number };
  /** The printed scale: always on the paper. */
  readonly plate: string;
  /** Said large where there is nothing to draw. */
  readonly message: string | null;
  readonly clock: RecordingClock;
}

type Context = CanvasRenderingContext2D;

export function drawSheet(context: Context, row: SheetRow, palette: Palette): void {
  const xOf = (seconds: number) =>
    timeOriginPx(row.startS, row.scale) + seconds * pxPerSecond(row.scale);
  context.save();
  context.beginPath();
  context.rect(0, row.topPx, row.widthPx, row.heightPx);
  context.clip();
  drawGround(context, row, palette, xOf);
  drawGrid(context, row, palette);
  drawBeyondRecording(context, row, palette, xOf);
  for (const lead of row.leads) {
    for (const gap of lead.gaps) drawGap(context, row, lead, gap, palette, xOf);
    drawLeadHead(context, row, lead, palette);
  }
  drawEdges(context, row, palette, xOf);
  drawPlate(context, row, palette, xOf);
  if (row.message !== null) drawMessage(context, row, row.message, palette);
  context.restore();
  drawSeconds(context, row, palette, xOf);
}

type XOf = (seconds: number) => number;

function drawGround(context: Context, row: SheetRow, palette: Palette, xOf: XOf): void {
  context.fillStyle = palette.paperBeyond;
  context.fillRect(0, row.topPx, row.widthPx, row.heightPx);
  const left = Math.max(GUTTER_PX, Math.round(xOf(row.selected.startS)));
  const right = Math.min(row.widthPx, Math.round(xOf(row.selected.endS)));
  if (right <= left) return;
  context.fillStyle = palette.paper;
  context.fillRect(left, row.topPx, right - left, row.heightPx);
}

/** Uncalibrated leads get the time lines only: their boxes have no height in mV. */
function drawGrid(context: Context, row: SheetRow, palette: Palette): void {
  const { pxPerMm } = row.scale;
  const density = palette.devicePixelRatio;
  const originPx = timeOriginPx(row.startS, row.scale);
  const time = gridLines(originPx, pxPerMm, GUTTER_PX, row.widthPx, density);
  const gutter = gridLines(GUTTER_PX, pxPerMm, 0, GUTTER_PX, density);
  const bottom = row.topPx + row.heightPx;
  const voltage = gridLines(row.gridTopPx, pxPerMm, row.topPx, bottom, density);
  const px = linePx(density);
  const inCalibrated = (y: number) => isCalibratedAt(row, y);
  const strokes = [
    [palette.grid1mm, time.small, gutter.small, voltage.small],
    [palette.grid5mm, time.large, gutter.large, voltage.large],
  ] as const;
  for (const [colour, upright, uprightInGutter, level] of strokes) {
    context.fillStyle = colour;
    uprights(context, upright, px, row.topPx, row.heightPx);
    uprights(context, uprightInGutter, px, row.topPx, row.heightPx);
    levels(context, level.filter(inCalibrated), px, 0, row.widthPx);
  }
}

/** The slack above the first and below the last lead belongs to that lead. */
function isCalibratedAt(row: SheetRow, y: number): boolean {
  const lead = row.leads.find((candidate) => y < candidate.topPx + candidate.heightPx);
  return (lead ?? row.leads.at(-1))?.calibrated ?? true;
}

/** Before the first and after the last second there is no paper. */
function drawBeyondRecording(context: Context, row: SheetRow, palette: Palette, xOf: XOf): void {
  context.fillStyle = palette.chrome;
  const start = Math.round(xOf(0));
  if (start > GUTTER_PX) {
    context.fillRect(GUTTER_PX, row.topPx, start - GUTTER_PX, row.heightPx);
  }
  const end = Math.round(xOf(row.durationS)) + 1;
  if (end >= row.widthPx) return;
  context.fillRect(Math.max(GUTTER_PX, end), row.topPx, row.widthPx, row.heightPx);
  const text = `End of recording, ${clockText(row.clock, row.durationS)}`;
  context.font = `12px ${palette.font}`;
  const left = Math.max(GUTTER_PX, end) + 12;
  if (row.widthPx - left < textWidth(context, text) + 8) return;
  context.fillStyle = palette.ink3;
  context.textAlign = 'left';
  context.fillText(text, left, row.topPx + 20);
}

function drawEdges(context: Context, row: SheetRow, palette: Palette, xOf: XOf): void {
  context.fillStyle = palette.accent;
  for (const edgeS of row.edgesS) {
    const x = crisp(xOf(edgeS));
    if (x < GUTTER_PX || x > row.widthPx) continue;
    if (edgeS === row.selected.startS || edgeS === row.selected.endS) {
      context.fillRect(x - 0.5, row.topPx, 1, row.heightPx);
      continue;
    }
    for (let y = row.topPx; y < row.topPx + row.heightPx; y += 6) {
      context.fillRect(x - 0.5, y, 1, 3);
    }
  }
}

const PLATE_HEIGHT_PX = 19;
const PLATE_PAD_PX = 8;

/** In the lower right corner of the selected window's paper, or of the pane. */
function drawPlate(context: Context, row: SheetRow, palette: Palette, xOf: XOf): void {
  context.font = `12px ${palette.font}`;
  const width = textWidth(context, row.plate) + 2 * PLATE_PAD_PX;
  const selectedEnd = Math.round(xOf(row.selected.endS));
  const fits = selectedEnd - width > GUTTER_PX && selectedEnd < row.widthPx;
  const right = fits ? selectedEnd : row.widthPx;
  const bottom = row.topPx + row.heightPx;
  context.fillStyle = palette.paper;
  context.fillRect(right - width, bottom - PLATE_HEIGHT_PX - 1, width - 1, PLATE_HEIGHT_PX);
  context.fillStyle = palette.ink1;
  context.textAlign = 'right';
  context.fillText(row.plate, right - PLATE_PAD_PX, bottom - 7);
}

/** Narrowest gap that still takes its words, px. */
const GAP_WORDS_PX = 76;

function drawGap(
  context: Context,
  row: SheetRow,
  lead: SheetLead,
  gap: Gap,
  palette: Palette,
  xOf: XOf,
): void {
  const left = Math.max(GUTTER_PX, xOf(gap.fromS));
  const right = Math.min(row.widthPx, xOf(gap.toS));
  if (right <= left) return;
  const inset = LARGE_BOX_MM * row.scale.pxPerMm * 0.5;
  const top = Math.round(lead.topPx + inset);
  const height = Math.round(lead.heightPx - 2 * inset);
  context.fillStyle = palette.paper;
  context.fillRect(left, top, right - left, height);
  anchored(palette.gapPattern, xOf(0), top, palette.devicePixelRatio);
  context.fillStyle = palette.gapPattern;
  context.fillRect(left, top, right - left, height);
  if (right - left < GAP_WORDS_PX || row.message !== null) return;
  const centre = (left + right) / 2;
  context.fillStyle = palette.paper;
  context.fillRect(centre - 32, lead.basePx - 9, 64, 18);
  context.font = `12px ${palette.font}`;
  context.fillStyle = palette.ink2;
  context.textAlign = 'center';
  context.fillText('no signal', centre, lead.basePx + 4);
}

/** Lets a pattern travel with the paper instead of standing still behind it. */
export function anchored(
  pattern: CanvasPattern,
  xPx: number,
  yPx: number,
  devicePixelRatio: number,
): void {
  const snap = (px: number) => Math.round(px * devicePixelRatio) / devicePixelRatio;
  pattern.setTransform(new DOMMatrix().translate(snap(xPx), snap(yPx)).scale(1 / devicePixelRatio));
}

/** Room for a name of 15 px below the top of the paper and the frame of the focus. */
const NAME_BELOW_TOP_PX = 18;

/** Name, and the calibration pulse of 1 mV and 200 ms on the grid of the gutter. */
function drawLeadHead(context: Context, row: SheetRow, lead: SheetLead, palette: Palette): void {
  const { scale } = row;
  const pulsePx = lead.calibrated ? pxPerMillivolt(scale) : 4 * LARGE_BOX_MM;
  const nameY = Math.max(row.topPx + NAME_BELOW_TOP_PX, lead.basePx - pulsePx - 9);
  context.textAlign = 'left';
  context.fillStyle = palette.ink1;
  context.font = `600 15px ${palette.font}`;
  context.fillText(lead.name, 8, nameY, GUTTER_PX - 10);
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.ink3;
  if (lead.levelMv !== 0) {
    const sign = lead.levelMv > 0 ? '+' : '\u2212';
    context.fillText(`${sign}${Math.abs(lead.levelMv)} mV`, 4, lead.basePx + 15, GUTTER_PX - 6);
  }
  if (!lead.calibrated) {
    drawNote(
      context,
      'Uncalibrated: the file names no unit. Time grid only, no mV.',
      lead,
      palette,
    );
    return;
  }
  const width = PULSE_S * pxPerSecond(scale);
  const foot = Math.max(2, Math.min(2 * scale.pxPerMm, (GUTTER_PX - 6 - width) / 2));
  const left = GUTTER_PX - 1 - width - 2 * foot;
  context.strokeStyle = palette.trace;
  context.lineWidth = palette.traceWidthPx;
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(left, lead.basePx);
  context.lineTo(left + foot, lead.basePx);
  context.lineTo(left + foot, lead.basePx - pulsePx);
  context.lineTo(left + foot + width, lead.basePx - pulsePx);
  context.lineTo(left + foot + width, lead.basePx);
  context.lineTo(left + 2 * foot + width, lead.basePx);
  context.stroke();
}

function drawNote(context: Context, text: string, lead: SheetLead, palette: Palette): void {
  context.font = `12px ${palette.font}`;
  context.textAlign = 'left';
  context.fillStyle = palette.paper;
  context.fillRect(GUTTER_PX + 8, lead.topPx + 4, textWidth(context, text) + 16, 19);
  context.fillStyle = palette.ink2;
  context.fillText(text, GUTTER_PX + 16, lead.topPx + 17);
}

function drawMessage(context: Context, row: SheetRow, message: string, palette: Palette): void {
  context.font = `13px ${palette.font}`;
  const width = textWidth(context, message) + 24;
  const centre = GUTTER_PX + (row.widthPx - GUTTER_PX) / 2;
  const middle = Math.round(row.topPx + row.heightPx / 2);
  context.fillStyle = palette.paper;
  context.fillRect(centre - width / 2, middle - 14, width, 28);
  context.fillStyle = palette.ink1;
  context.textAlign = 'center';
  context.fillText(message, centre, middle + 4.5);
}

/** Least distance of two labels on the axis of seconds, px. */
const SECOND_LABEL_PX = 34;

function drawSeconds(context: Context, row: SheetRow, palette: Palette, xOf: XOf): void {
  const top = row.topPx + row.heightPx;
  context.fillStyle = palette.panel;
  context.fillRect(0, top, row.widthPx, row.secondsPx);
  context.fillStyle = palette.hairline;
  context.fillRect(0, top, row.widthPx, 1);
  const pxPerS = pxPerSecond(row.scale);
  const stepS = tickStep(pxPerS, SECOND_LABEL_PX);
  const fullEvery = stepS === 1 ? 5 : stepS * 5;
  const endS = Math.min(row.durationS, row.startS + (row.widthPx - GUTTER_PX) / pxPerS);
  context.font = `11px ${palette.font}`;
  context.textAlign = 'center';
  for (const tick of ticksOnClock(row.clock, Math.max(0, row.startS), endS, stepS)) {
    const x = xOf(tick);
    context.fillStyle = palette.ink3;
    context.fillRect(crisp(x) - 0.5, top, 1, 4);
    if (x < GUTTER_PX + 20 || x > row.widthPx - 24) continue;
    const full = Math.round(tick + row.clock.offsetS) % fullEvery === 0;
    context.fillStyle = full ? palette.ink2 : palette.ink3;
    const text = full ? clockText(row.clock, tick) : clockSeconds(row.clock, tick);
    context.fillText(text, x, top + 14);
  }
}
