/** docs/formats.md says what is so: every comparison is made again, and the page holds them all. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { lineOf, PAGE, pageOf } from '../comparisons/page.ts';
import { realComparisons } from '../comparisons/real-files.ts';
import { standInComparisons } from '../comparisons/stand-ins.ts';
import { NO_SHARED_DATA, SHARED_DATA } from '../data.ts';

/** A row without the blanks that make its columns even. */
const narrow = (line: string): string => line.replace(/ {2,}/g, ' ');

describe('The table of formats', () => {
  it('has a row for each stand-in, whose every value is what was written', async () => {
    const page = narrow(await readFile(PAGE, 'utf8'));
    for (const one of await standInComparisons()) {
      expect(one).toMatchObject({ equal: one.leads });
      expect(page).toContain(lineOf(one));
    }
  });

  it('is what npm run formats-table writes', async ({ skip }) => {
    skip(SHARED_DATA === null, NO_SHARED_DATA);
    const all = [...(await realComparisons()), ...(await standInComparisons())];
    for (const one of all) expect(one).toMatchObject({ equal: one.leads });
    expect(await pageOf(all)).toBe(await readFile(PAGE, 'utf8'));
  });
});
