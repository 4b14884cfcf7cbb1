/** The model's band: class pattern, word and probabilities of each window, drawn on canvas. */
import { GUTTER_PX } from './geometry.ts';
import type { Palette } from './palette.ts';
import { anchored } from './sheet.ts';
import { textWidth } from './surface.ts';
import type { WindowCode, WindowFinding } from './windows.ts';
import {
  CLASS_LETTER,
  CODE_LETTER,
  probabilitiesText,
  probabilityText,
  setWords,
  windowWord,
} from './words.ts';

/** A window as the band shows it; x in px of the pane. */
export interface BandWindow {
  readonly leftPx: number;
  readonly rightPx: number;
  readonly code: WindowCode;
  readonly finding: WindowFinding | null;
  readonly selected: boolean;
}

export interface BandRow {
  readonly topPx: number;
  readonly heightPx: number;
  readonly widthPx: number;
  /** Where second 0 of the recording lies: patterns travel with the paper. */
  readonly originPx: number;
  readonly windows: readonly BandWindow[];
}

type Context = CanvasRenderingContext2D;

/** Height of a pattern strip, px; an uncertain window stacks its classes in a little more. */
const STRIP_PX = 6;
const STACK_PX = 8;

export function drawBand(context: Context, row: BandRow, palette: Palette): void {
  context.fillStyle = palette.panel;
  context.fillRect(0, row.topPx, row.widthPx, row.heightPx);
  context.fillStyle = palette.hairline;
  context.fillRect(0, row.topPx, row.widthPx, 1);
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.ink3;
  context.textAlign = 'right';
  context.fillText('Model', GUTTER_PX - 6, row.topPx + 21);
  context.save();
  context.beginPath();
  context.rect(GUTTER_PX, row.topPx, row.widthPx - GUTTER_PX, row.heightPx);
  context.clip();
  for (const window of row.windows) drawWindow(context, row, window, palette);
  const selected = row.windows.find((window) => window.selected);
  if (selected) frameSelected(context, row, selected, palette);
  context.restore();
}

function drawWindow(context: Context, row: BandRow, window: BandWindow, palette: Palette): void {
  const { leftPx, rightPx, code, finding, selected } = window;
  const width = rightPx - leftPx;
  context.fillStyle = groundOf(window, palette);
  context.fillRect(leftPx, row.topPx, width, row.heightPx);
  if (code === 'no-signal') hatch(context, window, row, palette);
  else drawPatterns(context, window, row.topPx, row.originPx, palette);
  if (code === 'uncertain' && !selected) dashedFrame(context, row, window, palette);
  context.fillStyle = palette.hairline;
  context.fillRect(leftPx, row.topPx, 1, row.heightPx);
  const left = Math.max(GUTTER_PX, leftPx) + 10;
  const right = Math.min(row.widthPx, rightPx) - 10;
  if (right - left < 3) return;
  if (code === 'no-signal') {
    context.fillStyle = groundOf(window, palette);
    context.fillRect(left - 5, row.topPx + 8, Math.min(70, right - left + 10), 20);
  }
  drawWords(context, { left, right, baseline: row.topPx + 23 }, code, finding, selected, palette);
}

function groundOf({ code, selected }: BandWindow, palette: Palette): string {
  if (selected) return palette.paper;
  switch (code) {
    case 'normal':
    case 'af':
    case 'other':
    case 'noise':
      return palette.class[code].wash;
    case 'uncertain':
    case 'no-signal':
    case 'pending':
    case 'not-analysed':
      return palette.panel;
  }
}

