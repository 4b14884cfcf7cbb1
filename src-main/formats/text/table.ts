/** The table of samples in the first lines of a text file: where it begins and how it is divided. */
import type { TextChoice } from '../../contract/text.ts';
import { cellsOf, DELIMITERS, numberOf, type Delimiter } from './cells.ts';
import { timeKindOf } from './time-cells.ts';

/** Data lines that are looked at. */
const MOST_ROWS = 500;
/** Samples begin within these; a choice may name as many. */
const MOST_HEADER_LINES = 1000;
const LEAST_ROWS = 4;

export interface Table {
  readonly delimiter: Delimiter;
  readonly decimal: '.' | ',';
  readonly headerRows: number;
  readonly rows: readonly (readonly string[])[];
  /** A comma that may be a decimal mark or a delimiter. */
  readonly ambiguous: boolean;
}

/** Under which delimiter and decimal mark most lines are samples; null where under none. */
export function likeliestTable(lines: readonly string[]): Table | null {
  let best: Table | null = null;
  let bestScore = 0;
  const text = lines.join('\n');
  const found = DELIMITERS.filter((delimiter) => text.includes(delimiter));
  // One that does not occur stands for one column, and is the first to be believed of equals.
  const absent = DELIMITERS.find((delimiter) => !found.includes(delimiter));
  const marks = text.includes(',') ? (['.', ','] as const) : (['.'] as const);
  for (const delimiter of absent === undefined ? found : [absent, ...found])
    for (const decimal of marks) {
      // Both at once only where cells are quoted.
      if (delimiter === decimal && !text.includes('"')) continue;
      const table = tableUnder(lines, delimiter, decimal);
      if (table === null) continue;
      const score = table.rows.length * (widthOf(table.rows) > 1 ? 2 : 1);
      const isBetter =
        best !== null && score === bestScore
          ? shareOfWords(table) < shareOfWords(best)
          : score > bestScore;
      if (isBetter) [best, bestScore] = [table, score];
    }
  if (best === null || !mayBeDecimals(best)) return best;
  // No one writes the second of two whole numbers with a zero in front.
  const decimals = best.rows.some((row) => /^0\d/.test(row[1] ?? ''));
  return decimals ? tableUnder(lines, ';', ',') : { ...best, ambiguous: true };
}

/** Of equal tables the one is right under which fewer cells are words: `1;0,5;-0,5` is three numbers. */
function shareOfWords({ rows, decimal }: Table): number {
  const cells = rows.flat();
  const isWord = (cell: string) =>
    numberOf(cell, decimal) === null && timeKindOf(cell, decimal) === null;
  return cells.length === 0 ? 0 : cells.filter(isWord).length / cells.length;
}

/** `0,123` on every line: one column with decimal commas or two columns? */
function mayBeDecimals({ delimiter, decimal, rows }: Table): boolean {
  if (delimiter !== ',' || decimal !== '.' || rows.some((row) => row.length !== 2)) return false;
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
    let whole = 0;
    let all = 0;
    for (let i = start; i < end; i++) {
      const { cells, fits } = rowAt(i);
      if (cells.length > 0) all++;
      if (fits && cells.length === width) whole++;
    }
    if (whole < LEAST_ROWS || whole < 0.9 * all) continue;
    const rows = seen
      .slice(start, end)
      .flatMap(({ cells, fits }) => (fits && cells.length === width ? [cells] : []));
    return { delimiter, decimal, headerRows: start, rows, ambiguous: false };
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

/** The lines under a person's choice; null where none is left for samples. */
export function chosenTable(lines: readonly string[], choice: TextChoice): Table | null {
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
export function widthOf(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  let width = 0;
  for (const [length, count] of counts) if (count > (counts.get(width) ?? 0)) width = length;
  return width;
}
