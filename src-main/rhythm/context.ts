/**
 * A window judged together with the windows before and behind it in the same lead: rhythm rarely
 * changes every ten seconds, so what its neighbours show tells something of it. With chance `belief` a
 * neighbour shows the same as this window, otherwise it tells nothing; so neighbours make a verdict
 * surer or less sure, and cannot veto one. Windows of one recording err alike, so that the product of
 * what they say claims too much: `sureness` takes that back. `Context` of
 * `models/training/rhythmark_training/context.py` does the same.
 */
import { MODEL_OUTPUTS } from '../contract/domain.ts';
import type { WindowContext } from '../contract/model-card.ts';

const OUTPUTS = MODEL_OUTPUTS.length;

/**
 * Rows [from, to) in context. `alone` holds the windows of one lead, in order, row-major: windows x
 * MODEL_OUTPUTS; rows `from - 1` to `to` must be final where the lead has them. A window without
 * signal (NaN) stays one and is nobody's neighbour; one that has no neighbour stays as it is, bit for
 * bit. Else each output is in proportion to
 * (p x product over the neighbours of (belief x theirs + (1 - belief) / MODEL_OUTPUTS)) ^ sureness,
 * by one neighbour or two; the sum is 1.
 */
export function inContext(
  alone: Float32Array,
  { belief, sureness }: WindowContext,
  from = 0,
  to = alone.length / OUTPUTS,
): Float32Array {
  const found = alone.slice(from * OUTPUTS, to * OUTPUTS);
  const row = new Float64Array(OUTPUTS);
  for (let window = from; window < to; window++) {
    const neighbours = [window - 1, window + 1].filter((other) => hasSignal(alone, other));
    if (neighbours.length === 0 || !hasSignal(alone, window)) continue;
    const [byOne, byTwo] = sureness;
    const power = neighbours.length === 1 ? byOne : byTwo;
    let total = 0;
    for (let output = 0; output < OUTPUTS; output++) {
      let product = valueAt(alone, window, output);
      for (const other of neighbours) {
        product *= belief * valueAt(alone, other, output) + (1 - belief) / OUTPUTS;
      }
      // Rounding of some providers leaves a little less than nothing, which has no power.
      const together = Math.max(0, product) ** power;
      row[output] = together;
      total += together;
    }
    found.set(
      row.map((together) => together / total),
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
