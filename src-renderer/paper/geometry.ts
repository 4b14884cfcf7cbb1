/**
 * Where things lie on ECG paper. Millimetres are the stored truth (mm/s, mm/mV); seconds and
 * millivolts visible follow from the pane. Pure: no DOM, no state, CSS pixels throughout.
 */

/** Large box of ECG paper, mm; five small ones of 1 mm. */
export const LARGE_BOX_MM = 5;
/** A lead never gets less height than this, mm: whole large boxes of at least 28 mm. */
export const MIN_PITCH_MM = 30;
/** A paper pane gets one row of strips for each of these, px. */
export const ROW_MIN_PX = 500;
/** Left margin that holds lead name and calibration pulse, px. */
export const GUTTER_PX = 45;
/** Longest that a calibration pulse lasts on paper, s (1 mV, 200 ms). */
export const PULSE_S = 0.2;

/** Heights inside one row of paper apart from the leads, px. A part that is not shown is 0. */
export interface RowParts {
  /** RR intervals above the leads. */
  readonly rrPx: number;
  readonly secondsPx: number;
  /** What the selected window's verdict is the mean of. */
  readonly activationPx: number;
  /** Class band of the model. */
  readonly modelPx: number;
  /** Class band of the reader. */
  readonly readerPx: number;
}

export interface PaperScale {
  readonly pxPerMm: number;
  readonly speedMmPerS: number;
  readonly gainMmPerMv: number;
}

export function pxPerSecond(scale: PaperScale): number {
  return scale.pxPerMm * scale.speedMmPerS;
}

export function pxPerMillivolt(scale: PaperScale): number {
  return scale.pxPerMm * scale.gainMmPerMv;
}

/** Seconds that one row of paper shows in a pane `widthPx` wide, gutter included. */
export function secondsVisible(widthPx: number, scale: PaperScale): number {
  return Math.max(0, widthPx - GUTTER_PX) / pxPerSecond(scale);
}

/** How many rows of strips a pane holds. */
export function rowCount(paneHeightPx: number): number {
  return Math.max(1, Math.floor(paneHeightPx / ROW_MIN_PX));
}

/** Top and height of each row, px; whole pixels that add up to the pane. */
export function rowBounds(
  paneHeightPx: number,
): readonly { readonly topPx: number; readonly heightPx: number }[] {
  const rows = rowCount(paneHeightPx);
  return Array.from({ length: rows }, (_, row) => {
    const topPx = Math.round((row * paneHeightPx) / rows);
    return { topPx, heightPx: Math.round(((row + 1) * paneHeightPx) / rows) - topPx };
  });
}

/** Height left for the leads in a row, px. */
export function leadsHeight(rowHeightPx: number, parts: RowParts): number {
  const { rrPx, secondsPx, activationPx, modelPx, readerPx } = parts;
  return Math.max(0, rowHeightPx - rrPx - secondsPx - activationPx - modelPx - readerPx);
}

/** How many leads fit at `MIN_PITCH_MM` each; at least one. */
export function leadsThatFit(leadsHeightPx: number, pxPerMm: number): number {
  return Math.max(1, Math.floor(leadsHeightPx / (MIN_PITCH_MM * pxPerMm)));
}

export interface LeadLayout {
  /** Height of one lead, px: a whole number of large boxes (except where not even one fits). */
  readonly pitchPx: number;
  /** First horizontal grid line, px from the top of the leads; the slack is shared above and below. */
  readonly originPx: number;
}

/** Shares the height between leads in whole large boxes, so that every baseline is a grid line. */
export function leadLayout(leadsHeightPx: number, leads: number, pxPerMm: number): LeadLayout {
  const boxPx = LARGE_BOX_MM * pxPerMm;
  const boxes = Math.max(1, Math.floor(leadsHeightPx / Math.max(1, leads) / boxPx));
  const pitchPx = boxes * boxPx;
  return { pitchPx, originPx: Math.round(Math.max(0, leadsHeightPx - pitchPx * leads) / 2) };
}

/**
 * Large boxes from the first horizontal grid line down to the baseline (0 mV) of lead `index`: in or
 * just under the middle of its height, so that leads stand at even distances.
 */
export function baselineBoxes(layout: LeadLayout, index: number, pxPerMm: number): number {
  const pitch = Math.round(layout.pitchPx / (LARGE_BOX_MM * pxPerMm));
  return index * pitch + Math.ceil(pitch / 2);
}

