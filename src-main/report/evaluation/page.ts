/** An evaluation as one HTML file that opens anywhere: inline pictures, no script, nothing fetched. */
import { createHash } from 'node:crypto';
import { READINGS, RHYTHM_CLASSES } from '../../contract/domain.ts';
import type { EvaluatedDataset, Evaluation } from './evaluation.ts';
import { element, type Markup } from './markup.ts';
import { abstentionPlot, confusionPlot, reliabilityPlot } from './plots.ts';
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

const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, sans-serif; color: #16202b; background: #fff; max-width: 62rem;
  margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; border-top: 1px solid #c8d0d8; padding-top: 1rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
.notice { font-weight: 600; }
.provenance { border-left: 4px solid #1f5f99; padding: .25rem .75rem; background: #eef3f8; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; }
dt { color: #4a5866; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; margin-bottom: .75rem; }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #dde3e9; }
th:first-child, td:first-child { text-align: left; }
th { color: #4a5866; font-weight: 600; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { color: #4a5866; font-size: .85rem; }
svg { width: 100%; font-size: 11px; fill: #16202b; }
.small { font-size: 9px; } .on-dark { fill: #fff; }
.cell-ground { fill: #eef3f8; } .cell { fill: #1f5f99; } .bar { fill: #a9c4de; }
.dot { fill: #16202b; } .grid { stroke: #dde3e9; } .guide { stroke: #16202b; stroke-dasharray: 4 3; }
.curve { fill: none; stroke: #1f5f99; stroke-width: 2; } .dashed { stroke-dasharray: 6 4; }
@media print { h2 { break-before: page; } body { margin: 0; max-width: none; } }
`;

/** No more failures are listed than people read; the JSON has them all. */
const LISTED = 50;

export function evaluationPage(evaluation: Evaluation): string {
  const { dataset, provenance, model } = evaluation;
  const title = `Evaluation of ${model.name} ${model.version} on ${dataset.name}`;
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('title', {}, title),
    { markup: `<style>${STYLE}</style>` },
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
      dataset.notCompared.map(({ reason, windows }) => `${count(windows)} windows: ${reason}`),
    ),
    list(
      'Not read',
      dataset.failures
        .slice(0, LISTED)
        .map(({ recording, message }) => `${recording}: ${message}`)
        .concat(dataset.failures.length > LISTED ? ['The others are in evaluation.json.'] : []),
    ),
    ...evaluation.scores.map((score) => section(score, evaluation.prevalence, dataset.subjects)),
    ...byPatient(evaluation),
  );
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, body).markup}\n`;
}

function section(score: Score, prevalence: number, drawn: EvaluatedDataset['subjects']): Markup {
  const { compared } = score;
  const of = score.level === 'window' ? ` windows of ${count(score.subjects)} ${drawn}` : '';
  return element(
    'section',
    {},
    element('h2', {}, `${levelMeans(score.level)}, reading ${score.reading}`),
    element('p', {}, `${capital(readingMeans(score.reading))}.`),
    element(
      'p',
      {},
      `${count(compared)}${of} compared. Uncertain ${partOf(score.uncertain, compared)}, no signal ` +
        `${partOf(score.notAnalysable, compared)}: ${percent(score.unclassifiedShare)} unclassified. ` +
        `Calibration error over 15 bins ${fraction(score.calibrationError)}.`,
    ),
    element(
      'div',
      { class: 'plots' },
      figure(confusionPlot(score), 'Rows: reference. Shade and percentage: share of the row.'),
      figure(reliabilityPlot(score), 'Dashed: a model whose confidence is its share of right.'),
      figure(abstentionPlot(score), 'Least sure verdicts withheld, from all to half.'),
    ),
    ...honesty(score),
    element('h3', {}, `Every verdict (${count(score.all.count)})`),
    ...figureTables(score.all, prevalence),
    element(
      'h3',
      {},
      `Verdicts that are not uncertain (${count(score.certain.count)}); ${percent(score.unclassifiedShare)} unclassified`,
    ),
    ...figureTables(score.certain, prevalence),
  );
}

function honesty(score: Score): Markup[] {
  const [head, ...rows] = setRows(score);
  const unlike = unlikeWords(score);
  const coverage = percent(score.predictionSets?.coverage ?? 0);
  return [
    ...(head === undefined
      ? []
      : [element('h3', {}, `Prediction sets of ${coverage} for each class`), table(head, rows)]),
    ...(unlike === null ? [] : [element('p', {}, `Unlike the training data: ${unlike}.`)]),
  ];
}

/** Where the set states patients; recordings.csv has what holds for each recording. */
function byPatient(evaluation: Evaluation): Markup[] {
  if (evaluation.dataset.subjects !== 'patients') return [];
  return READINGS.flatMap((reading) => {
    const rows = patientRows(evaluation, reading);
    if (rows.length === 0) return [];
    return [element('h2', {}, `By patient, reading ${reading}`), table(PATIENT_HEAD, rows)];
  });
}

function figureTables(figures: Figures, prevalence: number): Markup[] {
  return [
    table(
      ['', 'reference', 'called', 'F1', 'sensitivity', 'specificity', 'PPV in this set'],
      RHYTHM_CLASSES.flatMap((label) => {
        const one = figures.classes.find((candidate) => candidate.label === label);
        if (one === undefined) return [];
        const estimates = [one.f1, one.sensitivity, one.specificity, one.ppv].map(withInterval);
        return [[CLASS_NAMES[label], count(one.reference), count(one.called), ...estimates]];
      }),
    ),
    table(
      [],
      [
        ['Mean F1 of Normal, AF, Other', withInterval(figures.meanF1OfNormalAfOther)],
        ['Mean F1 of the four classes', withInterval(figures.meanF1OfFour)],
        ['Accuracy', withInterval(figures.accuracy)],
        [`PPV of AF at ${percent(prevalence)} AF`, withInterval(figures.afPpvAtPrevalence)],
      ],
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): Markup {
  const line = (cells: readonly string[], name: 'th' | 'td') =>
    element('tr', {}, ...cells.map((cell) => element(name, {}, cell)));
  const body = rows.map((cells) => line(cells, 'td'));
  const lines = head.length === 0 ? body : [line(head, 'th'), ...body];
  return element('div', { class: 'wide' }, element('table', {}, ...lines));
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
