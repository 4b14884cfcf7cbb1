/** Figures as people read them: the same digits in the text and on the page. */
import type { Reading } from '../../contract/domain.ts';
import type { Estimate } from './bootstrap.ts';
import type { Evaluation, WindowTally } from './evaluation.ts';
import type { Level, Score } from './score.ts';

export const NOT_ASSESSED = 'not assessed';

export const CLASS_NAMES = { normal: 'Normal', af: 'AF', other: 'Other', noise: 'Noise' } as const;

export function fraction(value: number | null): string {
  return value === null ? NOT_ASSESSED : value.toFixed(3);
}

/** `0.892 (0.871-0.911)`; without the brackets where no interval can be told. */
export function withInterval({ value, low, high }: Estimate): string {
  if (value === null || low === null || high === null) return fraction(value);
  return `${fraction(value)} (${fraction(low)}-${fraction(high)})`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
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

export function levelMeans(level: Level): string {
  return level === 'recording' ? 'By recording' : 'By window of 10 s';
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
  const right = (share: number | null) => (share === null ? NOT_ASSESSED : percent(share));
  return (
    `${partOf(score.unlike, score.told)} of ${count(score.told)} windows with signal; right ` +
    `${right(score.accuracyOfUnlike)} of them, ${right(score.accuracyOfLike)} of the others`
  );
}

/** Patients under one reading, in the set's order. */
export function patientRows({ recordings, scores }: Evaluation, reading: Reading): string[][] {
  if (!scores.some((score) => score.reading === reading)) return [];
  const patients = new Map<string, WindowTally[]>();
  for (const { subject, windows, reading: own } of recordings) {
    if (own === reading) patients.set(subject, [...(patients.get(subject) ?? []), windows]);
  }
  const ratio = (part: number, rest: number) =>
    part + rest === 0 ? NOT_ASSESSED : fraction(part / (part + rest));
  return Array.from(patients, ([patient, tallies]) => {
    const sum = (of: (tally: WindowTally) => number) =>
      tallies.reduce((total, tally) => total + of(tally), 0);
    const compared = sum((tally) => tally.compared);
    const judged = compared - sum((tally) => tally.notAnalysable);
    const right = sum((tally) => tally.right);
    return [
      patient,
      count(compared),
      partOf(
        sum((tally) => tally.uncertain),
        compared,
      ),
      ratio(right, judged - right),
      ratio(
        sum((tally) => tally.afRight),
        sum((tally) => tally.afMissed),
      ),
      ratio(
        sum((tally) => tally.notAfRight),
        sum((tally) => tally.afWrong),
      ),
    ];
  });
}

export const PATIENT_HEAD = [
  'Patient',
  'Windows',
  'Uncertain',
  'Accuracy',
  'AF sensitivity',
  'AF specificity',
];

/** What was evaluated with what, as pairs of a word and its value. */
export function circumstances(evaluation: Evaluation): [string, string][] {
  const { dataset, model, bootstrap } = evaluation;
  const taken =
    dataset.taken === dataset.recordings
      ? `${count(dataset.recordings)} recordings`
      : `${count(dataset.taken)} of ${count(dataset.recordings)} recordings (limited, evenly spread)`;
  const read = dataset.taken - dataset.failures.length;
  const learned = model.trainingData?.map(
    ({ name, recordings }) => `${name} (${count(recordings)} recordings)`,
  );
  return [
    ['Set', `${dataset.name} (${dataset.kind}), ${taken}, ${count(read)} of them read`],
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
      `${100 * bootstrap.level} %, bootstrap over ${dataset.subjects}, ${count(bootstrap.resamples)} resamples, seed ${bootstrap.seed}`,
    ],
    ['Program', evaluation.program],
  ];
}
