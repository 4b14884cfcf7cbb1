/** Another model than the program's own: listed, warned of, put in force, and gone back from. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTinyModel } from '../fixtures/analysis/tiny-model.ts';
import { expect, test } from './harness.ts';
import { listSmall, SMALL_LIST, textRecording } from './small-list.ts';

test('lists every model, and classifies again with the one that is chosen', async ({
  app,
  host,
}) => {
  const own = join(host.library, 'models');
  await writeTinyModel(own, {
    weights: [1, 0, 0, 0, 0],
    manifest: { name: 'ward', version: '3.1', figures: ['12 people held out: accuracy 0.9'] },
  });
  await writeFile(join(own, 'broken.json'), '{');
  await writeFile(join(own, 'broken.onnx'), '');
  await listSmall(app, host);
  await app.run('Classify all that wait');
  await app.classified();

  await app.run('Settings');
  const models = app.dialog.getByRole('group', { name: 'Model' });
  await expect(models).toContainText('rhythm-effnet');
  await expect(models).toContainText('12 people held out: accuracy 0.9');
  await expect(models).toContainText('broken.json: The model');
  await models.getByRole('radio', { name: /^ward 3\.1/ }).check();
  await expect(app.dialog).toContainText(
    `${SMALL_LIST.length} recordings will be classified again with ward 3.1`,
  );
  await app.dialog.getByRole('button', { name: 'Use ward 3.1' }).click();
  await expect(app.dialog).toContainText('Model ward 3.1, threshold');
  await expect(app.page.locator('.toasts')).toContainText('ward 3.1 is in use now.');
  await expect(app.page.locator('[data-status="model-in-use"]')).toHaveText('ward 3.1');
  await app.classified();
  await expect(models.getByRole('radio', { name: /^ward 3\.1/ })).toBeChecked();
  await expect(models.getByRole('radio', { name: /^ward 3\.1/ })).toBeFocused();

  await models.getByRole('radio', { name: /the program’s own/ }).check();
  await app.dialog.getByRole('button', { name: /^Use rhythm-/ }).click();
  await expect(app.dialog).toContainText('Model rhythm-');
});

test('says so at once when the chosen model fails later and another takes its place', async ({
  app,
  host,
}) => {
  const own = join(host.library, 'models');
  await writeTinyModel(own, { weights: [1, 0, 0, 0, 0], manifest: { name: 'ward' } });
  await app.run('Settings');
  await app.dialog.getByRole('radio', { name: /^ward/ }).check();
  await app.dialog.getByRole('button', { name: /^Use ward/ }).click();
  await expect(app.dialog).toContainText('Model ward 1.0.0, threshold');
  await app.page.keyboard.press('Escape');
  await expect(app.dialog).toHaveCount(0);

  await writeFile(join(own, 'tiny.onnx'), 'other bytes');
  await host.killAnalysis();
  const folder = join(host.library, 'late');
  await mkdir(folder);
  await writeFile(join(folder, 'late.csv'), textRecording(20));
  await host.add(folder);
  await expect(app.page.locator('.toasts')).toContainText(
    /damaged.* The model from before is in use\./,
  );
});
