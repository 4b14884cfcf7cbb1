/**
 * The one place that knows where a Chromium-based browser may be: for the loopback host's window,
 * and for the end-to-end tests.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RhythmarkError } from '../contract/errors.ts';

/** Names the browser to use, before all others. */
export const BROWSER_VARIABLE = 'RHYTHMARK_BROWSER';

/** A download of a browser gets this long, ms. */
const DOWNLOAD_MS = 10 * 60_000;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where each system's installers put Chrome, Chromium and Edge, most usual first. */
export function usualPlaces(
  platform: NodeJS.Platform,
  environment: Environment,
  home: string,
): readonly string[] {
  if (platform === 'win32') {
    return [
      'Google\\Chrome\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
      'Chromium\\Application\\chrome.exe',
    ].flatMap((program) =>
      ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((variable) => {
        const folder = environment[variable];
        return folder === undefined ? [] : [win32.join(folder, program)];
      }),
    );
  }
  if (platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) =>
      ['/Applications', posix.join(home, 'Applications')].map((folder) =>
        posix.join(folder, `${name}.app/Contents/MacOS/${name}`),
      ),
    );
  }
  const folders = (environment['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  // On Ubuntu `chromium-browser` may be a stub that only asks for a snap: it comes last.
  return [
    'google-chrome-stable',
    'google-chrome',
    'chromium',
    'microsoft-edge-stable',
    'microsoft-edge',
    'chromium-browser',
  ].flatMap((name) =>
    [...new Set([...folders, '/usr/bin', '/snap/bin'])].map((folder) => posix.join(folder, name)),
  );
}

/**
 * A browser on this machine: $RHYTHMARK_BROWSER, an installed one, Playwright's own; null where
 * there is none. Throws RhythmarkError `not-found` when the variable names nothing.
 */
export async function findBrowser(): Promise<string | null> {
  const named = process.env[BROWSER_VARIABLE];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new RhythmarkError(
      'not-found',
      `$${BROWSER_VARIABLE} names a browser that is not there. Correct it, or unset it.`,
    );
  }
  const usual = usualPlaces(process.platform, process.env, homedir()).find((path) =>
    existsSync(path),
  );
  return usual ?? (await playwrightBrowser());
}

/** As `findBrowser`, and where there is none, gets one: by Playwright, or by Debian's packages. */
export async function findOrInstallBrowser(say: (line: string) => void): Promise<string | null> {
  const found = await findBrowser();
  if (found !== null) return found;
  say('No browser is installed here. Fetching Chromium with Playwright.');
  const playwright = fileURLToPath(
    new URL('../../node_modules/playwright/cli.js', import.meta.url),
  );
  if (existsSync(playwright)) run(process.execPath, [playwright, 'install', 'chromium']);
  const fetched = await playwrightBrowser();
  if (fetched !== null) return fetched;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return null;
  say('Playwright could not fetch it. Installing the chromium package.');
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
  return findBrowser();
}

/** Playwright's own Chromium, where Playwright is installed (it is not in the packaged program). */
async function playwrightBrowser(): Promise<string | null> {
  try {
    const { chromium } = await import('@playwright/test');
    const path = chromium.executablePath();
    return existsSync(path) ? path : null;
  } catch {
    return null; // no Playwright here, or none of its browsers for this system
  }
}

function run(command: string, options: readonly string[]): void {
  // The outcome shows in whether a browser is there afterwards.
  spawnSync(command, options, { stdio: ['ignore', 'ignore', 'inherit'], timeout: DOWNLOAD_MS });
}

/** What any use of the browser needs here: its sandbox does not run as root. */
export function sandboxFlags(): readonly string[] {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/**
 * A quiet browser: it asks nothing of anyone but this machine. Its own services (updates, safe
 * browsing, translation, suggestions) are off, and whatever remains meets a proxy that is not there.
 */
export const QUIET_FLAGS: readonly string[] = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-client-side-phishing-detection',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-features=MediaRouter,OptimizationHints,Translate',
  '--disable-quic',
  '--disable-sync',
  '--no-pings',
  '--proxy-server=socks5://127.0.0.1:1',
  '--proxy-bypass-list=127.0.0.1',
];
