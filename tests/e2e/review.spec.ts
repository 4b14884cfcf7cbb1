/** The review screen on real services: a trace appears, keys move through it, and nothing is hidden. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDemoRecordings } from '../../assets/demo/write.ts';
import { PAROXYSM_2MIN, TWELVE_LEADS_10S } from '../fixtures/recordings.ts';
import { expect, test } from './harness.ts';
import { textRecording } from './small-list.ts';

const start = { time: '14:05:00', date: '12/03/2024' };
/** The fixture's electrode is off from the 80th to the 90th second. */
const PAROXYSM = {
  name: 'paroxysm',
  title: 'Paroxysm',
  format: 'wfdb-16',
  start,
  spec: PAROXYSM_2MIN,
} as const;
const TWELVE = {
  name: 'twelve',
  title: 'Twelve leads',
  format: 'wfdb-16',
  start,
  spec: TWELVE_LEADS_10S,
} as const;

let folder = '';

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-review-'));
  await writeDemoRecordings(folder, { recordings: [PAROXYSM, TWELVE] });
});

test.afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test.beforeEach(async ({ app, host }) => {
  await host.add(folder);
  await app.shows('worklist');
});

test('a recording opens on paper with its scale, its windows and its name', async ({ app }) => {
  await app.worklist.open('paroxysm');
  await app.shows('review');
  await expect(app.review.paper).toHaveAttribute('data-trace', 'drawn');
  await expect(app.review.paper).toHaveAttribute('data-view', 'samples');
  await expect(app.page.getByRole('heading', { name: 'paroxysm' })).toBeVisible();
  await expect(app.page.getByText('Synthetic', { exact: true })).toBeVisible();
  await expect(app.status).toContainText('25 mm/s');
  await expect(app.status).toContainText('10 mm/mV');
  await expect(app.status).toContainText('Filters off');
  await expect(app.status).toContainText('Every sample drawn');
  expect(await app.review.selectedTime()).toBe('14:05:00');
});

test('the review sums a recording up as the list does', async ({ app }) => {
  const row = app.worklist.row('paroxysm');
  await expect(row).toHaveAttribute('data-status', 'classified', { timeout: 60_000 });
  await app.worklist.focus('paroxysm');
  const rows = app.worklist.pane.getByRole('row');
  const inList = await rows.evaluateAll((all) =>
    all.map((row) => Array.from(row.children, (cell) => cell.textContent.trim())),
  );
  expect(inList.length).toBeGreaterThan(1);
  await app.worklist.open('paroxysm');
  const lines = app.page.getByTestId('composition');
  for (const [word = '', time = '', share = ''] of inList) {
    const term = lines.getByRole('term').filter({ hasText: word });
    await expect(term.locator('xpath=following-sibling::dd[1]')).toHaveText(time);
    await expect(term.locator('xpath=following-sibling::dd[2]')).toHaveText(share);
  }
});

test('keys alone move by window, by screen, and to both ends', async ({ app }) => {
  await app.worklist.open('paroxysm');
  await app.press('ArrowRight');
  expect(await app.review.selectedTime()).toBe('14:05:10');
  await app.press('ArrowLeft');
  await app.press('ArrowLeft');
  expect(await app.review.selectedTime()).toBe('14:05:00');
  await app.press('End');
  expect(await app.review.selectedTime()).toBe('14:06:50');
  await app.press('Home');
  await app.press('Shift+ArrowRight');
  expect(await app.review.selectedTime()).toBe('14:05:10');
});

test('gain and speed step through the paper standards, and the status line follows', async ({
  app,
}) => {
  await app.worklist.open('paroxysm');
  await app.press('Alt+ArrowUp');
  await expect(app.status).toContainText('20 mm/mV');
  await app.press('-');
  await expect(app.status).toContainText('12.5 mm/s');
  await expect(app.status).toContainText('Min/max view 1:');
  await app.press('+');
  await app.press('+');
  await expect(app.status).toContainText('50 mm/s');
});

test('a filter is chosen by key, warns of the ST segment, and is printed', async ({ app }) => {
  await app.worklist.open('paroxysm');
  await app.press('h');
  const choice = app.page.getByRole('menuitemradio', { name: /0\.5 Hz/ });
  await expect(choice).toContainText('Distorts the ST segment');
  await choice.click();
  await app.press('Escape');
  await expect(app.page.getByRole('menu')).toHaveCount(0);
  await expect(app.status).toContainText('from 0.5 Hz. Distorts the ST segment');
});

test('the wheel moves the paper by a third of the view, and the selection comes along', async ({
  app,
}) => {
  await app.worklist.open('paroxysm');
  await app.press('ArrowRight');
  await app.review.wheel(app.review.paper, 0, 400);
  expect(await app.review.selectedTime()).not.toBe('14:05:10');
});

