/** Times out of bytes, with how finely each is printed. */
import type { TimeColumn } from './layout.ts';
import { NO_NUMBER, numberAt } from './number-bytes.ts';
import { timeOf } from './time-cells.ts';

export interface TimeReader {
  /** Seconds, NaN for a cell without a time. The result is good until the next call. */
  read(bytes: Uint8Array, start: number, end: number): { seconds: number; tick: number };
}

const DAY_S = 86_400;
const [ZERO, POINT, COLON] = [48, 46, 58];

function startsWith(bytes: Uint8Array, start: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix[i]) return false;
  return true;
}

export function timeReader({ kind, secondsPerUnit }: TimeColumn, decimal: '.' | ','): TimeReader {
  const mark = decimal.charCodeAt(0);
  const result = { seconds: NaN, tick: 0 };
  // `%g` prints six digits and drops zeros at the end, so a single time does not tell how fine
  // the column is; the most digits and decimals seen so far do.
  let digits = 0;
  let decimals = 0;
  let days = 0;
  let last = -Infinity;

  function finesse(bytes: Uint8Array, start: number, end: number): void {
    let ownDigits = 0;
    let ownDecimals = 0;
    let marked = false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === mark || byte === POINT) {
        marked = true;
      } else if (byte >= ZERO && byte <= ZERO + 9) {
        if (ownDigits > 0 || byte > ZERO) ownDigits++;
        if (marked) ownDecimals++;
      } else if (marked) break;
    }
    digits = Math.max(digits, ownDigits);
    decimals = Math.max(decimals, ownDecimals);
  }

  /** Rows within a minute share everything up to the last colon, which is then read once. */
  const decoder = new TextDecoder('latin1');
  let prefix = new Uint8Array(0);
  let minute = NaN;
  function clockAt(bytes: Uint8Array, start: number, end: number): number {
    let colon = end - 1;
    while (colon > start && bytes[colon] !== COLON) colon--;
    const tail = numberAt(bytes, colon + 1, end, mark);
    const isSeconds = tail >= 0 && tail < 60;
    if (isSeconds && colon - start === prefix.length && startsWith(bytes, start, prefix))
      return minute + tail;
    const cell = decoder.decode(bytes.subarray(start, end)).trim();
    const seconds = timeOf(cell.replace(/^["']|["']$/g, ''), kind, decimal) ?? NaN;
    prefix = bytes.slice(start, colon);
    minute = isSeconds ? seconds - tail : NaN;
    return seconds;
  }

  return {
    read(bytes, start, end) {
      finesse(bytes, start, end);
      if (kind === 'number') {
        const value = numberAt(bytes, start, end, mark);
        result.seconds = value === NO_NUMBER ? NaN : value * secondsPerUnit;
        const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value))) + 1;
        result.tick = secondsPerUnit * Math.max(10 ** -decimals, 10 ** (exponent - digits));
        return result;
      }
      let seconds = clockAt(bytes, start, end);
      // A clock starts anew at midnight.
      if (kind === 'clock' && seconds + days < last - DAY_S / 2) days += DAY_S;
      if (kind === 'clock') seconds += days;
      last = Number.isNaN(seconds) ? last : seconds;
      result.seconds = seconds;
      result.tick = 10 ** -decimals;
      return result;
    },
  };
}
