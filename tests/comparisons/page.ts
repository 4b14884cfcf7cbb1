/** docs/formats.md out of what was compared. */
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import type { Comparison } from './comparison.ts';

export const PAGE = fileURLToPath(new URL('../../docs/formats.md', import.meta.url));

const HEAD = [
  '# Formats: what was compared with what',
  '',
  'Written by `npm run formats-table`, which opens each file and compares every value of every lead: stored integers, or values in millivolts where a format holds decimals. A test compares again and holds this page against it (tests/integration/formats-table.test.ts). Expected values of real files are facts with their origin (tests/fixtures/format-references.json, made by the script beside it; the output of rdsamp in the WFDB suite). A stand-in is written by the tests in the documented layout, where no real file may be kept. Annotations are compared with the output of rdann in tests/unit/formats/wfdb-annotations.test.ts.',
  '',
  '| Format | File | Compared with | Leads | Samples | Result |',
  '| --- | --- | --- | ---: | ---: | --- |',
];

export function pageOf(all: readonly Comparison[]): Promise<string> {
  return format([...HEAD, ...all.map(lineOf), ''].join('\n'), { parser: 'markdown' });
}

export function lineOf({ format, file, against, leads, samples, equal }: Comparison): string {
  const result = equal === leads ? 'equal' : `${leads - equal} leads differ`;
  const cells = [format, file, against, leads, samples.toLocaleString('en'), result];
  return `| ${cells.join(' | ')} |`;
}
