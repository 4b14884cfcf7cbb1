import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindowConstructorOptions } from 'electron';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

let folder: string;
const made: FakeWindow[] = [];
let answer = 0;
const quit = vi.fn();
const showMessageBoxSync = vi.fn(() => answer);

class FakeWindow extends EventEmitter {
  readonly webContents = new EventEmitter();
  readonly options: BrowserWindowConstructorOptions;
  readonly reload = vi.fn();
  readonly show = vi.fn();
  readonly maximize = vi.fn();
  readonly loadURL = vi.fn(() => Promise.resolve());
  bounds = { x: 10, y: 20, width: 1300, height: 800 };
  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    made.push(this);
  }
  getNormalBounds() {
    return this.bounds;
  }
  isMaximized() {
    return true;
  }
  isDestroyed() {
    return false;
  }
}

vi.mock('electron', () => ({
  app: { getPath: () => folder, isPackaged: true, quit },
  BrowserWindow: FakeWindow,
  dialog: { showMessageBoxSync },
  nativeTheme: { shouldUseDarkColors: true },
  screen: {
    getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
  },
}));

const { openWindow } = await import('../../../src-main/hosts/electron/window.ts');
const { OWN_ORIGIN } = await import('../../../src-main/hosts/electron/origin.ts');
const { isReachable } = await import('../../../src-main/hosts/electron/window-state.ts');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-window-'));
  made.length = 0;
  quit.mockClear();
  showMessageBoxSync.mockClear();
});
afterEach(() => rm(folder, { recursive: true }));

function open(): FakeWindow {
  openWindow(OWN_ORIGIN, '/preload.cjs');
  const window = made.at(-1);
  if (!window) throw new Error('no window was made');
  return window;
}

describe('the window', () => {
  test('isolates its page as the checklist asks', () => {
    expect(open().options.webPreferences).toEqual({
      preload: '/preload.cjs',
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      contextIsolation: true,
      sandbox: true,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
    });
  });

  test('loads our page and appears when that has drawn', () => {
    const window = open();
    expect(window.loadURL).toHaveBeenCalledWith('rhythmark://app/');
    expect(window.show).not.toHaveBeenCalled();
    window.emit('ready-to-show');
    expect(window.show).toHaveBeenCalledOnce();
  });

  test('opens where it was closed', () => {
    open().emit('close');
    const window = open();
    expect(window.options).toMatchObject({ x: 10, y: 20, width: 1300, height: 800 });
    expect(window.maximize).toHaveBeenCalledOnce();
  });

  test.each([
    '',
    'null',
    '{"bounds":{"x":1e99}}',
    '{"bounds":{"x":90000,"y":0,"width":1300,"height":800},"maximized":false}',
  ])('opens at its usual size after %j', async (kept) => {
    await writeFile(join(folder, 'window.json'), kept);
    expect(open().options).toMatchObject({ width: 1440, height: 900 });
  });

  test('shows the page again after a crash, and asks when it crashes again at once', () => {
    const window = open();
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(window.reload).toHaveBeenCalledOnce();
    expect(showMessageBoxSync).not.toHaveBeenCalled();
    answer = 1;
    window.webContents.emit('render-process-gone', {}, { reason: 'oom' });
    expect(showMessageBoxSync).toHaveBeenCalledOnce();
    expect(quit).toHaveBeenCalledOnce();
    expect(window.reload).toHaveBeenCalledOnce();
  });

  test('does not take a page that ended by itself for a crash', () => {
    const window = open();
    window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    expect(window.reload).not.toHaveBeenCalled();
  });
});

describe('a place on the displays', () => {
  const displays = [
    { x: 0, y: 0, width: 1920, height: 1080 },
    { x: 1920, y: 0, width: 1280, height: 1024 },
  ];
  test.each([
    [{ x: 100, y: 100, width: 1440, height: 900 }, true],
    [{ x: 2000, y: 10, width: 1000, height: 700 }, true],
    [{ x: -1400, y: 0, width: 1440, height: 900 }, false],
    [{ x: 4000, y: 0, width: 1440, height: 900 }, false],
    [{ x: 0, y: -500, width: 1440, height: 900 }, false],
    [{ x: 0, y: 1070, width: 1440, height: 900 }, false],
  ])('%j can be reached: %j', (bounds, reachable) => {
    expect(isReachable(bounds, displays)).toBe(reachable);
  });
});
