/** Fills a window from a recording that is shorter than one. */
import { MODEL_SAMPLING_HZ } from '../contract/conventions.ts';

/** Length of the ending that is looked for earlier in the recording. */
const TEMPLATE = MODEL_SAMPLING_HZ;

/** The least a match may lie back, s x Hz: no beat follows another sooner. */
const LEAST_LAG = 0.3 * MODEL_SAMPLING_HZ;

/**
 * Continues x[0, count) to the end of x by the recording's own course: it goes on from the place
 * whose second before looks most like the recording's last second (greatest correlation). The seam
 * then falls at the same phase of the beat, so that the RR interval across it is one that occurs
 * in the recording; plain repetition would invent a premature beat or a pause, a mirror image
 * waves that run backwards. NaN counts as 0 in the search.
 */
export function continueByBestMatch(x: Float64Array, count: number): void {
  if (count >= x.length || count === 0) return;
  const from = bestMatch(x, count);
  for (let at = count; at < x.length; at++) x[at] = x[from + at - count] ?? 0;
}

function bestMatch(x: Float64Array, count: number): number {
  let best = 0;
  let bestScore = -Infinity;
  for (let end = TEMPLATE; end <= count - LEAST_LAG; end++) {
    let product = 0;
    let energy = 0;
    for (let back = 1; back <= TEMPLATE; back++) {
      const value = x[end - back] ?? 0;
      const wanted = x[count - back] ?? 0;
      if (value - value !== 0 || wanted - wanted !== 0) continue;
      product += value * wanted;
      energy += value * value;
    }
    const score = energy > 0 ? product / Math.sqrt(energy) : -Infinity;
    if (score > bestScore) {
      bestScore = score;
      best = end;
    }
  }
  return best;
}
