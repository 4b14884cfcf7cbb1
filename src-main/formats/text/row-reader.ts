/** Samples of some columns of a text file, by the index that was made on opening it. */
import { RhythmarkError } from '../../contract/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { visitLines } from './lines.ts';
import { NO_NUMBER, numberAt } from './number-bytes.ts';
import { CHECKPOINT_ROWS, type RowIndex, type Run } from './row-index.ts';
import { rowScanner, type RowShape } from './row-scanner.ts';

export interface WantedColumn {
  readonly column: number;
  /** Factor from the file's unit to the lead's. */
  readonly scale: number;
  readonly out: Float32Array;
}

/** A window is read in small pieces, so that ten seconds cost ten seconds' bytes. */
const WINDOW_BYTES = 1 << 16;
const PASS_BYTES = 1 << 20;
/** What a 32-bit float holds. */
const LARGEST = 3.4e38;

/**
 * Puts samples [from, to) into `out`, whose first sample is `origin`. Cells without a number stay
 * as they are in `out`. `damaged-file` where a cell holds digits and is no number
 * that a sample can be.
 */
export async function readRows(
  source: ByteSource,
  shape: RowShape,
  index: RowIndex,
  wanted: readonly WantedColumn[],
  from: number,
  to: number,
  origin: number,
): Promise<void> {
  if (to <= from) return;
  const scanner = rowScanner(shape);
  const mark = shape.decimal.charCodeAt(0);
  const { runs, repeated, checkpoints, rowCount } = index;
  const firstRow = rowAtOrAfter(runs, from);
  const checkpoint = Math.min(Math.floor(firstRow / CHECKPOINT_ROWS), checkpoints.length - 1);
  let row = checkpoint * CHECKPOINT_ROWS;
  let run = lastRunBefore(runs, row, (one) => one.row);
  await visitLines(
    source,
    checkpoints[checkpoint] ?? 0,
    (bytes, start, end, offset) => {
      const cells = scanner.scan(bytes, start, end);
      if (cells === 0 || repeated.has(offset)) return 'go-on';
      if (row >= rowCount) return 'stop';
      while ((runs[run + 1]?.row ?? Infinity) <= row) run++;
      const sample = (runs[run]?.sample ?? 0) + row - (runs[run]?.row ?? 0);
      row++;
      if (sample < from) return 'go-on';
      if (sample >= to) return 'stop';
      for (const { column, scale, out } of wanted) {
        const value = numberAt(bytes, scanner.starts[column] ?? 0, scanner.ends[column] ?? 0, mark);
        const scaled = value * scale;
        if (value === NO_NUMBER || Math.abs(scaled) > LARGEST)
          throw cellError(bytes, start, end, offset);
        out[sample - origin] = scaled;
      }
      return 'go-on';
    },
    to - from > 2 * CHECKPOINT_ROWS ? PASS_BYTES : WINDOW_BYTES,
  );
}

function cellError(bytes: Uint8Array, start: number, end: number, offset: number): RhythmarkError {
  const line = new TextDecoder('latin1').decode(bytes.subarray(start, Math.min(end, start + 60)));
  return new RhythmarkError(
    'damaged-file',
    `The line at byte ${offset.toLocaleString('en')} holds something that is no number: "${line.replace(/\p{Cc}/gu, ' ')}". Check the delimiter and the decimal mark.`,
    `byte ${offset}`,
  );
}

/** The first row whose sample is `sample` or later. */
function rowAtOrAfter(runs: readonly Run[], sample: number): number {
  const run = lastRunBefore(runs, sample, (one) => one.sample);
  const { row, sample: first } = runs[run] ?? { row: 0, sample: 0 };
  return Math.min(row + sample - first, runs[run + 1]?.row ?? Infinity);
}

/** Index of the last run that begins at or before `value`. */
function lastRunBefore(runs: readonly Run[], value: number, of: (run: Run) => number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const run = runs[middle];
    if (run !== undefined && of(run) <= value) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