test('a click on the day selects the window there', async ({ app }) => {
  await app.worklist.open('paroxysm');
  const day = await app.review.day.boundingBox();
  if (!day) throw new Error('The day is not on the screen.');
  await app.page.mouse.click(day.x + day.width * 0.75, day.y + 40);
  await app.idle();
  expect(await app.review.selectedTime()).toMatch(/^14:06:[234]0$/);
});

test('nothing is drawn where the electrode was off: a gap is never bridged', async ({ app }) => {
  await app.worklist.open('paroxysm');
  for (let step = 0; step < 8; step++) await app.press('ArrowRight');
  expect(await app.review.selectedTime()).toBe('14:06:20');
  const gap = await app.page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('[data-region="paper"] > canvas');
    const context = canvas?.getContext('2d');
    const plots = document.querySelectorAll<HTMLCanvasElement>('.lead-plot canvas');
    const pane = canvas?.getBoundingClientRect();
    const inks = [...plots].map((plot) => {
      // The roll is wider than the pane: what of it lies in the middle of the pane.
      const { left, width } = plot.getBoundingClientRect();
      const middle = (pane?.left ?? 0) + 0.5 * (pane?.width ?? 0) - left;
      const density = plot.width / width;
      const [x, span] = [density * (middle - 100), density * 200];
      const pixels = plot.getContext('2d')?.getImageData(x, 0, span, plot.height).data;
      return pixels?.some((value) => value > 0) ?? true;
    });
    return { drawn: context !== null, inks };
  });
  expect(gap).toEqual({ drawn: true, inks: [false, false] });
});

test('leads that do not fit are counted, and L chooses them', async ({ app }) => {
  await app.worklist.open('twelve');
  await expect(app.status).toContainText(/\d of 12 leads/);
  await app.press('l');
  const choices = app.page.getByRole('menuitemcheckbox');
  await expect(choices).toHaveCount(12);
  await expect(choices.first()).toBeFocused();
  await app.page.keyboard.press('Space');
  await expect(choices.first()).toHaveAttribute('aria-checked', 'false');
  await app.press('Escape');
});

test('a recording that is gone says so and can be tried again', async ({ app }) => {
  await rm(join(folder, 'twelve.hea'));
  await app.worklist.open('twelve');
  await expect(app.page.locator('main').getByRole('alert')).toBeVisible();
  await expect(app.status).not.toContainText('Every sample drawn');
  await writeDemoRecordings(folder, { recordings: [TWELVE] });
  await app.page.getByRole('button', { name: 'Try again' }).click();
  await expect(app.review.paper).toHaveAttribute('data-trace', 'drawn');
});

test('from a recording in work to one that is classified: its own leads, its own first window', async ({
  app,
  host,
}) => {
  const short = join(host.library, 'short.csv');
  await writeFile(short, textRecording(20));
  await host.add(short);
  await expect(app.worklist.row('short')).toHaveAttribute('data-status', 'classified', {
    timeout: 60_000,
  });
  const day = await writeTwoLeadDay(host.library);
  await host.add(day);
  await app.worklist.open('day');
  await expect(app.review.paper).toHaveAttribute('data-trace', 'drawn');
  await app.press('ArrowRight');
  await app.press('p');
  await expect(app.page.getByRole('heading', { name: 'short' })).toBeVisible();
  await expect(app.review.paper).toHaveAttribute('data-trace', 'drawn');
  await expect(app.page.locator('main').getByRole('alert')).toHaveCount(0);
  await expect(app.review.verdict).toContainText('window 1 of 2');
});

/** A day of two flat leads at 50 Hz: still being classified while a person looks around. */
async function writeTwoLeadDay(folder: string): Promise<string> {
  const samples = 24 * 3600 * 50;
  const header = join(folder, 'day.hea');
  const lead = 'day.dat 16 200/mV 16 0 0 0 0';
  await writeFile(join(folder, 'day.dat'), new Int16Array(2 * samples));
  await writeFile(header, `day 2 50 ${samples}\n${lead} II\n${lead} V5\n`);
  return header;
}

for (const theme of ['light', 'dark', 'paper'] as const) {
  test(`the paper is drawn in the ${theme} theme, traces over the grid`, async ({ app }, info) => {
    await app.worklist.open('paroxysm');
    await app.run(`Theme: ${theme}`);
    await expect(app.root).toHaveAttribute('data-theme', theme);
    await app.idle();
    await info.attach(`review-${theme}`, {
      body: await app.page.screenshot(),
      contentType: 'image/png',
    });
    const inked = await app.page.evaluate(() =>
      [...document.querySelectorAll<HTMLCanvasElement>('.lead-plot canvas')].map((plot) => {
        const data = plot.getContext('2d')?.getImageData(0, 0, plot.width, plot.height).data;
        return data?.some((value) => value > 0) ?? false;
      }),
    );
    expect(inked.length).toBeGreaterThan(0);
    expect(inked.every(Boolean)).toBe(true);
  });
}
