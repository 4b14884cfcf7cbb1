/** `npm run demo [folder]`: writes the demo recordings, by default into ./demo-recordings. */
import { writeDemoRecordings } from './write.ts';

const [folder = 'demo-recordings'] = process.argv.slice(2);
const paths = await writeDemoRecordings(folder, {
  onProgress(share) {
    if (process.stderr.isTTY) process.stderr.write(`\r${Math.round(100 * share)} %`);
  },
});
if (process.stderr.isTTY) process.stderr.write('\n');
for (const path of paths) console.log(path);
