/** Typed access to columns. The schema is STRICT, so a wrong type here is a defect of a query. */
import type { Row } from './connection.ts';

export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw new TypeError(`column ${column} holds ${typeof value}, not text`);
}

export function maybeTextOf(row: Row, column: string): string | null {
  return row[column] === null || row[column] === undefined ? null : textOf(row, column);
}

export function numberOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  throw new TypeError(`column ${column} holds ${typeof value}, not a number`);
}

export function maybeNumberOf(row: Row, column: string): number | null {
  return row[column] === null || row[column] === undefined ? null : numberOf(row, column);
}

export function bytesIn(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`column ${column} holds ${typeof value}, not bytes`);
}

/** JSON as it was stored; null where the column is empty or holds no JSON any more. */
export function jsonOf(row: Row, column: string): unknown {
  const text = maybeTextOf(row, column);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null; // treated as never stored: it can be read again from the source
  }
}
