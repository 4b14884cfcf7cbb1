/** The page's own chooser, by keyboard alone. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './harness.ts';
import { Chooser } from './pages/chooser.ts';
import { textRecording } from './small-list.ts';

test('walks to a folder, selects files and opens them', async ({ app, host }) => {
  const folder = join(host.library, 'ward');
  await mkdir(join(folder, 'empty'), { recursive: true });
  for (const name of ['a1', 'b2', 'c3']) {
    await writeFile(join(folder, `${name}.csv`), textRecording(12));
  }
  const chooser = new Chooser(app.page, () => app.idle());
  await app.press('ControlOrMeta+O');
  await expect(chooser.list).toBeFocused();
  await chooser.goTo(folder);
  await expect(chooser.folder).toHaveText('ward');

  await chooser.find('a1.csv');
  await app.press('Space');
  await app.press('Shift+ArrowDown');
  await expect(chooser.list.getByRole('option', { selected: true })).toHaveCount(2);
  await app.press('Enter');
  await app.shows('worklist');
  expect((await app.worklist.names()).toSorted()).toEqual(['a1', 'b2']);
});

test('goes up with Backspace and comes back to the folder it left', async ({ app, host }) => {
  const folder = join(host.library, 'ward');
  await mkdir(join(folder, 'june'), { recursive: true });
  await mkdir(join(folder, 'may'), { recursive: true });
  const chooser = new Chooser(app.page, () => app.idle());
  await app.press('ControlOrMeta+O');
  await chooser.goTo(join(folder, 'may'));
  await app.press('Backspace');
  await expect(chooser.folder).toHaveText('ward');
  await expect(chooser.current).toContainText('may');
});

test('opens the folder that is shown, which is then among the recent ones', async ({
  app,
  host,
}) => {
  const folder = join(host.library, 'ward');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'a1.csv'), textRecording(12));
  const chooser = new Chooser(app.page, () => app.idle());
  await app.press('ControlOrMeta+O');
  await chooser.type(join(folder, 'nothing'));
  await app.press('Enter');
  await expect(chooser.dialog.getByRole('alert')).toHaveText('There is no such file or folder.');
  await app.press('Escape'); // leaves the field, not the dialog
  await expect(chooser.list).toBeFocused();
  // The one completion there is: Enter goes there, and Tab writes it out.
  await chooser.type(folder.slice(0, -2));
  await expect(chooser.entries).toHaveText([/ward/]);
  await app.press('Enter');
  await expect(chooser.list).toBeFocused();
  await expect(chooser.folder).toHaveText('ward');
  await chooser.type(folder.slice(0, -2));
  await expect(chooser.entries).toHaveText([/ward/]);
  await app.press('Tab');
  await expect(chooser.path).toHaveValue(`${folder}/`);
  await app.press('Enter');
  await expect(chooser.list).toBeFocused();
  await expect(chooser.folder).toHaveText('ward');
  await app.press('ControlOrMeta+Enter');
  await app.shows('worklist');
  await app.press('ControlOrMeta+O');
  await expect(chooser.dialog.getByRole('button', { name: 'ward' }).first()).toBeVisible();
});
