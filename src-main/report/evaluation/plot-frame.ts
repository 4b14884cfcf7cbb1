/** The frame of a picture: its size, axes and text. No script, no style attribute, nothing fetched. */
import { element, type Markup } from './markup.ts';

const SIZE = 300;
export const LEFT = 62;
export const TOP = 14;
export const SIDE = SIZE - LEFT - 12;
/** Of the line that names the horizontal axis. */
export const NAME_Y = TOP + SIDE + 34;

/** Five, evenly to 1. */
export function ticksFrom(least: number): readonly number[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => least + share * (1 - least));
}

/** What is printed along each axis, from its first value to its last: 0 to 1 unless said. */
interface Axes {
  readonly across?: readonly number[];
  readonly up?: readonly number[];
  /** How far the ticks across are below the square. */
  readonly below?: number;
}

export function axes(
  nameAcross: string,
  nameUp: string,
  { across = ticksFrom(0), up = ticksFrom(0), below = 0 }: Axes = {},
): Markup[] {
  const share = (ticks: readonly number[], index: number) => index / (ticks.length - 1);
  return [
    ...across.map((tick, index) =>
      text(LEFT + share(across, index) * SIDE, TOP + SIDE + below + 16, 'middle', written(tick)),
    ),
    ...up.flatMap((tick, index) => {
      const y = TOP + (1 - share(up, index)) * SIDE;
      return [
        element('line', { x1: LEFT, y1: y, x2: LEFT + SIDE, y2: y, class: 'grid' }),
        text(LEFT - 6, y + 4, 'end', written(tick)),
      ];
    }),
    text(LEFT + SIDE / 2, NAME_Y + below, 'middle', nameAcross),
    element(
      'text',
      { transform: `translate(14 ${TOP + SIDE / 2}) rotate(-90)`, 'text-anchor': 'middle' },
      nameUp,
    ),
  ];
}

function written(tick: number): string {
  return String(Number(tick.toFixed(3)));
}

/** `below` is what it is taller than the frame. */
export function picture(title: string, content: readonly Markup[], below = 0): Markup {
  const attributes = { viewBox: `0 0 ${SIZE} ${NAME_Y + below + 8}`, role: 'img' };
  return element('svg', attributes, element('title', {}, title), ...content);
}

export function text(
  x: number,
  y: number,
  anchor: 'start' | 'middle' | 'end',
  content: string,
): Markup {
  return element('text', { x, y, 'text-anchor': anchor }, content);
}
