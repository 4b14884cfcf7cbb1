/**
 * Times of a recording. With a start, clock times of day as the file has them (no zone is
 * assumed); without one, time since the start. Pure.
 */

const DAY_S = 86_400;
const START = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2}(?:\.\d+)?)$/;

export interface RecordingClock {
  /** Second of the day at which the recording starts; 0 where the file states no start. */
  readonly offsetS: number;
  /** `2026-06-11`; null where the file states no start. */
  readonly date: string | null;
}

/** Reads `RecordingHeader.start`; anything else counts as "not stated". */
export function clockOf(start: string | null): RecordingClock {
  const parts = start === null ? null : START.exec(start);
  if (!parts) return { offsetS: 0, date: null };
  const [, year = '', month = '', day = '', hours = '', minutes = '', seconds = ''] = parts;
  return {
    offsetS: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
    date: `${year}-${month}-${day}`,
  };
}

const two = (value: number) => String(value).padStart(2, '0');

/** `14:07:20`; time since the start past a day counts hours on (`31:07:20`). */
export function clockText(clock: RecordingClock, seconds: number): string {
  const { hours, minutes, rest } = split(clock, seconds);
  return `${two(hours)}:${two(minutes)}:${two(rest)}`;
}

/** `14:07`. */
export function clockMinutes(clock: RecordingClock, seconds: number): string {
  const { hours, minutes } = split(clock, seconds);
  return `${two(hours)}:${two(minutes)}`;
}

/** `:20`. */
export function clockSeconds(clock: RecordingClock, seconds: number): string {
  return `:${two(split(clock, seconds).rest)}`;
}

/** `14:07:20.348`, for the place under the pointer. */
export function clockMilliseconds(clock: RecordingClock, seconds: number): string {
  const totalMs = Math.round((seconds + clock.offsetS) * 1000);
  const ms = ((totalMs % 1000) + 1000) % 1000;
  const whole = (totalMs - ms) / 1000 - clock.offsetS;
  return `${clockText(clock, whole)}.${String(ms).padStart(3, '0')}`;
}

function split(clock: RecordingClock, seconds: number) {
  const total = Math.floor(clock.offsetS + seconds + 1e-6);
  const within = clock.date === null ? Math.max(0, total) : ((total % DAY_S) + DAY_S) % DAY_S;
  return {
    hours: Math.floor(within / 3600),
    minutes: Math.floor(within / 60) % 60,
    rest: within % 60,
  };
}

/** A recording shorter than this has seconds in its times: rounded to minutes they would not be its length. */
const SECONDS_BELOW_S = 3600;

/**
 * `2026-06-11 09:12 to 06-12 09:10`, `2026-06-11 09:12:48 to 09:13:18`, or null where the file states no
 * start.
 */
export function spanText(clock: RecordingClock, durationS: number): string | null {
  if (clock.date === null) return null;
  const days = Math.floor((clock.offsetS + durationS) / DAY_S);
  const timeOf = durationS < SECONDS_BELOW_S ? clockText : clockMinutes;
  const end = timeOf(clock, durationS);
  const from = `${clock.date} ${timeOf(clock, 0)}`;
  if (days === 0) return `${from} to ${end}`;
  const last = new Date(Date.parse(`${clock.date}T00:00:00Z`) + days * DAY_S * 1000);
  return `${from} to ${two(last.getUTCMonth() + 1)}-${two(last.getUTCDate())} ${end}`;
}

const STEPS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
];

/** The tick step, s, that leaves at least `minPx` between labels. */
export function tickStep(pxPerS: number, minPx: number): number {
  return STEPS_S.find((step) => step * pxPerS >= minPx) ?? DAY_S;
}

/** Ticks in [fromS, toS] on whole steps of the clock (not of the recording), s of the recording. */
export function ticksOnClock(
  clock: RecordingClock,
  fromS: number,
  toS: number,
  stepS: number,
): readonly number[] {
  const ticks: number[] = [];
  for (let k = Math.ceil((fromS + clock.offsetS) / stepS); ; k++) {
    const at = k * stepS - clock.offsetS;
    if (at > toS) return ticks;
    ticks.push(at);
  }
}
