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
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  // A line has a separator between each two cells: room is made only for what the text can hold.
  if (lines.length * channels > text.length + lines.length) {
    throw new RhythmarkError(
      'damaged-file',
      `${name} has fewer columns than the ${channels} channels that unisens.xml lists.`,
    );
  }
  const columns = Array.from({ length: channels }, () => new Float64Array(lines.length));
  for (const [row, line] of lines.entries()) {
    const cells = line.split(format.separator);
    for (const [channel, column] of columns.entries()) {
      const cell = (cells[channel] ?? '').trim().replace(format.decimal, '.');
      const value = cell === '' ? NaN : Number(cell);
      if (cell !== '' && !Number.isFinite(value)) {
        throw new RhythmarkError(
          'damaged-file',
          `Line ${row + 1} of ${name} holds "${cell.slice(0, 16)}" where a number is expected.`,
        );
      }
      column[row] = value;
    }
  }
  return { columns, endsWithLine: text.endsWith('\n') };
}
