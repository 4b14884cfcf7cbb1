/** Figures as people read them: the same digits in the text and on the page. */
import type { Reading } from '../../contract/domain.ts';
import { FEWEST_OF_CLASS } from './abstention.ts';
import { FEWEST_PEOPLE, FEWEST_WHO_ERR, type Estimate } from './estimate.ts';
import type { EvaluatedDataset, Evaluation } from './evaluation.ts';
import type { Figures } from './figures.ts';
import type { Level, Score } from './score.ts';

export const NOT_ASSESSED = 'not assessed';

export const CLASS_NAMES = { normal: 'Normal', af: 'AF', other: 'Other', noise: 'Noise' } as const;

export function fraction(value: number | null): string {
  return value === null ? NOT_ASSESSED : value.toFixed(3);
}

/** `0.892 (0.871-0.911)`; without the brackets where no interval is told. */
export function withInterval({ value, low, high }: Estimate): string {
  if (value === null || low === null || high === null) return fraction(value);
  return `${fraction(value)} (${fraction(low)}-${fraction(high)})`;
}

/**
 * What an interval rests on: `26 recordings; 7 err`, `3 patients, exact`; '' where nothing is assessed.
 */
export function restsOn({ value, interval, people, erring }: Estimate, drawn: Drawn): string {
  if (value === null) return '';
  const who = counted(people, personOf(drawn));
  // Among all that the figure is about: of an F1 they can be more than have the class.
  const err = erring === null || erring === 0 ? '' : `; ${count(erring)} err`;
  switch (interval) {
    case 'bootstrap':
      return `${who}${err}`;
    case 'exact':
      return `${who}${err}, exact`;
    case 'bounds':
      return `${who}, bounds`;
    case null:
      return `not told: ${who}`;
  }
}

/** What the intervals are drawn from. */
export type Drawn = EvaluatedDataset['subjects'];

export function personOf(drawn: Drawn): 'patient' | 'recording' {
  return drawn === 'patients' ? 'patient' : 'recording';
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A share that people chose: `5 %`, `0.5 %`. */
export function chosenPercent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}

/** `1 window`, `2 windows`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

export function count(value: number): string {
  return value.toLocaleString('en');
}

/** `38 (1.9 %)` of `whole`. */
export function partOf(part: number, whole: number): string {
  return whole === 0 ? count(part) : `${count(part)} (${percent(part / whole)})`;
}

export function readingMeans(reading: Reading): string {
  return reading === 'cinc'
    ? 'sinus rhythm with ectopic beats counts as Other'
    : 'sinus rhythm with ectopic beats counts as Normal';
}

/** Said of a reading under which a set's labels mean something else than verdicts. */
export const NOT_COMPARABLE = "not comparable with this set's labels";

export function levelMeans(level: Level): string {
  return level === 'recording' ? 'Whole recordings' : 'Windows of 10 s';
}

/** `3,955 windows of 26 recordings`; of whole recordings only how many. */
export function comparedWords({ level, compared, subjects }: Score, drawn: Drawn): string {
  return level === 'recording'
    ? counted(compared, 'recording')
    : `${counted(compared, 'window')} of ${counted(subjects, personOf(drawn))}`;
}

/** AF in one line, of the verdicts that are not uncertain. */
export function afLine(
  { certain, unclassifiedShare }: Score,
  { prevalence, dataset }: Pick<Evaluation, 'prevalence' | 'dataset'>,
): string {
  const { sensitivity, specificity } = afOf(certain);
  const words = (estimate: Estimate) => inWords(estimate, dataset.subjects);
  return (
    `AF: sensitivity ${words(sensitivity)}, specificity ${words(specificity)}; ` +
    `where ${chosenPercent(prevalence)} is AF, PPV ${words(certain.afPpvAtPrevalence)}, ` +
    `NPV ${words(certain.afNpvAtPrevalence)}; ${percent(unclassifiedShare)} unclassified`
  );
}

/** `0.892 (0.871-0.911; 26 recordings)`, `0.989 (not told: 4 patients)`. */
function inWords(estimate: Estimate, drawn: Drawn): string {
  const { value, low, high } = estimate;
  if (value === null) return NOT_ASSESSED;
  const interval = low === null || high === null ? '' : `${fraction(low)}-${fraction(high)}; `;
  return `${fraction(value)} (${interval}${restsOn(estimate, drawn)})`;
}

export function afOf({ classes }: Figures): Figures['classes'][number] {
  const af = classes.find(({ label }) => label === 'af');
  if (af === undefined) throw new Error('There are figures of every class.');
  return af;
}

