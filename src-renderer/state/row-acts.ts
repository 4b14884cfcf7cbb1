/** What can be done to rows of the worklist. */
import type { WorklistRow } from '../../src-main/contract/domain.ts';
import { host } from '../host/client.ts';
import { counted } from '../views/words.ts';
import { app } from './app.svelte.ts';
import { dialogs } from './dialogs.svelte.ts';
import { isMissing } from './locating.ts';
import { notices, reportFailure } from './notices.svelte.ts';
import { worklist } from './worklist.svelte.ts';

/** True where opening leads to the paper rather than to what stands in its way. */
export function hasPaper({ status }: WorklistRow): boolean {
  return status !== 'failed' && status !== 'needs-choice';
}

/** Enter on a row: the recording itself, or what stands in its way. */
export function openRow(row: WorklistRow): void {
  switch (row.status) {
    case 'failed':
      showFailure(row);
      return;
    case 'needs-choice':
      dialogs.show({ kind: 'text', id: row.id });
      return;
    case 'waiting':
    case 'classifying':
    case 'classified':
      worklist.focusId = row.id;
      app.open(row.id);
  }
}

export function showFailure(row: WorklistRow): void {
  dialogs.show({
    kind: 'failure',
    title: row.name,
    text: row.failure?.message ?? 'This file could not be read.',
    detail: row.failure?.detail ?? null,
    recording: row.id,
    ...(isMissing(row) ? { missing: row.id } : {}),
  });
}

/** Takes the selected rows, or the focused one, off the list; the files stay where they are. */
export async function removeTargets(): Promise<void> {
  const ids = [...worklist.targets()];
  if (ids.length === 0) return;
  const name = ids.length === 1 ? worklist.row(ids[0] ?? '')?.name : undefined;
  try {
    await host.call('worklist.remove', { ids });
    for (const id of ids) app.forget(id);
    const what = name ?? counted(ids.length, 'recording');
    notices.toast(`${what} taken off the list. The files are unchanged.`, async () => {
      await host.call('worklist.restore', { ids });
    });
  } catch (error) {
    reportFailure('Nothing was taken off the list.', error);
  }
}
