/** Finds the cells of a row in bytes: how many, and where those begin and end that are asked for. */
import type { Delimiter } from './cells.ts';
import type { TimeColumn } from './layout.ts';

export interface RowShape {
  readonly delimiter: Delimiter;
  readonly decimal: '.' | ',';
  readonly headerRows: number;
  readonly width: number;
  readonly time: TimeColumn | null;
  /** Columns that are leads, ascending. */
  readonly leads: readonly number[];
}

export interface RowScanner {
  /** Cells that a row must have: up to the last column that is used. */
  readonly needed: number;
  /** Where each cell of the last row scanned begins and ends, as far as `width` goes. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly timeStart: number;
  readonly timeEnd: number;
  /**
   * The number of cells in bytes [start, end); 0 for a blank line or a comment. Empty cells after
   * the last column (a delimiter at the end of the line) do not count.
   */
  scan(bytes: Uint8Array, start: number, end: number): number;
}

const [BLANK, TAB, HASH, PERCENT, QUOTE] = [32, 9, 35, 37, 34];

export function rowScanner({ delimiter, width, time, leads }: RowShape): RowScanner {
  const mark = delimiter.charCodeAt(0);
  const starts = new Int32Array(width);
  const ends = new Int32Array(width);
  const timeColumn = time?.column ?? -1;

  function scan(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    let last = end;
    while (at < last && isBlank(bytes[at] ?? 0, mark)) at++;
    while (last > at && isBlank(bytes[last - 1] ?? 0, mark)) last--;
    const first = bytes[at];
    if (at === last || first === HASH || first === PERCENT) return 0;
    return mark === BLANK ? scanBlanks(bytes, at, last) : scanMarks(bytes, at, last);
  }

  function scanMarks(bytes: Uint8Array, from: number, end: number): number {
    let cells = 0;
    let filled = 0;
    let start = from;
    let quoted = false;
    for (let at = from; at <= end; at++) {
      const byte = at < end ? (bytes[at] ?? 0) : mark;
      if (byte === QUOTE && at < end) quoted = !quoted;
      if (byte !== mark || (quoted && at < end)) continue;
      if (cells < width) {
        starts[cells] = start;
        ends[cells] = at;
        filled = ++cells;
      } else {
        cells++;
        if (at > start) filled = cells;
      }
      start = at + 1;
    }
    return filled;
  }

  function scanBlanks(bytes: Uint8Array, from: number, end: number): number {
    let cells = 0;
    let at = from;
    while (at < end) {
      const start = at;
      while (at < end && bytes[at] !== BLANK && bytes[at] !== TAB) at++;
      if (cells < width) {
        starts[cells] = start;
        ends[cells] = at;
      }
      cells++;
      while (at < end && (bytes[at] === BLANK || bytes[at] === TAB)) at++;
    }
    return cells;
  }

  return {
    needed: Math.max(timeColumn, ...leads) + 1,
    starts,
    ends,
    get timeStart() {
      return starts[timeColumn] ?? 0;
    },
    get timeEnd() {
      return ends[timeColumn] ?? 0;
    },
    scan,
  };
}

/** A tab may be a delimiter with an empty cell before it; elsewhere it is a blank. */
function isBlank(byte: number, mark: number): boolean {
  return byte === BLANK || (byte === TAB && mark !== TAB);
}
