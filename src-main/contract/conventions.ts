/**
 * The numbers and words that code, screen and exports must agree on. Each is a convention of the
 * field (named beside it), not a measurement; nothing else in the program repeats them.
 */

/** Length of an analysis window in seconds; windows do not overlap and start with the recording. */
export const WINDOW_S = 10;

/**
 * A tail at least this long is analysed by the last full window that ends with the recording;
 * a shorter one is left unlabelled and counted as not analysed.
 */
export const MIN_TAIL_S = 5;

/** Sampling rate of what the network sees. */
export const MODEL_SAMPLING_HZ = 250;

/** Samples of one window at the network's rate. */
export const MODEL_WINDOW_SAMPLES = WINDOW_S * MODEL_SAMPLING_HZ;

/** Pass band of the network's input, Hz. */
export const MODEL_BAND_HZ = { low: 0.5, high: 40 } as const;

/** Shortest run of AF that counts as an episode, s (2020 ESC and 2023 ACC/AHA guidelines). */
export const AF_EPISODE_MIN_S = 30;

/** Paper speeds, mm/s (IEC 60601-2-25). */
export const PAPER_SPEEDS_MM_PER_S = [12.5, 25, 50] as const;
export type PaperSpeed = (typeof PAPER_SPEEDS_MM_PER_S)[number];

/** Paper gains, mm/mV (IEC 60601-2-25). */
export const PAPER_GAINS_MM_PER_MV = [5, 10, 20] as const;
export type PaperGain = (typeof PAPER_GAINS_MM_PER_MV)[number];

/** Display filters on offer, Hz. 0 stands for "off". */
export const HIGH_PASS_HZ = [0, 0.05, 0.5] as const;
export const LOW_PASS_HZ = [0, 40, 100, 150] as const;
export const NOTCH_HZ = [0, 50, 60] as const;

/** CSS defines 96 px per inch; the user's own calibration replaces this first guess. */
export const CSS_PX_PER_MM = 96 / 25.4;

/** Past this many samples per pixel column, a drawing is a min/max envelope and says so. */
export const MAX_SAMPLES_PER_PIXEL = 4;

/** Printed on every screen, page and export. */
export const RESEARCH_NOTICE = 'Research use only - not a medical device';
