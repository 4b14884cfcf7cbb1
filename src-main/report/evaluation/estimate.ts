/**
 * A figure with its 95 % interval, and how many people it rests on.
 *
 * - The bootstrap over people, percentile method, where at least FEWEST_PEOPLE have what the figure
 *   is about. With fewer it draws from a handful of persons and its limits are too narrow or absurd
 *   (Cameron, Gelbach and Miller 2008, Rev Econ Stat 90:414, on few clusters): not told.
 * - Where every window hits, or none, every resample gives the same and the bootstrap would claim
 *   certainty. The exact bound of Clopper and Pearson by people is taken: a person who hits in every
 *   window is one trial. The expected share of hits is at least the chance that a person hits in
 *   every window, so the bound holds however alike a person's windows are; it is what Korn and
 *   Graubard (1998, Survey Methodology 24:193) come to where windows of one person tell as much as
 *   one. It is told for any number of people.
 * - Where fewer than FEWEST_WHO_ERR people miss, the bootstrap knows nothing of how often another
 *   does, or how badly: one among many is drawn three times at most in 97.5 % of the resamples, while a
 *   count of one is still likely enough where 5.6 are expected (Garwood 1936, Biometrika 28:437). The
 *   bound by people is taken there as well, with those who miss as misses, or the bootstrap's limit
 *   where that is wider; the other limit is all hits. Where fewer than that hit, it is its mirror.
 * - A figure made of several, one of which is at such an edge, lies between what their lower and
 *   what their upper limits give, since it grows with each. Each limit then has its share of the
 *   5 % (Bonferroni), so that the whole keeps 95 %.
 */
import { lowestWhereAllBut } from './binomial.ts';
import { BOOTSTRAP, quantile, resampled } from './bootstrap.ts';
import { CLASSES, type ConfusionMatrix } from './confusion.ts';
import type { Judged } from './observation.ts';

export const FEWEST_PEOPLE = 5;

export const FEWEST_WHO_ERR = 3;

export interface Estimate {
  /** Null where the set says nothing about it. */
  readonly value: number | null;
  /** Null where the interval is not told. */
  readonly low: number | null;
  readonly high: number | null;
  /** How the interval came about: `bounds` is of the limits of what the figure is made of. */
  readonly interval: 'bootstrap' | 'exact' | 'bounds' | null;
  /** People it rests on, or recordings where the set states no people: the fewest it needs. */
  readonly people: number;
  /** Those of them who miss in some window; null of a figure that is made of several. */
  readonly erring: number | null;
}

/** Cells of a confusion matrix. */
type Cells = readonly number[];

/** A figure that is a share of windows, or grows with one. */
export interface Share {
  readonly kind: 'share';
  /** NaN where not assessed. */
  value(matrix: ConfusionMatrix): number;
  /** The windows that it is about, and those of them that hit. */
  readonly base: Cells;
  readonly hits: Cells;
  /** The figure where that share is `share`. */
  at(share: number): number;
  /** Windows that enough people have to have each of, besides `base`. */
  readonly rests: readonly Cells[];
}

/** Grows with each of its parts. */
export interface Combination {
  readonly kind: 'combination';
  readonly parts: readonly Share[];
  of(values: readonly number[]): number;
}

export type Figure = Share | Combination;

/** One estimate for each figure. */
export function estimates(judged: readonly Judged[], figures: readonly Figure[]): Estimate[] {
  const sample = sampleOf(judged);
  return figures.map((figure) =>
    figure.kind === 'share' ? estimateOfShare(figure, sample, TAIL) : combined(figure, sample),
  );
}

/** Outside an interval at either side. */
const TAIL = (1 - BOOTSTRAP.level) / 2;

interface Sample {
  readonly whole: ConfusionMatrix;
  /** For each subject, bit `cell` where it has a window there. */
  readonly masks: readonly number[];
  /** Of the bootstrap; none for a single subject. */
  readonly resamples: readonly ConfusionMatrix[];
}

const NOTHING: Estimate = {
  value: null,
  low: null,
  high: null,
  interval: null,
  people: 0,
  erring: null,
};

