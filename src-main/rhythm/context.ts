/**
 * A window judged together with the windows before and behind it in the same lead: rhythm rarely
 * changes every ten seconds, so what its neighbours show tells something of it. Their probabilities
 * are averaged with its own. An average is less sure than it should be, and the more so the more
 * neighbours are in it: sharpening mends that. `in_context` of
 * `models/training/rhythmark_training/context.py` does the same.
 */
import { MODEL_OUTPUTS } from '../contract/domain.ts';
import type { WindowContext } from '../contract/model-card.ts';

const OUTPUTS = MODEL_OUTPUTS.length;

/**
 * Rows [from, to) in context. `alone` holds the windows of one lead, in order, row-major: windows x
 * MODEL_OUTPUTS; rows `from - 1` to `to` must be final where the lead has them. A window without
 * signal (NaN) stays one and is nobody's neighbour; one that has no neighbour stays as it is, bit for
 * bit. Else, with k neighbours that weigh w each, and m = wk / (1 + wk), the part of the weight that
 * is theirs: proportional to ((p + w x sum of theirs) / (1 + wk)) ^ (1 + sharpening x m), sum 1.
 */
export function inContext(
  alone: Float32Array,
  { neighbour, sharpening }: WindowContext,
  from = 0,
  to = alone.length / OUTPUTS,
): Float32Array {
  const found = alone.slice(from * OUTPUTS, to * OUTPUTS);
  const row = new Float64Array(OUTPUTS);
  for (let window = from; window < to; window++) {
    const neighbours = [window - 1, window + 1].filter((other) => hasSignal(alone, other));
    if (neighbours.length === 0 || !hasSignal(alone, window)) continue;
    const theirs = neighbour * neighbours.length;
    const power = 1 + (sharpening * theirs) / (1 + theirs);
    let total = 0;
    for (let output = 0; output < OUTPUTS; output++) {
      let sum = valueAt(alone, window, output);
      for (const other of neighbours) sum += neighbour * valueAt(alone, other, output);
      // Rounding of some providers leaves a little less than nothing, which has no power.
      const sharpened = Math.max(0, sum / (1 + theirs)) ** power;
      row[output] = sharpened;
      total += sharpened;
    }
    found.set(
      row.map((sharpened) => sharpened / total),
      (window - from) * OUTPUTS,
    );
  }
  return found;
}

/** False for a window without signal, and beyond the lead's ends. */
function hasSignal(rows: Float32Array, window: number): boolean {
  let sum = 0;
  for (let output = 0; output < OUTPUTS; output++) sum += valueAt(rows, window, output);
  return !Number.isNaN(sum);
}

function valueAt(rows: Float32Array, window: number, output: number): number {
  return rows[window * OUTPUTS + output] ?? NaN;
}
