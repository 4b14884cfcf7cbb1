/** The three pictures of a score as inline SVG: no script, no style attribute, nothing fetched. */
import { RHYTHM_CLASSES } from '../../contract/domain.ts';
import { element, type Markup } from './markup.ts';
import { CLASS_NAMES, count, percent } from './printed.ts';
import type { Score } from './score.ts';

const SIZE = 300;
const LEFT = 62;
const TOP = 14;
const SIDE = SIZE - LEFT - 12;
/** Of the line that names the horizontal axis. */
const NAME_Y = TOP + SIDE + 34;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** From this shade on white is easier to read on the accent than ink is. */
const WHITE_FROM = 0.72;

/** Shade of a cell: its share of its row. */
export function confusionPlot({ all }: Score): Markup {
  const cell = SIDE / RHYTHM_CLASSES.length;
  const names = RHYTHM_CLASSES.map((label) => CLASS_NAMES[label]);
  const cells = all.confusion.flatMap((row, at) => {
    const sum = row.reduce((total, value) => total + value, 0);
    return row.flatMap((value, column) => {
      const share = sum === 0 ? 0 : value / sum;
      const [x, y] = [LEFT + column * cell, TOP + at * cell];
      const middle = { x: x + cell / 2, 'text-anchor': 'middle' };
      const ink = share > WHITE_FROM ? 'on-dark' : 'ink';
      return [
        element('rect', { ...box(x, y, cell), class: 'cell-ground' }),
        element('rect', { ...box(x, y, cell), class: 'cell', 'fill-opacity': share.toFixed(3) }),
        element('text', { ...middle, y: y + cell / 2, class: ink }, count(value)),
        element(
          'text',
          { ...middle, y: y + cell / 2 + 14, class: `${ink} small` },
          sum === 0 ? '' : percent(share),
        ),
      ];
    });
  });
  return picture('Confusion matrix: rows are the reference, columns what the model called', [
    ...cells,
    ...names.flatMap((name, at) => [
      text(LEFT - 6, TOP + (at + 0.5) * cell + 4, 'end', name),
      text(LEFT + (at + 0.5) * cell, TOP + SIDE + 16, 'middle', name),
    ]),
    text(LEFT + SIDE / 2, NAME_Y, 'middle', 'called by the model'),
  ]);
}

/** Bars of accuracy over confidence; the diagonal is a model that means what it says. */
export function reliabilityPlot({ reliability }: Score): Markup {
  const bars = reliability.map((bin) =>
    element('rect', {
      x: LEFT + bin.from * SIDE,
      y: TOP + (1 - bin.accuracy) * SIDE,
      width: (bin.to - bin.from) * SIDE - 1,
      height: bin.accuracy * SIDE,
      class: 'bar',
    }),
  );
  const dots = reliability.map((bin) =>
    element('circle', {
      cx: LEFT + bin.meanConfidence * SIDE,
      cy: TOP + (1 - bin.accuracy) * SIDE,
      r: 2.5,
      class: 'dot',
    }),
  );
  const diagonal = element('line', {
    ...{ x1: LEFT, y1: TOP + SIDE, x2: LEFT + SIDE, y2: TOP },
    class: 'guide',
  });
  return picture('Reliability diagram: share of right verdicts by confidence', [
    ...bars,
    ...axes('confidence', 'share that is right', TICKS, TICKS),
    diagonal,
    ...dots,
  ]);
}

/** Accuracy and mean F1 over the share of verdicts kept, from half to all. */
export function abstentionPlot({ abstention }: Score): Markup {
  const at = (coverage: number, value: number): string =>
    `${(LEFT + (coverage - 0.5) * 2 * SIDE).toFixed(1)},${(TOP + (1 - value) * SIDE).toFixed(1)}`;
  const curve = (name: string, points: readonly string[]) =>
    element('polyline', { points: points.join(' '), class: name });
  const shown = abstention.filter(({ coverage }) => coverage >= 0.499);
  return picture('Abstention curve: what is gained when the least sure verdicts are withheld', [
    ...axes(
      'share of verdicts kept',
      'score',
      TICKS.map((tick) => 0.5 + tick / 2),
      TICKS,
    ),
    curve(
      'curve',
      shown.map((point) => at(point.coverage, point.accuracy)),
    ),
    curve(
      'curve dashed',
      shown.flatMap(({ coverage, meanF1 }) => (meanF1 === null ? [] : [at(coverage, meanF1)])),
    ),
    text(LEFT + 8, TOP + SIDE - 24, 'start', 'solid: accuracy'),
    text(LEFT + 8, TOP + SIDE - 8, 'start', 'dashed: mean F1 of Normal, AF, Other'),
  ]);
}

/** Ticks are the values printed; both axes run from their first tick to their last. */
function axes(
  below: string,
  beside: string,
  across: readonly number[],
  up: readonly number[],
): Markup[] {
  const share = (ticks: readonly number[], index: number) => index / (ticks.length - 1);
  return [
    ...across.map((tick, index) =>
      text(LEFT + share(across, index) * SIDE, TOP + SIDE + 16, 'middle', String(tick)),
    ),
    ...up.flatMap((tick, index) => {
      const y = TOP + (1 - share(up, index)) * SIDE;
      return [
        element('line', { x1: LEFT, y1: y, x2: LEFT + SIDE, y2: y, class: 'grid' }),
        text(LEFT - 6, y + 4, 'end', String(tick)),
      ];
    }),
    text(LEFT + SIDE / 2, NAME_Y, 'middle', below),
    element(
      'text',
      { transform: `translate(14 ${TOP + SIDE / 2}) rotate(-90)`, 'text-anchor': 'middle' },
      beside,
    ),
  ];
}

function picture(title: string, content: readonly Markup[]): Markup {
  const attributes = { viewBox: `0 0 ${SIZE} ${NAME_Y + 8}`, role: 'img' };
  return element('svg', attributes, element('title', {}, title), ...content);
}

function text(x: number, y: number, anchor: 'start' | 'middle' | 'end', content: string): Markup {
  return element('text', { x, y, 'text-anchor': anchor }, content);
}

function box(x: number, y: number, side: number) {
  return { x, y, width: side - 2, height: side - 2 };
}
