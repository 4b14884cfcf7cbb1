/** A program without a model: says so, shows no sums that were not found, and looks again when asked. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTinyModel } from '../fixtures/analysis/tiny-model.ts';
import { expect, test as base } from './harness.ts';
import { Host } from './host.ts';
import { listSmall, SMALL_LIST } from './small-list.ts';

/** `models`: a folder of which the host expects `tiny.json`, and which is empty. */
const test = base.extend<{ readonly models: string }>({
  // Playwright reads a fixture's needs off this pattern: it must stay, although it is empty.
  // eslint-disable-next-line no-empty-pattern
  models: async ({}, use) => {
    const models = await mkdtemp(join(tmpdir(), 'rhythmark-models-'));
    await use(models);
    await rm(models, { recursive: true, force: true });
  },
  host: async ({ models }, use) => {
    const host = await Host.start({ model: join(models, 'tiny.json') });
    await use(host);
    await host.end();
  },
});

test('shows what there is without a model, and classifies once it is put back', async ({
  app,
  host,
  models,
}) => {
  await listSmall(app, host);
  // The run that adding began has ended for want of a model; before, it would find the one put back.
  await expect(app.page.locator('[data-command="job.start"]').first()).toBeVisible();
  await app.page.keyboard.press('Enter');
  await app.shows('review');
  const sums = app.page.getByTestId('composition');
  await expect(sums).toContainText('not assessed');
  await expect(sums).not.toContainText(/\b0 s/);

  await app.status.getByRole('button', { name: 'No model: nothing is classified' }).click();
  await expect(app.dialog).toContainText('tiny.json cannot be read');
  const look = app.dialog.getByRole('button', { name: 'Look again' });
  await look.click();
  await expect(app.dialog).toContainText('Looked again: there is none');

  await writeTinyModel(models);
  await look.click();
  await expect(app.dialog).toHaveCount(0);
  await expect(app.status).not.toContainText('No model');
  await app.press('w');
  await app.click('job.start');
  await app.classified();
  await expect(app.page.locator('[data-tab="classified"]')).toHaveText(
    new RegExp(`\\D${SMALL_LIST.length}\\s*$`),
  );
});
