/**
 * The network alone: windows/s of onnxruntime in a bare loop (its ceiling here), and what the
 * program's session leaves of it. Every loop runs in a process of its own, as in the program.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LoopRequest } from './model-loop.ts';

export const title = 'The network alone, windows/s';

const SECONDS = 3;
const BATCHES = [1, 8, 64];

const LOOP = fileURLToPath(new URL('./model-loop.ts', import.meta.url));

export async function run(print: (line: string) => void): Promise<void> {
  const bare: LoopRequest = { through: 'bare', batch: 8, threads: 1, seconds: SECONDS };
  const ceilings = new Map<number, number>();
  for (const batch of BATCHES) {
    const rate = await measured({ ...bare, batch });
    ceilings.set(batch, rate);
    print(`onnxruntime, 1 thread, batch ${batch}: ${shown(rate)}`);
  }
  const ceiling = ceilings.get(8) ?? NaN;
  const session = await measured({ ...bare, through: 'session' });
  print(`the program's session, batch 8: ${shown(session)}, ${ratio(session, ceiling)} of that`);

  const threads = await measured({ ...bare, threads: 2 });
  print(`onnxruntime, 2 threads, batch 8: ${shown(threads)}, ${ratio(threads, ceiling)} of one`);
  const bareTwo = await together(bare);
  print(`two processes of 1 thread, onnxruntime: ${shown(bareTwo)}, ${ratio(bareTwo, ceiling)}`);
  const sessionTwo = await together({ ...bare, through: 'session' });
  print(
    `two processes, the program's session: ${shown(sessionTwo)}, ${ratio(sessionTwo, bareTwo)} of onnxruntime's two`,
  );
}

async function together(request: LoopRequest): Promise<number> {
  const rates = await Promise.all([measured(request), measured(request)]);
  return rates.reduce((sum, rate) => sum + rate, 0);
}

async function measured(request: LoopRequest): Promise<number> {
  const { through, batch, threads, seconds } = request;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    LOOP,
    through,
    String(batch),
    String(threads),
    String(seconds),
  ]);
  return Number(stdout);
}

function shown(rate: number): string {
  return Math.round(rate).toLocaleString('en');
}

function ratio(part: number, whole: number): string {
  return `${(part / whole).toFixed(2)} x`;
}
