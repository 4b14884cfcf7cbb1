/** The one window. */
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { join } from 'node:path';
import type { Origin } from './origin.ts';
import {
  DEFAULT_SIZE,
  isReachable,
  MIN_SIZE,
  readWindowState,
  writeWindowState,
} from './window-state.ts';

/** `--chrome` of the light and the dark theme, shown until the page has drawn. */
const BEFORE_FIRST_PAINT = { light: '#ebeef1', dark: '#0c0f11' } as const;

/** Crashes of the page within this time of a reload mean that reloading does not help, ms. */
const CRASH_LOOP_MS = 30_000;

export function openWindow(origin: Origin, preload: string): BrowserWindow {
  const statePath = join(app.getPath('userData'), 'window.json');
  const state = readWindowState(statePath);
  const workAreas = screen.getAllDisplays().map(({ workArea }) => workArea);
  const window = new BrowserWindow({
    ...(state && isReachable(state.bounds, workAreas) ? state.bounds : DEFAULT_SIZE),
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    show: false,
    title: 'Rhythmark',
    backgroundColor: BEFORE_FIRST_PAINT[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'],
    webPreferences: {
      preload,
      nodeIntegration: false, // 2
      nodeIntegrationInWorker: false, // 2
      nodeIntegrationInSubFrames: false, // 2
      contextIsolation: true, // 3
      sandbox: true, // 4
      webSecurity: true, // 6
      allowRunningInsecureContent: false, // 8
      experimentalFeatures: false, // 9; and 10: no enableBlinkFeatures
      webviewTag: false, // 11
      navigateOnDragDrop: false, // 13
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  if (state?.maximized === true) window.maximize();
  window.once('ready-to-show', () => {
    window.show();
  });
  window.on('close', () => {
    writeWindowState(statePath, {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
    });
  });
  reloadAfterCrash(window);
  void window.loadURL(origin.page); // a page that does not load shows as `did-fail-load` in the log
  return window;
}

/** The services live in the main process and lose nothing; the page asks them anew. */
function reloadAfterCrash(window: BrowserWindow): void {
  let lastCrash = -Infinity;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const isLoop = Date.now() - lastCrash < CRASH_LOOP_MS;
    lastCrash = Date.now();
    if (!isLoop) {
      window.reload();
      return;
    }
    const choice = dialog.showMessageBoxSync(window, {
      type: 'error',
      title: 'Rhythmark',
      message: 'The window stopped twice in a short time.',
      detail: `Nothing that was saved is lost. (${reason})`,
      buttons: ['Show it again', 'Quit'],
      defaultId: 0,
      cancelId: 1,
    });
    if (choice === 0) window.reload();
    else app.quit();
  });
}
