/**
 * A recording as lines, one a day from midnight to midnight, so that days lie under each other.
 * One that states no start has lines of 24 h from its beginning; a short one is a single line of
 * its own length. Pure.
 */
import {
  RIBBON,
  RHYTHM_CLASSES,
  type Reading,
  type WindowVerdicts,
} from '../../../src-main/contract/domain.ts';
import { probabilitiesAt, verdictOf } from '../../../src-main/contract/verdict.ts';
import { MIN_LANE_PX, type Run } from './ribbon.ts';

const DAY_S = 86_400;
/** Under this a 24-hour line would leave most of its width empty. */
const SHORT_S = 6 * 3600;

export interface DayLine {
  /** `06-11`, `day 2`, or empty for the single line of a short recording. */
  readonly label: string;
  /** The line's span of the recording, s from its start; the first may begin before 0. */
  readonly fromS: number;
  readonly toS: number;
}

export interface DayLayout {
  readonly kind: 'calendar' | 'elapsed' | 'whole';
  readonly lines: readonly DayLine[];
}

/** `start` is local time as the contract has it, or null. */
export function dayLayout(start: string | null, durationS: number): DayLayout {
  if (durationS <= SHORT_S) {
    return { kind: 'whole', lines: [{ label: '', fromS: 0, toS: durationS }] };
  }
  const clock = start === null ? null : /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/u.exec(start);
  if (!clock) {
    const lines: DayLine[] = [];
    for (let from = 0; from < durationS; from += DAY_S) {
      lines.push({ label: `day ${from / DAY_S + 1}`, fromS: from, toS: from + DAY_S });
    }
    return { kind: 'elapsed', lines };
  }
  const [year, month, day, hour, minute, second] = clock.slice(1).map(Number);
  const midnight = Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1);
  const intoDay = (hour ?? 0) * 3600 + (minute ?? 0) * 60 + (second ?? 0);
  const lines: DayLine[] = [];
  for (let from = -intoDay, n = 0; from < durationS; from += DAY_S, n++) {
    const date = new Date(midnight + n * DAY_S * 1000).toISOString().slice(5, 10);
    lines.push({ label: date, fromS: from, toS: from + DAY_S });
  }
  return { kind: 'calendar', lines };
}

/** What lies under the runs of one line, px from its left. */
export interface LineGround {
  readonly from: number;
  /** How far windows were found: what is Normal shows here, and nothing is known beyond. */
  readonly found: number;
  readonly to: number;
}

/** `foundS`: where the last window ends that has a verdict, s; 0 where none has. */
export function lineGround(
  line: DayLine,
  durationS: number,
  foundS: number,
  width: number,
): LineGround {
  const perS = width / (line.toS - line.fromS);
  const at = (seconds: number): number =>
    (Math.max(line.fromS, Math.min(line.toS, seconds)) - line.fromS) * perS;
  return { from: at(0), found: at(Math.min(foundS, durationS)), to: at(durationS) };
}

/** A RIBBON code for each window, under the reading in force. */
export function windowCodes(
  verdicts: WindowVerdicts,
  reading: Reading,
  threshold: number,
): Uint8Array {
  return Uint8Array.from(verdicts.startS, (_, index) => {
    const probabilities = probabilitiesAt(verdicts.probabilities, index);
    if (!probabilities) return RIBBON.noSignal;
    const verdict = verdictOf(probabilities, reading, threshold);
    return verdict.uncertain ? RIBBON.uncertain : RHYTHM_CLASSES.indexOf(verdict.label);
  });
}

/**
 * Runs of one line over `width` px, `height` high, by the rule of one-line ribbons: a pixel column
 * that holds any AF is AF, otherwise what takes the most of it. Runs of Normal are left to the
 * line's own ground.
 */
export function lineRuns(
  verdicts: WindowVerdicts,
  codes: Uint8Array,
  line: DayLine,
  width: number,
  height: number,
): readonly Run[] {
  const columns = columnCodes(verdicts, codes, line, Math.max(0, Math.floor(width)));
  const runs: Run[] = [];
  let start = 0;
  for (let x = 1; x <= columns.length; x++) {
    const code = columns[start] ?? RIBBON.none;
    if (x < columns.length && columns[x] === code) continue;
    if (code !== RIBBON.normal && code !== RIBBON.none) {
      runs.push({ code, x: start, width: Math.max(MIN_LANE_PX, x - start), height });
    }
    start = x;
  }
  // AF last, so that widening a narrow run never hides it.
  return runs.toSorted((a, b) => Number(a.code === RIBBON.af) - Number(b.code === RIBBON.af));
}

/** One RIBBON code a pixel column; `none` where the line holds no window. */
function columnCodes(
  { startS, endS }: WindowVerdicts,
  codes: Uint8Array,
  line: DayLine,
  pixels: number,
): Uint8Array {
  const kinds = RIBBON.none + 1;
  const shares = new Float32Array(pixels * kinds);
  const perS = pixels / (line.toS - line.fromS);
  for (let index = firstEndingAfter(endS, line.fromS); index < codes.length; index++) {
    const from = Math.max(0, ((startS[index] ?? Infinity) - line.fromS) * perS);
    const to = Math.min(pixels, ((endS[index] ?? 0) - line.fromS) * perS);
    if (from >= pixels) break;
    for (let x = Math.floor(from); x < to; x++) {
      const at = x * kinds + (codes[index] ?? RIBBON.none);
      shares[at] = (shares[at] ?? 0) + Math.min(to, x + 1) - Math.max(from, x);
    }
  }
  const columns = new Uint8Array(pixels).fill(RIBBON.none);
  for (let x = 0; x < pixels; x++) {
    const share = shares.subarray(x * kinds, (x + 1) * kinds);
    const most = Math.max(...share);
    if ((share[RIBBON.af] ?? 0) > 0) columns[x] = RIBBON.af;
    else if (most > 0) columns[x] = share.indexOf(most);
  }
  return columns;
}

function firstEndingAfter(endS: Float64Array, seconds: number): number {
  let low = 0;
  let high = endS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((endS[middle] ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}