/** The class's pattern; for an uncertain window those of its set, most probable on top. */
export function drawPatterns(
  context: Context,
  { leftPx, rightPx, code, finding }: Omit<BandWindow, 'selected'>,
  topPx: number,
  originPx: number,
  palette: Palette,
): void {
  const fill = (pattern: CanvasPattern, top: number, height: number) => {
    anchored(pattern, originPx, topPx, palette.devicePixelRatio);
    context.fillStyle = pattern;
    context.fillRect(leftPx, top, rightPx - leftPx, height);
  };
  switch (code) {
    case 'normal':
    case 'af':
    case 'other':
    case 'noise':
      fill(palette.class[code].pattern, topPx, STRIP_PX);
      return;
    case 'uncertain': {
      let top = topPx;
      const set = finding?.set ?? [];
      set.forEach((name, index) => {
        const height = stackHeight(index, set.length);
        fill(palette.class[name].pattern, top, height);
        top += height;
      });
      return;
    }
    case 'no-signal':
    case 'pending':
    case 'not-analysed':
      return;
  }
}

/** The first of a stack is the tallest: 8 px as 8, 5 + 3, 4 + 2 + 2 or 2 + 2 + 2 + 2. */
function stackHeight(index: number, count: number): number {
  const shares: readonly (readonly number[])[] = [[8], [5, 3], [4, 2, 2], [2, 2, 2, 2]];
  return shares[count - 1]?.[index] ?? STACK_PX / Math.max(1, count);
}

/** A gap has no class: the whole cell is hatched. */
function hatch(
  context: Context,
  { leftPx, rightPx }: BandWindow,
  row: BandRow,
  palette: Palette,
): void {
  anchored(palette.gapPattern, row.originPx, row.topPx, palette.devicePixelRatio);
  context.fillStyle = palette.gapPattern;
  context.fillRect(leftPx, row.topPx, rightPx - leftPx, row.heightPx);
}

function dashedFrame(context: Context, row: BandRow, window: BandWindow, palette: Palette): void {
  context.strokeStyle = palette.ink2;
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.strokeRect(
    window.leftPx + 1.5,
    row.topPx + 0.5,
    window.rightPx - window.leftPx - 2,
    row.heightPx - 1,
  );
  context.setLineDash([]);
}

function frameSelected(context: Context, row: BandRow, window: BandWindow, palette: Palette): void {
  context.strokeStyle = palette.accent;
  context.lineWidth = 2;
  const right = Math.min(row.widthPx - 1, window.rightPx);
  const left = Math.max(GUTTER_PX + 1, window.leftPx);
  context.strokeRect(left, row.topPx + 1, right - left, row.heightPx - 2);
}

interface Line {
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
}

/** As much as fits, in this order: letter, word, probabilities, prediction set. */
function drawWords(
  context: Context,
  { left, right, baseline }: Line,
  code: WindowCode,
  finding: WindowFinding | null,
  selected: boolean,
  palette: Palette,
): void {
  const width = right - left;
  const silent = code === 'pending' || code === 'no-signal' || code === 'not-analysed';
  const wordFont = silent ? `12px ${palette.font}` : `600 15px ${palette.font}`;
  const word = windowWord(code, finding);
  context.font = wordFont;
  context.textAlign = 'left';
  const wordWidth = textWidth(context, word);
  context.fillStyle = silent ? palette.ink2 : palette.ink1;
  if (wordWidth > width) {
    const letter = CODE_LETTER[code];
    const middle = (left + right) / 2;
    context.textAlign = 'center';
    if (letter !== '' && width > -9) context.fillText(letter, middle, baseline);
    return;
  }
  context.fillText(word, left, baseline);
  if (!finding) return;
  let x = left + wordWidth + 14;
  const numbers = selected ? probabilitiesText(finding) : topText(finding);
  context.font = `13px ${palette.font}`;
  const numbersWidth = textWidth(context, numbers);
  if (x + numbersWidth > right) return;
  context.fillText(numbers, x, baseline);
  x += numbersWidth + 14;
  if (code !== 'uncertain') return;
  const set = setWords(finding.set);
  context.font = `12px ${palette.font}`;
  if (x + textWidth(context, set) > right) return;
  context.fillStyle = palette.ink2;
  context.textAlign = 'right';
  context.fillText(set, right, baseline);
}

function topText(finding: WindowFinding): string {
  const [top] = finding.ranked;
  return top ? `${CLASS_LETTER[top.class]} ${probabilityText(top.probability)}` : '';
}
