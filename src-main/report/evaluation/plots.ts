/** Pictures of a score as inline SVG: the confusion matrix and the abstention curve. */
import { RHYTHM_CLASSES } from '../../contract/domain.ts';
import { element, type Markup } from './markup.ts';
import { axes, LEFT, NAME_Y, picture, SIDE, text, ticksFrom, TOP } from './plot-frame.ts';
import { CLASS_NAMES, classesOfMean, count, percent } from './printed.ts';
import type { Score } from './score.ts';

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

/** The axis begins at the highest of these that leaves room below the curves for their names. */
const FLOORS = [0.9, 0.8, 0.6, 0];

/** Accuracy and mean F1 over the share of verdicts kept, from half to all. */
export function abstentionPlot(score: Score): Markup {
  const { abstention: points, abstentionClasses: classes } = score;
  const shown = points.filter(({ coverage }) => coverage >= 0.499);
  const least = Math.min(1, ...shown.flatMap((one) => [one.accuracy, one.meanF1 ?? 1]));
  const floor = FLOORS.find((value) => value <= least - (1 - least) / 2) ?? 0;
  const at = (coverage: number, value: number): string => {
    const y = TOP + ((1 - value) / (1 - floor)) * SIDE;
    return `${(LEFT + (coverage - 0.5) * 2 * SIDE).toFixed(1)},${y.toFixed(1)}`;
  };
  const curve = (name: string, places: readonly string[]) =>
    element('polyline', { points: places.join(' '), class: name });
  return picture('Abstention curve: what is gained when the least sure verdicts are withheld', [
    ...axes('share of verdicts kept', 'score', { across: ticksFrom(0.5), up: ticksFrom(floor) }),
    curve(
      'curve',
      shown.map((point) => at(point.coverage, point.accuracy)),
    ),
    curve(
      'curve dashed',
      shown.flatMap(({ coverage, meanF1 }) => (meanF1 === null ? [] : [at(coverage, meanF1)])),
    ),
    text(LEFT + 8, TOP + SIDE - 24, 'start', 'solid: accuracy'),
    ...(classes.length === 0
      ? []
      : [text(LEFT + 8, TOP + SIDE - 8, 'start', `dashed: mean F1 of ${classesOfMean(score)}`)]),
  ]);
}

function box(x: number, y: number, side: number) {
  return { x, y, width: side - 2, height: side - 2 };
}
