/** Every act is a named command: by key, by palette, listed under `?`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './harness.ts';
import type { Host } from './host.ts';
import { App } from './pages/app.ts';
import { listSmall } from './small-list.ts';

test('lists every key, grouped and searchable', async ({ app, host }) => {
  await listSmall(app, host);
  await app.press('?');
  const dialog = app.page.getByRole('dialog', { name: 'Keys' });
  for (const group of ['Views', 'Window', 'Recordings', 'Worklist']) {
    await expect(dialog.getByRole('heading', { name: group, exact: true })).toBeVisible();
  }
  await app.page.keyboard.type('select all');
  await expect(dialog.locator('dd')).toHaveText(['Select all that are shown']);
  await app.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('finds recordings and commands in one place', async ({ app, host }) => {
  await listSmall(app, host);
  const [, , third = ''] = await app.worklist.names();
  await app.run(third);
  await app.shows('review');
  await app.run('Theme: dark');
  await expect(app.root).toHaveAttribute('data-theme', 'dark');
  await app.run('Theme: paper');
  await expect(app.root).toHaveAttribute('data-theme', 'paper');
});

test('moves between regions with F6, and back', async ({ app, host }) => {
  await listSmall(app, host);
  const region = () =>
    app.page.evaluate(
      () => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region'],
    );
  expect(await region()).toBe('list');
  const seen: (string | undefined)[] = [];
  for (let step = 0; step < 4; step++) {
    await app.press('F6');
    seen.push(await region());
  }
  expect(seen[0]).toBe('pane');
  expect(seen).toContain('status');
  await app.press('Shift+F6');
  expect(await region()).toBe(seen[2]);
});

test('keeps the focus in the line of the running work when its buttons change', async ({
  app,
  host,
}) => {
  await host.add(await writeDays(host));
  await app.shows('worklist');
  const line = app.page.getByRole('region', { name: 'Classifying' });
  await line.getByRole('button', { name: 'Cancel' }).focus();
  await app.page.keyboard.press('Enter');
  await expect(line.getByRole('button', { name: 'Classify' })).toBeVisible();
  await expect(line).toBeFocused();
});

test('leaves plain keys to a text field that has the focus; Esc leaves it', async ({
  app,
  host,
}) => {
  await listSmall(app, host);
  await app.press('/');
  await app.page.keyboard.type('r?');
  await expect(app.worklist.filter).toHaveValue('r?');
  await app.shows('worklist');
  await expect(app.dialog).toHaveCount(0);
  await app.press('Escape');
  await expect(app.worklist.grid).toBeFocused();
  await app.press('?');
  await expect(app.dialog).toBeVisible();
});

test('keeps the focus inside a dialog and gives it back', async ({ app, host }) => {
  await listSmall(app, host);
  await app.press('ControlOrMeta+,');
  const dialog = app.page.getByRole('dialog', { name: 'Settings' });
  for (let step = 0; step < 30; step++) {
    await app.page.keyboard.press('Tab');
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  }
  await app.press('Escape');
  await expect(app.worklist.grid).toBeFocused();
});

test('says that the program has ended when its own process is gone, and takes the keys', async ({
  app,
  host,
}) => {
  await listSmall(app, host);
  await app.press('ControlOrMeta+,');
  await expect(app.page.getByRole('dialog', { name: 'Settings' })).toBeVisible();
  await host.kill();
  const ended = app.page.getByRole('alertdialog');
  await expect(ended).toContainText("Rhythmark's own process has ended");
  await expect(app.page.getByRole('dialog', { name: 'Settings' })).toHaveCount(0);
  const again = ended.getByRole('button', { name: 'Try this page again' });
  await expect(again).toBeFocused();
  // What lies behind takes neither keys nor the focus.
  await app.page.keyboard.press('?');
  await app.page.evaluate(() => {
    document.querySelector<HTMLElement>('[data-region="list"]')?.focus();
  });
  await expect(again).toBeFocused();
  await expect(app.page.getByRole('dialog', { name: 'Keys' })).toHaveCount(0);
});

test('stays where it is when its page is tried again and nobody answers', async ({
  page,
  host,
}) => {
  // Without the fixture's watch: the browser itself logs the call that nobody answers.
  await page.goto(host.url);
  const app = new App(page);
  await app.shows('empty');
  await host.kill();
  const ended = page.getByRole('alertdialog');
  const again = ended.getByRole('button', { name: 'Try this page again' });
  await again.click();
  await expect(ended.getByRole('status')).toHaveText('No answer at this address.');
  await again.click();
  await expect(ended.getByRole('status')).toHaveText('No answer at this address, 2 times.');
  await expect(again).toBeFocused();
});

test('shows the focus on canvases, which cover an outline', async ({ app, host }) => {
  await listSmall(app, host);
  await app.press('Enter');
  await app.shows('review');
  for (const region of [app.review.day, app.review.minute, app.review.paper]) {
    // The left edge holds no trace: nothing but the focus changes there.
    const edge = async (): Promise<Buffer> => {
      await app.idle();
      const box = await region.boundingBox();
      if (!box) throw new Error('The region is not on the screen.');
      return app.page.screenshot({ clip: { ...box, width: 2, height: 20 } });
    };
    await app.review.verdict.focus();
    const without = await edge();
    await region.focus();
    expect((await edge()).equals(without)).toBe(false);
  }
});

test('has the paper at hand in the review, and its list one key away', async ({ app, host }) => {
  await listSmall(app, host);
  await app.press('Enter');
  await app.shows('review');
  await expect(app.review.paper).toBeFocused();
  await app.press('b'); // folds the rail: `/` unfolds it again
  await app.press('/');
  await expect(app.worklist.filter).toBeFocused();
  await app.press('Escape');
  await expect(app.review.paper).toBeFocused();
  await app.press('F6');
  await expect(app.review.verdict).toBeFocused();
});

/** Six days of one lead that share a signal file: work for longer than a test takes to cancel it. */
async function writeDays(host: Host): Promise<string> {
  const folder = join(host.library, 'days');
  const count = 24 * 3600 * 250;
  await mkdir(folder, { recursive: true });
  const samples = Int16Array.from({ length: count }, (_, n) => 200 * Math.sin(n / 20));
  await writeFile(join(folder, 'day.dat'), samples);
  for (const day of [1, 2, 3, 4, 5, 6]) {
    const header = `day${day} 1 250 ${count}\nday.dat 16 200/mV 16 0 0 0 0 II\n`;
    await writeFile(join(folder, `day${day}.hea`), header);
  }
  return folder;
}
