/** A folder moved outside the program: found again by keyboard alone, with all that was known. */
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDemoRecordings } from '../../assets/demo/write.ts';
import { PAROXYSM_2MIN } from '../fixtures/recordings.ts';
import { expect, test } from './harness.ts';
import { Chooser } from './pages/chooser.ts';

const start = { time: '14:05:00', date: '12/03/2024' };
const recordings = ['evening', 'morning', 'night'].map((name, index) => ({
  ...({ name, title: name, format: 'wfdb-16', start } as const),
  spec: { ...PAROXYSM_2MIN, durationS: 20 + index * 10 },
}));

let place = '';

test.beforeEach(async ({ app, host }) => {
  place = await mkdtemp(join(tmpdir(), 'rhythmark-locate-'));
  const ward = join(place, 'june', 'ward');
  await mkdir(ward, { recursive: true });
  await writeDemoRecordings(ward, { recordings });
  await host.add(ward);
  await app.shows('worklist');
  await app.classified();
  await rename(join(place, 'june'), join(place, 'july'));
});

test.afterEach(async () => {
  await rm(place, { recursive: true, force: true });
});

test('from the paper: another recording is refused, the right one opens at once with the others', async ({
  app,
}) => {
  await app.worklist.open('night');
  const gone = app.page.locator('main').getByRole('alert');
  await expect(gone).toContainText('The recording is no longer where it was');
  const chooser = new Chooser(app.page, () => app.idle(), 'Where night is now');
  const chooseInWard = async (name: string): Promise<void> => {
    await expect(chooser.list).toBeFocused();
    for (const folder of ['july', 'ward']) {
      await chooser.find(folder);
      await app.press('Enter');
    }
    await chooser.find(name);
    await app.press('Enter');
  };
  await app.press('Shift+L');
  await chooseInWard('morning.hea');
  const another = app.page.getByRole('dialog', { name: 'Another recording' });
  await expect(another).toContainText('morning lasts 30 s, night 40 s.');
  await app.press('Enter');
  await chooseInWard('night.dat');
  await expect(gone).toHaveCount(0);
  await expect(app.review.paper).toHaveAttribute('data-trace', 'drawn');
  await expect(app.page.getByText('night and 2 others found in ward.').first()).toBeVisible();
  await app.press('p');
  await expect(app.page.getByRole('heading', { name: 'morning' })).toBeVisible();
  await expect(gone).toHaveCount(0);
  expect(await app.review.traceIsInked()).toBe(true);
  await app.press('u');
  await expect(gone).toBeVisible();
  // What cannot be read shows nothing of what was read before it.
  await expect.poll(() => app.review.traceIsInked()).toBe(false);
});

test('from the list: the focused row says that its file is gone, and is located there', async ({
  app,
}) => {
  await app.worklist.focus('night');
  await expect(app.worklist.pane).toContainText('The recording is no longer where it was');
  await app.worklist.pane.getByRole('button', { name: 'Locate' }).click();
  const chooser = new Chooser(app.page, () => app.idle(), 'Where night is now');
  for (const folder of ['july', 'ward']) {
    await chooser.find(folder);
    await app.press('Enter');
  }
  await chooser.find('night.hea');
  await chooser.current.click();
  await chooser.dialog.getByRole('button', { name: 'Locate', exact: true }).click();
  await app.idle();
  await expect(app.worklist.pane).not.toContainText('no longer where it was');
  await expect(app.worklist.row('night')).toHaveAttribute('data-status', 'classified');
});
