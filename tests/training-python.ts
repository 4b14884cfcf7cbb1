/** The Python that runs models/training, where there is one; tests that need it are skipped without. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const TRAINING_FOLDER = fileURLToPath(new URL('../models/training/', import.meta.url));

/** $RHYTHMARK_TRAINING_PYTHON names another interpreter. */
export const python: string | undefined = [
  process.env['RHYTHMARK_TRAINING_PYTHON'],
  join(TRAINING_FOLDER, '.venv/bin/python'),
  join(TRAINING_FOLDER, '.venv/Scripts/python.exe'),
].find((path) => path !== undefined && existsSync(path));

export const NO_PYTHON = 'no Python environment in models/training/.venv (see its README)';

/** Rejects with what the module wrote to stderr. */
export function runPython(module: string, words: readonly string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(python ?? '', ['-m', module, ...words], { cwd: TRAINING_FOLDER });
}

/** Runs the module until it has printed `words`, and then kills it as a power cut would. */
export async function killedAfter(
  words: string,
  module: string,
  args: readonly string[],
): Promise<void> {
  const child = spawn(python ?? '', ['-m', module, ...args], {
    cwd: TRAINING_FOLDER,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let said = '';
  for await (const part of child.stdout.setEncoding('utf8')) {
    said += String(part);
    if (said.includes(words)) break;
  }
  child.kill('SIGKILL');
  await closed;
  if (!said.includes(words)) throw new Error(`ended without “${words}”: ${said}`);
}
