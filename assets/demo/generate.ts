/**
 * `npm run demo [folder] [-- --ward]`: writes the demo recordings, by default into
 * ./demo-recordings; with --ward those of many synthetic people instead.
 */
import { parseArgs } from 'node:util';
import { DEMO_RECORDINGS } from './recordings.ts';
import { WARD_RECORDINGS } from './ward.ts';
import { writeDemoRecordings } from './write.ts';

const { values, positionals } = parseArgs({
  options: { ward: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [folder = 'demo-recordings'] = positionals;
const paths = await writeDemoRecordings(folder, {
  recordings: values.ward ? WARD_RECORDINGS : DEMO_RECORDINGS,
  onProgress(share) {
    if (process.stderr.isTTY) process.stderr.write(`\r${Math.round(100 * share)} %`);
  },
});
if (process.stderr.isTTY) process.stderr.write('\n');
for (const path of paths) console.log(path);
