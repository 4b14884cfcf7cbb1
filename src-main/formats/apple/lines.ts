/**
 * The lines of an Apple Health export: named lines in the phone's language, then numbers as that
 * language writes them. The phone's formatter uses the signs of its locale (Unicode CLDR): a decimal
 * comma, groups of thousands, the minus sign U+2212, Arabic digits, marks of direction.
 */
import { RhythmarkError } from '../../contract/errors.ts';
import { NO_SAMPLE } from '../reader.ts';

/** A named line: what it names and its value, which may be quoted because it holds a comma. */
export interface NamedLine {
  readonly name: string;
  readonly value: string;
}

/** Named lines stand within these. */
const MOST_NAMED_LINES = 24;
/** A value of six decimals in mV is a nanovolt; the watch prints three in microvolts. */
const MOST_DECIMALS = 6;

export function linesOf(bytes: Uint8Array): string[] {
  return new TextDecoder('utf-8').decode(bytes).split(/\r\n|\n|\r/);
}

/** Cells are parted by a comma, or where the comma is the decimal mark by a semicolon or a tab. */
export function namedLine(line: string): NamedLine {
  const match = /^\s*(?:"([^"]*)"|([^",;\t]*))[,;\t]\s*"?([^"]*)"?\s*$/.exec(line);
  if (!match) return { name: line.trim(), value: '' };
  return { name: (match[1] ?? match[2] ?? '').trim(), value: plain(match[3] ?? '') };
}

/** The first line after the last named one that is not blank. */
export function firstSampleLine(lines: readonly string[]): number {
  let first = 0;
  for (const [i, line] of lines.slice(0, MOST_NAMED_LINES).entries()) {
    if (/\p{L}/u.test(line) && Number.isNaN(numberOf(line))) first = i + 1;
  }
  while (first < lines.length && lines[first]?.trim() === '') first++;
  return first;
}

export interface WatchSamples {
  /** Whole steps of 10^-decimals of the unit. */
  readonly stored: Int32Array;
  readonly decimals: number;
}

/** `lines` are those of the samples, `first` how many come before. */
export function samplesOf(lines: readonly string[], first: number): WatchSamples {
  let end = lines.length;
  while (end > 0 && lines[end - 1]?.trim() === '') end--;
  const values = new Float64Array(end);
  let most = 0;
  let decimals = 0;
  for (let i = 0; i < end; i++) {
    const line = lines[i] ?? '';
    const value = numberOf(line);
    if (Number.isNaN(value) && line.trim() !== '') throw noSample(first + i, line);
    values[i] = value;
    most = Math.max(most, Number.isNaN(value) ? 0 : Math.abs(value));
    decimals = Math.max(decimals, decimalsIn(line));
  }
  decimals = Math.min(decimals, MOST_DECIMALS);
  while (decimals > 0 && most * 10 ** decimals >= 2 ** 31) decimals--;
  const tooLarge = values.findIndex((value) => Math.abs(value) >= 2 ** 31);
  if (tooLarge >= 0) throw noSample(first + tooLarge, lines[tooLarge] ?? '');
  const stored = Int32Array.from(values, (value) =>
    Number.isNaN(value) ? NO_SAMPLE : Math.round(value * 10 ** decimals),
  );
  return { stored, decimals };
}

function noSample(line: number, text: string): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `Line ${line + 1} holds "${text.trim().slice(0, 16)}" where a sample is expected.`,
  );
}

function decimalsIn(line: string): number {
  const text = plain(line);
  const exponent = Number(/[eE]([-+]?\d+)\D*$/.exec(text)?.[1] ?? 0);
  const fraction = /[.,](\d+)(?:[eE][-+]?\d+)?\D*$/.exec(text)?.[1]?.length ?? 0;
  return Math.max(0, fraction - exponent);
}

/** A number in any locale's signs; NaN for anything else. Of two different marks the last is decimal. */
export function numberOf(line: string): number {
  const text = plain(line)
    .replace(/^"|"$/g, '')
    .replace(/[,;\t]$/, '')
    .replace(/[\s\u00a0\u202f'\u2019]/g, '');
  const marks = text.match(/[.,]/g) ?? [];
  const decimal = marks.at(-1) ?? '.';
  const isGrouped = marks.some((mark) => mark !== decimal);
  const bare = isGrouped ? text.replaceAll(decimal === '.' ? ',' : '.', '') : text;
  return /^[-+]?\d+(?:[.,]\d*)?(?:[eE][-+]?\d+)?$/.test(bare)
    ? Number(bare.replace(',', '.'))
    : NaN;
}

/** Arabic digits and marks, the minus sign and marks of direction in the signs of ASCII. */
function plain(text: string): string {
  return text
    .trim()
    .replace(/[\u200e\u200f\u061c]/g, '')
    .replace(/\u2212/g, '-')
    .replace(/\u066b/g, '.')
    .replace(/\u066c/g, ',')
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0));
}
