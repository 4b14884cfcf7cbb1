/**
 * `npm run bench [topic...]`: the figures that this program is held to, measured on this machine.
 * Each `<topic>.bench.ts` exports `title` and `run(print)`. Figures are printed as ratios of what
 * was measured in the same run, since machines differ; nothing here passes or fails.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';

interface Bench {
  readonly title: string;
  run(print: (line: string) => void): Promise<void>;
}

const FOLDER = fileURLToPath(new URL('./', import.meta.url));
const ENDING = '.bench.ts';

async function load(topic: string): Promise<Bench> {
  const module: unknown = await import(pathToFileURL(join(FOLDER, topic + ENDING)).href);
  if (isBench(module)) return module;
  throw new Error(`${topic}${ENDING} does not export a title and run().`);
}

function isBench(module: unknown): module is Bench {
  return (
    typeof module === 'object' &&
    module !== null &&
    'title' in module &&
    typeof module.title === 'string' &&
    'run' in module &&
    typeof module.run === 'function'
  );
}

const topics = readdirSync(FOLDER)
  .filter((name) => name.endsWith(ENDING))
  .map((name) => name.slice(0, -ENDING.length))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((topic) => !topics.includes(topic));
if (unknown.length > 0) {
  console.error(`No benchmark named ${unknown.join(', ')}. There are: ${topics.join(', ')}.`);
  process.exit(2);
}

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores`);
for (const topic of wanted.length > 0 ? wanted : topics) {
  const bench = await load(topic);
  console.log(`\n${bench.title} (${topic})`);
  try {
    await bench.run((line) => {
      console.log(`  ${line}`);
    });
  } catch (error) {
    console.error(`  Not measured: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
