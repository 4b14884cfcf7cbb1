/** An evaluation as plain text of at most 100 columns, for a terminal or a log. */
import { RHYTHM_CLASSES } from '../../contract/domain.ts';
import type { Estimate } from './estimate.ts';
import type { Evaluation } from './evaluation.ts';
import type { Figures } from './figures.ts';
import { peopleTable } from './people.ts';
import {
  abstentionCaveat,
  afLine,
  afOf,
  chosenPercent,
  circumstances,
  CLASS_NAMES,
  classesOfMean,
  comparedWords,
  count,
  counted,
  fraction,
  levelMeans,
  NOT_ASSESSED,
  NOT_COMPARABLE,
  partOf,
  percent,
  readingMeans,
  restsOn,
  setRows,
  unlikeWords,
  type Drawn,
} from './printed.ts';
import { readingsOf, type ReadScores } from './readings.ts';
import type { Score } from './score.ts';

const WIDTH = 96;

export function evaluationText(evaluation: Evaluation): string {
  const { provenance, dataset } = evaluation;
  const [first, ...folded] = readingsOf(evaluation);
  const facts = circumstances(evaluation);
  const width = Math.max(...facts.map(([word]) => word.length)) + 2;
  const failed = dataset.failures.map(({ recording, message }) => `${recording}: ${message}`);
  const uncompared = dataset.notCompared.map(
    ({ reason, windows }) => `${counted(windows, 'window')}: ${reason}`,
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
    ...wholeLines(first, evaluation),
    ...folded.flatMap((other) => shortLines(other, evaluation)),
    '',
  ].join('\n');
}

function wholeLines({ reading, scores }: ReadScores, evaluation: Evaluation): string[] {
  return [
    ...scores.flatMap((score) => scoreLines(score, evaluation)),
    ...peopleLines(evaluation, reading),
  ];
}

/** A line or two of each score; the rest is said where the reading is asked for. */
function shortLines(
  { reading, scores, isComparable }: ReadScores,
  evaluation: Evaluation,
): string[] {
  const means = isComparable ? readingMeans(reading) : NOT_COMPARABLE;
  const title = `Reading ${reading}: ${means}`;
  const lines = scores.flatMap((score) =>
    labelledLines(levelMeans(score.level), afLine(score, evaluation), SHORT_LABEL),
  );
  return ['', '', title, '', ...lines, `--reading ${reading} prints it whole.`];
}

const SHORT_LABEL = 19;

function peopleLines(evaluation: Evaluation, reading: ReadScores['reading']): string[] {
  const people = peopleTable(evaluation, reading);
  if (people === null) return [];
  const rows = people.rows.map(([name = '', ...cells]) => [shortened(printable(name)), ...cells]);
  const note = people.note === null ? [] : ['', ...wrapped(people.note, WIDTH)];
  return ['', '', people.title, ...(rows.length > 0 ? ['', ...table(rows)] : []), ...note];
}

/** Of the columns of a page a name may have so many. */
const NAME_WIDTH = 32;

function shortened(name: string): string {
  return name.length <= NAME_WIDTH ? name : `…${name.slice(1 - NAME_WIDTH)}`;
}

function scoreLines(score: Score, evaluation: Evaluation): string[] {
  const { prevalence, dataset } = evaluation;
  const drawn = dataset.subjects;
  const title = `${levelMeans(score.level)}, reading ${score.reading}: ${readingMeans(score.reading)}`;
  const { compared, notAnalysable } = score;
  const noSignal = notAnalysable / compared;
  return [
    '',
    '',
    title,
    '='.repeat(title.length),
    '',
    ...wrapped(`${afLine(score, evaluation)}.`, WIDTH),
    '',
    `Compared       ${comparedWords(score, drawn)}`,
    `Uncertain      ${partOf(score.uncertain, compared)}`,
    `No signal      ${partOf(notAnalysable, compared)}`,
    `Unclassified   ${percent(score.unclassifiedShare)} (uncertain and no signal together)`,
    '',
    `Every verdict (${count(score.all.count)}), uncertain ones by their largest probability`,
    '',
    ...confusionLines(score.all),
    '',
    ...figureLines(score.all, { prevalence, unclassified: noSignal, drawn }),
    '',
    `Verdicts that are not uncertain (${count(score.certain.count)}); ${percent(score.unclassifiedShare)} unclassified`,
    '',
    ...figureLines(score.certain, { prevalence, unclassified: score.unclassifiedShare, drawn }),
    '',
    ...honestyLines(score),
    `Calibration error (15 bins)   ${fraction(score.calibrationError)}`,
    '',
    ...abstentionLines(score),
  ];
}

