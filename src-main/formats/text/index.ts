/** Delimited text: CSV, TSV, columns between blanks, one number a line. */
import type { FormatModule, Probe } from '../reader.ts';
import { endingOf } from '../ending.ts';
import { splitLines } from './first-lines.ts';
import { detectLayout } from './layout.ts';
import { previewText } from './preview.ts';
import { openText } from './recording.ts';
import { utf16Of } from './utf-16.ts';

const ENDINGS = ['csv', 'txt', 'tsv', 'asc', 'ascii', 'dat', 'text'];

export const text: FormatModule = {
  name: 'CSV and text',
  group: 'Research',
  endings: ENDINGS,
  detect: detectTable,
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  async open({ source, textChoice }) {
    try {
      return await openText(source, textChoice);
    } catch (error) {
      await source.close();
      throw error;
    }
  },
  async preview({ source, textChoice }) {
    try {
      return await previewText(source, textChoice);
    } finally {
      await source.close();
    }
  },
};

/** Never surer than a format with a signature of its own. */
function detectTable({ name, size, head }: Probe): number {
  const named = ENDINGS.includes(endingOf(name));
  if (utf16Of(head) === null && head.includes(0)) return 0;
  const { lines } = splitLines(head, head.length < size);
  if (/^\s*[<{[]/.test(lines[0] ?? '')) return 0;
  const layout = detectLayout(lines);
  if (layout === null || layout.open.includes('columns')) return layout && named ? 0.25 : 0;
  // A table of numbers without a rate may be anything: listed only under a name that says text.
  if (layout.samplingHz === null) return named ? 0.3 : 0.1;
  return named ? 0.7 : 0.4;
}
