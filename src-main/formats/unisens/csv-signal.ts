/** Samples of a Unisens signal that is kept as text: one line a sample, one column a channel. */
import { RhythmarkError } from '../../contract/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { readWhole } from '../held-recording.ts';
import { LIMITS } from '../limits.ts';

export interface CsvColumns {
  /** As many as channels, of equal length; NaN for an empty cell. */
  readonly columns: readonly Float64Array[];
  /** False where the last line has no end: its last number may have had more digits. */
  readonly endsWithLine: boolean;
}

/** Errors: `damaged-file` with the line that is no numbers, `too-large`. */
export async function readCsvSignal(
  source: ByteSource,
  name: string,
  channels: number,
  format: { readonly separator: string; readonly decimal: string },
): Promise<CsvColumns> {
  const text = new TextDecoder('utf-8').decode(await readWhole(source, LIMITS.textBytes));
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  // A line has a separator between each two cells: room is made only for what the text can hold.
  if (lines.length * channels > text.length + lines.length) {
    throw new RhythmarkError(
      'damaged-file',
      `${name} has fewer columns than the ${channels} channels that unisens.xml lists.`,
    );
  }
  const columns = Array.from({ length: channels }, () => new Float64Array(lines.length).fill(NaN));
  for (const [row, line] of lines.entries()) {
    const cells = cellsOf(line, format.separator, channels);
    const isCut = row === lines.length - 1 && !text.endsWith('\n');
    const isWhole = cells.length === channels || line.trim() === '' || isCut;
    if (!isWhole || cells.length > channels) {
      throw new RhythmarkError(
        'damaged-file',
        `Line ${(row + 1).toLocaleString('en')} of ${name} has ${cells.length} columns, unisens.xml lists ${channels} channels. Check the separator (attribute separator).`,
      );
    }
    for (const [channel, cell] of cells.entries()) {
      const value = numberOf(cell, format.decimal);
      if (value === null) {
        throw new RhythmarkError(
          'damaged-file',
          `Line ${(row + 1).toLocaleString('en')} of ${name} holds "${cell.slice(0, 16)}" where a number is expected.`,
        );
      }
      const column = columns[channel];
      if (column) column[row] = value;
    }
  }
  return { columns, endsWithLine: text.endsWith('\n') };
}

/** Without the empty one after a separator that ends a line of all `channels`. */
function cellsOf(line: string, separator: string, channels: number): string[] {
  // Between two tabs a cell is empty, blanks in a row are one. XML makes a blank of a tab: where it
  // did, either parts the cells.
  if (separator !== '\t' && separator.trim() === '') return line.trim().split(/[ \t]+/);
  const cells = line.split(separator).map((cell) => cell.trim());
  return cells.length === channels + 1 && cells.at(-1) === '' ? cells.slice(0, -1) : cells;
}

/** NaN for an empty cell and for `NaN`; null for what is no number under the decimal mark. */
function numberOf(cell: string, decimal: string): number | null {
  if (cell === '' || /^nan$/i.test(cell)) return NaN;
  const bare = decimal === '.' ? cell : cell.replace('.', '?').replace(decimal, '.');
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(bare) ? Number(bare) : null;
}
