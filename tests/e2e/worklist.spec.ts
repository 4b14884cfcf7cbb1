/** The list of recordings: order, sets, filter, selection, taking off, all by keyboard. */
import { expect, test } from './harness.ts';
import { listSmall } from './small-list.ts';

test.beforeEach(async ({ app, host }) => {
  await listSmall(app, host);
});

test('moves the focus by rows, and the side pane follows', async ({ app }) => {
  const [first, second] = await app.worklist.names();
  await expect(app.worklist.pane.getByRole('heading', { level: 2 })).toHaveText(first ?? '');
  await app.press('ArrowDown');
  await expect(app.worklist.pane.getByRole('heading', { level: 2 })).toHaveText(second ?? '');
  await expect(app.worklist.pane).toContainText('Read from the file');
});

test('filters by words and by expressions, and says what it cannot read', async ({ app }) => {
  const all = await app.worklist.count();
  await app.press('/');
  await expect(app.worklist.filter).toBeFocused();
  await app.page.keyboard.type('duration > 30 s');
  await app.idle();
  expect(await app.worklist.count()).toBeLessThan(all);
  await app.worklist.filterBy('duration > soon');
  await expect(app.page.getByText('needs a number')).toBeVisible();
  await app.worklist.filterBy('no such recording');
  expect(await app.worklist.count()).toBe(0);
  // The key marks what is there: the next filter takes its place.
  await app.press('Escape');
  await app.press('/');
  await app.page.keyboard.type('status:failed');
  await expect(app.worklist.filter).toHaveValue('status:failed');
  await app.worklist.filterBy('no such recording');
  expect(await app.worklist.count()).toBe(0);
  await app.page.getByRole('button', { name: 'Show all' }).click();
  await app.idle();
  expect(await app.worklist.count()).toBe(all);
});

test('sorts by a column, the other way, and back to the order added', async ({ app }) => {
  const added = await app.worklist.names();
  await app.worklist.sortBy('Duration');
  const longest = await app.worklist.names();
  expect(longest).not.toEqual(added);
  await app.worklist.sortBy('Duration');
  expect((await app.worklist.names())[0]).not.toBe(longest[0]);
  await app.worklist.sortBy('Duration');
  expect(await app.worklist.names()).toEqual(added);
});

test('sorts from the keyboard, by the name of the column', async ({ app }) => {
  const added = await app.worklist.names();
  await app.run('Sort by duration');
  expect((await app.worklist.names())[0]).toBe('ward-05');
  await expect(app.worklist.grid.getByRole('columnheader', { name: 'Duration' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  await app.run('Sort as added');
  expect(await app.worklist.names()).toEqual(added);
});

test('selects with Space, Shift and arrows, and all at once', async ({ app }) => {
  const selected = app.worklist.grid.locator('[aria-selected="true"]');
  await app.press('Space');
  await app.press('ArrowDown');
  await app.press('ArrowDown');
  await app.press('Space');
  await expect(selected).toHaveCount(2);
  await app.press('Shift+ArrowDown');
  await app.press('Shift+ArrowDown');
  await expect(selected).toHaveCount(3);
  await app.press('ControlOrMeta+A');
  await expect(app.status).toContainText(`${await app.worklist.count()} selected`);
  await app.press('Escape');
  await expect(selected).toHaveCount(0);
});

test('takes rows off the list, and puts them back on undo', async ({ app }) => {
  const all = await app.worklist.count();
  const [first = ''] = await app.worklist.names();
  await app.press('Delete');
  await expect.poll(() => app.worklist.count()).toBe(all - 1);
  await expect(
    app.page.getByText(`${first} taken off the list`, { exact: false }).first(),
  ).toBeVisible();
  await app.press('U');
  await expect.poll(() => app.worklist.count()).toBe(all);
});

test('opens the focused recording with Enter, and comes back with W', async ({ app }) => {
  const [, second = ''] = await app.worklist.names();
  await app.press('ArrowDown');
  await app.press('Enter');
  await app.shows('review');
  await expect(app.review.rail).toContainText(second);
  await app.press('W');
  await app.shows('worklist');
  await expect(app.worklist.row(second)).toHaveClass(/focused/);
});

test('remembers sort, set and view over a reload', async ({ app, host }) => {
  await app.worklist.sortBy('Duration');
  const order = await app.worklist.names();
  await app.page.goto('about:blank');
  await app.page.goto(host.url);
  await app.shows('worklist');
  expect(await app.worklist.names()).toEqual(order);
});

test('gives a failed file its reason in place of the numbers', async ({ app, host }) => {
  const { mkdtemp, writeFile } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const folder = await mkdtemp(join(host.library, 'bad-'));
  const header = join(folder, 'cut.hea');
  await writeFile(header, 'cut 1 300 3000\ncut.dat 16 200/mV 12 0 0 0 0 II\n');
  // The file alone: a folder would be watched, and what failed in it is tried again by itself.
  await host.add(header);
  const failed = app.worklist.row('cut');
  await expect(failed).toHaveAttribute('data-status', 'failed');
  await failed.getByRole('button', { name: 'Details' }).click();
  await expect(app.dialog).toBeVisible();
  await app.press('Escape');
  await expect(app.dialog).toHaveCount(0);

  await writeFile(join(folder, 'cut.dat'), new Uint8Array(6000));
  await failed.getByRole('button', { name: 'Details' }).click();
  await app.dialog.getByRole('button', { name: 'Classify again' }).click();
  await expect(failed).toHaveAttribute('data-status', 'classified', { timeout: 90_000 });
});
