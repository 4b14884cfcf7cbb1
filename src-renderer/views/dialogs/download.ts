/** What becomes of a file that was made: the host has written it, or the browser downloads it. */
import type { SavedFile } from '../../../src-main/contract/api.ts';
import { dialogs } from '../../state/dialogs.svelte.ts';
import { busy } from '../../state/idle.ts';
import { notices } from '../../state/notices.svelte.ts';

/** Closes the dialog that asked for it and says where it is; not where the person thought better of it. */
export function deliver(file: SavedFile): void {
  if (file.kind === 'dismissed') return;
  if (file.kind === 'download') download(file.name, file.mime, file.text);
  dialogs.close();
  notices.toast(file.kind === 'saved' ? `${file.name} written.` : `${file.name} downloaded.`);
}

function download(name: string, mime: string, text: string): void {
  const done = busy();
  const address = URL.createObjectURL(new Blob([text], { type: mime }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the blob after this turn; a later release would keep the text in memory.
  window.setTimeout(() => {
    URL.revokeObjectURL(address);
    done();
  }, 0);
}
