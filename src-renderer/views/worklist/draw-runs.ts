/** Puts runs on a canvas in the class marks of the theme. */
import { RIBBON } from '../../../src-main/contract/domain.ts';
import { markInks, type Mark, type MarkInks } from '../../styles/marks.ts';
import type { Run } from './ribbon.ts';

const MARK_OF: Readonly<Record<number, Mark>> = {
  [RIBBON.normal]: 'normal',
  [RIBBON.af]: 'af',
  [RIBBON.other]: 'other',
  [RIBBON.noise]: 'noise',
  [RIBBON.noSignal]: 'gap',
};

/** Patterns from 8 px on; below that the plain colour. */
const PATTERN_FROM_PX = 8;

/** A canvas of `width` x `height` CSS px at the screen's own resolution; null where there is none. */
export function prepare(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): { context: CanvasRenderingContext2D; inks: MarkInks } | null {
  const ratio = window.devicePixelRatio;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, inks: markInks() };
}

/** Draws runs standing on `base`. */
export function drawRuns(
  context: CanvasRenderingContext2D,
  inks: MarkInks,
  runs: readonly Run[],
  base: number,
): void {
  for (const { code, x, width, height } of runs) {
    const mark = MARK_OF[code];
    if (mark === undefined) {
      drawThread(context, inks, code, x, width, base);
      continue;
    }
    const ink = inks[mark];
    context.fillStyle = width >= PATTERN_FROM_PX || mark === 'gap' ? ink.pattern : ink.plain;
    context.fillRect(x, base - height, width, height);
  }
}

/** Undecided windows are a dotted thread, what is not analysed yet a plain one. */
function drawThread(
  context: CanvasRenderingContext2D,
  inks: MarkInks,
  code: number,
  x: number,
  width: number,
  base: number,
): void {
  if (code === RIBBON.none) {
    context.fillStyle = inks.hairline;
    context.fillRect(x, base - 1, width, 1);
    return;
  }
  context.fillStyle = inks.ink2;
  for (let dot = Math.ceil(x / 3) * 3; dot < x + width; dot += 3) {
    context.fillRect(dot, base - 1.5, 1.5, 1.5);
  }
}
