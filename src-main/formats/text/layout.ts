/**
 * How a delimited text file is laid out, from its first lines: delimiter, decimal mark, where the
 * samples begin, what each column is, at which rate. What the lines leave open stays open, to be
 * asked for; a person's choice overrides what was found.
 */
import type { TextChoice } from '../../contract/domain.ts';
import { millivoltsPer } from '../voltage.ts';
import { cellsOf, DELIMITERS, numberOf, type Delimiter } from './cells.ts';
import { headerFacts, isFact, nameAndUnit } from './header-facts.ts';
import { localStartOf, overMidnight, timeKindOf, timeOf, type TimeKind } from './time-cells.ts';
import { regularSteps, type TimeSteps } from './time-steps.ts';

export interface TextColumn {
  readonly name: string;
  /** As the file writes it, null where it does not. */
  readonly unit: string | null;
  readonly role: 'time' | 'lead' | 'ignore';
  /** The first cells, as they are. */
  readonly first: readonly string[];
}

export interface TimeColumn {
  readonly column: number;
  readonly kind: TimeKind;
  /** Seconds in one step of a number; 1 for clocks and dates. */
  readonly secondsPerUnit: number;
}

export interface TextLayout {
  readonly delimiter: Delimiter;
  readonly decimal: '.' | ',';
  /** Lines before the first sample, blank ones and comments included. */
  readonly headerRows: number;
  readonly header: readonly string[];
  readonly columns: readonly TextColumn[];
  /** Null while it is not known. */
  readonly samplingHz: number | null;
  readonly rateFrom: 'header' | 'time' | 'choice' | null;
  readonly time: TimeColumn | null;
  /** Voltage unit of the leads, where they share one. */
  readonly unit: 'mV' | 'uV' | 'V' | 'unknown';
  readonly unitFrom: 'choice' | 'header' | null;
  /** Date and time of the first sample, where the time column holds dates. */
  readonly start: string | null;
  readonly open: readonly ('samplingHz' | 'columns')[];
}

