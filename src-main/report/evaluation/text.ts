/** An evaluation as plain text of at most 100 columns, for a terminal or a log. */
import { READINGS, RHYTHM_CLASSES } from '../../contract/domain.ts';
import type { EvaluatedDataset, Evaluation } from './evaluation.ts';
import {
  circumstances,
  CLASS_NAMES,
  count,
  fraction,
  levelMeans,
  partOf,
  percent,
  PATIENT_HEAD,
  patientRows,
  readingMeans,
  setRows,
  unlikeWords,
  withInterval,
} from './printed.ts';
import type { Figures, Score } from './score.ts';

const WIDTH = 96;
const PATIENTS = 100;

export function evaluationText(evaluation: Evaluation): string {
  const { provenance, dataset } = evaluation;
  const facts = circumstances(evaluation);
  const width = Math.max(...facts.map(([word]) => word.length)) + 2;
  const failed = dataset.failures.map(({ recording, message }) => `${recording}: ${message}`);
  const uncompared = dataset.notCompared.map(
    ({ reason, windows }) => `${count(windows)} windows: ${reason}`,
  );
  return [
    `Evaluation of the rhythm model. ${evaluation.notice}.`,
    '',
    ...facts.flatMap(([word, value]) => labelledLines(word, value, width)),
    '',
    ...wrapped(provenance.statement, WIDTH),
    ...evaluation.remarks.flatMap((remark) => ['', ...wrapped(remark, WIDTH)]),
    ...listed('Without a label that can be compared', uncompared),
    ...listed('Not read', failed),
    ...evaluation.scores.flatMap((score) =>
      scoreLines(score, evaluation.prevalence, dataset.subjects),
    ),
    ...patientLines(evaluation),
    '',
  ].join('\n');
}

/** By patient, where the set states them and there are no more than a page holds. */
function patientLines(evaluation: Evaluation): string[] {
  if (evaluation.dataset.subjects !== 'patients') return [];
  return READINGS.flatMap((reading) => {
    const rows = patientRows(evaluation, reading);
    if (rows.length === 0) return [];
    const more = rows.length > PATIENTS ? ['The others are in patients.csv.'] : [];
    const shown = table([PATIENT_HEAD, ...rows.slice(0, PATIENTS)]);
    return ['', '', `By patient, reading ${reading}`, '', ...shown, ...more];
  });
}

function scoreLines(
  score: Score,
  prevalence: number,
  drawn: EvaluatedDataset['subjects'],
): string[] {
  const title = `${levelMeans(score.level)}, reading ${score.reading}: ${readingMeans(score.reading)}`;
  const { compared } = score;
  const of = score.level === 'window' ? ` windows of ${count(score.subjects)} ${drawn}` : '';
  return [
    '',
    '',
    title,
    '='.repeat(title.length),
    '',
    `Compared       ${count(compared)}${of}`,
    `Uncertain      ${partOf(score.uncertain, compared)}`,
    `No signal      ${partOf(score.notAnalysable, compared)}`,
    `Unclassified   ${percent(score.unclassifiedShare)} (uncertain and no signal together)`,
    '',
    `Every verdict (${count(score.all.count)}), uncertain ones by their largest probability`,
    '',
    ...confusionLines(score.all),
    '',
    ...figureLines(score.all, prevalence),
    '',
    `Verdicts that are not uncertain (${count(score.certain.count)}); ${percent(score.unclassifiedShare)} unclassified`,
    '',
    ...figureLines(score.certain, prevalence),
    '',
    ...honestyLines(score),
    `Calibration error (15 bins)   ${fraction(score.calibrationError)}`,
    '',
    ...table([
      ['Kept', 'From confidence', 'Accuracy', 'Mean F1 of N, A, O'],
      ...score.abstention.map((point) => [
        percent(point.coverage),
        fraction(point.threshold),
        fraction(point.accuracy),
        fraction(point.meanF1),
      ]),
    ]),
  ];
}

function honestyLines(score: Score): string[] {
  const sets = score.predictionSets;
  const unlike = unlikeWords(score);
  return [
    ...(sets === null ? [] : [`Prediction sets of ${percent(sets.coverage)} for each class`, '']),
    ...table(setRows(score)),
    ...(sets === null ? [] : ['']),
    ...(unlike === null ? [] : [...labelledLines('Unlike the training data', unlike, 27), '']),
  ];
}

function confusionLines({ confusion }: Figures): string[] {
  return table([
    ['Reference \\ called', ...RHYTHM_CLASSES.map((label) => CLASS_NAMES[label]), 'All'],
    ...confusion.map((row, index) => [
      CLASS_NAMES[RHYTHM_CLASSES[index] ?? 'normal'],
      ...row.map(count),
      count(row.reduce((sum, cell) => sum + cell, 0)),
    ]),
  ]);
}

function figureLines(figures: Figures, prevalence: number): string[] {
  return [
    ...table([
      ['', 'F1', 'Sensitivity', 'Specificity', 'PPV in this set'],
      ...figures.classes.map((one) => [
        CLASS_NAMES[one.label],
        withInterval(one.f1),
        withInterval(one.sensitivity),
        withInterval(one.specificity),
        withInterval(one.ppv),
      ]),
    ]),
    '',
    ...table([
      ['Mean F1 of Normal, AF, Other', withInterval(figures.meanF1OfNormalAfOther)],
      ['Mean F1 of the four classes', withInterval(figures.meanF1OfFour)],
      ['Accuracy', withInterval(figures.accuracy)],
      [`PPV of AF at ${percent(prevalence)} AF`, withInterval(figures.afPpvAtPrevalence)],
    ]),
  ];
}

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  }
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('   ')
      .trimEnd(),
  );
}

function labelledLines(word: string, value: string, width: number): string[] {
  return wrapped(value, WIDTH - width).map(
    (line, index) => (index === 0 ? word : '').padEnd(width) + line,
  );
}

const LISTED = 10;

function listed(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - LISTED;
  const shown = lines.slice(0, LISTED).map((line) => `  ${printable(line)}`);
  return ['', `${title}:`, ...shown, ...(rest > 0 ? [`  and ${count(rest)} more`] : [])];
}

/** A file's name may hold a terminal's commands. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
