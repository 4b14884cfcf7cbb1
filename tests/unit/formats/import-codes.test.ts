/** The codes of import notes are a promise to scripts: each has a meaning, in the program and in docs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ERROR_CODES } from '../../../src-main/contract/errors.ts';
import { IMPORT_CODES, REFUSAL_CODES } from '../../../src-main/formats/import-codes.ts';

const FORMATS = fileURLToPath(new URL('../../../src-main/formats/', import.meta.url));
const PAGE = fileURLToPath(new URL('../../../docs/import-codes.md', import.meta.url));

/** Codes in the source with the kinds that stand beside them, and the folders that use them. */
function codesInSource(): Map<string, { kinds: Set<string>; formats: Set<string> }> {
  const found = new Map<string, { kinds: Set<string>; formats: Set<string> }>();
  for (const file of readdirSync(FORMATS, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(join(FORMATS, file), 'utf8');
    const folder = /[/\\]/.test(file) ? (file.split(/[/\\]/)[0] ?? '') : 'all';
    for (const [, kind = '', code = ''] of text.matchAll(
      /kind: '(\w+)',\s*code: '([a-z0-9-]+)'/g,
    )) {
      const one = found.get(code) ?? { kinds: new Set(), formats: new Set() };
      one.kinds.add(kind);
      one.formats.add(folder);
      found.set(code, one);
    }
    // A note that names its code in another way would slip through.
    for (const [, code = ''] of text.matchAll(/\bcode: '([a-z0-9]+-[a-z0-9-]+)'/g)) {
      if (!found.has(code)) throw new Error(`${file}: the kind of ${code} is not beside it`);
    }
  }
  return found;
}

it('gives a meaning to every code that a reader uses, and to no other', () => {
  expect([...IMPORT_CODES.keys()].sort()).toEqual([...codesInSource().keys()].sort());
});

it('lists them in docs/import-codes.md (vitest -u writes the page anew)', async () => {
  const found = codesInSource();
  const lines = [...IMPORT_CODES]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, meaning]) => {
      const { kinds = [], formats = [] } = found.get(code) ?? {};
      return `- \`${code}\` (${[...kinds].sort().join(', ')}; ${[...formats].sort().join(', ')}): ${meaning}`;
    });
  const page = [
    '# Import codes',
    '',
    'What a reader did with a file beside reading it, by the stable code that the worklist, `rhythmark info --json` and `rhythmark info --report` give. Made from the source by tests/unit/formats/import-codes.test.ts.',
    '',
    'Kinds: `read` (said for completeness), `assumed` (the file leaves it open), `repaired` (the file contradicts itself), `ignored` (not shown), `refused` (not opened).',
    '',
    ...lines,
    '',
    'In an import report, `read` is the row of every recording that was opened. A file that was refused has one of the error codes:',
    '',
    ...ERROR_CODES.map((code) => `- \`${code}\`: ${REFUSAL_CODES.get(code)}`),
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot(PAGE);
});
