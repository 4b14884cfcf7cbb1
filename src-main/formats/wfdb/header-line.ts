/** What record lines and signal lines are read with: numbers, and errors that name the line. */
import { RhythmarkError } from '../../contract/errors.ts';

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/** Where a line stands, for messages. */
export interface LinePlace {
  readonly file: string;
  readonly line: number;
}

export function damagedLine(place: LinePlace, what: string): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `Line ${place.line} of ${place.file}: ${what}`,
    `line ${place.line}`,
  );
}

export function tooMany(
  place: LinePlace,
  what: string,
  found: number,
  limit: number,
): RhythmarkError {
  return new RhythmarkError(
    'too-large',
    `Line ${place.line} of ${place.file} announces ${found.toLocaleString('en')} ${what}; at most ${limit.toLocaleString('en')} are read. The header is damaged.`,
    `line ${place.line}`,
  );
}

/** A decimal number that is finite, or null for anything else (`nan`, `1e999`, text). */
export function finite(field: string | undefined): number | null {
  if (field === undefined || !NUMBER.test(field)) return null;
  const value = Number(field);
  return Number.isFinite(value) ? value : null;
}

/** Foreign text in a message: short, and nothing that a terminal would obey. */
export function clip(text: string): string {
  const printable = text.replace(/\p{Cc}/gu, '?');
  return printable.length <= 40 ? printable : `${printable.slice(0, 40)}...`;
}
