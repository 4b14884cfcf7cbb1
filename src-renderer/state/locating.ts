/** A recording whose file is elsewhere now: asking where it is, and saying what came of it. */
import type { LocatedOthers } from '../../src-main/contract/api.ts';
import type { RecordingId, WorklistRow } from '../../src-main/contract/domain.ts';
import { host } from '../host/client.ts';
import { locatedWords } from '../views/located-words.ts';
import { app } from './app.svelte.ts';
import { dialogs } from './dialogs.svelte.ts';
import { notices, reportFailure } from './notices.svelte.ts';
import { review } from './review.svelte.ts';
import { worklist } from './worklist.svelte.ts';

/** True for a row that could not be read because its file is not there. */
export function isMissing(row: WorklistRow): boolean {
  return row.status === 'failed' && row.failure?.code === 'not-found';
}

/** The recording that a command is about: the one on the paper, or the focused row. */
export function locatable(): RecordingId | null {
  return app.view === 'review' ? app.openId : worklist.focusId;
}

/** The host's own dialog where it has one, else the page's chooser; in place of a dialog that asked. */
export async function locate(id: RecordingId): Promise<void> {
  dialogs.close();
  if (host.kind === 'loopback') dialogs.show({ kind: 'locate', id });
  else await located(id, {});
}

/** With a file that was chosen on the page. */
export async function locateAt(id: RecordingId, token: string): Promise<void> {
  await located(id, { token });
}

async function located(id: RecordingId, where: { token?: string }): Promise<void> {
  const name = worklist.row(id)?.name ?? 'The recording';
  try {
    const found = await host.call('recording.locate', { id, ...where });
    if (found.kind === 'dismissed') return;
    if (found.kind === 'another') {
      dialogs.show({ kind: 'another', id, found });
      return;
    }
    taken(found);
    say(id, locatedWords(found, null));
    await review.sourceChanged([id]);
    // It is on the screen by now; the others of its folder may be thousands.
    const others = await host.call('recording.locateOthers', { id });
    if (others.located.length === 0 && others.missing === 0) return;
    taken(others);
    say(id, locatedWords(found, others));
    await review.sourceChanged(others.located);
  } catch (error) {
    reportFailure(`${name} was not located.`, error);
  }
}

/** Rows that left the list must not stay on the screen. */
function taken({ replaced }: Pick<LocatedOthers, 'replaced'>): void {
  for (const id of replaced) app.forget(id);
}

function say(id: RecordingId, words: string): void {
  notices.toast(words, async () => {
    await host.call('recording.putBack', { id });
    if (review.id !== null) await review.sourceChanged([review.id]);
  });
}
