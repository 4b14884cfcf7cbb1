/** The theme's colours and patterns, read from the tokens once a theme, for drawing on canvas. */
import type { RhythmClass } from '../../src-main/contract/domain.ts';

export interface ClassInk {
  readonly solid: string;
  readonly wash: string;
  readonly pattern: CanvasPattern;
}

export interface Palette {
  readonly font: string;
  readonly traceWidthPx: number;
  readonly chrome: string;
  readonly panel: string;
  readonly hairline: string;
  readonly ink1: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly accent: string;
  readonly accentWash: string;
  readonly paper: string;
  readonly paperBeyond: string;
  readonly grid1mm: string;
  readonly grid5mm: string;
  readonly trace: string;
  readonly gapPattern: CanvasPattern;
  readonly class: Readonly<Record<RhythmClass, ClassInk>>;
  readonly devicePixelRatio: number;
}

export type GridStrength = 'quiet' | 'strong';

/** A strong grid takes the next darker pair of the tokens. */
export function readPalette(grid: GridStrength): Palette {
  const root = document.documentElement;
  const style = getComputedStyle(root);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const devicePixelRatio = window.devicePixelRatio;
  const ink = (name: RhythmClass): ClassInk => ({
    solid: token(name),
    wash: token(`${name}-wash`),
    pattern: tile(4, devicePixelRatio, PATTERNS[name](token(name), token(`${name}-half`))),
  });
  return {
    font: getComputedStyle(document.body).fontFamily,
    traceWidthPx: Number.parseFloat(token('w-trace')) || 1.4,
    chrome: token('chrome'),
    panel: token('panel'),
    hairline: token('hairline'),
    ink1: token('ink-1'),
    ink2: token('ink-2'),
    ink3: token('ink-3'),
    accent: token('accent'),
    accentWash: token('accent-wash'),
    paper: token('paper'),
    paperBeyond: token('paper-beyond'),
    grid1mm: token(grid === 'strong' ? 'grid-5mm' : 'grid-1mm'),
    grid5mm: token(grid === 'strong' ? 'gap' : 'grid-5mm'),
    trace: token('trace'),
    gapPattern: tile(GAP_TILE_PX, devicePixelRatio, diagonal(token('gap'))),
    class: {
      normal: ink('normal'),
      af: ink('af'),
      other: ink('other'),
      noise: ink('noise'),
    },
    devicePixelRatio,
  };
}

/** Calls back when theme, screen density or type of colours change. */
export function watchPalette(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme', 'class', 'style'] });
  const queries = [
    matchMedia('(prefers-color-scheme: dark)'),
    matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`),
    matchMedia('(min-width: 2240px)'),
  ];
  for (const query of queries) query.addEventListener('change', onChange);
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener('change', onChange);
  };
}

type Painter = (context: CanvasRenderingContext2D) => void;

const PATTERNS: Readonly<Record<RhythmClass, (solid: string, half: string) => Painter>> = {
  normal: (solid) => rects([[solid, 0, 0, 4, 4]]),
  af: (solid, half) =>
    rects([
      [half, 0, 0, 4, 4],
      [solid, 0, 0, 2.4, 4],
    ]),
  other: (solid, half) =>
    rects([
      [half, 0, 0, 4, 4],
      [solid, 0, 0, 4, 2],
    ]),
  noise: (solid, half) =>
    rects([
      [half, 0, 0, 4, 4],
      [solid, 0, 0, 2, 2],
      [solid, 2, 2, 2, 2],
    ]),
};

function rects(list: readonly (readonly [string, number, number, number, number])[]): Painter {
  return (context) => {
    for (const [colour, x, y, width, height] of list) {
      context.fillStyle = colour;
      context.fillRect(x, y, width, height);
    }
  };
}

/** A diagonal every 7 px measured across it, 1.2 px wide: the tile's side is 7 x sqrt 2. */
const GAP_TILE_PX = 7 * Math.SQRT2;

function diagonal(colour: string): Painter {
  return (context) => {
    context.strokeStyle = colour;
    context.lineWidth = 1.2;
    context.beginPath();
    for (const shift of [-1, 0, 1]) {
      context.moveTo((shift - 0.5) * GAP_TILE_PX, 1.5 * GAP_TILE_PX);
      context.lineTo((shift + 1.5) * GAP_TILE_PX, -0.5 * GAP_TILE_PX);
    }
    context.stroke();
  };
}

/** A square tile of `sizePx` CSS px, drawn at the screen's density. */
function tile(sizePx: number, devicePixelRatio: number, paint: Painter): CanvasPattern {
  const side = Math.max(1, Math.round(sizePx * devicePixelRatio));
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser draws no canvas.');
  context.scale(side / sizePx, side / sizePx);
  paint(context);
  const pattern = context.createPattern(canvas, 'repeat');
  if (!pattern) throw new Error('This browser draws no canvas patterns.');
  pattern.setTransform(new DOMMatrix().scale(sizePx / side));
  return pattern;
}
