/** Samples of a Unisens signal that is kept as text: one line a sample, one column a channel. */
import { RhythmarkError } from '../../contract/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { readWhole } from '../held-recording.ts';
import { LIMITS } from '../limits.ts';

/** `channels` columns of equal length; NaN for an empty cell. */
export async function readCsvSignal(
  source: ByteSource,
  name: string,
  channels: number,
  format: { readonly separator: string; readonly decimal: string },
): Promise<Float64Array[]> {
  const text = new TextDecoder('utf-8').decode(await readWhole(source, LIMITS.wholeFileBytes));
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const columns = Array.from({ length: channels }, () => new Float64Array(lines.length));
  for (const [row, line] of lines.entries()) {
    const cells = line.split(format.separator);
    for (const [channel, column] of columns.entries()) {
      const cell = (cells[channel] ?? '').trim().replace(format.decimal, '.');
      const value = cell === '' ? NaN : Number(cell);
      if (cell !== '' && Number.isNaN(value)) {
        throw new RhythmarkError(
          'damaged-file',
          `Line ${row + 1} of ${name} holds "${cell.slice(0, 16)}" where a number is expected.`,
        );
      }
      column[row] = value;
    }
  }
  return columns;
}
