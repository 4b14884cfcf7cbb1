/** What is known and open about a text file under a choice, with its first ten seconds. */
import type { TextChoice, TextPreview } from '../../contract/text.ts';
import { WINDOW_S } from '../../contract/conventions.ts';
import type { ByteSource } from '../byte-source.ts';
import { millivoltsPer } from '../voltage.ts';
import { cellsOf, numberOf } from './cells.ts';
import { firstLines } from './first-lines.ts';
import type { TextLayout } from './layout.ts';
import { layoutOf } from './recording.ts';
import { isComment } from './table.ts';

/** `not-a-recording` where the file holds no table of numbers at all. */
export async function previewText(
  source: ByteSource,
  choice: TextChoice | null,
): Promise<TextPreview> {
  const first = await firstLines(source);
  const layout = layoutOf(first, choice);
  const { delimiter, decimal, headerRows, samplingHz, unit, open } = layout;
  return {
    holds: 'table',
    ...{ delimiter, decimal, headerRows, samplingHz, unit, open },
    columns: layout.columns.map((column) => ({
      name: column.unit === null ? column.name : `${column.name} (${column.unit})`,
      role: column.role,
      first: column.first,
    })),
    trace: traceOf(layout, first.lines),
  };
}

/** Of the first lead, as evenly spaced rows; null while there is no rate or no lead. */
function traceOf(layout: TextLayout, lines: readonly string[]): TextPreview['trace'] {
  const { samplingHz, columns, headerRows, delimiter, decimal } = layout;
  const column = columns.findIndex(({ role }) => role === 'lead');
  if (samplingHz === null || column < 0) return null;
  const unit = layout.unitFrom === 'choice' ? layout.unit : (columns[column]?.unit ?? layout.unit);
  const scale = millivoltsPer(unit) ?? 1;
  const rows = lines.slice(headerRows, headerRows + Math.ceil(WINDOW_S * samplingHz));
  const values = rows
    .filter((line) => !isComment(line))
    .map((line) => numberOf(cellsOf(line, delimiter)[column] ?? '', decimal) ?? NaN);
  return { samplingHz, values: Float32Array.from(values, (value) => value * scale) };
}