function abstentionLines(score: Score): string[] {
  const { abstention: points, abstentionClasses: classes } = score;
  const caveat = abstentionCaveat(score);
  const hasMean = classes.length > 0;
  return [
    ...table([
      [
        ...['Kept', 'From confidence', 'Accuracy'],
        ...(hasMean ? [`Mean F1 of ${classesOfMean(score)}`] : []),
      ],
      ...points.map((point) => [
        percent(point.coverage),
        fraction(point.threshold),
        fraction(point.accuracy),
        ...(hasMean ? [point.meanF1 === null ? 'too few' : fraction(point.meanF1)] : []),
      ]),
    ]),
    ...(caveat === null ? [] : ['', ...wrapped(caveat, WIDTH)]),
  ];
}

function honestyLines(score: Score): string[] {
  const sets = score.predictionSets;
  const unlike = unlikeWords(score);
  return [
    ...(sets === null
      ? []
      : [`Prediction sets of ${chosenPercent(sets.coverage)} for each class`, '']),
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

/** What of the set's windows the figures leave out, and where they would be used. */
interface Setting {
  readonly prevalence: number;
  readonly unclassified: number;
  readonly drawn: Drawn;
}

/** A row for each figure: AF first, what it would be worth in use, and what has no verdict. */
function figureLines(figures: Figures, { prevalence, unclassified, drawn }: Setting): string[] {
  const row = (of: string, name: string, estimate: Estimate): string[] => {
    const { value, low, high } = estimate;
    const interval = low === null || high === null ? '' : `${fraction(low)}-${fraction(high)}`;
    return [
      of,
      name,
      value === null ? NOT_ASSESSED : fraction(value),
      interval,
      restsOn(estimate, drawn),
    ];
  };
  const used = `at ${chosenPercent(prevalence)} AF`;
  const af = afOf(figures);
  const others = figures.classes.filter((one) => one !== af);
  const classRows = (one: typeof af) => [
    row(CLASS_NAMES[one.label], 'F1', one.f1),
    row('', 'Sensitivity', one.sensitivity),
    row('', 'Specificity', one.specificity),
    row('', 'PPV in this set', one.ppv),
  ];
  return table(
    [
      ['', '', 'Value', '95 % interval', 'Rests on'],
      ...classRows(af),
      row('', `PPV ${used}`, figures.afPpvAtPrevalence),
      row('', `NPV ${used}`, figures.afNpvAtPrevalence),
      ['', 'Unclassified', percent(unclassified)],
      ...others.flatMap(classRows),
      row('All', 'Mean F1 of Normal, AF, Other', figures.meanF1OfNormalAfOther),
      row('', 'Mean F1 of the four classes', figures.meanF1OfFour),
      row('', 'Accuracy', figures.accuracy),
    ],
    { left: 2 },
  );
}

/** Columns as wide as their widest cell; the first `left` to the left, the others to the right. */
function table(rows: readonly (readonly string[])[], { left } = { left: 1 }): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  }
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const width = widths[at] ?? 0;
        return at < left ? cell.padEnd(width) : cell.padStart(width);
      })
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
  // A number stays with its percent sign.
  for (const word of printable(text).split(/ (?!%)/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
