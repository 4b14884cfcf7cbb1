/** A canvas that is sharp at any screen density, and the few strokes that all drawings share. */

export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * What a drawing leaves of its canvas: one that covers it all is laid on the page as it is, without
 * being blended, and nothing behind it is drawn.
 */
export type Cover = 'whole' | 'part';

/** Sizes the canvas in CSS px (only when it changed: sizing clears) and scales its context. */
export function surfaceOf(
  canvas: HTMLCanvasElement,
  widthPx: number,
  heightPx: number,
  devicePixelRatio: number,
  cover: Cover,
): Surface | null {
  const width = Math.round(widthPx * devicePixelRatio);
  const height = Math.round(heightPx * devicePixelRatio);
  if (width < 1 || height < 1) return null;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${widthPx}px`;
    canvas.style.height = `${heightPx}px`;
  }
  const context = canvas.getContext('2d', { alpha: cover === 'part' });
  if (!context) return null;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  return { context, widthPx, heightPx };
}

/** One colour to the last device pixel: edges between two are not blended over a former drawing. */
export function ground(context: CanvasRenderingContext2D, colour: string): void {
  context.save();
  context.resetTransform();
  context.fillStyle = colour;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
}

/** Upright lines of a width, by their centres. */
export function uprights(
  context: CanvasRenderingContext2D,
  centresPx: readonly number[],
  widthPx: number,
  topPx: number,
  heightPx: number,
): void {
  for (const x of centresPx) context.fillRect(x - widthPx / 2, topPx, widthPx, heightPx);
}

/** Level lines of a height, by their centres. */
export function levels(
  context: CanvasRenderingContext2D,
  centresPx: readonly number[],
  heightPx: number,
  leftPx: number,
  widthPx: number,
): void {
  for (const y of centresPx) context.fillRect(leftPx, y - heightPx / 2, widthPx, heightPx);
}

/** Half-pixel centre nearest to a position. */
export function crisp(positionPx: number): number {
  return Math.round(positionPx) + 0.5;
}

const widths = new Map<string, number>();

/** Width of a text in the context's present font; remembered, since labels repeat every frame. */
export function textWidth(context: CanvasRenderingContext2D, text: string): number {
  const key = `${context.font}\u0000${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 4000) widths.clear();
    width = context.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}
