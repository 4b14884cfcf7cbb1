/** Cells of a delimited text line, as text: for headers, previews and the first look at a file. */
import { parse } from 'csv-parse/sync';

export const DELIMITERS = ['\t', ';', ',', '|', ' '] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Cells of one line, trimmed, without their quotes. Runs of blanks are one delimiter. */
export function cellsOf(line: string, delimiter: Delimiter): readonly string[] {
  const text = line.trim();
  if (delimiter === ' ') return text === '' ? [] : text.split(/\s+/).map(withoutQuotes);
  // Only a tab at the edge of a line stands for an empty cell.
  const whole = delimiter === '\t' ? line.replace(/^ +| +$/g, '') : text;
  if (!whole.includes('"')) return whole.split(delimiter).map(withoutQuotes);
  const [row = []] = parse(whole, {
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    trim: true,
  });
  return row.map((cell) => withoutQuotes(String(cell)));
}

/** PhysioBank's exports put names between single quotes. */
function withoutQuotes(cell: string): string {
  const text = cell.trim();
  const quoted = /^'(.*)'$/.exec(text) ?? /^"(.*)"$/.exec(text);
  return quoted ? (quoted[1] ?? '').trim() : text;
}

/** Words that stand where there is no sample. */
const MISSING = /^(?:|nan|na|n\/a|null|none|nil|inf|-inf|infinity|-infinity|-+|\*+|\?+|#n\/a)$/i;

/**
 * A number, NaN for a word that means "missing", null for anything else. Thousands separators are
 * not read: they cannot be told from decimals.
 */
export function numberOf(cell: string, decimal: '.' | ','): number | null {
  const text = decimal === ',' ? cell.replace(',', '.') : cell;
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text);
  return MISSING.test(cell) ? NaN : null;
}
