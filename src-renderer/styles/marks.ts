/**
 * The class marks on canvas: the same 4 px tiles as the patterns of tokens.css, in the colours of
 * the theme in force, sharp at the screen's own pixels.
 */

export type Mark = 'normal' | 'af' | 'other' | 'noise' | 'gap';
export const MARKS = ['normal', 'af', 'other', 'noise', 'gap'] as const satisfies readonly Mark[];

export interface MarkInk {
  /** Plain colour, for runs under 8 px and thin lines. */
  readonly plain: string;
  readonly pattern: CanvasPattern | string;
}

export interface MarkInks extends Readonly<Record<Mark, MarkInk>> {
  readonly hairline: string;
  readonly ink2: string;
  readonly normalHalf: string;
}

const cache = new Map<string, MarkInks>();

/** Inks of the theme that `element` is shown in, for a context scaled by `ratio`. */
export function markInks(element: Element, ratio: number): MarkInks {
  const theme = document.documentElement.dataset['theme'] ?? 'light';
  const key = `${theme} ${ratio}`;
  const known = cache.get(key);
  if (known) return known;
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const ink = (mark: 'af' | 'other' | 'noise'): MarkInk => ({
    plain: colour(mark),
    pattern: tile(mark, colour(mark), colour(`${mark}-half`), ratio),
  });
  const inks: MarkInks = {
    normal: { plain: colour('normal'), pattern: colour('normal') },
    af: ink('af'),
    other: ink('other'),
    noise: ink('noise'),
    gap: { plain: colour('gap'), pattern: gapTile(colour('gap'), ratio) },
    hairline: colour('hairline'),
    ink2: colour('ink-2'),
    normalHalf: colour('normal-half'),
  };
  cache.set(key, inks);
  return inks;
}

function tile(
  mark: 'af' | 'other' | 'noise',
  full: string,
  half: string,
  ratio: number,
): CanvasPattern | string {
  return pattern(4, ratio, full, (context) => {
    context.fillStyle = half;
    context.fillRect(0, 0, 4, 4);
    context.fillStyle = full;
    if (mark === 'af') context.fillRect(0, 0, 2.4, 4);
    else if (mark === 'other') context.fillRect(0, 0, 4, 2);
    else {
      context.fillRect(0, 0, 2, 2);
      context.fillRect(2, 2, 2, 2);
    }
  });
}

/** Diagonal lines 7 px apart, measured across them; nothing between. */
function gapTile(colour: string, ratio: number): CanvasPattern | string {
  const side = 7;
  return pattern(side, ratio, colour, (context) => {
    context.strokeStyle = colour;
    context.lineWidth = 1.2;
    context.beginPath();
    for (const shift of [-side, 0, side]) {
      context.moveTo(shift, side);
      context.lineTo(shift + side, 0);
    }
    context.stroke();
  });
}

function pattern(
  side: number,
  ratio: number,
  fallback: string,
  draw: (context: CanvasRenderingContext2D) => void,
): CanvasPattern | string {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(side * ratio);
  canvas.height = Math.round(side * ratio);
  const context = canvas.getContext('2d');
  if (!context) return fallback;
  context.scale(canvas.width / side, canvas.height / side);
  draw(context);
  const made = context.createPattern(canvas, 'repeat');
  // The tile was drawn in device pixels; the context that fills with it is scaled by `ratio`.
  made?.setTransform(new DOMMatrix().scale(side / canvas.width));
  return made ?? fallback;
}
