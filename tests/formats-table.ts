/**
 * `npm run formats-table`: opens every file that there is something to compare with, compares value
 * by value, and writes docs/formats.md. Needs the public recordings (../shared/data) for the real
 * files. Exits with 1 where a value differs.
 */
import { writeFile } from 'node:fs/promises';
import { PAGE, pageOf } from './comparisons/page.ts';
import { realComparisons } from './comparisons/real-files.ts';
import { standInComparisons } from './comparisons/stand-ins.ts';
import { NO_SHARED_DATA, SHARED_DATA } from './data.ts';

const real = SHARED_DATA === null ? [] : await realComparisons();
const all = [...real, ...(await standInComparisons())];
if (SHARED_DATA === null)
  console.log(`Only stand-ins were compared, and the page was left as it is: ${NO_SHARED_DATA}.`);
else await writeFile(PAGE, await pageOf(all));
const wrong = all.filter(({ equal, leads }) => equal !== leads);
console.log(`${all.length} files compared, ${wrong.length} with differences.`);
for (const { file, format } of wrong) console.log(`differs: ${format}, ${file}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
