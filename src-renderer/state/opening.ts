/** Ways in: dialogs, the page's own chooser, drops, recent folders, the demo recordings. */
import type { Added } from '../../src-main/contract/api.ts';
import { host } from '../host/client.ts';
import { counted } from '../views/words.ts';
import { app } from './app.svelte.ts';
import { dialogs } from './dialogs.svelte.ts';
import { filesUnder } from './dropped-files.ts';
import { job } from './job.svelte.ts';
import { notices, reportFailure } from './notices.svelte.ts';
import { uploads } from './uploads.svelte.ts';

/** The host's own dialog where it has one, else the page's chooser. */
export async function choose(kind: 'files' | 'folder'): Promise<void> {
  if (host.kind === 'loopback') {
    dialogs.show({ kind: 'chooser' });
    return;
  }
  await adding(() => host.call('files.openDialog', { kind }));
}

export async function addTokens(tokens: readonly string[]): Promise<void> {
  if (tokens.length === 0) return;
  await adding(() => host.call('worklist.add', { tokens: [...tokens] }));
}

export async function addDemo(): Promise<void> {
  await adding(() => host.call('worklist.addDemo', {}));
}

/** Takes a drop: by path where the host knows paths, by its bytes where it cannot. */
export async function dropped(transfer: DataTransfer): Promise<void> {
  // Both lists must be read before the first await: the browser empties them after the event.
  const files = [...transfer.files];
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const tokens = host.tokensOf(files);
  if (tokens !== null) {
    await addTokens(await tokens);
    return;
  }
  await adding(async () => {
    // Some sources (a mail's attachment, a test) give files without entries.
    const plain = files.map((file) => ({ file, path: file.name }));
    return uploads.send(entries.length > 0 ? await filesUnder(entries) : plain);
  });
}

/** Adds, says what came of it, and begins to classify what is new. */
async function adding(add: () => Promise<Added | null>): Promise<void> {
  try {
    const added = await add();
    if (added === null) return;
    notices.toast(addedWords(added));
    if (added.added > 0) app.show('worklist');
    if (added.ids.length > 0) await job.start(added.ids);
  } catch (error) {
    reportFailure('Nothing was added.', error);
  }
}

/** One sentence for what was taken and what was left alone. */
export function addedWords(added: Added): string {
  const parts: string[] = [];
  if (added.added > 0) parts.push(`${counted(added.added, 'recording')} added`);
  if (added.alreadyListed > 0) {
    parts.push(`${counted(added.alreadyListed, 'recording')} listed already`);
  }
  if (added.ignored > 0) {
    parts.push(`${counted(added.ignored, 'file')} left alone: no recording`);
  }
  return parts.length > 0 ? `${parts.join('; ')}.` : 'No recording was found there.';
}
