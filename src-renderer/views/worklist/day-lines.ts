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
 * Runs of one line over `width` px, `height` high. Runs of Normal are left to the line's own
 * ground; what is drawn last lies on top, AF above all.
 */
export function lineRuns(
  verdicts: WindowVerdicts,
  codes: Uint8Array,
  line: DayLine,
  width: number,
  height: number,
): readonly Run[] {
  const { startS, endS } = verdicts;
  const perS = width / (line.toS - line.fromS);
  const runs: Run[] = [];
  let index = firstEndingAfter(endS, line.fromS);
  while (index < codes.length && (startS[index] ?? Infinity) < line.toS) {
    const code = codes[index] ?? RIBBON.none;
    const fromS = Math.max(line.fromS, startS[index] ?? 0);
    let toS = endS[index] ?? fromS;
    index++;
    while (index < codes.length && codes[index] === code && (startS[index] ?? 0) <= toS) {
      toS = Math.max(toS, endS[index] ?? toS);
      index++;
    }
    if (code === RIBBON.normal) continue;
    const x = (fromS - line.fromS) * perS;
    const runWidth = (Math.min(toS, line.toS) - fromS) * perS;
    runs.push({ code, x, width: Math.max(MIN_LANE_PX, runWidth), height });
  }
  const rank = [0, 3, 2, 1, 0, 4];
  return runs.toSorted((a, b) => (rank[a.code] ?? 0) - (rank[b.code] ?? 0));
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
