/**
 * Labels as text: CSV, JSON or NDJSON, row by row so that no export is ever in memory whole. CSV
 * and NDJSON have exactly the promised columns and nothing else; what a reader of them must know
 * (the notice, the reading in force, the model) is in `labelsDescription`, which is the head of
 * the JSON document and a file of its own beside the other two. See docs/decisions. The rows of the
 * JSON document also carry a model's prediction sets and distances, which have no column.
 */
import { RESEARCH_NOTICE, WINDOW_S } from '../contract/conventions.ts';
import { RHYTHM_CLASSES } from '../contract/domain.ts';
import type { ModelCard } from '../contract/model-card.ts';
import { CSV_LINE_END, csvLine } from './csv.ts';
import {
  recordingMore,
  recordingRow,
  RECORDING_COLUMNS,
  windowRows,
  windowsMore,
  WINDOW_COLUMNS,
  type Labelling,
  type LabelledRecording,
  type LabelValue,
} from './label-rows.ts';

export const LABEL_FORMATS = ['csv', 'json', 'ndjson'] as const;
export type LabelFormat = (typeof LABEL_FORMATS)[number];
export const LABEL_SUBJECTS = ['window', 'recording'] as const;
export type LabelSubject = (typeof LABEL_SUBJECTS)[number];

/** A document is `head`, then the rows with `separator` between them, then `tail`. */
export interface LabelFrame {
  readonly head: string;
  readonly separator: string;
  readonly tail: string;
}

/**
 * Which model it was, and the thresholds by which its numbers are read. The weights of its recording
 * head are in its manifest, which the name and the network's SHA-256 lead to.
 */
type NamedModel = Omit<ModelCard, 'recordingHead' | 'activationParts'>;

/** What the rows alone do not say. Printed with every export of labels. */
export interface LabelsDescription extends Omit<Labelling, 'model'> {
  readonly model: NamedModel | null;
  readonly notice: string;
  /** Version of Rhythmark. */
  readonly program: string;
  readonly per: LabelSubject;
  readonly windowS: number;
  readonly labels: readonly string[];
  readonly columns: readonly string[];
  /** What a person would otherwise have to guess about the columns. */
  readonly remarks: readonly string[];
}

export function labelsDescription(
  labelling: Labelling,
  per: LabelSubject,
  program: string,
): LabelsDescription {
  return {
    notice: RESEARCH_NOTICE,
    program: `Rhythmark ${program}`,
    per,
    reading: labelling.reading,
    model: labelling.model && namedModel(labelling.model),
    windowS: WINDOW_S,
    labels: RHYTHM_CLASSES,
    columns: columnsOf(per),
    remarks: [
      labelling.reading === 'cinc'
        ? 'reading cinc: sinus rhythm with ectopic beats is labelled other'
        : 'reading rhythm: sinus rhythm with ectopic beats is labelled normal',
      'p_other includes p_ectopy whatever the reading',
      'uncertain: the largest probability is under the model threshold',
      'empty: not assessed; a window or recording without enough signal has no label',
      ...remarksOnModel(labelling, per),
      ...(per === 'recording'
        ? [
            'p_normal to p_ectopy: what the windows say together, which is not their mean; one window alone keeps its own',
            'analysed_s: time with enough signal; analysable_s: the part of it that is not noise',
            'af_burden_pct: af_s as a percentage of analysable_s',
            'af_episodes: runs of at least 30 s of AF; longest_af_s: the longest of them; af_s includes shorter runs',
          ]
        : []),
    ],
  };
}

function namedModel(card: ModelCard): NamedModel {
  const { name, version, sha256, threshold, tellsEctopy } = card;
  const { predictionSets, context, unlikeThreshold } = card;
  return {
    ...{ name, version, sha256, threshold, tellsEctopy },
    ...(predictionSets && { predictionSets }),
    ...(context && { context }),
    ...(unlikeThreshold !== undefined && { unlikeThreshold }),
  };
}

/** Of what JSON carries besides the columns; the thresholds are with the model. */
function remarksOnModel({ model }: Labelling, per: LabelSubject): string[] {
  if (model === null) return [];
  const { predictionSets: sets, unlikeThreshold, context } = model;
  const coverage = Math.round(100 * (sets?.coverage ?? 0));
  return [
    ...(context
      ? [
          per === 'window'
            ? 'a window is judged together with the windows before and behind it in its lead'
            : 'a recording is judged from its windows, each by itself; AF time from windows judged together with those before and behind them',
        ]
      : []),
    ...(sets && per === 'window'
      ? [
          `prediction_set (JSON only): the classes whose probability under the reading is at least the model's threshold for them, most probable first; of windows of any one class at least ${coverage} % have it in their set, on data like the model's own`,
        ]
      : []),
    ...(unlikeThreshold === undefined
      ? []
      : per === 'window'
        ? [
            'unlike_distance, unlike (JSON only): distance from what the model learned from, and whether it is above the model threshold, as 1 % of windows of that kind are',
          ]
        : [
            'unlike_windows, unlike_pct (JSON only): windows unlike what the model learned from, of windows_compared, those with enough signal',
          ]),
  ];
}

export function labelFrame(format: LabelFormat, description: LabelsDescription): LabelFrame {
  switch (format) {
    case 'csv':
      return {
        head: csvLine(description.columns) + CSV_LINE_END,
        separator: CSV_LINE_END,
        tail: CSV_LINE_END,
      };
    case 'ndjson':
      return { head: '', separator: '\n', tail: '\n' };
    case 'json': {
      const head = JSON.stringify(description, null, 2).replace(/\n}$/, '');
      return { head: `${head},\n  "rows": [\n`, separator: ',\n', tail: '\n  ]\n}\n' };
    }
  }
}

/** The rows of one recording, each the text of one row. */
export function* labelRowTexts(
  recording: LabelledRecording,
  labelling: Labelling,
  per: LabelSubject,
  format: LabelFormat,
): Generator<string> {
  const columns: readonly string[] = columnsOf(per);
  const rows: Iterable<Readonly<Record<string, LabelValue>>> =
    per === 'window' ? windowRows(recording, labelling) : [recordingRow(recording, labelling)];
  const more: Iterator<object> | null =
    format !== 'json'
      ? null
      : per === 'window'
        ? windowsMore(recording, labelling)
        : [recordingMore(recording, labelling)].values();
  for (const row of rows) {
    if (format === 'csv') yield csvLine(columns.map((column) => row[column] ?? null));
    else {
      const values = Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
      yield JSON.stringify({ ...values, ...more?.next().value });
    }
  }
}

/** A whole document, for an export that is small enough to be handed over as one text. */
export function* labelsDocument(
  recordings: Iterable<LabelledRecording>,
  labelling: Labelling,
  shape: { readonly per: LabelSubject; readonly format: LabelFormat; readonly program: string },
): Generator<string> {
  const frame = labelFrame(shape.format, labelsDescription(labelling, shape.per, shape.program));
  yield frame.head;
  let isFirst = true;
  for (const recording of recordings) {
    for (const row of labelRowTexts(recording, labelling, shape.per, shape.format)) {
      yield isFirst ? row : frame.separator + row;
      isFirst = false;
    }
  }
  // Without rows there is nothing for the last line end to end, except in JSON's brackets.
  if (!isFirst || shape.format === 'json') yield frame.tail;
}

function columnsOf(per: LabelSubject): readonly string[] {
  return per === 'window' ? WINDOW_COLUMNS : RECORDING_COLUMNS;
}
