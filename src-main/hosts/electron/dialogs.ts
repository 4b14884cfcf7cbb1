/** The system's own dialogs, for choosing recordings and for keeping exports. */
import { dialog, type BrowserWindow, type FileFilter, type OpenDialogOptions } from 'electron';
import { FORMATS } from '../../formats/index.ts';
import type { Dialogs } from '../../services/handlers.ts';

/** `window` is asked at each dialog: it may have been closed and opened again. */
export function systemDialogs(window: () => BrowserWindow | undefined): Dialogs {
  return {
    async open(kind) {
      const options: OpenDialogOptions =
        kind === 'folder'
          ? { properties: ['openDirectory', 'multiSelections'] }
          : { properties: ['openFile', 'multiSelections'], filters: recordingFilters() };
      const parent = window();
      const { canceled, filePaths } = parent
        ? await dialog.showOpenDialog(parent, options)
        : await dialog.showOpenDialog(options);
      return canceled ? null : filePaths;
    },
    async locate(name, near) {
      const options: OpenDialogOptions = {
        title: `Where ${name} is now`,
        // macOS shows no title on this dialog.
        message: `Where ${name} is now`,
        defaultPath: near,
        properties: ['openFile'],
        filters: recordingFilters(),
      };
      const parent = window();
      const { canceled, filePaths } = parent
        ? await dialog.showOpenDialog(parent, options)
        : await dialog.showOpenDialog(options);
      return canceled ? null : (filePaths[0] ?? null);
    },
    async save(suggestedName) {
      const options = { defaultPath: suggestedName };
      const parent = window();
      const { canceled, filePath } = parent
        ? await dialog.showSaveDialog(parent, options)
        : await dialog.showSaveDialog(options);
      return canceled || filePath === '' ? null : filePath;
    },
  };
}

/** What is read here by its ending, and everything: formats are told by content, not by name. */
export function recordingFilters(): FileFilter[] {
  const endings = FORMATS.flatMap((format) => format.endings)
    .map((ending) => ending.replace(/^\./, ''))
    .filter((ending) => ending !== '');
  return [
    { name: 'ECG recordings', extensions: [...new Set(endings)].sort() },
    { name: 'All files', extensions: ['*'] },
  ];
}
