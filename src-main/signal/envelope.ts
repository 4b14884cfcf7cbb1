/**
 * Min/max envelopes: what is drawn where a pixel column holds more samples than can be told apart.
 * A bin holds the smallest and the largest present sample of its stretch, so no wave is lost at
 * any zoom; a bin without a single one is NaN twice, and a drawing leaves it open.
 *
 * Pairs are kept as min, max, min, max ... so that one range of a level is one range of bytes.
 */

/** Each level of the pyramid has a sixteenth of the bins of the one below. */
export const ENVELOPE_FACTOR = 16;

/** The pyramid ends with the first level of at most this many bins: coarser than any screen. */
const COARSEST_BINS = 1024;

/** Part of a lead as an envelope; bins begin at multiples of `samplesPerBin` of the recording. */
export interface EnvelopeRange {
  readonly samplesPerBin: number;
  /** First sample of the first bin. */
  readonly fromSample: number;
  readonly min: Float32Array;
  readonly max: Float32Array;
}

/** Bins of each level of a lead, finest first; at least one level. */
export function levelSizes(sampleCount: number): number[] {
  const sizes = [Math.ceil(sampleCount / ENVELOPE_FACTOR)];
  for (let last = sizes[0] ?? 0; last > COARSEST_BINS;) {
    last = Math.ceil(last / ENVELOPE_FACTOR);
    sizes.push(last);
  }
  return sizes;
}

/**
 * At most `columns` bins over some samples, of which the first is number `firstSample` of the
 * recording; for stretches short enough to be read as they are. `columns` >= 2 where the stretch
 * does not begin with a bin, since it then takes part of one more.
 */
export function envelopeOf(samples: Float32Array, columns: number, firstSample = 0): EnvelopeRange {
  const end = firstSample + samples.length;
  const samplesPerBin = binLength(firstSample, end, columns, 1);
  const firstBin = Math.floor(firstSample / samplesPerBin);
  const count = samples.length === 0 ? 0 : Math.ceil(end / samplesPerBin) - firstBin;
  const min = new Float32Array(count).fill(NaN);
  const max = new Float32Array(count).fill(NaN);
  for (let bin = 0; bin < count; bin++) {
    const from = Math.max(0, (firstBin + bin) * samplesPerBin - firstSample);
    const to = Math.min(samples.length, (firstBin + bin + 1) * samplesPerBin - firstSample);
    let low = Infinity;
    let high = -Infinity;
    for (let index = from; index < to; index++) {
      const value = samples[index] ?? NaN;
      if (value - value !== 0) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (low <= high) {
      min[bin] = low;
      max[bin] = high;
    }
  }
  return { samplesPerBin, fromSample: firstBin * samplesPerBin, min, max };
}

/**
 * Samples a bin so that at most `columns` aligned bins cover [from, to): the least multiple of
 * `step` that does.
 */
export function binLength(from: number, to: number, columns: number, step: number): number {
  const wanted = Math.max(1, Math.floor(columns));
  let length = step * Math.max(1, Math.ceil((to - from) / (step * wanted)));
  // One bin cannot cover a stretch that lies across a bin's edge; a bin as long as all of it can
  // do no better than two.
  while (
    Math.ceil(to / length) - Math.floor(from / length) > wanted &&
    length < 2 * (to - from) + step
  ) {
    length += step;
  }
  return length;
}

/** Pairs of samples' extremes, 16 samples a bin, from samples that begin with a bin. */
export function pairsOfSamples(samples: Float32Array, out: Float32Array, outBin: number): void {
  const count = Math.ceil(samples.length / ENVELOPE_FACTOR);
  for (let bin = 0; bin < count; bin++) {
    const from = bin * ENVELOPE_FACTOR;
    const to = Math.min(samples.length, from + ENVELOPE_FACTOR);
    let low = Infinity;
    let high = -Infinity;
    for (let index = from; index < to; index++) {
      const value = samples[index] ?? NaN;
      if (value - value !== 0) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    out[2 * (outBin + bin)] = low <= high ? low : NaN;
    out[2 * (outBin + bin) + 1] = low <= high ? high : NaN;
  }
}

/**
 * Merges pairs into coarser ones: bin i of `pairs` (bin number `firstBin` of its level) goes into
 * bin floor((firstBin + i) / factor) - floor(firstBin / factor) of the answer.
 */
export function mergePairs(pairs: Float32Array, firstBin: number, factor: number): Float32Array {
  const bins = pairs.length / 2;
  const first = Math.floor(firstBin / factor);
  const count = bins === 0 ? 0 : Math.ceil((firstBin + bins) / factor) - first;
  const merged = new Float32Array(2 * count);
  for (let bin = 0; bin < count; bin++) {
    const from = Math.max(0, (first + bin) * factor - firstBin);
    const to = Math.min(bins, (first + bin + 1) * factor - firstBin);
    let low = Infinity;
    let high = -Infinity;
    for (let index = 2 * from; index < 2 * to; index += 2) {
      // A comparison with NaN is false, so an empty bin changes neither bound.
      const smallest = pairs[index] ?? NaN;
      const largest = pairs[index + 1] ?? NaN;
      if (smallest < low) low = smallest;
      if (largest > high) high = largest;
    }
    merged[2 * bin] = low <= high ? low : NaN;
    merged[2 * bin + 1] = low <= high ? high : NaN;
  }
  return merged;
}
