/** Comma-separated values as RFC 4180 has them. */

export const CSV_LINE_END = '\r\n';

/** One line without its end. Fields with a comma, a quote or a line break are quoted. */
export function csvLine(fields: Iterable<string | number | boolean | null>): string {
  return Array.from(fields, csvField).join(',');
}

function csvField(field: string | number | boolean | null): string {
  if (field === null) return '';
  const text = String(field);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
