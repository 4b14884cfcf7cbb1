/**
 * Readers' verdicts as a table: what `rhythmark classify` or the program's export writes by window,
 * with the labels corrected by a reader, in a spreadsheet or by another program. Only `recording`,
 * `lead`, `start_s`, `end_s` and `label` are needed; `path` tells recordings of one name apart, and
 * `reader` says who gave the verdict. Other columns, the model's, are not looked at.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import type { Reading } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import type { VerdictReport } from './labelled-set.ts';
import type { TrainingLabel } from './training-label.ts';

/** A million rows; a 14-day recording has 121,000 windows. */
const LARGEST_TABLE_BYTES = 100 * 2 ** 20;

/** Names of readers are for people; a longer one is a mistake in the table. */
const LONGEST_READER = 120;

const NEEDED = ['recording', 'lead', 'start_s', 'end_s', 'label'] as const;

/** Words that a reader may give. Spreadsheets like to begin them with a capital. */
const LABELS = ['normal', 'af', 'ectopy', 'other', 'noise'] as const;

export interface Verdict {
  /** In the file, from 1: what an error names. */
  readonly line: number;
  readonly recording: string;
  /** As whoever exported the table named the file; '' where the table has no such column. */
  readonly path: string;
  readonly lead: string;
  readonly startS: number;
  readonly endS: number;
  readonly label: TrainingLabel;
  /** '' where the table names none. */
  readonly reader: string;
}

export interface VerdictTable {
  readonly verdicts: readonly Verdict[];
  readonly leftOut: Omit<VerdictReport['leftOut'], 'repeated'>;
}

/**
 * Rows that say something, in the order of the file. `reading` is the one that the labels were given
 * under: under `cinc`, Other may be sinus rhythm with ectopic beats; under `rhythm`, Normal may.
 *
 * Throws RhythmarkError `damaged-file`, naming the line, for what cannot be a table of verdicts: a
 * missing column, a word that is no label, a time that is no number. `too-large` above 100 MB.
 */
export async function readVerdictTable(file: string, reading: Reading): Promise<VerdictTable> {
  if ((await stat(file)).size > LARGEST_TABLE_BYTES) {
    throw new RhythmarkError('too-large', `${basename(file)} is larger than 100 MB.`);
  }
  const text = await readFile(file, 'utf8');
  const delimiter = delimiterOf(text);
  const [header, ...rows] = rowsOf(text, delimiter, basename(file));
  const columns = columnsOf(header, basename(file));
  const leftOut = { empty: 0, uncertain: 0, withoutReader: 0 };
  const verdicts: Verdict[] = [];
  for (const row of rows) {
    const cell = columns.cellsOf(row);
    const word = cell('label').toLowerCase();
    if (word === '') leftOut.empty += 1;
    else if (word === 'uncertain') leftOut.uncertain += 1;
    else if (columns.nameReaders && cell('reader') === '') leftOut.withoutReader += 1;
    else verdicts.push(verdictOf(row.line, cell, word, reading, delimiter));
  }
  return { verdicts, leftOut };
}

/** What is wrong with the table, at a line. */
export function tableFault(line: number, message: string): RhythmarkError {
  return new RhythmarkError('damaged-file', `Line ${line} of the verdicts: ${message}`);
}

interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

/** Spreadsheets of countries with a decimal comma write semicolons. */
function delimiterOf(text: string): string {
  const header = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const counts = [',', ';', '\t'].map((each) => ({ each, count: header.split(each).length }));
  return counts.reduce((most, other) => (other.count > most.count ? other : most)).each;
}

function rowsOf(text: string, delimiter: string, file: string): Row[] {
  const rows: Row[] = [];
  try {
    parse(text, {
      ...{ bom: true, delimiter, skip_empty_lines: true, trim: true, relax_column_count: true },
      on_record: (fields: string[], { lines }) => {
        rows.push({ line: lines, fields });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new RhythmarkError('damaged-file', `${file} is no readable table.`, error.message);
  }
  return rows;
}

type Cell = (column: (typeof NEEDED)[number] | 'path' | 'reader') => string;

/** Answers a row's cells by the name of their column; '' where there is no such column. */
function columnsOf(header: Row | undefined, file: string) {
  const names = (header?.fields ?? []).map((name) => name.toLowerCase());
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new RhythmarkError(
      'damaged-file',
      `${file} has no column ${missing.join(', ')}. Verdicts have the columns of \`rhythmark classify --per window\`.`,
    );
  }
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new RhythmarkError('damaged-file', `${file} has two columns ${JSON.stringify(twice)}.`);
  }
  const at = new Map(names.map((name, index) => [name, index]));
  const least = 1 + Math.max(...NEEDED.map((name) => at.get(name) ?? 0));
  const cellsOf = ({ line, fields }: Row): Cell => {
    if (fields.length < least) {
      throw tableFault(line, `the row has ${fields.length} of the ${names.length} columns.`);
    }
    return (column) => fields[at.get(column) ?? -1] ?? '';
  };
  return { cellsOf, nameReaders: at.has('reader') };
}

function verdictOf(
  line: number,
  cell: Cell,
  word: string,
  reading: Reading,
  delimiter: string,
): Verdict {
  const label = LABELS.find((one) => one === word);
  if (label === undefined) {
    throw tableFault(
      line,
      `${quoted(cell('label'))} is no label. Labels are ${LABELS.join(', ')}; uncertain or nothing leaves a window out.`,
    );
  }
  const reader = cell('reader');
  if (reader.length > LONGEST_READER) {
    throw tableFault(line, `the reader's name is longer than ${LONGEST_READER} characters.`);
  }
  const seconds = (column: 'start_s' | 'end_s'): number => {
    const text = delimiter === ',' ? cell(column) : cell(column).replace(',', '.');
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
    throw tableFault(line, `${column} is ${quoted(cell(column))}, which is no time in seconds.`);
  };
  return {
    ...{ line, recording: cell('recording'), path: cell('path'), lead: cell('lead') },
    ...{ startS: seconds('start_s'), endS: seconds('end_s') },
    ...{ label: meaningOf(label, reading), reader },
  };
}

function meaningOf(label: (typeof LABELS)[number], reading: Reading): TrainingLabel {
  if (reading === 'cinc' && label === 'other') return 'ectopy-or-other';
  if (reading === 'rhythm' && label === 'normal') return 'normal-or-ectopy';
  return label;
}

/** What stands in a table may be anything: so much of it as fits a message. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
