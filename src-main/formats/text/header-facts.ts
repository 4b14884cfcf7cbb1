/** What the lines above the samples say: rate, unit, names, start. */
import { isStoredUnit, millivoltsPer } from '../voltage.ts';

export interface HeaderFacts {
  readonly samplingHz: number | null;
  /** Voltage unit that holds for all columns. */
  readonly unit: string | null;
  /** Names from a line such as `# Labels: I, II`. */
  readonly names: readonly string[] | null;
}

/** Between a word and its number: punctuation, a unit in brackets; the number is no part of a name. */
const GAP = String.raw`[^\d\r\n]{0,24}?(?<![A-Za-z])`;
const NUMBER = String.raw`(\d+(?:[.,]\d+)?(?:e[+-]?\d+)?)`;
const RATE = new RegExp(
  String.raw`(?:sampl\w*[\s_-]*(?:rate|freq\w*)|\bfs\b|\bsfreq\b|\babtast(?:rate|frequenz))` +
    String.raw`${GAP}${NUMBER}\s*(k?hz|sps)?`,
  'i',
);
const RATE_IN_HZ = new RegExp(
  String.raw`(?:\bsampl\w*|\brate\b)${GAP}${NUMBER}\s*(k?hz\b|sps\b|samples?\s*(?:/|per)\s*s)`,
  'i',
);
const INTERVAL = new RegExp(
  String.raw`(?:sampl\w*|time)[\s_-]*(?:interval|period|step)${GAP}${NUMBER}` +
    String.raw`\s*(ms|msec|milliseconds?|us|s|sec|seconds?)?\b`,
  'i',
);
/** `Units: mV`, not `Units: mV/LSB`. */
const UNIT =
  /\bunits?\b\W*(mv|uv|\u00b5v|\u03bcv|v|millivolts?|microvolts?|volts?)(?![\w\s]*\/|\w)/i;
const LABELS = /^#?\s*(?:labels?|leads?|channels?|columns?)\s*:=?\s*(.+)$/i;
/** Slower is no ECG: what reads so is in another unit. */
export const LEAST_HZ = 20;
const MAX_HZ = 100_000;

export function headerFacts(lines: readonly string[]): HeaderFacts {
  let samplingHz: number | null = null;
  let unit: string | null = null;
  let names: readonly string[] | null = null;
  for (const line of lines) {
    samplingHz ??= rateIn(line);
    unit ??= UNIT.exec(line)?.[1] ?? null;
    const labels = LABELS.exec(line)?.[1];
    if (labels !== undefined) names ??= labels.split(/[,;\t]/).map((name) => name.trim());
  }
  return { samplingHz, unit, names };
}

/** Whether a line says something about the file, and so holds no column names. */
export function isFact(line: string): boolean {
  return rateIn(line) !== null || UNIT.test(line) || LABELS.test(line);
}

function rateIn(line: string): number | null {
  const interval = INTERVAL.exec(line);
  if (interval) {
    const before = /[([]\s*(ms|msec|us|\u00b5s|\u03bcs|s|sec)\s*[)\]]/i.exec(interval[0])?.[1];
    const unit = (interval[2] ?? before ?? 's').charAt(0).toLowerCase();
    return plausible(1 / (decimalOf(interval[1]) * (SECONDS[unit] ?? 1)));
  }
  const rate = RATE.exec(line) ?? RATE_IN_HZ.exec(line);
  if (!rate) return null;
  const isKilo = /^k|[([]\s*khz/i.test(rate[2] ?? '') || /[([]\s*khz\s*[)\]]/i.test(rate[0]);
  const hz = decimalOf(rate[1]) * (isKilo ? 1000 : 1);
  // `1,000 Hz` and `1.024 Hz`: no recorder is that slow, so the mark parts thousands.
  const isGrouped = hz < LEAST_HZ && /^\d{1,3}[.,]\d{3}$/.test(rate[1] ?? '');
  return plausible(isGrouped ? hz * 1000 : hz);
}

/** By the first letter of the unit. */
const SECONDS: Readonly<Record<string, number>> = {
  ...{ m: 1e-3, u: 1e-6, '\u00b5': 1e-6, '\u03bc': 1e-6, s: 1 },
};

function decimalOf(text: string | undefined): number {
  return Number((text ?? '').replace(',', '.'));
}

function plausible(hz: number): number | null {
  return hz >= LEAST_HZ && hz <= MAX_HZ ? Math.round(hz * 1e6) / 1e6 : null;
}

/** Units of other quantities that are recorded beside an ECG. */
const OTHER_UNIT = new RegExp(
  String.raw`^(?:mmhg|cmh2o|k?pa|bar|bpm|\/?min|1\/min|%|\u00b0|\u00b0?[cf]|deg|degc|rad|k?hz|h|s|ms|us|` +
    String.raw`ns|\u00b5s|\u03bcs|sec|seconds?|milliseconds?|m?g|m\/s\^?2|[mnu\u00b5\u03bc]?a|k?ohms?|[ml]|` +
    String.raw`ml|l\/(?:min|s)|db|hh:mm.*|mm:ss.*|yyyy.*|dd.*)$`,
  'i',
);

function isUnit(text: string): boolean {
  return millivoltsPer(text) !== null || isStoredUnit(text) || OTHER_UNIT.test(text);
}

/** A column's name and the unit in it: `ECG (mV)`, `I [uV]`, `MLII_mV`, `ecg/mV`. */
export function nameAndUnit(cell: string): { readonly name: string; readonly unit: string | null } {
  const bracketed = /^(.*?)\s*[([{]\s*([^)\]}]*?)\s*[)\]}]\s*$/.exec(cell);
  // `ECG (lead II)` and `ECG [0]` name a lead.
  if (bracketed && isUnit(bracketed[2] ?? ''))
    return { name: bracketed[1] ?? '', unit: bracketed[2] ?? null };
  const suffixed = /^(.+?)[\s_/-]+(mv|uv|\u00b5v|\u03bcv|v|ms|us|s|sec|seconds)$/i.exec(cell);
  if (suffixed) return { name: suffixed[1] ?? '', unit: suffixed[2] ?? null };
  return { name: cell, unit: null };
}
