/**
 * The application menu. Its items run the page's own commands by name, so that a menu, a key and a
 * button always do the same; keys belong to the page and are not repeated here.
 */
import { Menu, type MenuItemConstructorOptions } from 'electron';

export interface CommandItem {
  readonly label: string;
  /** Name of a command of the page. */
  readonly command: string;
}

export const FILE_ITEMS: readonly CommandItem[] = [
  { label: 'Open Files…', command: 'file.open' },
  { label: 'Open Folder…', command: 'file.openFolder' },
  { label: 'Open Demo Recordings', command: 'file.openDemo' },
  { label: 'Locate Recording…', command: 'file.locate' },
  { label: 'Export Labels…', command: 'file.export' },
];

export const VIEW_ITEMS: readonly CommandItem[] = [
  { label: 'Worklist', command: 'view.worklist' },
  { label: 'Review', command: 'view.review' },
  { label: 'Calibrate Screen…', command: 'shell.calibrate' },
  { label: 'Settings…', command: 'shell.settings' },
];

export const HELP_ITEMS: readonly CommandItem[] = [
  { label: 'List of Keys', command: 'shell.keys' },
];

/** `run` is given the name of a command of the page. */
export function installMenu(isPackaged: boolean, run: (command: string) => void): void {
  const items = (entries: readonly CommandItem[]): MenuItemConstructorOptions[] =>
    entries.map(({ label, command }) => ({
      label,
      click: () => {
        run(command);
      },
    }));
  const developer: MenuItemConstructorOptions[] = isPackaged
    ? []
    : [{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
      {
        label: 'File',
        submenu: [
          ...items(FILE_ITEMS),
          { type: 'separator' },
          { role: process.platform === 'darwin' ? 'close' : 'quit' },
        ],
      },
      { role: 'editMenu' },
      {
        label: 'View',
        submenu: [
          ...items(VIEW_ITEMS),
          { type: 'separator' },
          { role: 'togglefullscreen' },
          ...developer,
        ],
      },
      { role: 'windowMenu' },
      { role: 'help', submenu: items(HELP_ITEMS) },
    ]),
  );
}
