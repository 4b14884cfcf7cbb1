/**
 * Analysis windows as the screen sees them: one code each, merged into runs, and the classes that
 * an uncertain window lies between. Pure.
 */
import { MIN_TAIL_S, WINDOW_S } from '../../src-main/contract/conventions.ts';
import type { Reading, RhythmClass } from '../../src-main/contract/domain.ts';
import type { PredictionSets } from '../../src-main/contract/model-card.ts';
import { RHYTHM_CLASSES } from '../../src-main/contract/domain.ts';
import type { ClassProbabilities, RankedClass, Verdict } from '../../src-main/contract/verdict.ts';
import {
  owesToEctopy,
  predictionSet,
  rankClasses,
  verdictOf,
} from '../../src-main/contract/verdict.ts';

/** What a window is, as far as is known. */
export const WINDOW_CODES = [
  ...RHYTHM_CLASSES,
  'uncertain',
  'no-signal',
  'pending',
  'not-analysed',
] as const;
export type WindowCode = (typeof WINDOW_CODES)[number];

/** Index into `WINDOW_CODES`, as the byte arrays below hold it. */
export function codeIndex(code: WindowCode): number {
  return WINDOW_CODES.indexOf(code);
}

export function codeAt(codes: Uint8Array, index: number): WindowCode {
  return WINDOW_CODES[codes[index] ?? codeIndex('pending')] ?? 'pending';
}

/** The rule that turns probabilities into a word. */
export interface VerdictRule {
  readonly reading: Reading;
  readonly threshold: number;
  /** Absent where the model publishes none. */
  readonly sets?: PredictionSets | undefined;
}

/** Windows of 10 s from the start, the last one shorter; none for an empty recording. */
export function windowCount(durationS: number): number {
  return Math.max(0, Math.ceil(durationS / WINDOW_S - 1e-9));
}

/** Seconds of the recording that window `index` stands for on the screen; they never overlap. */
export function windowSpan(
  index: number,
  durationS: number,
): { readonly startS: number; readonly endS: number } {
  const startS = index * WINDOW_S;
  return { startS, endS: Math.min(durationS, startS + WINDOW_S) };
}

/** The window that holds a second of the recording; the ends hold. */
export function windowAt(seconds: number, durationS: number): number {
  const last = Math.max(0, windowCount(durationS) - 1);
  return Math.max(0, Math.min(last, Math.floor(seconds / WINDOW_S)));
}

/** True for a last window too short to analyse. */
export function isShortTail(index: number, durationS: number): boolean {
  const { startS, endS } = windowSpan(index, durationS);
  return endS - startS < MIN_TAIL_S;
}

/** Windows that get a verdict: without a last one that is too short. */
export function analysedWindows(durationS: number): number {
  const count = windowCount(durationS);
  return count > 0 && isShortTail(count - 1, durationS) ? count - 1 : count;
}

/** Windows [from, to) of one code. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly code: WindowCode;
}

/** Merges neighbours of one code; overviews draw runs, never windows. */
export function mergeRuns(codes: Uint8Array): readonly Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (let index = 1; index <= codes.length; index++) {
    if (index < codes.length && codes[index] === codes[from]) continue;
    runs.push({ from, to: index, code: codeAt(codes, from) });
    from = index;
  }
  return runs;
}

/** The runs that touch windows [from, to), found by bisection. */
export function runsBetween(runs: readonly Run[], from: number, to: number): readonly Run[] {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.to ?? Infinity) <= from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < runs.length && (runs[end]?.from ?? Infinity) < to) end++;
  return runs.slice(low, end);
}

/** How many windows hold each code, in the order of `WINDOW_CODES`. */
export function countCodes(codes: Uint8Array): Readonly<Record<WindowCode, number>> {
  const counts = {
    normal: 0,
    af: 0,
    other: 0,
    noise: 0,
    uncertain: 0,
    'no-signal': 0,
    pending: 0,
    'not-analysed': 0,
  };
  for (let index = 0; index < codes.length; index++) counts[codeAt(codes, index)]++;
  return counts;
}

/** A window's probabilities with what follows from them. */
export interface WindowFinding {
  readonly probabilities: ClassProbabilities;
  readonly ranked: readonly RankedClass[];
  readonly verdict: Verdict;
  readonly set: readonly RhythmClass[];
  /** See `owesToEctopy`. */
  readonly ectopyDecides: boolean;
}

/** What follows from one row of probabilities. */
export function findingOf(probabilities: ClassProbabilities, rule: VerdictRule): WindowFinding {
  const verdict = verdictOf(probabilities, rule.reading, rule.threshold);
  return {
    probabilities,
    ranked: rankClasses(probabilities, rule.reading),
    verdict,
    set: predictionSet(probabilities, rule.reading, rule.sets),
    ectopyDecides: owesToEctopy(probabilities, verdict.label, rule.reading),
  };
}
