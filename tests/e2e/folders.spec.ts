/** An opened folder: copies in it, what arrives in it, and the report of what was found. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './harness.ts';
import { listSmall, textRecording } from './small-list.ts';

test('lists what arrives, says whose copy it is, and offers only the copies', async ({
  app,
  host,
}) => {
  await listSmall(app, host);
  const before = await app.worklist.count();
  const folder = join(host.library, 'ward');
  await copyFile(join(folder, 'ward-02.csv'), join(folder, 'zz-again.csv'));
  await expect(app.status).toContainText('1 the same as another');
  await expect(app.page.getByRole('row', { name: /zz-again/ })).toContainText('same as ward-02');
  await app.status.getByRole('button', { name: '1 the same as another' }).click();
  await app.idle();
  expect(await app.worklist.count()).toBe(1);
  await app.worklist.filterBy('');
  expect(await app.worklist.count()).toBe(before + 1);
});

test('reports every file of the folder, and writes the report', async ({ app, host }) => {
  await listSmall(app, host);
  await writeFile(join(host.library, 'ward', 'unended.csv'), textRecording(10).trimEnd());
  await expect(app.page.getByRole('row', { name: /unended/ })).toBeVisible();
  await app.classified();
  await app.click('file.importReport');
  const dialog = app.page.getByRole('dialog', { name: 'Import report' });
  await expect(dialog.getByRole('row', { name: /Read 7 read/ })).toBeVisible();
  await expect(dialog.getByRole('row', { name: /text-no-line-end/ })).toContainText('unended');
  const downloading = app.page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'CSV' }).click();
  const text = await readFile(await (await downloading).path(), 'utf8');
  expect(text.split('\r\n')[0]).toBe('recording,path,kind,code,message,place');
});

test('lets watching be switched off for all folders', async ({ app, host }) => {
  await listSmall(app, host);
  await expect(app.status).toContainText('Watching 1 folder');
  await app.run('Settings');
  await app.page.getByRole('radio', { name: 'Do not watch' }).click();
  await expect(app.dialog).toContainText('ward is not watched');
  await expect(app.status).not.toContainText('Watching');
});
