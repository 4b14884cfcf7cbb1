/** Points in time as text files write them: numbers, clock times, dates with times. */
import { numberOf } from './cells.ts';

/**
 * `number` counts in a unit that the header or a person says; the others are seconds. A `monthDate`
 * has the month first.
 */
export type TimeKind = 'number' | 'clock' | 'date' | 'monthDate';

const CLOCK =
  /^\[?(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2}(?:[.,]\d*)?)(?:\s+\d{1,2}\/\d{1,2}\/\d{4})?\]?$/;
const ISO =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d*)?))?(?:Z|[+-]\d{2}:?\d{2})?$/;
/** Two numbers of which either may be the day, the year, a time of day. */
const YEAR_LAST =
  /^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})[T ]+(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d*)?))?$/;
/** PhysioBank's absolute times have the day first. */
const BRACKETED = /^\[([\d:.,]+)\s+(\d{1,2})\/(\d{1,2})\/(\d{4})\]$/;
const DAY_S = 86_400;

/** What kind of time a cell is, null where it is none. */
export function timeKindOf(cell: string, decimal: '.' | ','): TimeKind | null {
  const number = numberOf(cell, decimal);
  if (number !== null) return Number.isNaN(number) ? null : 'number';
  // Without knowing which number is the month, only the time of day is sure, of the days after too.
  if (dateSeconds(cell, 'day') !== null) return dayAndMonthOf(cell) === null ? 'date' : 'clock';
  if (dateSeconds(cell, 'month') !== null) return 'monthDate';
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
      return dateSeconds(cell, 'day');
    case 'monthDate':
      return dateSeconds(cell, 'month');
  }
}

/** The two numbers before a year where the cell does not tell which of them is the day, else null. */
function dayAndMonthOf(cell: string): readonly [number, number] | null {
  const parts = YEAR_LAST.exec(cell);
  // Points are written where the day comes first.
  if (!parts || parts[2] === '.') return null;
  const [first, second] = [Number(parts[1]), Number(parts[3])];
  return first > 12 || second > 12 ? null : [first, second];
}

/** The cell itself where its date may be one of two, else null. */
export function unclearDateOf(cell: string): string | null {
  return dayAndMonthOf(cell) === null || isSameEitherWay(cell) ? null : cell;
}

/** May 5 is 05/05 in either order, though the day after is not. */
function isSameEitherWay(cell: string): boolean {
  const numbers = dayAndMonthOf(cell);
  return numbers !== null && numbers[0] === numbers[1];
}

/** Clock times in order, as one rising count of seconds: a clock starts anew at midnight. */
export function overMidnight(seconds: readonly number[]): number[] {
  let days = 0;
  return seconds.map((time, i) => {
    if (time < (seconds[i - 1] ?? time) - DAY_S / 2) days += DAY_S;
    return time + days;
  });
}

/** `yyyy-mm-ddThh:mm:ss.sss` of a cell with a date as it is written, or null. */
export function localStartOf(cell: string, kind: TimeKind): string | null {
  const bracketed = BRACKETED.exec(cell);
  if (bracketed) {
    const [, time = '', day = '', month = '', year = ''] = bracketed;
    return isoOf(dateSeconds(`${day}.${month}.${year} ${time}`, 'day'));
  }
  if (kind === 'date' || isSameEitherWay(cell)) return isoOf(dateSeconds(cell, 'day'));
  return kind === 'monthDate' ? isoOf(dateSeconds(cell, 'month')) : null;
}

function isoOf(seconds: number | null): string | null {
  return seconds === null ? null : new Date(Math.round(seconds * 1000)).toISOString().slice(0, 23);
}

/** `h:mm:ss.sss` or `m:ss.sss`, as PhysioBank and many recorders write elapsed time; after a date too. */
function clockSeconds(cell: string): number | null {
  const dated = YEAR_LAST.exec(cell);
  if (dated) return secondsOfDay(dated[5], dated[6], dated[7]);
  const parts = CLOCK.exec(cell);
  if (!parts) return null;
  const seconds = Number((parts[3] ?? '').replace(',', '.'));
  const minutes = Number(parts[2]);
  if (seconds >= 60 || (parts[1] !== undefined && minutes >= 60)) return null;
  return Number(parts[1] ?? 0) * 3600 + minutes * 60 + seconds;
}

/** Seconds since 1970 of a date with a time; `order` is that of the two numbers before the year. */
function dateSeconds(cell: string, order: 'day' | 'month'): number | null {
  const iso = ISO.exec(cell);
  const yearLast = iso ? null : YEAR_LAST.exec(cell);
  if (iso) return secondsAt(iso[1], iso[2], iso[3], secondsOfDay(iso[4], iso[5], iso[6]));
  if (!yearLast) return null;
  const [, first, , second, year, hours, minutes, seconds] = yearLast;
  const [day, month] = order === 'day' ? [first, second] : [second, first];
  return secondsAt(year, month, day, secondsOfDay(hours, minutes, seconds));
}

function secondsOfDay(hours = '', minutes = '', seconds = '0'): number | null {
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.'));
}

/** Null where the calendar has no such day. */
function secondsAt(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  ofDay: number | null,
): number | null {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists =
    date.getUTCFullYear() === Number(year) &&
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day);
  return exists && ofDay !== null ? date.getTime() / 1000 + ofDay : null;
}
