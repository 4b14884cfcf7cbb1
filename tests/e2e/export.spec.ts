/** Labels out of the window: what, per what, as what. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { writeDemoRecordings } from '../../assets/demo/write.ts';
import { AF_30S } from '../fixtures/recordings.ts';
import { expect, test } from './harness.ts';
import { App } from './pages/app.ts';
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

test('writes on Enter, from whichever choice has the focus', async ({ app, host }) => {
  await listSmall(app, host);
  await app.press('ControlOrMeta+E');
  const dialog = app.page.getByRole('dialog', { name: 'Export labels' });
  await app.press('Tab');
  await expect(dialog.getByRole('radio', { name: 'Window' })).toBeFocused();
  await app.press('ArrowRight');
  const downloading = app.page.waitForEvent('download');
  await app.page.keyboard.press('Enter');
  const text = await readFile(await (await downloading).path(), 'utf8');
  expect(text).toContain('recording,path,format,leads,sampling_hz');
  await expect(dialog).toHaveCount(0);
});

test('says in the dialog why nothing was written, and keeps the keys there', async ({
  app,
  host,
}) => {
  await listSmall(app, host);
  const all = await app.worklist.count();
  await app.press('ControlOrMeta+E');
  const dialog = app.page.getByRole('dialog', { name: 'Export labels' });
  await expect(dialog).toBeVisible();
  // The recording that it is about leaves the list behind its back.
  const beside = new App(await app.page.context().newPage());
  await beside.page.goto(host.url);
  await beside.shows('worklist');
  await beside.press('Delete');
  await expect.poll(() => app.worklist.rows.count()).toBe(all - 1);
  const write = dialog.getByRole('button', { name: 'Download' });
  await write.focus();
  await app.press('Enter');
  await expect(dialog.getByRole('status')).toHaveText(
    'Nothing was written. There is no recording to export.',
  );
  await expect(write).toBeFocused();
});

/** The promise of the command line, column by column, which the window keeps too. */
const WINDOW_COLUMNS =
  'recording,path,lead,start_s,end_s,label,p_normal,p_af,p_other,p_noise,p_ectopy,uncertain,model';
const RECORDING_COLUMNS =
  'recording,path,format,leads,sampling_hz,duration_s,analysed_s,analysable_s,label,p_normal,p_af,p_other,p_noise,p_ectopy,uncertain,af_s,af_burden_pct,af_episodes,longest_af_s,hr_min_bpm,hr_mean_bpm,hr_max_bpm,status,error,model';

test('writes every column that scripts are promised, with verdicts that add up', async ({
  app,
  host,
}) => {
  const folder = join(host.library, 'ward');
  await writeDemoRecordings(folder, {
    recordings: [{ name: 'h7', title: 'AF', format: 'wfdb-16', start: null, spec: AF_30S }],
  });
  await writeFile(join(folder, 'cut.hea'), 'cut 1 250 1000\ncut.dat 16 200/mV 12 0 0 0 0 II\n');
  // Files, not their folder: in a watched folder what failed is tried again when it is looked at.
  await host.add(join(folder, 'cut.hea'), join(folder, 'h7.hea'));
  await app.shows('worklist');
  await app.classified();

  const windows = await exported(app, 'Window');
  expect(windows.columns).toBe(WINDOW_COLUMNS);
  expect(windows.rows.map((row) => [row['recording'], row['start_s'], row['end_s']])).toEqual([
    ['h7', '0', '10'],
    ['h7', '10', '20'],
    ['h7', '20', '30'],
  ]);
  for (const row of windows.rows) {
    const classes = ['normal', 'af', 'other', 'noise'];
    const shares = classes.map((name) => Number(row[`p_${name}`]));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 3);
    expect(row['label']).toBe(classes[shares.indexOf(Math.max(...shares))]);
    expect(Number(row['p_ectopy'])).toBeLessThanOrEqual(Number(row['p_other']));
    expect(row['uncertain']).toMatch(/^[01]$|^(true|false)$/);
  }

  const recordings = await exported(app, 'Recording');
  expect(recordings.columns).toBe(RECORDING_COLUMNS);
  const [cut, h7] = recordings.rows.toSorted((a, b) =>
    (a['recording'] ?? '').localeCompare(b['recording'] ?? ''),
  );
  expect(cut).toMatchObject({ recording: 'cut', status: 'failed', label: '', p_af: '' });
  expect(cut?.['error']).toContain('cut.dat');
  expect(h7).toMatchObject({
    ...{ recording: 'h7', leads: 'II', sampling_hz: '250', duration_s: '30', status: 'classified' },
    ...{ error: '', model: windows.rows[0]?.['model'] },
  });
});

/** The whole list as CSV, through the dialog. */
async function exported(
  app: App,
  per: 'Window' | 'Recording',
): Promise<{ readonly columns: string; readonly rows: readonly Record<string, string>[] }> {
  await app.press('ControlOrMeta+E');
  const dialog = app.page.getByRole('dialog', { name: 'Export labels' });
  await dialog.getByRole('radio', { name: /^Whole list/ }).click();
  await dialog.getByRole('radio', { name: per, exact: true }).click();
  const downloading = app.page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Download' }).click();
  const text = await readFile(await (await downloading).path(), 'utf8');
  const [columns = ''] = text.split(/\r?\n/u);
  return { columns, rows: parse(text, { columns: true }) };
}

test('offers the selection first, and says how many have no verdicts', async ({ app, host }) => {
  await listSmall(app, host);
  await app.press('Shift+ArrowDown');
  await app.press('Shift+ArrowDown');
  await app.press('ControlOrMeta+E');
  const dialog = app.page.getByRole('dialog', { name: 'Export labels' });
  await expect(dialog.getByRole('radio', { name: '3 selected' })).toBeChecked();
});
