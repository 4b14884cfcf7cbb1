/** Labels out of the window: what, per what, as what. */
import { readFile } from 'node:fs/promises';
import { expect, test } from './harness.ts';
import { listSmall } from './small-list.ts';

test('downloads one row a recording of the whole list, as CSV', async ({ app, host }) => {
  await listSmall(app, host);
  const recordings = await app.worklist.count();
  await app.press('ControlOrMeta+E');
  const dialog = app.page.getByRole('dialog', { name: 'Export labels' });
  await expect(dialog).toContainText('ectopy counts as Other');
  await expect(dialog).toContainText('Research use only');
  await dialog.getByRole('radio', { name: /^Whole list/ }).click();
  await dialog.getByRole('radio', { name: 'Recording', exact: true }).click();
  const downloading = app.page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Download' }).click();
  const file = await (await downloading).path();
  const lines = (await readFile(file, 'utf8')).trim().split(/\r?\n/u);
  expect(lines[0]).toContain('recording,path,format,leads,sampling_hz');
  expect(lines).toHaveLength(recordings + 1);
  await expect(dialog).toHaveCount(0);
});

test('offers the selection first, and says how many have no verdicts', async ({ app, host }) => {
  await listSmall(app, host);
  await app.press('Shift+ArrowDown');
  await app.press('Shift+ArrowDown');
  await app.press('ControlOrMeta+E');
  const dialog = app.page.getByRole('dialog', { name: 'Export labels' });
  await expect(dialog.getByRole('radio', { name: '3 selected' })).toBeChecked();
});
