/**
 * The Electron host: one window on the program, or one call of its command line. Only wiring; what
 * each part does and why is in the files beside this one.
 */
import { app, dialog, type BrowserWindow, type Event } from 'electron';
import { join } from 'node:path';
import { failureOf } from '../../contract/errors.ts';
import type { Announce } from '../../contract/events.ts';
import { programLayout } from '../layout.ts';
import { dataFolder, defaultLibraryFolder, openProgram, type Program } from '../program.ts';
import { spawnUtility } from './analysis.ts';
import { recordingPaths } from './arguments.ts';
import { commandArguments, runCommand } from './command-line.ts';
import { systemDialogs } from './dialogs.ts';
import { announceTo, bindIpc } from './ipc.ts';
import { installMenu } from './menu.ts';
import { originOf } from './origin.ts';
import { registerScheme, servePageFiles } from './protocol.ts';
import { hardenProcess } from './security.ts';
import { openWindow } from './window.ts';

const layout = programLayout();
const origin = originOf(app.isPackaged, process.env['ELECTRON_RENDERER_URL']);
let window: BrowserWindow | undefined;
let program: Program | undefined;
/** Named to the system before the program was open: added as soon as it is. */
const named: string[] = recordingPaths(process.argv, process.cwd(), app.isPackaged);

const command = commandArguments(process.argv, app.isPackaged);
// Chromium's own files lie beside the library, not in it; a command leaves those of a window alone.
app.setPath('userData', join(dataFolder(), command === null ? 'window' : 'command'));
if (command !== null) {
  hardenProcess(origin, app.isPackaged);
  void runCommand(command, layout.analysisEntry);
} else if (app.requestSingleInstanceLock()) begin();
else app.quit(); // the first one is told by `second-instance`

function begin(): void {
  hardenProcess(origin, app.isPackaged);
  registerScheme();
  app.on('second-instance', (_event, argv, workingFolder) => {
    addRecordings(recordingPaths(argv, workingFolder, app.isPackaged));
    showWindow();
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    addRecordings([path]);
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('activate', showWindow);
  app.on('before-quit', endFirst);
  void app.whenReady().then(open, cannotOpen);
}

async function open(): Promise<void> {
  servePageFiles(layout.pageFolder);
  const announce: Announce = (name, payload) => {
    if (window) announceTo(window.webContents, name, payload);
  };
  try {
    program = await openProgram(
      {
        host: 'electron',
        spawn: spawnUtility(layout.analysisEntry),
        libraryFolder: defaultLibraryFolder(),
        dialogs: systemDialogs(() => window),
      },
      announce,
    );
  } catch (error) {
    cannotOpen(error);
    return;
  }
  bindIpc(program, origin);
  installMenu(app.isPackaged, (name) => {
    announce('command', { name });
  });
  showWindow();
  addRecordings(named.splice(0));
}

function showWindow(): void {
  if (!program) return; // `open` will
  if (window && !window.isDestroyed()) {
    if (window.isMinimized()) window.restore();
    window.focus();
    return;
  }
  window = openWindow(origin, layout.preload);
  window.once('closed', () => {
    window = undefined;
  });
}

function addRecordings(paths: readonly string[]): void {
  if (!program) {
    named.push(...paths);
    return;
  }
  if (paths.length === 0) return;
  const input = { tokens: program.tokensFor(paths) };
  // Its outcome shows in the list; a failure is in the log, as for any call.
  void program.dispatch('worklist.add', input, { signal: new AbortController().signal });
}

/** Stores what is finished before the process ends; the second quit is the real one. */
function endFirst(event: Event): void {
  if (!program) return;
  event.preventDefault();
  const closing = program;
  program = undefined;
  void closing.close().finally(() => {
    app.quit();
  });
}

function cannotOpen(error: unknown): void {
  const { message, detail } = failureOf(error);
  dialog.showErrorBox(
    'Rhythmark cannot start',
    detail === undefined ? message : `${message}\n\n${detail}`,
  );
  app.exit(1);
}
