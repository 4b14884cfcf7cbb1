/**
 * Bimodal compression of SCP-ECG: around each QRS, in its protected zone, every sample is stored;
 * between the zones the mean of each `factor` samples is. Source: EN 1064, clause 5.9 and annex C;
 * what the annex leaves to the reader (a stretch that `factor` does not divide, the segments of the
 * filter) follows the OpenECG conformance decoder.
 */
import { RhythmarkError } from '../../contract/errors.ts';
import type { Beats, Encoded } from './waveform.ts';

/** Samples `from` to `to`, both included, counted from 1 on the record's time axis. */
export interface Zone {
  readonly from: number;
  readonly to: number;
}

/** A run of a lead's samples that is stored in one of the two ways; `from` counts from 0. */
export interface Stretch {
  readonly stored: 'every-sample' | 'means';
  readonly from: number;
  readonly length: number;
}

/** Recorders use 2 to 4; a factor above this is a damaged interval. */
const LARGEST_FACTOR = 16;

/** How many samples one stored mean stands for: the ratio of the intervals of sections 6 and 5. */
export function decimationFactor(rhythm: Encoded, reference: Encoded | null): number {
  if (!reference) {
    throw new RhythmarkError(
      'unsupported',
      'This SCP record stores the signal between beats at a lower rate (bimodal compression) but holds no reference beat, section 5, whose rate would tell how much lower. Export it without that compression.',
    );
  }
  const factor = rhythm.intervalUs / reference.intervalUs;
  if (Number.isInteger(factor) && factor >= 1 && factor <= LARGEST_FACTOR) return factor;
  throw new RhythmarkError(
    'damaged-file',
    `The SCP record states a sample every ${reference.intervalUs} us for the reference beat and every ${rhythm.intervalUs} us between beats, which is no whole multiple up to ${LARGEST_FACTOR}.`,
  );
}

/** The stretches of a lead whose first of `count` samples is sample `begins` (from 1). */
export function stretchesOf(count: number, begins: number, zones: readonly Zone[]): Stretch[] {
  const stretches: Stretch[] = [];
  let at = 0;
  const upTo = (end: number, stored: Stretch['stored']): void => {
    if (end > at) stretches.push({ stored, from: at, length: end - at });
    at = Math.max(at, end);
  };
  for (const { from, to } of [...zones].sort((a, b) => a.from - b.from)) {
    // A beat without a zone has zeros here.
    if (from < 1 || to < from) continue;
    upTo(Math.min(count, from - begins), 'means');
    upTo(Math.min(count, to - begins + 1), 'every-sample');
  }
  upTo(count, 'means');
  return stretches;
}

/** Values that are stored for the stretches. */
export function storedCount(stretches: readonly Stretch[], factor: number): number {
  return stretches.reduce((sum, { stored, length }) => {
    // What is left of a stretch that the factor does not divide is stored sample by sample.
    return sum + (stored === 'means' ? Math.floor(length / factor) + (length % factor) : length);
  }, 0);
}

/**
 * A lead at its full rate. Means lie on straight lines from centre to centre, level before the
 * first and after the last centre of a stretch; the corners are then rounded by the mean of three.
 * `subtraction` are the zones of the reference beat, at whose ends the stored signal may jump: no
 * mean reaches over them.
 */
export function reconstruct(
  stored: Int32Array,
  stretches: readonly Stretch[],
  factor: number,
  subtraction: readonly Zone[],
  begins: number,
): Int32Array {
  const last = stretches.at(-1);
  const out = new Int32Array(last ? last.from + last.length : 0);
  let next = 0;
  for (const { stored: kind, from, length } of stretches) {
    const means = kind === 'means' ? Math.floor(length / factor) : 0;
    spread(stored.subarray(next, next + means), factor, out, from);
    next += means;
    const left = length - means * factor;
    out.set(stored.subarray(next, next + left), from + means * factor);
    next += left;
  }
  if (factor === 1) return out;

  const jumps = new Set(subtraction.flatMap(({ from, to }) => [from - begins, to - begins + 1]));
  const unsmoothed = Int32Array.from(out);
  for (const { stored: kind, from, length } of stretches) {
    if (kind === 'means') smooth(unsmoothed, from, from + length, jumps, out);
  }
  return out;
}

function spread(means: Int32Array, factor: number, out: Int32Array, from: number): void {
  const half = factor >> 1;
  const end = from + means.length * factor;
  out.fill(means[0] ?? 0, from, from + half);
  let at = from + half;
  for (let k = 0; k + 1 < means.length; k++) {
    const [value = 0, following = 0] = [means[k], means[k + 1]];
    for (let j = 0; j < factor; j++) {
      out[at++] = Math.round(value + (j * (following - value)) / factor);
    }
  }
  out.fill(means[means.length - 1] ?? 0, at, end);
}

/** Mean of three over [from, end), its neighbours included; `jumps` begin segments of their own. */
function smooth(
  source: Int32Array,
  from: number,
  end: number,
  jumps: ReadonlySet<number>,
  out: Int32Array,
): void {
  for (let i = Math.max(1, from); i < Math.min(end, source.length - 1); i++) {
    // The first and the last sample of a segment stay as they are.
    if (jumps.has(i) || jumps.has(i + 1)) continue;
    out[i] = Math.round(((source[i - 1] ?? 0) + (source[i] ?? 0) + (source[i + 1] ?? 0)) / 3);
  }
}

/** The zones where the reference beat was subtracted. */
export function subtractionZones({ beats }: Beats): Zone[] {
  return beats.filter(({ type }) => type === 0).map(({ from, to }) => ({ from, to }));
}