/** Width of a hairline, px: one pixel as wide as a browser's own, in whole ones of the screen. */
export function linePx(devicePixelRatio: number): number {
  return Math.max(1, Math.round(devicePixelRatio)) / devicePixelRatio;
}

/**
 * Centre of the line at a position, px: half a pixel further on, and moved so that its edges lie
 * between pixels of the screen. It is sharp, and at most half of those pixels off.
 */
export function lineCentre(positionPx: number, devicePixelRatio: number): number {
  const half = linePx(devicePixelRatio) / 2;
  const left = Math.round((positionPx + 0.5 - half) * devicePixelRatio) / devicePixelRatio;
  return left + half;
}

/** Centres of grid lines, CSS px; see `lineCentre`. */
export interface GridLines {
  readonly small: readonly number[];
  readonly large: readonly number[];
}

/**
 * Lines in [fromPx, toPx): the position is reckoned from k each time, so that no line is more than
 * half a pixel of the screen off and errors never add up. Every fifth k is a large box.
 */
export function gridLines(
  originPx: number,
  pxPerMm: number,
  fromPx: number,
  toPx: number,
  devicePixelRatio: number,
): GridLines {
  const small: number[] = [];
  const large: number[] = [];
  for (let k = Math.ceil((fromPx - originPx) / pxPerMm); ; k++) {
    const position = originPx + k * pxPerMm;
    if (position >= toPx) return { small, large };
    (k % LARGE_BOX_MM === 0 ? large : small).push(lineCentre(position, devicePixelRatio));
  }
}

/**
 * Origin of the vertical lines for a view that starts `startS` into the recording: second 0, so
 * that large boxes fall on multiples of 0.2 s of the recording (at 25 mm/s) and the grid moves with
 * the trace.
 */
export function timeOriginPx(startS: number, scale: PaperScale): number {
  return GUTTER_PX - startS * pxPerSecond(scale);
}

/** Start of a view moved so that the recording lies on whole device pixels: the grid stays sharp. */
export function snapToPixel(startS: number, scale: PaperScale, devicePixelRatio: number): number {
  const step = 1 / (pxPerSecond(scale) * devicePixelRatio);
  return Math.round(startS / step) * step;
}

/** Blank paper before the first and after the last second, s. */
export const MARGIN_S = 0.12;

/**
 * Start of the view that shows a window: centred with at most 4 s before it; where the window
 * does not fit, from its start.
 */
export function startForWindow(windowStartS: number, windowS: number, visibleS: number): number {
  return windowStartS - Math.max(MARGIN_S, Math.min(4, (visibleS - windowS) / 2));
}

/** Keeps a view inside the recording, with a narrow margin; a recording that fits starts at its start. */
export function clampStart(startS: number, visibleS: number, durationS: number): number {
  const last = durationS + MARGIN_S - visibleS;
  return Math.max(-MARGIN_S, Math.min(startS, last));
}

/** Range of a strip `spanS` long around `centreS`, inside the recording. */
export function clampRange(
  centreS: number,
  spanS: number,
  durationS: number,
): { readonly fromS: number; readonly toS: number } {
  const span = Math.min(spanS, durationS);
  const fromS = Math.max(0, Math.min(centreS - span / 2, durationS - span));
  return { fromS, toS: fromS + span };
}

/** The next larger or smaller of a short list of steps; the ends hold. */
export function stepOf<T extends number>(steps: readonly T[], present: number, by: 1 | -1): T {
  const first = steps[0];
  if (first === undefined) throw new RangeError('stepOf: no steps to choose from');
  let nearest = 0;
  steps.forEach((step, index) => {
    if (Math.abs(step - present) < Math.abs((steps[nearest] ?? first) - present)) nearest = index;
  });
  return steps[Math.max(0, Math.min(steps.length - 1, nearest + by))] ?? first;
}

/** Which leads are drawn: as chosen, the model's lead always, as many as fit, in the file's order. */
export function leadsShown(
  chosen: readonly number[],
  modelLead: number | null,
  fit: number,
): readonly number[] {
  const preferred =
    modelLead !== null && chosen.includes(modelLead)
      ? [modelLead, ...chosen.filter((lead) => lead !== modelLead)]
      : chosen;
  return preferred.slice(0, fit).sort((a, b) => a - b);
}
