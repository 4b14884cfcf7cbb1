/**
 * `npm start`: the Electron window, or, where Electron's runtime cannot be had or does not run, the
 * same program in the installed browser through the loopback host, said in one line.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { failureOf } from '../contract/errors.ts';
import { openInApp } from './browser-window.ts';
import { findBrowser, sandboxFlags } from './browser.ts';
import { fetchElectron, installedElectron, type FetchOutcome } from './electron-runtime.ts';
import { programLayout } from './layout.ts';
import { serveProgram, type ServedProgram } from './loopback/serve-program.ts';

/** A page that reloads is back within this time; then it is taken to be closed, s. */
const LINGER_S = 5;

/** An Electron that fails within this time has not started, ms. */
const STARTING_MS = 15_000;

const layout = programLayout();

try {
  process.exitCode = await launch(process.argv.slice(2));
} catch (error) {
  const { message, detail } = failureOf(error);
  console.error(detail === undefined ? message : `${message} (${detail})`);
  process.exitCode = 1;
}

async function launch(paths: readonly string[]): Promise<number> {
  if (!hasDisplay()) return serveWithoutDisplay(paths);
  const electron = await runtime();
  if (electron.kind === 'failed') {
    return serveInBrowser(`could not be fetched ${electron.reason}`, paths);
  }
  const outcome = await runElectron(electron.path, paths);
  return outcome.kind === 'ended' ? outcome.code : serveInBrowser('does not run here', paths);
}

/** Windows and macOS always have one. */
function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

async function runtime(): Promise<FetchOutcome> {
  const packages = join(layout.root, 'node_modules');
  const path = await installedElectron(packages);
  return path === null ? fetchElectron(packages, say) : { kind: 'fetched', path };
}

type ElectronOutcome =
  { readonly kind: 'ended'; readonly code: number } | { readonly kind: 'not-started' };

/** Runs until the window is closed. */
async function runElectron(path: string, recordings: readonly string[]): Promise<ElectronOutcome> {
  const environment = { ...process.env };
  delete environment['ELECTRON_RUN_AS_NODE']; // set by editors' terminals: Electron as a plain Node
  delete environment['ELECTRON_RENDERER_URL'];
  const started = performance.now();
  const child = spawn(path, [layout.root, ...sandboxFlags(), ...recordings], {
    stdio: 'inherit',
    env: environment,
  });
  const code = await exitOf(child);
  if (code !== 0 && performance.now() - started < STARTING_MS) return { kind: 'not-started' };
  return { kind: 'ended', code };
}

async function serveInBrowser(reason: string, recordings: readonly string[]): Promise<number> {
  const browser = await findBrowser();
  if (browser === null) {
    say(`Electron's runtime ${reason}, and no Chrome, Chromium or Edge is installed.`);
    return serveAtAddress(recordings);
  }
  say(`Electron's runtime ${reason}: opening the same program in ${basename(browser)} instead.`);
  const served = await serve(LINGER_S, recordings);
  const entrance = await openInApp(browser, served.url, say);
  await served.ended;
  await rm(entrance, { force: true });
  return 0;
}

async function serveWithoutDisplay(recordings: readonly string[]): Promise<number> {
  say('There is no display here.');
  return serveAtAddress(recordings);
}

/** For a browser that the person opens, perhaps on another machine through a forwarded port. */
async function serveAtAddress(recordings: readonly string[]): Promise<number> {
  const served = await serve('never', recordings);
  say(`Open this address in a browser; Ctrl+C ends the program:\n${served.url}`);
  await served.ended;
  return 0;
}

async function serve(
  lingerS: number | 'never',
  recordings: readonly string[],
): Promise<ServedProgram> {
  const served = await serveProgram({ port: 0, classifyToken: 'required', lingerS });
  const end = (): void => void served.close();
  process.once('SIGINT', end).once('SIGTERM', end).once('SIGHUP', end);
  if (recordings.length > 0) {
    const tokens = served.program.tokensFor(recordings.map((path) => resolve(path)));
    const { signal } = new AbortController();
    const added = await served.program.dispatch('worklist.add', { tokens }, { signal });
    if (!added.ok) say(added.error.message);
  }
  return served;
}

async function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolveCode) => {
    child.once('exit', (code) => {
      resolveCode(code ?? 1);
    });
    child.once('error', () => {
      resolveCode(1);
    });
  });
}

function say(line: string): void {
  console.error(line);
}
