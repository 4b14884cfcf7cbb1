/** The standard model's network is missing while another model lies beside it: that one is offered, never taken. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTinyModel } from '../fixtures/analysis/tiny-model.ts';
import { expect, test as base } from './harness.ts';
import { Host } from './host.ts';
import { listSmall } from './small-list.ts';

const test = base.extend<{ readonly models: string }>({
  // Playwright reads a fixture's needs off this pattern: it must stay, although it is empty.
  // eslint-disable-next-line no-empty-pattern
  models: async ({}, use) => {
    const models = await mkdtemp(join(tmpdir(), 'rhythmark-models-'));
    await writeFile(join(models, 'default.json'), '{ "name": "standard" }');
    await writeTinyModel(models, {
      weights: [0, 1, 0, 0, 0],
      manifest: { name: 'standard', file: 'standard.onnx' },
    });
    await rename(join(models, 'tiny.json'), join(models, 'standard.json'));
    await writeTinyModel(models, { weights: [1, 0, 0, 0, 0], manifest: { name: 'ward' } });
    await use(models);
    await rm(models, { recursive: true, force: true });
  },
  host: async ({ models }, use) => {
    const host = await Host.start({ modelsFolder: models });
    await use(host);
    await host.end();
  },
});

test('classifies nothing until another model is chosen', async ({ app, host }) => {
  await listSmall(app, host);
  await app.click('job.start');
  await app.status.getByRole('button', { name: 'No model: nothing is classified' }).click();
  await expect(app.dialog).toContainText('network standard.onnx cannot be read');
  await expect(app.dialog).toContainText('or another model is chosen in Settings');
  await app.dialog.getByRole('button', { name: 'Settings' }).click();

  const choices = app.dialog.getByRole('group', { name: 'Model' });
  await expect(choices).toContainText('standard.json: The model');
  await choices.getByRole('radio', { name: /^ward/ }).check();
  await app.dialog.getByRole('button', { name: 'Use ward 1.0.0' }).click();
  await expect(app.dialog).toContainText('Model ward 1.0.0, threshold');
  await app.page.keyboard.press('Escape');
  await expect(app.dialog).toHaveCount(0);
  await expect(app.status).not.toContainText('No model');
  await app.click('job.start');
  await app.classified();
});
