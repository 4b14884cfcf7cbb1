/** An evaluation as one HTML file that opens anywhere: inline pictures, no script, nothing fetched. */
import { createHash } from 'node:crypto';
import { RHYTHM_CLASSES } from '../../contract/domain.ts';
import type { Estimate } from './estimate.ts';
import type { Evaluation } from './evaluation.ts';
import type { Figures } from './figures.ts';
import { element, type Markup } from './markup.ts';
import { PAGE_STYLE } from './page-style.ts';
import { peopleTable } from './people.ts';
import { abstentionPlot, confusionPlot } from './plots.ts';
import {
  abstentionCaveat,
  afLine,
  afOf,
  chosenPercent,
  circumstances,
  CLASS_NAMES,
  comparedWords,
  count,
  counted,
  fraction,
  levelMeans,
  NOT_COMPARABLE,
  partOf,
  percent,
  readingMeans,
  restsOn,
  setRows,
  unlikeWords,
  withInterval,
  type Drawn,
} from './printed.ts';
import { readingsOf, type ReadScores } from './readings.ts';
import { FEW_IN_BIN, reliabilityPlot } from './reliability-plot.ts';
import type { Score } from './score.ts';

/** No more is listed than people read; the JSON has it all. */
const LISTED = 50;

export function evaluationPage(evaluation: Evaluation): string {
  const { dataset, provenance, model } = evaluation;
  const [first, ...folded] = readingsOf(evaluation);
  const title = `Evaluation of ${model.name} ${model.version} on ${dataset.name}`;
  const hash = createHash('sha256').update(PAGE_STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('title', {}, title),
    { markup: `<style>${PAGE_STYLE}</style>` },
  );
  const facts = circumstances(evaluation).flatMap(([word, value]) => [
    element('dt', {}, word),
    element('dd', {}, value),
  ]);
  const body = element(
    'body',
    {},
    element('h1', {}, title),
    element('p', { class: 'notice' }, evaluation.notice),
    element('p', { class: 'provenance' }, provenance.statement),
    element('dl', {}, ...facts),
    list('What the figures mean', evaluation.remarks),
    list(
      'Without a label that can be compared',
      dataset.notCompared
        .slice(0, LISTED)
        .map(({ reason, windows }) => `${counted(windows, 'window')}: ${reason}`),
    ),
    list(
      'Not read',
      dataset.failures
        .slice(0, LISTED)
        .map(({ recording, message }) => `${recording}: ${message}`)
        .concat(dataset.failures.length > LISTED ? ['The others are in evaluation.json.'] : []),
    ),
    ...whole(first, evaluation),
    ...folded.map((other) => inShort(other, evaluation)),
  );
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, body).markup}\n`;
}

function whole({ reading, scores }: ReadScores, evaluation: Evaluation): Markup[] {
  const { prevalence, dataset } = evaluation;
  return [
    ...scores.map((score) => section(score, prevalence, dataset.subjects)),
    ...byPerson(evaluation, reading),
  ];
}

/** A line for each level, and everything for whoever opens it. */
function inShort(other: ReadScores, evaluation: Evaluation): Markup {
  const { reading, scores, isComparable } = other;
  const means = isComparable ? readingMeans(reading) : NOT_COMPARABLE;
  return element(
    'details',
    {},
    element(
      'summary',
      {},
      element('b', {}, `Reading ${reading}: ${means}.`),
      ...scores.map((score) =>
        element('p', {}, `${levelMeans(score.level)}. ${afLine(score, evaluation)}.`),
      ),
    ),
    ...whole(other, evaluation),
  );
}

function section(score: Score, prevalence: number, drawn: Drawn): Markup {
  const { compared } = score;
  const caveat = abstentionCaveat(score);
  return element(
    'section',
    {},
    element('h2', {}, `${levelMeans(score.level)}, reading ${score.reading}`),
    element('p', {}, `${capital(readingMeans(score.reading))}.`),
    element(
      'p',
      {},
      `${comparedWords(score, drawn)} compared. Uncertain ${partOf(score.uncertain, compared)}, no signal ` +
        `${partOf(score.notAnalysable, compared)}: ${percent(score.unclassifiedShare)} unclassified. ` +
        `Calibration error over 15 bins ${fraction(score.calibrationError)}.`,
    ),
    element('h3', {}, `AF, where ${chosenPercent(prevalence)} of what is read is AF`),
    afTable(score, drawn),
    element(
      'div',
      { class: 'plots' },
      figure(confusionPlot(score), 'Rows: reference. Shade and percentage: share of the row.'),
      figure(
        reliabilityPlot(score),
        `Dots: share right, with Wilson’s 95 % interval as if ${score.level}s were independent. Bars: how ` +
          `many; faint below ${FEW_IN_BIN}. Dashed: confidence that is the share right.`,
      ),
      figure(
        abstentionPlot(score),
        `Least sure verdicts withheld, from all to half.${caveat === null ? '' : ` ${caveat}`}`,
      ),
    ),
    ...honesty(score),
    element('h3', {}, `Every verdict (${count(score.all.count)})`),
    figureTables(score.all, drawn),
    element(
      'h3',
      {},
      `Verdicts that are not uncertain (${count(score.certain.count)}); ${percent(score.unclassifiedShare)} unclassified`,
    ),
    figureTables(score.certain, drawn),
  );
}

/** What AF verdicts are worth, and at the price of how many that are none, in one line each. */
function afTable(
  { all, certain, notAnalysable, compared, unclassifiedShare }: Score,
  drawn: Drawn,
) {
  const row = (name: string, figures: Figures, unclassified: number) => {
    const { sensitivity, specificity } = afOf(figures);
    const { afPpvAtPrevalence, afNpvAtPrevalence } = figures;
    const estimates = [sensitivity, specificity, afPpvAtPrevalence, afNpvAtPrevalence];
    return [name, ...estimates.map((one) => estimateCell(one, drawn)), percent(unclassified)];
  };
  return table(
    ['', 'sensitivity', 'specificity', 'PPV', 'NPV', 'unclassified'],
    [
      row('Every verdict', all, notAnalysable / compared),
      row('Not uncertain', certain, unclassifiedShare),
    ],
  );
}

function honesty(score: Score): Markup[] {
  const [head, ...rows] = setRows(score);
  const unlike = unlikeWords(score);
  const coverage = chosenPercent(score.predictionSets?.coverage ?? 0);
  return [
    ...(head === undefined
      ? []
      : [element('h3', {}, `Prediction sets of ${coverage} for each class`), table(head, rows)]),
    ...(unlike === null ? [] : [element('p', {}, `Unlike the training data: ${unlike}.`)]),
  ];
}

function byPerson(evaluation: Evaluation, reading: ReadScores['reading']): Markup[] {
  const people = peopleTable(evaluation, reading);
  if (people === null) return [];
  const [head, ...rows] = people.rows;
  return [
    element('h2', {}, `${people.title}, reading ${reading}`),
    ...(head === undefined ? [] : [element('div', { class: 'people' }, table(head, rows))]),
    ...(people.note === null ? [] : [element('p', {}, people.note)]),
  ];
}

function figureTables(figures: Figures, drawn: Drawn): Markup {
  return element(
    'div',
    { class: 'figures' },
    table(
      ['', 'reference', 'called', 'F1', 'sensitivity', 'specificity', 'PPV in this set'],
      RHYTHM_CLASSES.flatMap((label) => {
        const one = figures.classes.find((candidate) => candidate.label === label);
        if (one === undefined) return [];
        const estimates = [one.f1, one.sensitivity, one.specificity, one.ppv];
        const cells = estimates.map((estimate) => estimateCell(estimate, drawn));
        return [[CLASS_NAMES[label], count(one.reference), count(one.called), ...cells]];
      }),
    ),
    table(
      [],
      [
        ['Mean F1 of Normal, AF, Other', estimateCell(figures.meanF1OfNormalAfOther, drawn)],
        ['Mean F1 of the four classes', estimateCell(figures.meanF1OfFour, drawn)],
        ['Accuracy', estimateCell(figures.accuracy, drawn)],
      ],
    ),
  );
}

/** The figure with its interval, and below how many people it rests on. */
function estimateCell(estimate: Estimate, drawn: Drawn): Markup {
  const basis = element('small', {}, restsOn(estimate, drawn));
  return element('span', {}, withInterval(estimate), basis);
}

type Cell = Markup | string;

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  const line = (cells: readonly Cell[], name: 'th' | 'td') =>
    element('tr', {}, ...cells.map((cell) => element(name, {}, cell)));
  const body = element('tbody', {}, ...rows.map((cells) => line(cells, 'td')));
  const parts = head.length === 0 ? [body] : [element('thead', {}, line(head, 'th')), body];
  return element('div', { class: 'wide' }, element('table', {}, ...parts));
}

function figure(plot: Markup, caption: string): Markup {
  return element('figure', {}, plot, element('figcaption', {}, caption));
}

function list(title: string, items: readonly string[]): Markup {
  if (items.length === 0) return { markup: '' };
  const lines = items.map((item) => element('li', {}, item));
  return element('div', {}, element('h3', {}, title), element('ul', {}, ...lines));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
