/**
 * The one pass over a text recording that opening it costs: how many rows, where some of them
 * begin, and which sample each is where a time column leaves gaps. A few bytes for every
 * CHECKPOINT_ROWS rows are kept, so that a window is read without reading what is before it.
 */
import { RhythmarkError } from '../../contract/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { LIMITS } from '../limits.ts';
import { rowScanner, type RowShape } from './row-scanner.ts';
import { visitLines } from './lines.ts';
import { timeReader, type TimeReader } from './time-reader.ts';

export const CHECKPOINT_ROWS = 4096;

/** Rows from `row` on are samples from `sample` on, until the next run. */
export interface Run {
  readonly row: number;
  readonly sample: number;
}

export interface RowIndex {
  readonly rowCount: number;
  readonly sampleCount: number;
  readonly runs: readonly Run[];
  /** Byte offset of row i * CHECKPOINT_ROWS. */
  readonly checkpoints: readonly number[];
  /** True where the last line has fewer cells than the others and was left out. */
  readonly cutOff: boolean;
  /** Byte offsets of lines left out because they repeat the time of the line before. */
  readonly repeated: ReadonlySet<number>;
  /** False where the last number may have been cut off and be another one. */
  readonly endsWithLine: boolean;
  /** Samples a second by the first and last time; null without a time column. */
  readonly measuredHz: number | null;
}

/** No recorder pauses longer within a file; more is a clock that jumped. */
const LONGEST_GAP_S = 31 * 86_400;

/** Throws `damaged-file` with the line where rows differ in width or the time runs backwards. */
export async function indexRows(
  source: ByteSource,
  shape: RowShape,
  firstByte: number,
  samplingHz: number,
): Promise<RowIndex> {
  const scanner = rowScanner(shape);
  const times = shape.time && timeReader(shape.time, shape.decimal);
  const placing = new Placing(samplingHz, times);
  const checkpoints: number[] = [];
  const repeated = new Set<number>();
  let line = shape.headerRows;
  let rows = 0;
  let shortLine = 0;
  await visitLines(source, firstByte, (bytes, start, end, offset) => {
    line++;
    const cells = scanner.scan(bytes, start, end);
    if (cells === 0) return 'go-on';
    if (shortLine > 0) throw widthError(shortLine, 'fewer', shape.width);
    if (cells > shape.width) throw widthError(line, 'more', shape.width);
    if (cells < scanner.needed) {
      shortLine = line;
      return 'go-on';
    }
    if (!placing.takes(bytes, scanner, rows, line)) {
      repeated.add(offset);
      return 'go-on';
    }
    if (rows % CHECKPOINT_ROWS === 0) checkpoints.push(offset);
    rows++;
    return 'go-on';
  });
  const sampleCount = placing.sampleAfter(rows);
  if (sampleCount / samplingHz > LIMITS.durationS)
    throw new RhythmarkError(
      'too-large',
      `By its time column the file would last ${Math.round(sampleCount / samplingHz / 86_400).toLocaleString('en')} days; at most ${LIMITS.durationS / 86_400} are read.`,
    );
  const [last] = await source.read(source.size - 1, 1);
  return {
    endsWithLine: last === 10,
    ...{ rowCount: rows, sampleCount, checkpoints, cutOff: shortLine > 0 },
    ...{ runs: placing.runs, repeated, measuredHz: placing.measuredHz(rows) },
  };
}

function widthError(line: number, which: 'more' | 'fewer', width: number): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `Line ${line.toLocaleString('en')} has ${which} columns than the ${width} of the lines before it. Check the delimiter and the decimal mark, or export the file again.`,
    `line ${line}`,
  );
}

/** Follows the time column: which sample a row is. */
class Placing {
  readonly runs: Run[] = [{ row: 0, sample: 0 }];
  readonly #samplingHz: number;
  readonly #times: TimeReader | null;
  #first = NaN;
  #last = NaN;

  constructor(samplingHz: number, times: TimeReader | null) {
    this.#samplingHz = samplingHz;
    this.#times = times;
  }

  /** False for a row to leave out: it repeats the time of the row before. */
  takes(
    bytes: Uint8Array,
    { timeStart, timeEnd }: { readonly timeStart: number; readonly timeEnd: number },
    row: number,
    line: number,
  ): boolean {
    if (this.#times === null) return true;
    const { seconds, tick } = this.#times.read(bytes, timeStart, timeEnd);
    if (Number.isNaN(seconds)) throw timeError(line, 'has no time');
    if (row === 0) this.#first = this.#last = seconds;
    const step = seconds - this.#last;
    const period = 1 / this.#samplingHz;
    if (step < -tick / 2) throw timeError(line, 'goes back in time');
    if (row > 0 && step === 0 && tick < period / 2) return false;
    if (step > LONGEST_GAP_S) throw timeError(line, 'comes more than a month after the one before');
    if (row > 0 && step > 1.5 * period + 2 * tick)
      this.runs.push({ row, sample: this.sampleAfter(row) + Math.round(step / period) - 1 });
    this.#last = seconds;
    return true;
  }

  sampleAfter(rows: number): number {
    const run = this.runs.at(-1) ?? { row: 0, sample: 0 };
    return run.sample + rows - run.row;
  }

  measuredHz(rows: number): number | null {
    const duration = this.#last - this.#first;
    return duration > 0 ? (this.sampleAfter(rows) - 1) / duration : null;
  }
}

function timeError(line: number, what: string): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `Line ${line.toLocaleString('en')} ${what}. The time column must rise from line to line; set it to "ignore" to read the rows as evenly spaced.`,
    `line ${line}`,
  );
}
