/** Decimal numbers out of bytes, without a string for each: the cost of reading a text recording. */
import { decimalNumber, PRINTED_NAN } from './cells.ts';

/** What `numberAt` gives for a cell that is neither a number nor a word for "missing". */
export const NO_NUMBER = Infinity;

const [ZERO, NINE, PLUS, MINUS, BLANK, TAB, QUOTE, APOSTROPHE, COMMA] = [
  ...[48, 57, 43, 45, 32, 9, 34, 39, 44],
] as const;
/** Ten to these is exact in a double, and so is a quotient by it rounded once. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
const EXACT = 2 ** 53;

/**
 * The number in bytes [start, end), blanks and quotes around it left out. NaN for an empty cell
 * and for a word without digits (`NaN`, `---`, `lead off`); NO_NUMBER for anything else.
 */
export function numberAt(
  bytes: Uint8Array,
  start: number,
  end: number,
  decimalMark: number,
): number {
  let at = start;
  let last = end;
  while (at < last && isPadding(bytes[at] ?? 0)) at++;
  while (last > at && isPadding(bytes[last - 1] ?? 0)) last--;
  if (at === last) return NaN;
  const first = at;
  const sign = bytes[at] === MINUS ? -1 : 1;
  if (bytes[at] === MINUS || bytes[at] === PLUS) at++;
  let mantissa = 0;
  let digits = 0;
  let decimals = 0;
  let marked = false;
  for (; at < last; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO);
      digits++;
      if (marked) decimals++;
    } else if (byte === decimalMark && !marked) marked = true;
    else return unusual(bytes, first, last, decimalMark);
  }
  if (digits === 0) return NaN;
  if (mantissa > EXACT || decimals > 22) return unusual(bytes, first, last, decimalMark);
  return decimals === 0 ? sign * mantissa : (sign * mantissa) / (POWERS[decimals] ?? NaN);
}

function isPadding(byte: number): boolean {
  return byte === BLANK || byte === TAB || byte === QUOTE || byte === APOSTROPHE;
}

/** Exponents, groups of thousands, very long numbers, words. */
function unusual(bytes: Uint8Array, start: number, end: number, decimalMark: number): number {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] ?? 0);
  const value = decimalNumber(text, decimalMark === COMMA ? ',' : '.');
  if (value !== null) return Number.isFinite(value) ? value : NO_NUMBER;
  return /\d/.test(text) && !PRINTED_NAN.test(text) ? NO_NUMBER : NaN;
}