function estimateOfShare(figure: Share, sample: Sample, tail: number): Estimate {
  const value = figure.value(sample.whole);
  if (Number.isNaN(value)) return NOTHING;
  const [hits, all] = [sumOf(sample.whole, figure.hits), sumOf(sample.whole, figure.base)];
  const ofBase = peopleWith(sample, figure.base);
  const right = peopleWith(sample, figure.hits);
  const erring = peopleWith(
    sample,
    figure.base.filter((cell) => !figure.hits.includes(cell)),
  );
  const exact = (low: number, high: number): Estimate => {
    return { value, low, high, interval: 'exact', people: ofBase, erring };
  };
  const least = (missing: number) => lowestWhereAllBut(missing, ofBase, tail);
  if (hits === all) return exact(figure.at(least(0)), figure.at(1));
  if (hits === 0) return exact(figure.at(0), figure.at(1 - least(0)));
  const people = Math.min(ofBase, ...figure.rests.map((cells) => peopleWith(sample, cells)));
  const found = { ...drawn(value, people, sample, tail, (one) => figure.value(one)), erring };
  if (found.low === null || found.high === null) return found;
  if (erring < FEWEST_WHO_ERR) {
    return exact(Math.min(found.low, figure.at(least(erring))), figure.at(1));
  }
  if (right < FEWEST_WHO_ERR) {
    return exact(figure.at(0), Math.max(found.high, figure.at(1 - least(right))));
  }
  return found;
}

function combined({ parts, of }: Combination, sample: Sample): Estimate {
  const valueIn = (matrix: ConfusionMatrix) => of(parts.map((part) => part.value(matrix)));
  const value = valueIn(sample.whole);
  if (Number.isNaN(value)) return NOTHING;
  const found = parts.map((part) => estimateOfShare(part, sample, TAIL / parts.length));
  const people = Math.min(...found.map((part) => part.people));
  if (!found.some(({ interval }) => interval === 'exact')) {
    return drawn(value, people, sample, TAIL, valueIn);
  }
  const limits = found.flatMap(({ low, high }) =>
    low === null || high === null ? [] : [{ low, high }],
  );
  if (limits.length < parts.length) {
    return { value, low: null, high: null, interval: null, people, erring: null };
  }
  const low = of(limits.map((part) => part.low));
  const high = of(limits.map((part) => part.high));
  return { value, low, high, interval: 'bounds', people, erring: null };
}

function drawn(
  value: number,
  people: number,
  { resamples }: Sample,
  tail: number,
  valueIn: (matrix: ConfusionMatrix) => number,
): Estimate {
  if (people < FEWEST_PEOPLE) {
    return { value, low: null, high: null, interval: null, people, erring: null };
  }
  // Of five people or more, fewer than 1 % of the resamples have none.
  const values = resamples.map(valueIn).filter((one) => !Number.isNaN(one));
  values.sort((a, b) => a - b);
  const [low, high] = [quantile(values, tail), quantile(values, 1 - tail)];
  return { value, low, high, interval: 'bootstrap', people, erring: null };
}

function sampleOf(judged: readonly Judged[]): Sample {
  const subjects = new Map<string, number[]>();
  const whole = new Float64Array(CLASSES * CLASSES);
  for (const { subject, reference, called } of judged) {
    const cell = reference * CLASSES + called;
    whole[cell] = (whole[cell] ?? 0) + 1;
    const cells = subjects.get(subject);
    if (cells) cells.push(cell);
    else subjects.set(subject, [cell]);
  }
  const each = [...subjects.values()];
  return {
    whole,
    masks: each.map((cells) => maskOf(cells)),
    resamples: each.length > 1 ? resampled(each) : [],
  };
}

function maskOf(cells: Cells): number {
  return cells.reduce((mask, cell) => mask | (1 << cell), 0);
}

function peopleWith({ masks }: Sample, cells: Cells): number {
  const wanted = maskOf(cells);
  return masks.filter((mask) => (mask & wanted) !== 0).length;
}

function sumOf(matrix: ConfusionMatrix, cells: Cells): number {
  return cells.reduce((sum, cell) => sum + (matrix[cell] ?? 0), 0);
}
