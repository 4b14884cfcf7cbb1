/** A technician's batch, by keyboard alone: open a folder, find the AF, look at each, take the labels. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDemoRecordings } from '../../assets/demo/write.ts';
import { AF_30S, NORMAL_30S, PAROXYSM_2MIN } from '../fixtures/recordings.ts';
import { expect, test } from './harness.ts';
import { Chooser } from './pages/chooser.ts';

test('a folder becomes labels of its AF recordings without the mouse', async ({ app, host }) => {
  const { page } = app;
  const folder = join(host.library, 'ward');
  const written = { title: 'Ward', format: 'wfdb-16', start: null } as const;
  await writeDemoRecordings(folder, {
    recordings: [
      { ...written, name: 'h01', spec: NORMAL_30S },
      { ...written, name: 'h02', spec: AF_30S },
      { ...written, name: 'h04', spec: PAROXYSM_2MIN },
    ],
  });
  // Its name holds what is looked for, and it cannot be read: it must not stand in the way.
  await writeFile(join(folder, 'h03-af.hea'), 'h03-af 1 250 1000\nh03-af.dat 16 200/mV 12 0\n');

  await app.press('ControlOrMeta+Shift+O');
  const chooser = new Chooser(page, () => app.idle());
  await expect(chooser.list).toBeFocused();
  await chooser.find('ward');
  await app.press('Enter');
  await expect(chooser.folder).toHaveText('ward');
  await app.press('ControlOrMeta+Enter');
  await app.shows('worklist');
  await app.classified();

  await app.press('/');
  await page.keyboard.type('af');
  await app.press('Enter');
  await expect(app.worklist.grid).toBeFocused();
  expect(await app.worklist.names()).toEqual(['h02', 'h03-af', 'h04']);

  await app.press('Home');
  await app.press('Enter');
  await app.shows('review');
  const opened = (name: string) => page.locator('main').getByRole('heading', { name, exact: true });
  await expect(opened('h02')).toBeVisible();
  await expect(app.review.verdictWord).toHaveText('AF');
  await app.press('n');
  await expect(opened('h04')).toBeVisible();
  await expect(page.getByText('1 recording not read, passed over.').first()).toBeVisible();
  await app.press('n');
  await expect(page.locator('.toasts')).toContainText('This is the last recording.');
  await expect(opened('h04')).toBeVisible();
  await app.press('p');
  await expect(opened('h02')).toBeVisible();

  await app.press('ControlOrMeta+E');
  const dialog = page.getByRole('dialog', { name: 'Export labels' });
  await app.press('ArrowRight');
  await expect(dialog.getByRole('radio', { name: '3 shown' })).toBeChecked();
  const download = dialog.getByRole('button', { name: 'Download' });
  for (let step = 0; step < 8 && !(await download.evaluate(isFocused)); step++) {
    await page.keyboard.press('Tab');
  }
  await expect(download).toBeFocused();
  const downloading = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const lines = (await readFile(await (await downloading).path(), 'utf8')).trim().split(/\r?\n/u);
  expect(lines).toHaveLength(1 + 3 + 12);
  await expect(app.review.paper).toBeFocused();
});

function isFocused(element: Element): boolean {
  return element === document.activeElement;
}

test('the filter in the review leads to what it found', async ({ app, host }) => {
  const folder = join(host.library, 'ward');
  const written = { title: 'Ward', format: 'wfdb-16', start: null } as const;
  await writeDemoRecordings(folder, {
    recordings: [
      { ...written, name: 'h01', spec: NORMAL_30S },
      { ...written, name: 'h02', spec: AF_30S },
    ],
  });
  await host.add(folder);
  await app.shows('worklist');
  await app.classified();
  await app.worklist.open('h01');
  await app.press('/');
  await app.page.keyboard.type('h02');
  await app.press('ArrowDown');
  await app.press('Enter');
  await expect(app.page.locator('main').getByRole('heading', { name: 'h02' })).toBeVisible();
});
