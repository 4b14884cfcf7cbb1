/** Hands a text to the browser as a download, where the host has no dialog of its own. */
import { busy } from '../../state/idle.ts';

export function download(name: string, mime: string, text: string): void {
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
