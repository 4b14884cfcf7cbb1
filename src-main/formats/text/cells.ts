/** Cells of a delimited text line, as text: for headers, previews and the first look at a file. */
export const DELIMITERS = ['\t', ';', ',', '|', ' '] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Cells of one line, trimmed, without their quotes. Runs of blanks are one delimiter. */
export function cellsOf(line: string, delimiter: Delimiter): readonly string[] {
  const text = line.trim();
  if (delimiter === ' ') return text === '' ? [] : text.split(/\s+/).map(withoutQuotes);
  // Only a tab at the edge of a line stands for an empty cell.
  const whole = delimiter === '\t' ? line.replace(/^ +| +$/g, '') : text;
  if (!whole.includes('"')) return whole.split(delimiter).map(withoutQuotes);
  return splitQuoted(whole, delimiter).map(withoutQuotes);
}

/** Delimiters between double quotes part nothing, RFC 4180; a quote that is not closed ends there. */
function splitQuoted(line: string, delimiter: Delimiter): string[] {
  const cells: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (character === '"') quoted = !quoted;
    if (character !== delimiter || quoted) continue;
    cells.push(line.slice(start, at));
    start = at + 1;
  }
  cells.push(line.slice(start));
  return cells;
}

/** PhysioBank's exports put names between single quotes. */
function withoutQuotes(cell: string): string {
  const text = cell.trim();
  const first = text[0];
  if ((first !== '"' && first !== "'") || text.length < 2 || !text.endsWith(first)) return text;
  return text.slice(1, -1).replaceAll('""', '"').trim();
}

/** Words that stand where there is no sample. */
const MISSING = /^(?:|nan|na|n\/a|null|none|nil|inf|-inf|infinity|-infinity|-+|\*+|\?+|#n\/a)$/i;

/** A number, NaN for a word that means "missing", null for anything else. */
export function numberOf(cell: string, decimal: '.' | ','): number | null {
  return (
    decimalNumber(cell, decimal) ?? (MISSING.test(cell) || PRINTED_NAN.test(cell) ? NaN : null)
  );
}

const DECIMAL = {
  '.': /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/,
  ',': /^[-+]?(?:\d+,?\d*|,\d+)(?:[eE][-+]?\d+)?$/,
} as const;
const GROUPED = {
  '.': /^[-+]?\d{1,3}(?:,\d{3})+\.\d+$/,
  ',': /^[-+]?\d{1,3}(?:\.\d{3})+,\d+$/,
} as const;

/**
 * Null where the text is no number under the decimal mark. Groups of thousands are read only where a
 * decimal mark follows them: `1.234` alone may be either, and is no number where the mark is a comma.
 */
export function decimalNumber(text: string, decimal: '.' | ','): number | null {
  if (DECIMAL[decimal].test(text)) return Number(text.replace(',', '.'));
  if (!GROUPED[decimal].test(text)) return null;
  return Number(text.replaceAll(decimal === '.' ? ',' : '.', '').replace(',', '.'));
}

/** What Microsoft's C library prints for a number that is none, or has no end. */
export const PRINTED_NAN = /^[-+]?1[.,]#(?:IND|QNAN|SNAN|INF)0*$/i;
