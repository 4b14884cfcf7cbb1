/** Which stretches of a recording are analysed: the rule of CLINICAL.md, in one place. */
import { MIN_TAIL_S, WINDOW_S } from '../contract/conventions.ts';

/** One entry a window, seconds from the start of the recording. */
export interface WindowPlan {
  readonly startS: Float64Array;
  readonly endS: Float64Array;
  /** Seconds of the recording that lie in at least one window. */
  readonly analysedS: number;
}

/** A clock that is off by a nanosecond must not cost a window. */
const TOLERANCE_S = 1e-6;

/**
 * Windows of 10 s, one after the other from the start. A tail of at least 5 s adds the last full
 * 10 s that end with the recording (so it overlaps its predecessor); a shorter tail adds nothing.
 * A recording of 5 to 10 s is one window of its own length; a shorter one has none.
 */
export function planWindows(recording: {
  readonly sampleCount: number;
  readonly samplingHz: number;
}): WindowPlan {
  const durationS = recording.sampleCount / recording.samplingHz;
  if (!(durationS >= MIN_TAIL_S - TOLERANCE_S) || !Number.isFinite(durationS)) {
    return { startS: new Float64Array(0), endS: new Float64Array(0), analysedS: 0 };
  }
  const full = Math.floor((durationS + TOLERANCE_S) / WINDOW_S);
  const tailS = Math.max(0, durationS - full * WINDOW_S);
  const hasTail = tailS >= MIN_TAIL_S - TOLERANCE_S;
  const count = full + (hasTail ? 1 : 0);
  const startS = Float64Array.from({ length: count }, (_, index) => index * WINDOW_S);
  const endS = startS.map((start) => Math.min(durationS, start + WINDOW_S));
  if (hasTail) {
    startS[count - 1] = Math.max(0, durationS - WINDOW_S);
    endS[count - 1] = durationS;
  }
  const analysedS = Math.min(durationS, full * WINDOW_S + (hasTail ? tailS : 0));
  return { startS, endS, analysedS };
}
