/**
 * The Electron window, with the page objects that the browser's specifications use. Electron's
 * runtime is fetched on the first start; where that cannot be, these are skipped with the reason.
 */
import { _electron, expect, test, type ElectronApplication } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxFlags } from '../../src-main/hosts/browser.ts';
import { installedElectron } from '../../src-main/hosts/electron-runtime.ts';
import { programLayout } from '../../src-main/hosts/layout.ts';
import { watch } from './harness.ts';
import { App } from './pages/app.ts';

const { root } = programLayout();
const executablePath = await installedElectron(join(root, 'node_modules'));
const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY']);

test.skip(
  executablePath === null,
  "Electron's runtime is not on this machine (npx install-electron fetches it)",
);
test.skip(!hasDisplay, 'there is no display here ($DISPLAY is not set)');

let folder: string;
let electron: ElectronApplication;

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-electron-e2e-'));
  electron = await _electron.launch({
    executablePath: executablePath ?? '',
    args: [root, ...sandboxFlags()],
    env: {
      ...definedEnvironment(),
      HOME: folder,
      XDG_DATA_HOME: join(folder, 'data'),
      APPDATA: join(folder, 'data'),
      RHYTHMARK_LIBRARY: join(folder, 'library'),
    },
  });
});
test.afterEach(async () => {
  await electron.close();
  await rm(folder, { recursive: true, force: true });
});

test('the window opens on the program, and opens the demo recordings', async () => {
  const page = await electron.firstWindow();
  const strayed = watch(page, 'rhythmark://app');
  const app = new App(page);
  await app.openDemo();
  await expect(app.worklist.rows.first()).toBeVisible();
  expect(page.url()).toBe('rhythmark://app/');
  expect(strayed).toEqual([]);
});

test('the page reaches neither Node nor Electron nor the network', async () => {
  const page = await electron.firstWindow();
  await new App(page).idle();
  const reached = await page.evaluate(async () => ({
    globals: ['require', 'process', 'Buffer', 'module'].filter((name) => name in globalThis),
    bridge: Object.keys(Reflect.get(globalThis, 'rhythmark') as object).sort(),
    network: await fetch('http://127.0.0.1/').then(
      () => 'reached',
      () => 'refused',
    ),
    file: await fetch('file:///etc/hostname').then(
      () => 'reached',
      () => 'refused',
    ),
    opened: window.open('https://example.com/') === null ? 'refused' : 'opened',
  }));
  expect(reached).toEqual({
    globals: [],
    bridge: ['call', 'cancel', 'on', 'tokensOf'],
    network: 'refused',
    file: 'refused',
    opened: 'refused',
  });
});

test('the page cannot leave', async () => {
  const page = await electron.firstWindow();
  await new App(page).idle();
  await page.evaluate(() => {
    location.href = 'https://example.com/';
  });
  await new App(page).idle();
  expect(page.url()).toBe('rhythmark://app/');
});

/** Electron must not take this process's Node options for its own. */
function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || name === 'NODE_OPTIONS' || name === 'ELECTRON_RUN_AS_NODE'
        ? []
        : [[name, value]],
    ),
  );
}
