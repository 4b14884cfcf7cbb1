/**
 * Filters for looking, never for the stored samples or the network: zero phase, so that no wave
 * moves. Each is off (0) or on, and the caller prints the ones that `applied` names.
 */
import type { DisplayFilters } from '../contract/domain.ts';
import { butterworth, cascade, filterZeroPhase, notch, type Sections } from './biquad.ts';
import { bridgeHoles, extendOddly, segmentsOf } from './gaps.ts';

/** -3 dB over 1.7 Hz at 50 Hz: narrow enough for the QRS, wide enough for a mains that drifts. */
const NOTCH_QUALITY = 30;

/** A filter above this part of the sampling rate would do nothing but distort; it is refused. */
const HIGHEST_SHARE = 0.45;

const LONGEST_BRIDGED_S = 0.3;
const EXTENSION_S = 4;

/** What was done: `applied` has 0 where a filter was off or refused. */
export interface DisplayFilterPlan {
  readonly applied: DisplayFilters;
  /** Bands that the sampling rate cannot carry, so that the screen can say why they are not on. */
  readonly refused: readonly { readonly filter: keyof DisplayFilters; readonly hz: number }[];
  /**
   * Samples to read on either side of what is shown, after which the cut leaves less than 1e-6
   * of its jump.
   */
  readonly margin: number;
  readonly sections: Sections;
}

/** Which of the chosen filters a lead of this rate can have, and how. */
export function planDisplayFilters(chosen: DisplayFilters, samplingHz: number): DisplayFilterPlan {
  const refused: { filter: keyof DisplayFilters; hz: number }[] = [];
  const carried = (filter: keyof DisplayFilters): number => {
    const hz = chosen[filter];
    if (hz === 0) return 0;
    if (hz <= HIGHEST_SHARE * samplingHz) return hz;
    refused.push({ filter, hz });
    return 0;
  };
  const applied = {
    highPassHz: carried('highPassHz'),
    lowPassHz: carried('lowPassHz'),
    notchHz: carried('notchHz'),
  };
  const parts: Sections[] = [];
  let settlingS = 0;
  if (applied.highPassHz > 0) {
    parts.push(butterworth('high-pass', 2, applied.highPassHz, samplingHz));
    settlingS = settleS(Math.SQRT1_2 * applied.highPassHz);
  }
  if (applied.lowPassHz > 0) {
    parts.push(butterworth('low-pass', 4, applied.lowPassHz, samplingHz));
    settlingS = Math.max(settlingS, settleS(Math.sin(Math.PI / 8) * applied.lowPassHz));
  }
  if (applied.notchHz > 0) {
    parts.push(notch(applied.notchHz, NOTCH_QUALITY, samplingHz));
    settlingS = Math.max(settlingS, settleS(applied.notchHz / NOTCH_QUALITY / 2));
  }
  return {
    applied,
    refused,
    margin: Math.ceil(settlingS * samplingHz),
    sections: cascade(...parts),
  };
}

/**
 * The samples filtered by the plan, same length; gaps (NaN, infinities) stay gaps and are not
 * filtered across. Read `plan.margin` samples more on either side and cut them off afterwards.
 */
export function filterForDisplay(
  samples: Float32Array,
  plan: DisplayFilterPlan,
  samplingHz: number,
): Float32Array {
  if (plan.sections.length === 0) return samples.slice();
  const out = new Float32Array(samples.length).fill(NaN);
  for (const segment of segmentsOf(samples, Math.floor(LONGEST_BRIDGED_S * samplingHz))) {
    const length = segment.to - segment.from;
    const extension = Math.min(Math.round(EXTENSION_S * samplingHz), length - 1);
    const x = new Float64Array(length + 2 * extension);
    x.set(samples.subarray(segment.from, segment.to), extension);
    if (segment.holes > 0) bridgeHoles(x, extension, extension + length);
    extendOddly(x, extension, extension + length, extension);
    filterZeroPhase(plan.sections, x, x.length);
    out.set(x.subarray(extension, extension + length), segment.from);
    if (segment.holes > 0) reopenHoles(samples, out, segment.from, segment.to);
  }
  return out;
}

/** Seconds until exp(-2 pi f t) is below 1e-6, f being the slowest pole's distance from the axis, Hz. */
function settleS(poleHz: number): number {
  return Math.log(1e6) / (2 * Math.PI * poleHz);
}

function reopenHoles(samples: Float32Array, out: Float32Array, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    const value = samples[index] ?? NaN;
    if (value - value !== 0) out[index] = NaN;
  }
}
