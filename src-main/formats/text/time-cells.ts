/** Points in time as text files write them: numbers, clock times, dates with times. */
import { numberOf } from './cells.ts';

/** `number` counts in a unit that the header or a person says; the others are seconds. */
export type TimeKind = 'number' | 'clock' | 'date';

const CLOCK =
  /^\[?(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2}(?:[.,]\d*)?)(?:\s+\d{1,2}\/\d{1,2}\/\d{4})?\]?$/;
const ISO =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d*)?))?(?:Z|[+-]\d{2}:?\d{2})?$/;
const DAY_FIRST =
  /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})[T ]+(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d*)?))?$/;
const DAY_S = 86_400;

/** What kind of time a cell is, null where it is none. */
export function timeKindOf(cell: string, decimal: '.' | ','): TimeKind | null {
  const number = numberOf(cell, decimal);
  if (number !== null) return Number.isNaN(number) ? null : 'number';
  if (dateSeconds(cell) !== null) return 'date';
  return clockSeconds(cell) === null ? null : 'clock';
}

/** The cell as a number of its kind: seconds for clocks (since 0 h) and dates (since 1970). */
export function timeOf(cell: string, kind: TimeKind, decimal: '.' | ','): number | null {
  switch (kind) {
    case 'number':
      return numberOf(cell, decimal);
    case 'clock':
      return clockSeconds(cell);
    case 'date':
      return dateSeconds(cell);
  }
}

/** Clock times in order, as one rising count of seconds: a clock starts anew at midnight. */
export function overMidnight(seconds: readonly number[]): number[] {
  let days = 0;
  return seconds.map((time, i) => {
    if (time < (seconds[i - 1] ?? time) - DAY_S / 2) days += DAY_S;
    return time + days;
  });
}

/** `yyyy-mm-ddThh:mm:ss.sss` of a date cell as it is written, or null. */
export function localStartOf(cell: string): string | null {
  const seconds = dateSeconds(cell);
  return seconds === null ? null : new Date(Math.round(seconds * 1000)).toISOString().slice(0, 23);
}

/** `h:mm:ss.sss` or `m:ss.sss`, as PhysioBank and many recorders write elapsed time. */
function clockSeconds(cell: string): number | null {
  const parts = CLOCK.exec(cell);
  if (!parts) return null;
  const seconds = Number((parts[3] ?? '').replace(',', '.'));
  const minutes = Number(parts[2]);
  if (seconds >= 60 || (parts[1] !== undefined && minutes >= 60)) return null;
  return Number(parts[1] ?? 0) * 3600 + minutes * 60 + seconds;
}

function dateSeconds(cell: string): number | null {
  const iso = ISO.exec(cell);
  const dayFirst = iso ? null : DAY_FIRST.exec(cell);
  const parts = iso ?? dayFirst;
  if (!parts) return null;
  const [, a, b, c, hours, minutes, seconds = '0'] = parts;
  const [year, month, day] = iso ? [a, b, c] : [c, b, a];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists =
    date.getUTCFullYear() === Number(year) &&
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day);
  if (!exists || Number(hours) > 23 || Number(minutes) > 59) return null;
  const days = date.getTime() / 1000 / DAY_S;
  return (
    days * DAY_S + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.'))
  );
}