/** Data lines that are looked at. */
const MOST_ROWS = 500;
/** Samples begin within these; a choice may name as many. */
const MOST_HEADER_LINES = 1000;
const SHOWN_ROWS = 6;
const LEAST_ROWS = 4;
const TIME_NAME =
  /^(?:#?\s*)(?:elapsed\s*time|time|t|date|datetime|timestamp|zeit|uhrzeit|temps|tiempo|tempo|sec|seconds|ms)\b/i;
const COUNTER_NAME = /^(?:#|n|no|nr|index|idx|sample|samples|counter|count|row|frame)\b/i;
const EVENT_NAME = /^(?:events?|markers?|labels?|annotations?|triggers?|status|class|beat)$/i;

/** Null where the lines hold no table of numbers. `lines` are whole lines of the file's start. */
export function detectLayout(
  lines: readonly string[],
  choice: TextChoice | null = null,
): TextLayout | null {
  const table = choice ? chosenTable(lines, choice) : likeliestTable(lines);
  if (table === null) return null;
  const { delimiter, decimal, headerRows, rows } = table;
  const width = choice ? Math.max(choice.roles.length, widthOf(rows)) : widthOf(rows);
  const header = lines.slice(0, headerRows);
  const facts = headerFacts(header);
  const names = columnNames(header, delimiter, width, facts.names);
  const column = (index: number) => rows.map((row) => row[index] ?? '');
  const time = findTime(names, rows, decimal, choice);
  const columns = names.map(({ name, unit }, index): TextColumn => {
    const cells = column(index);
    const role = choice?.roles[index] ?? roleOf(name, cells, decimal, index === time?.column);
    return { name, unit, role, first: cells.slice(0, SHOWN_ROWS) };
  });
  const steps = time && stepsOf(column(time.column), time, decimal);
  const fromTime = time && steps && time.secondsPerUnit > 0 ? steps.hz / time.secondsPerUnit : null;
  const rate = rateOf(choice?.samplingHz ?? null, fromTime, facts.samplingHz);
  const leads = columns.filter(({ role }) => role === 'lead');
  const open: ('samplingHz' | 'columns')[] = [];
  if (leads.length === 0 || (!choice && table.ambiguous)) open.push('columns');
  if (rate.samplingHz === null) open.push('samplingHz');
  return {
    ...{ delimiter, decimal, headerRows, header, open, ...rate },
    columns: columns.map((one, index) => withPlainName(one, columns, index)),
    time: time && scaledTime(time, steps?.hz ?? null, rate.samplingHz),
    ...unitUnder(choice, voltageUnit(leads, facts.unit)),
    start: time?.kind === 'date' ? localStartOf(rows[0]?.[time.column] ?? '') : null,
  };
}

/** A person's answer first; the header's where the times agree with it to one in a hundred. */
function rateOf(
  chosen: number | null,
  fromTime: number | null,
  fromHeader: number | null,
): Pick<TextLayout, 'samplingHz' | 'rateFrom'> {
  if (chosen !== null) return { samplingHz: chosen, rateFrom: 'choice' };
  if (fromHeader !== null && Math.abs((fromTime ?? fromHeader) / fromHeader - 1) <= 0.01)
    return { samplingHz: fromHeader, rateFrom: 'header' };
  if (fromTime !== null) return { samplingHz: fromTime, rateFrom: 'time' };
  return { samplingHz: null, rateFrom: null };
}

interface Table {
  readonly delimiter: Delimiter;
  readonly decimal: '.' | ',';
  readonly headerRows: number;
  readonly rows: readonly (readonly string[])[];
  /** A comma that may be a decimal mark or a delimiter. */
  readonly ambiguous: boolean;
}

function likeliestTable(lines: readonly string[]): Table | null {
  let best: Table | null = null;
  let bestScore = 0;
  for (const delimiter of DELIMITERS)
    for (const decimal of ['.', ','] as const) {
      if (delimiter === decimal) continue;
      const table = tableUnder(lines, delimiter, decimal);
      if (table === null) continue;
      const score = table.rows.length * (widthOf(table.rows) > 1 ? 2 : 1);
      if (score > bestScore) [best, bestScore] = [table, score];
    }
  if (best === null || !mayBeDecimals(best)) return best;
  // No one writes the second of two whole numbers with a zero in front.
  const decimals = best.rows.some((row) => /^0\d/.test(row[1] ?? ''));
  return decimals ? tableUnder(lines, ';', ',') : { ...best, ambiguous: true };
}

/** `0,123` on every line: one column with decimal commas or two columns? */
function mayBeDecimals({ delimiter, rows }: Table): boolean {
  if (delimiter !== ',' || rows.some((row) => row.length !== 2)) return false;
  if (rows.some((row) => row.some((cell) => /[.:eE]/.test(cell)))) return false;
  const first = rows.map((row) => Number(row[0]));
  return !first.every((value, i) => i === 0 || value > (first[i - 1] ?? 0));
}

/** Lines under a delimiter: data begins where numbers do, and most lines after must fit. */
function tableUnder(
  lines: readonly string[],
  delimiter: Delimiter,
  decimal: '.' | ',',
): Table | null {
  // Most lines are never looked at: data begins within a few, and MOST_ROWS of it are enough.
  const seen: { cells: readonly string[]; fits: boolean }[] = [];
  const rowAt = (index: number) => (seen[index] ??= rowOf(lines[index] ?? '', delimiter, decimal));
  for (let start = 0; start < Math.min(lines.length, MOST_HEADER_LINES); start++) {
    if (!rowAt(start).fits) continue;
    const width = rowAt(start).cells.length;
    const end = Math.min(lines.length, start + MOST_ROWS);
    const data: (readonly string[])[] = [];
    let all = 0;
    for (let i = start; i < end; i++) {
      const { cells, fits } = rowAt(i);
      if (cells.length > 0) all++;
      if (fits && cells.length === width) data.push(cells);
    }
    if (data.length < LEAST_ROWS || data.length < 0.9 * all) continue;
    return { delimiter, decimal, headerRows: start, rows: data, ambiguous: false };
  }
  return null;
}

function rowOf(line: string, delimiter: Delimiter, decimal: '.' | ',') {
  const cells = isComment(line) ? [] : cellsOf(line, delimiter);
  return { cells, fits: holdsSamples(cells, decimal) };
}

/** A line of samples: a number among its cells, and at most half of them words. */
function holdsSamples(cells: readonly string[], decimal: '.' | ','): boolean {
  let numbers = 0;
  let words = 0;
  for (const cell of cells) {
    const number = numberOf(cell, decimal);
    if (number === null && timeKindOf(cell, decimal) === null) words++;
    else if (number !== null && !Number.isNaN(number)) numbers++;
  }
  return numbers > 0 && 2 * words <= cells.length;
}

function chosenTable(lines: readonly string[], choice: TextChoice): Table | null {
  const delimiter = DELIMITERS.find((one) => one === choice.delimiter) ?? ',';
  const rows = lines
    .slice(choice.headerRows, choice.headerRows + MOST_ROWS)
    .filter((line) => !isComment(line))
    .map((line) => cellsOf(line, delimiter));
  if (rows.length === 0) return null;
  const { decimal, headerRows } = choice;
  return { delimiter, decimal, headerRows, rows, ambiguous: false };
}

/** Blank, or marked as a comment; such lines are passed over among the samples too. */
export function isComment(line: string): boolean {
  return /^\s*(?:$|[#%])/.test(line);
}

/** The number of cells that most rows have. */
function widthOf(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  let width = 0;
  for (const [length, count] of counts) if (count > (counts.get(width) ?? 0)) width = length;
  return width;
}

/** Names from the last header line of the right width that holds words; units beside or below. */
function columnNames(
  header: readonly string[],
  delimiter: Delimiter,
  width: number,
  labels: readonly string[] | null,
): { name: string; unit: string | null }[] {
  const rows = header
    .filter((line) => !isFact(line) && (width > 1 || !/[:=]|.{40}/.test(line)))
    .map((line) => cellsOf(line.replace(/^\s*[#%]+\s*/, ''), delimiter))
    .filter((row) => row.length === width && row.some((cell) => /\p{L}/u.test(cell)));
  const last = rows.at(-1);
  const isUnits = (row: readonly string[] | undefined) =>
    row !== undefined && row.some((cell) => millivoltsPer(cell.replace(/[()[\]]/g, '')) !== null);
  const units = rows.length > 1 && isUnits(last) ? last : undefined;
  const names = units ? rows.at(-2) : (labels ?? last);
  return Array.from({ length: width }, (_, index) => {
    const own = nameAndUnit((names?.length === width ? names[index] : undefined) ?? '');
    return { name: own.name, unit: own.unit ?? units?.[index]?.replace(/[()[\]]/g, '') ?? null };
  });
}

function findTime(
  names: readonly { readonly name: string; readonly unit: string | null }[],
  rows: readonly (readonly string[])[],
  decimal: '.' | ',',
  choice: TextChoice | null,
): TimeColumn | null {
  for (const [column, { name, unit }] of names.entries()) {
    const chosen = choice?.roles[column];
    if (choice && chosen !== 'time') continue;
    const cells = rows.map((row) => row[column] ?? '');
    const kind = timeKindOf(cells[0] ?? '', decimal);
    if (kind === null) continue;
    const secondsPerUnit = kind === 'number' ? secondsPer(unit, cells, decimal) : 1;
    const found = { column, kind, secondsPerUnit };
    const regular = stepsOf(cells, found, decimal) !== null;
    const fractional = cells.some((cell) => !Number.isInteger(numberOf(cell, decimal)));
    // A bare column of numbers is time when it comes first, rises evenly and is no counter.
    const looksLike = kind !== 'number' || TIME_NAME.test(name) || (column === 0 && fractional);
    if (chosen === 'time' || (regular && looksLike && names.length > 1)) return found;
  }
  return null;
}

/** Seconds of one unit of a time column; 0 where nothing says it. */
function secondsPer(unit: string | null, cells: readonly string[], decimal: '.' | ','): number {
  const known = /^(?:(m)s(?:ec)?|(u|\u00b5|\u03bc)s|s|sec|seconds?|(min))\b/i.exec(unit ?? '');
  if (known) return known[1] ? 1e-3 : known[2] ? 1e-6 : known[3] ? 60 : 1;
  const first = numberOf(cells[0] ?? '', decimal) ?? 0;
  // Since 1970, between the years 2001 and 2286.
  for (const [perSecond, scale] of EPOCHS)
    if (first >= 1e9 * perSecond && first < 1e10 * perSecond) return scale;
  // Whole numbers may count milliseconds or samples; decimals are seconds.
  return cells.every((cell) => Number.isInteger(numberOf(cell, decimal))) ? 0 : 1;
}

const EPOCHS = [
  [1, 1],
  [1e3, 1e-3],
  [1e6, 1e-6],
  [1e9, 1e-9],
] as const;

function stepsOf(
  cells: readonly string[],
  { kind }: TimeColumn,
  decimal: '.' | ',',
): TimeSteps | null {
  const stated = cells.map((cell) => timeOf(cell, kind, decimal) ?? NaN);
  const times = Float64Array.from(kind === 'clock' ? overMidnight(stated) : stated);
  const decimals = cells.map((cell) => /[.,](\d+)\D*$/.exec(cell)?.[1]?.length ?? 0);
  return regularSteps(times, 10 ** -decimals.reduce((most, own) => Math.max(most, own), 0));
}

/** Where nothing says the unit of a time column, a rate does. */
function scaledTime(
  time: TimeColumn,
  stepsPerUnit: number | null,
  samplingHz: number | null,
): TimeColumn | null {
  if (time.secondsPerUnit > 0) return time;
  if (stepsPerUnit === null || samplingHz === null) return null;
  return { ...time, secondsPerUnit: stepsPerUnit / samplingHz };
}

function roleOf(
  name: string,
  cells: readonly string[],
  decimal: '.' | ',',
  isTime: boolean,
): TextColumn['role'] {
  if (isTime) return 'time';
  const numbers = cells.map((cell) => numberOf(cell, decimal));
  const known = numbers.filter((value) => value !== null && !Number.isNaN(value));
  if (numbers.filter((value) => value === null).length > 0.1 * cells.length) return 'ignore';
  if (known.length === 0 || EVENT_NAME.test(name) || TIME_NAME.test(name)) return 'ignore';
  const counts = numbers.every(
    (value, i) => i === 0 || (value ?? 0) - (numbers[i - 1] ?? NaN) === 1,
  );
  return counts || COUNTER_NAME.test(name) ? 'ignore' : 'lead';
}

/** `ECG` for the only lead, `Lead 1`, `Lead 2` for several; a time column is `Time`. */
function withPlainName(column: TextColumn, all: readonly TextColumn[], index: number): TextColumn {
  if (column.name !== '') return column;
  if (column.role === 'time') return { ...column, name: 'Time' };
  if (column.role === 'ignore') return { ...column, name: `Column ${index + 1}` };
  const leads = all.filter(({ role }) => role === 'lead');
  return { ...column, name: leads.length === 1 ? 'ECG' : `Lead ${leads.indexOf(column) + 1}` };
}

/** A choice that only repeats what was found leaves every column its own unit. */
function unitUnder(
  choice: TextChoice | null,
  found: TextLayout['unit'],
): Pick<TextLayout, 'unit' | 'unitFrom'> {
  if (choice && choice.unit !== found) return { unit: choice.unit, unitFrom: 'choice' };
  return { unit: found, unitFrom: found === 'unknown' ? null : 'header' };
}

function voltageUnit(leads: readonly TextColumn[], shared: string | null): TextLayout['unit'] {
  const units = new Set(leads.map(({ unit }) => UNITS[(unit ?? '').toLowerCase()] ?? null));
  const [only] = units;
  if (units.size === 1 && only) return only;
  return UNITS[(shared ?? '').toLowerCase()] ?? 'unknown';
}

const UNITS: Readonly<Record<string, 'mV' | 'uV' | 'V'>> = {
  ...{ mv: 'mV', millivolt: 'mV', millivolts: 'mV', v: 'V', volt: 'V', volts: 'V' },
  ...{ uv: 'uV', '\u00b5v': 'uV', '\u03bcv': 'uV', microvolt: 'uV', microvolts: 'uV' },
};
