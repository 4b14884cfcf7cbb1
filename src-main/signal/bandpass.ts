/** The network's pass band, 0.5-40 Hz, zero phase: applied at the network's own rate. */
import { MODEL_BAND_HZ, MODEL_SAMPLING_HZ } from '../contract/conventions.ts';
import { butterworth, cascade, filterZeroPhase } from './biquad.ts';

/**
 * Second-order high-pass, fourth-order low-pass: with the backward pass -6 dB at both corners,
 * 0.8 % left of a drift at 0.15 Hz, 10 % of mains hum at 50 Hz, 92 % kept at 30 Hz.
 */
const SECTIONS = cascade(
  butterworth('high-pass', 2, MODEL_BAND_HZ.low, MODEL_SAMPLING_HZ),
  butterworth('low-pass', 4, MODEL_BAND_HZ.high, MODEL_SAMPLING_HZ),
);

/**
 * Seconds at either end of a block after which nothing is left of how the block was cut: the
 * slowest pole decays by exp(-2.2 / s), to 2e-12 in 12 s.
 */
export const BANDPASS_MARGIN_S = 12;

/** Filters x[0, count), sampled at 250 Hz, in place. */
export function bandPassInPlace(x: Float64Array, count: number): void {
  filterZeroPhase(SECTIONS, x, count);
}
