/**
 * Electron's runtime for a start from a checkout. Since Electron 42 its package comes without the
 * binary; `install-electron` fetches it once. A machine without that network must not wait at every
 * start, so a failure is remembered for a day.
 *
 * `electron` itself is never imported here: outside Electron that would start a download.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** Give up when no byte has come for this long, ms. */
const SILENCE_MS = 30_000;

/** Give up after this long in any case, ms: about 120 MB at 2 Mbit/s. */
const LONGEST_MS = 8 * 60_000;

/** How long a failure is remembered, ms. */
const REMEMBER_MS = 24 * 3600_000;

const failureSchema = z.object({ version: z.string(), at: z.number() });

/** The runtime's executable below `packages` (a node_modules folder), or null. */
export async function installedElectron(packages: string): Promise<string | null> {
  const folder = join(packages, 'electron');
  try {
    const relative = await readFile(join(folder, 'path.txt'), 'utf8');
    const path = join(folder, 'dist', relative);
    return existsSync(path) ? path : null;
  } catch {
    return null; // path.txt is written by the installer when all is there
  }
}

export type FetchOutcome =
  | { readonly kind: 'fetched'; readonly path: string }
  /** `reason` fits after "Electron's runtime could not be fetched". */
  | { readonly kind: 'failed'; readonly reason: string };

/** Fetches the runtime unless that failed here within the last day. Never throws. */
export async function fetchElectron(
  packages: string,
  say: (line: string) => void,
  silenceMs = SILENCE_MS,
): Promise<FetchOutcome> {
  const memory = join(packages, '.cache', 'rhythmark', 'electron-unavailable.json');
  const version = await electronVersion(packages);
  if (await failedLately(memory, version)) {
    return { kind: 'failed', reason: 'on an earlier start (npx install-electron tries again)' };
  }
  say("Fetching Electron's runtime, once (about 120 MB).");
  const reason = await install(packages, silenceMs);
  const path = await installedElectron(packages);
  if (path !== null) {
    await rm(memory, { force: true });
    return { kind: 'fetched', path };
  }
  await remember(memory, version);
  return { kind: 'failed', reason };
}

async function electronVersion(packages: string): Promise<string> {
  const text = await readFile(join(packages, 'electron', 'package.json'), 'utf8').catch(() => '{}');
  const parsed = z.object({ version: z.string() }).safeParse(JSON.parse(text));
  return parsed.success ? parsed.data.version : '';
}

async function failedLately(memory: string, version: string): Promise<boolean> {
  try {
    const failure = failureSchema.parse(JSON.parse(await readFile(memory, 'utf8')));
    const age = Date.now() - failure.at;
    return failure.version === version && age >= 0 && age < REMEMBER_MS;
  } catch {
    return false;
  }
}

async function remember(memory: string, version: string): Promise<void> {
  try {
    await mkdir(join(memory, '..'), { recursive: true });
    await writeFile(memory, JSON.stringify({ version, at: Date.now() }));
  } catch {
    // A read-only checkout: the next start tries again, which is slower and nothing worse.
  }
}

/** Runs Electron's own installer, watching that its download grows. Answers why it ended. */
async function install(packages: string, silenceMs: number): Promise<string> {
  const installer = join(packages, 'electron', 'install.js');
  if (!existsSync(installer)) return '(its package is not installed)';
  // The installer downloads into the system's temporary folder: given its own, it can be watched.
  const temporary = await mkdtemp(join(tmpdir(), 'rhythmark-electron-'));
  const child = spawn(process.execPath, [installer], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
  });
  const started = Date.now();
  let bytes = 0;
  let grewAt = started;
  let reason = '(no network, or a mirror is needed)';
  const watch = setInterval(
    () => {
      void folderBytes(temporary).then((now) => {
        if (now !== bytes) grewAt = Date.now();
        bytes = now;
        const silent = Date.now() - grewAt > silenceMs;
        if (!silent && Date.now() - started < LONGEST_MS) return;
        reason = silent ? '(the server does not answer)' : '(the network is too slow)';
        child.kill('SIGKILL');
      });
    },
    Math.min(1000, silenceMs),
  );
  await new Promise((resolve) => {
    child.on('close', resolve);
    child.on('error', resolve);
  });
  clearInterval(watch);
  await rm(temporary, { recursive: true, force: true });
  return reason;
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(() => null); // renamed meanwhile
    bytes += found?.size ?? 0;
  }
  return bytes;
}