/** `Normal, AF`. */
export function classesOfMean({ abstentionClasses }: Score): string {
  return abstentionClasses.map((label) => CLASS_NAMES[label]).join(', ');
}

/** Which classes the mean F1 of the abstention curve leaves out and where it ends; null for none. */
export function abstentionCaveat(score: Score): string | null {
  const { abstention, abstentionClasses, all, level } = score;
  const left = all.classes
    .filter(({ label }) => label !== 'noise' && !abstentionClasses.includes(label))
    .map(({ label, reference }) => `${CLASS_NAMES[label]} (${counted(reference, level)})`);
  const ends = abstention.some(({ meanF1 }) => meanF1 === null);
  const words = [
    ...(left.length > 0
      ? [`Not in the mean F1, with fewer than ${FEWEST_OF_CLASS}: ${left.join(', ')}.`]
      : []),
    ...(abstentionClasses.length > 0 && ends
      ? [`The mean F1 ends where a class in it has fewer than ${FEWEST_OF_CLASS} left.`]
      : []),
  ];
  return words.length === 0 ? null : words.join(' ');
}

/** Rows of the table of prediction sets, its head first; none where the model publishes none. */
export function setRows({ predictionSets: sets }: Score): string[][] {
  if (sets === null) return [];
  return [
    ['Reference', 'Windows', 'True class in the set', 'Mean size', 'One class only'],
    ...sets.figures.map(({ of, count: n, covered, meanSize, single }) => [
      of === 'all' ? 'All' : CLASS_NAMES[of],
      count(n),
      covered === null ? NOT_ASSESSED : percent(covered),
      meanSize === null ? NOT_ASSESSED : meanSize.toFixed(2),
      single === null ? NOT_ASSESSED : percent(single),
    ]),
  ];
}

/** `34 (1.9 %) of 1,790 windows; right: 61.8 % of them, 84.1 % of the others`; null where not told. */
export function unlikeWords({ unlike: score }: Score): string | null {
  if (score === null || score.told === 0) return null;
  const { accuracyOfUnlike, accuracyOfLike } = score;
  const of = `of ${counted(score.told, 'window')} with signal`;
  if (accuracyOfUnlike === null) return `none ${of}`;
  const others = accuracyOfLike === null ? '' : `, ${percent(accuracyOfLike)} of the others`;
  return `${partOf(score.unlike, score.told)} ${of}; right ${percent(accuracyOfUnlike)} of them${others}`;
}

/** What was evaluated with what, as pairs of a word and its value. */
export function circumstances(evaluation: Evaluation): [string, string][] {
  const { dataset, model, bootstrap } = evaluation;
  const person = personOf(dataset.subjects);
  const all = counted(dataset.recordings, 'recording');
  const taken =
    dataset.taken === dataset.recordings
      ? all
      : `${count(dataset.taken)} of ${all} (limited, evenly spread)`;
  const unread = dataset.failures.length;
  const read = unread === 0 ? '' : `, ${count(unread)} of them not read`;
  const learned = model.trainingData?.map(
    ({ name, recordings }) => `${name} (${counted(recordings, 'recording')})`,
  );
  return [
    ['Set', `${dataset.name} (${dataset.kind}), ${taken}${read}`],
    [
      'Reference labels',
      dataset.labelsHoldFor === 'recording' ? 'one a recording' : 'from annotations, by window',
    ],
    ['Lead', evaluation.lead === 'auto' ? 'II, then I or ECG, then the cleanest' : evaluation.lead],
    ['Model', `${model.name} ${model.version}`],
    ['SHA-256', model.sha256],
    ['Preprocessing', model.preprocessing],
    ['Threshold', `${model.threshold}: below it a verdict is uncertain`],
    ['Learned from', learned === undefined ? 'not stated' : learned.join(', ')],
    [
      'Intervals',
      `${100 * bootstrap.level} %, bootstrap over ${person}s, ${count(bootstrap.resamples)} resamples, ` +
        `seed ${bootstrap.seed}. Beside each figure is how many ${person}s it rests on: the fewest of those ` +
        `with the class, without it, or called so, as it needs; and how many ${person}s err in it at all. ` +
        `Not told below ${FEWEST_PEOPLE}, unless none errs or none is right. Exact: where fewer than ` +
        `${FEWEST_WHO_ERR} err, or are right, Clopper and Pearson's bound with each ${person} as one trial, or the bootstrap's limit where that is wider: ` +
        `from so few the bootstrap alone is too narrow. Bounds: of the ` +
        'limits of what the figure is made of, where one of those is exact.',
    ],
    ['Program', evaluation.program],
  ];
}
