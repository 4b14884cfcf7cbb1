/** A file that states no unit: said in the window, seen on the paper, remembered and undone. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDemoRecordings } from '../../assets/demo/write.ts';
import { PAROXYSM_2MIN } from '../fixtures/recordings.ts';
import { expect, test } from './harness.ts';

const start = { time: '14:05:00', date: '12/03/2024' };
const recordings = ['first', 'second'].map((name, index) => ({
  ...({ name, title: name, format: 'wfdb-16', start } as const),
  spec: { ...PAROXYSM_2MIN, durationS: 20 + index * 10 },
}));

let folder = '';

test.beforeEach(async ({ app, host }) => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-unit-'));
  await writeDemoRecordings(folder, { recordings });
  for (const { name } of recordings) {
    const path = join(folder, `${name}.hea`);
    const header = await readFile(path, 'utf8');
    await writeFile(path, header.replaceAll(' 1000(0)/mV ', ' 0 '));
  }
  await host.add(folder);
  await app.shows('worklist');
  await app.worklist.open('first');
});

test.afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('the unit is said with the keyboard, holds for files of the same shape, and is undone', async ({
  app,
}) => {
  await expect(app.status).toContainText('Uncalibrated');
  await expect(app.status).not.toContainText('mm/mV');
  await app.run('Unit of the leads');
  await expect(app.page.getByRole('radio', { name: 'Not known' })).toBeFocused();
  await app.press('ArrowLeft');
  const gain = app.page.getByRole('textbox', { name: 'stored units per mV' });
  await expect(gain).toHaveValue('200');
  await expect(app.status).toContainText('10 mm/mV');
  await gain.fill('1000');
  // 1,000 units to 1 mV is what the generator wrote: its R wave in II is 1.5 mV from foot to top.
  await expect(app.dialog).toContainText('II swings 1.5 mV');
  await app.press('Enter');
  await expect(app.dialog).toHaveCount(0);
  await expect(app.status).toContainText('Unit as chosen');
  await app.press('n');
  await expect(app.page.getByRole('heading', { name: 'second' })).toBeVisible();
  await expect(app.status).toContainText('Unit as chosen');
  await app.press('p');
  await app.press('u');
  await expect(app.status).toContainText('Uncalibrated');
});

test('the word in the status line opens it, and Esc leaves everything as it was', async ({
  app,
}) => {
  await app.status.getByRole('button', { name: 'Uncalibrated' }).click();
  await app.page.getByRole('radio', { name: '\u00b5V' }).click();
  await expect(app.status).toContainText('Unit as chosen');
  await app.press('Escape');
  await expect(app.status).toContainText('Uncalibrated');
  await expect(app.status).not.toContainText('mm/mV');
});
