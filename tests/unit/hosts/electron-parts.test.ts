import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { shellCommands, type ShellActs } from '../../../src-renderer/commands/shell.ts';

class FakeProcess extends EventEmitter {
  readonly pid = undefined;
  readonly stderr = new EventEmitter();
  readonly postMessage = vi.fn();
  readonly kill = vi.fn();
}
const forked: { readonly child: FakeProcess; readonly entry: string }[] = [];
const showOpenDialog = vi.fn();
const showSaveDialog = vi.fn();
let menu: MenuItemConstructorOptions[] = [];
vi.mock('electron', () => ({
  utilityProcess: {
    fork: (entry: string) => {
      const child = new FakeProcess();
      forked.push({ child, entry });
      return child;
    },
  },
  dialog: { showOpenDialog, showSaveDialog },
  Menu: {
    setApplicationMenu: (made: MenuItemConstructorOptions[]) => {
      menu = made;
    },
    buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
  },
}));

const { spawnUtility } = await import('../../../src-main/hosts/electron/analysis.ts');
const { recordingPaths } = await import('../../../src-main/hosts/electron/arguments.ts');
const { recordingFilters, systemDialogs } =
  await import('../../../src-main/hosts/electron/dialogs.ts');
const { FILE_ITEMS, HELP_ITEMS, installMenu, VIEW_ITEMS } =
  await import('../../../src-main/hosts/electron/menu.ts');

describe('the analysis process in Electron', () => {
  test('gets and gives messages as they are, and can be ended', () => {
    const handle = spawnUtility('/analysis.js')();
    const child = forked.at(-1)?.child;
    const heard: unknown[] = [];
    handle.onMessages((messages) => heard.push(messages));
    handle.post([]);
    child?.emit('message', [{ type: 'beat', steps: 1 }]);
    handle.kill();
    expect(forked.at(-1)?.entry).toBe('/analysis.js');
    expect(child?.postMessage).toHaveBeenCalledWith([]);
    expect(heard).toEqual([[{ type: 'beat', steps: 1 }]]);
    expect(child?.kill).toHaveBeenCalledOnce();
  });

  test('says how it ended, with the end of what it wrote', () => {
    const handle = spawnUtility('/analysis.js')();
    const child = forked.at(-1)?.child;
    const ends: string[] = [];
    handle.onExit((how) => ends.push(how));
    child?.stderr.emit('data', Buffer.from(`${'x'.repeat(5000)}out of memory\n`));
    child?.emit('exit', 134);
    expect(ends[0]).toMatch(/^exit code 134: x+out of memory$/);
    expect(ends[0]?.length).toBeLessThan(2100);
  });
});

describe('the recordings that a start names', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rhythmark-arguments-'));
    writeFileSync(join(folder, 'a.edf'), '');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('are files that exist, from the folder where it was started; switches are none', () => {
    const argv = ['/opt/rhythmark', '--no-sandbox', 'a.edf', 'missing.edf', join(folder, 'a.edf')];
    const path = join(folder, 'a.edf');
    expect(recordingPaths(argv, folder, true)).toEqual([path, path]);
  });

  test('in a checkout do not include the checkout', () => {
    expect(recordingPaths(['electron', folder, 'a.edf'], folder, false)).toEqual([
      join(folder, 'a.edf'),
    ]);
  });
});

describe("the system's dialogs", () => {
  const dialogs = systemDialogs(() => undefined);

  test('answer what was chosen, or that nothing was', async () => {
    showOpenDialog.mockResolvedValueOnce({ canceled: false, filePaths: ['/a.edf'] });
    expect(await dialogs.open('files')).toEqual(['/a.edf']);
    showOpenDialog.mockResolvedValueOnce({ canceled: true, filePaths: [] });
    expect(await dialogs.open('folder')).toBeNull();
    expect(showOpenDialog).toHaveBeenLastCalledWith({
      properties: ['openDirectory', 'multiSelections'],
    });
    showOpenDialog.mockResolvedValueOnce({ canceled: false, filePaths: ['/ward/b.edf'] });
    expect(await dialogs.locate('night', '/ward')).toBe('/ward/b.edf');
    expect(showOpenDialog).toHaveBeenLastCalledWith(
      expect.objectContaining({ defaultPath: '/ward', properties: ['openFile'] }),
    );
    showOpenDialog.mockResolvedValueOnce({ canceled: true, filePaths: [] });
    expect(await dialogs.locate('night', '/ward')).toBeNull();
    showSaveDialog.mockResolvedValueOnce({ canceled: false, filePath: '/labels.csv' });
    expect(await dialogs.save('labels.csv')).toBe('/labels.csv');
    showSaveDialog.mockResolvedValueOnce({ canceled: true, filePath: '' });
    expect(await dialogs.save('labels.csv')).toBeNull();
  });

  test('offer the endings of every format, and everything', () => {
    const [recordings, everything] = recordingFilters();
    expect(recordings?.extensions).toEqual(expect.arrayContaining(['edf', 'hea', 'csv']));
    expect(recordings?.extensions.filter((ending) => /[.*]/.test(ending))).toEqual([]);
    expect(everything?.extensions).toEqual(['*']);
  });
});

describe('the application menu', () => {
  const items = [...FILE_ITEMS, ...VIEW_ITEMS, ...HELP_ITEMS];

  test('names commands that the page has', () => {
    const acts = new Proxy({}, { get: () => () => undefined }) as ShellActs;
    const known = shellCommands(acts).map(({ id }) => id);
    expect(known).toEqual(expect.arrayContaining(items.map(({ command }) => command)));
  });

  test("runs them by name, and shows developers' tools in a checkout only", () => {
    const run = vi.fn();
    installMenu(true, run);
    const entries = menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
    for (const { label, command } of items) {
      const entry = entries.find((one) => one.label === label);
      (entry?.click as (() => void) | undefined)?.();
      expect(run).toHaveBeenLastCalledWith(command);
    }
    expect(entries.some(({ role }) => role === 'toggleDevTools')).toBe(false);
    installMenu(false, run);
    expect(JSON.stringify(menu)).toContain('toggleDevTools');
  });
});
