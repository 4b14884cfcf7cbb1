/**
 * Reliability diagram: how often a verdict is right over how sure it is, with how many windows say
 * so below (Bröcker and Smith 2007, Weather and Forecasting 22:651, on why both belong together).
 */
import type { ReliabilityBin } from './calibration.ts';
import { element, type Markup } from './markup.ts';
import { axes, LEFT, picture, SIDE, text, TOP } from './plot-frame.ts';
import { count } from './printed.ts';
import type { Score } from './score.ts';

/** A bin of fewer windows is drawn faint: its interval is half the diagram. */
export const FEW_IN_BIN = 20;

/** Of the histogram, and between it and the square. */
const HEIGHT = 40;
const GAP = 8;

/** The diagonal is a model that means what it says. */
export function reliabilityPlot({ reliability }: Score): Markup {
  const most = Math.max(1, ...reliability.map((bin) => bin.count));
  const floor = TOP + SIDE + GAP + HEIGHT;
  const diagonal = element('line', {
    ...{ x1: LEFT, y1: TOP + SIDE, x2: LEFT + SIDE, y2: TOP },
    class: 'guide',
  });
  return picture(
    'Reliability diagram: share of right verdicts by confidence, and the number of verdicts',
    [
      ...axes('confidence', 'share that is right', { below: GAP + HEIGHT }),
      diagonal,
      ...reliability.flatMap((bin) => [...pointOf(bin), barOf(bin, most)]),
      element('line', { x1: LEFT, y1: floor, x2: LEFT + SIDE, y2: floor, class: 'grid' }),
      text(LEFT - 6, floor - HEIGHT + 8, 'end', count(most)),
      text(LEFT - 6, floor, 'end', '0'),
    ],
    GAP + HEIGHT,
  );
}

function pointOf({ meanConfidence, accuracy, low, high, count: n }: ReliabilityBin): Markup[] {
  const x = LEFT + meanConfidence * SIDE;
  const y = (share: number) => TOP + (1 - share) * SIDE;
  const few = n < FEW_IN_BIN ? ' few' : '';
  return [
    element('line', { x1: x, y1: y(low), x2: x, y2: y(high), class: `whisker${few}` }),
    element('circle', { cx: x, cy: y(accuracy), r: 3, class: `dot${few}` }),
  ];
}

function barOf({ from, to, count: n }: ReliabilityBin, most: number): Markup {
  // A bin of one window beside one of thousands is still seen.
  const height = Math.max(1, (n / most) * HEIGHT);
  return element('rect', {
    x: LEFT + from * SIDE,
    y: TOP + SIDE + GAP + HEIGHT - height,
    width: (to - from) * SIDE - 1,
    height,
    class: n < FEW_IN_BIN ? 'bar few' : 'bar',
  });
}
