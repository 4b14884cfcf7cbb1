/** A browser's window on the loopback host: `npm start` without Electron, `rhythmark serve --open`. */
import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { QUIET_FLAGS, sandboxFlags } from './browser.ts';
import { dataFolder } from './program.ts';

/**
 * Opens a window without tabs or address bar, with a profile of its own: extensions of the person's
 * browser see nothing of it. The address holds the token, and every user of the machine can read a
 * process's arguments: it goes through a file that only this user can read. Answers that file.
 */
export async function openInApp(
  browser: string,
  url: string,
  say: (line: string) => void,
): Promise<string> {
  const profile = profileFolder(browser);
  await mkdir(profile, { recursive: true, mode: 0o700 });
  const entrance = join(profile, 'open.html');
  await rm(entrance, { force: true });
  await writeFile(entrance, redirectTo(url), { mode: 0o600, flag: 'wx' });
  const child = spawn(
    browser,
    [
      `--app=${pathToFileURL(entrance).href}`,
      `--user-data-dir=${profile}`,
      '--window-size=1440,900',
      ...QUIET_FLAGS,
      ...sandboxFlags(),
    ],
    { stdio: 'ignore' },
  );
  child.on('error', () => {
    say(`The browser did not start. Open this address in another one:\n${url}`);
  });
  return entrance;
}

/** A browser from a snap may write to its own folder only. */
function profileFolder(browser: string): string {
  return browser.startsWith('/snap/')
    ? join(homedir(), 'snap', basename(browser), 'common', 'rhythmark')
    : join(dataFolder(), 'browser');
}

function redirectTo(url: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Rhythmark</title><meta http-equiv="refresh" content="0; url=${url}">\n`;
}
