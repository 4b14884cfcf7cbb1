/**
 * How a delimited text file is laid out, from its first lines: delimiter, decimal mark, where the
 * samples begin, what each column is, at which rate. What the lines leave open stays open, to be
 * asked for; a person's choice overrides what was found.
 */
import type { TextChoice } from '../../contract/text.ts';
import { millivoltsPer } from '../voltage.ts';
import { cellsOf, numberOf, type Delimiter } from './cells.ts';
import { headerFacts, isFact, LEAST_HZ, nameAndUnit } from './header-facts.ts';
import { chosenTable, likeliestTable, widthOf } from './table.ts';
import {
  localStartOf,
  overMidnight,
  timeKindOf,
  timeOf,
  unclearDateOf,
  type TimeKind,
} from './time-cells.ts';
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
  /** The first date, where day and month may be either way round; times are read without it. */
  readonly unclearDate: string | null;
  /** Rate that the lines before the samples state. */
  readonly headerHz: number | null;
  readonly open: readonly ('samplingHz' | 'columns')[];
}

/** First cells shown of a column. */
const SHOWN_ROWS = 6;
/** Whole words: `\b` would end one before a letter that is not of ASCII. */
const TIME_NAME =
  /^(?:#?\s*)(?:elapsed\s*time|time|t|date|datetime|timestamp|zeit|uhrzeit|temps|tiempo|tempo|sec|seconds|ms)(?![\p{L}\p{N}_])/iu;
const COUNTER_NAME =
  /^(?:#|n|no|nr|index|idx|sample|samples|counter|count|row|frame)(?![\p{L}\p{N}_])/iu;
/** Numbers about the recording that some exports repeat on every line. */
const ABOUT_NAME =
  /^(?:fs|(?:sampl\w*[\s_-]*)(?:rate|freq\w*)|(?:patient|subject|record(?:ing)?)?[\s_-]*id)$/i;
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
  const fromTime =
    time && steps && time.secondsPerUnit > 0 ? inHz(steps.hz, time.secondsPerUnit) : null;
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
    ...startOf(rows[0] ?? [], time, decimal),
    headerHz: facts.samplingHz,
  };
}

/** When the first row was taken, by its time and by a date in another column. */
function startOf(
  row: readonly string[],
  time: TimeColumn | null,
  decimal: '.' | ',',
): Pick<TextLayout, 'start' | 'unclearDate'> {
  if (time === null) return { start: null, unclearDate: null };
  const cell = row[time.column] ?? '';
  const dates = row.filter((_, column) => column !== time.column);
  const stamps = time.kind === 'clock' ? [cell, ...dates.map((date) => `${date} ${cell}`)] : [cell];
  for (const stamp of stamps) {
    const unclearDate = unclearDateOf(stamp);
    const kind = timeKindOf(stamp, decimal);
    const start = kind === null ? null : localStartOf(stamp, kind);
    if (start !== null || unclearDate !== null) return { start, unclearDate };
  }
  return { start: null, unclearDate: null };
}

/** To a millionth, below which a quotient by a unit of time is not exact. */
function inHz(perUnit: number, secondsPerUnit: number): number {
  return Math.round((perUnit / secondsPerUnit) * 1e6) / 1e6;
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
    if (choice ? chosen !== 'time' : millivoltsPer(unit ?? '') !== null) continue;
    const cells = rows.map((row) => row[column] ?? '');
    const kind = timeKindOf(cells[0] ?? '', decimal);
    if (kind === null) continue;
    const secondsPerUnit = kind === 'number' ? secondsPer(unit ?? name, cells, decimal) : 1;
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
function secondsPer(unit: string, cells: readonly string[], decimal: '.' | ','): number {
  const known =
    /^(?:(m)(?:s|sec|illiseconds?)|(u|\u00b5|\u03bc)s|(n)s|s|sec|seconds?|(min))(?!\w)/i.exec(unit);
  if (known) return known[1] ? 1e-3 : known[2] ? 1e-6 : known[3] ? 1e-9 : known[4] ? 60 : 1;
  const first = numberOf(cells[0] ?? '', decimal) ?? 0;
  // Since 1970, between the years 2001 and 2286.
  for (const [perSecond, scale] of EPOCHS)
    if (first >= 1e9 * perSecond && first < 1e10 * perSecond) return scale;
  // Whole numbers may count milliseconds or samples.
  if (cells.every((cell) => Number.isInteger(numberOf(cell, decimal)))) return 0;
  // Decimals are seconds, unless no ECG were that slow.
  const steps = stepsOf(cells, { column: 0, kind: 'number', secondsPerUnit: 1 }, decimal);
  return steps !== null && steps.hz < LEAST_HZ && steps.hz * 1000 >= LEAST_HZ ? 1e-3 : 1;
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
  if (known.length === 0 || EVENT_NAME.test(name) || TIME_NAME.test(name) || ABOUT_NAME.test(name))
    return 'ignore';
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
