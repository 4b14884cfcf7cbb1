/** A text file that leaves something open is asked about, with its trace. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './harness.ts';
import type { App } from './pages/app.ts';
import { textRecording } from './small-list.ts';

/** Three columns with a decimal comma and no word about the rate. */
function mute(): string {
  const line = (i: number) =>
    [Math.sin(i / 20), Math.cos(i / 20)].map((v) => v.toFixed(3).replace('.', ',')).join(';');
  return Array.from({ length: 6000 }, (_, i) => line(i)).join('\n');
}

/** Says 250 Hz in the dialog, and sees the trace. */
async function sayRate(app: App): Promise<void> {
  const dialog = app.page.getByRole('dialog', { name: 'mute' });
  await app.idle();
  const keep = dialog.getByRole('button', { name: 'Read it this way' });
  await expect(dialog).toContainText('Say how fast it was sampled');
  await expect(keep).toBeDisabled();
  await expect(dialog.getByRole('spinbutton', { name: 'Sampling rate' })).toBeFocused();
  await app.page.keyboard.type('250');
  // The first Enter says the rate, the next one keeps what the trace shows.
  await app.press('Enter');
  await expect(dialog.getByRole('img', { name: /first seconds of the first lead/ })).toBeVisible();
  await expect(keep).toBeEnabled();
  await app.press('Enter');
  await app.idle();
  await expect(dialog).toHaveCount(0);
}

test('asks how fast it was sampled, shows the trace, and reads it then', async ({ app, host }) => {
  const folder = join(host.library, 'text');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'mute.csv'), mute());
  await host.add(folder);
  const row = app.worklist.row('mute');
  await expect(row).toHaveAttribute('data-status', 'needs-choice');
  await row.getByRole('button', { name: 'Say which columns' }).click();
  await sayRate(app);
  await expect(row).not.toHaveAttribute('data-status', 'needs-choice');
  await expect(row).toContainText('250 Hz');
});

test('asks on the paper where the list knows of no question yet', async ({ app, host }) => {
  const path = join(host.library, 'mute.csv');
  await writeFile(path, textRecording(30));
  await host.add(path);
  const row = app.worklist.row('mute');
  // The model may have to be loaded first, which takes its time on a busy machine.
  await expect(row).toHaveAttribute('data-status', 'classified', { timeout: 60_000 });
  // Saved anew without its heading and its times, which nobody tells the list of.
  await writeFile(path, mute());
  await app.worklist.open('mute');
  const asked = app.page.locator('main').getByRole('alert');
  await expect(asked).toContainText('does not say the sampling rate');
  await expect(app.review.verdictWord).toHaveText('Not read');
  await expect(asked.getByRole('button', { name: 'Say which columns' })).toBeFocused();
  await app.press('Enter');
  await sayRate(app);
  await expect(asked).toHaveCount(0);
  await expect(app.review.paper).toHaveAttribute('data-trace', 'drawn');
  await expect(app.page.getByRole('heading', { name: 'mute' })).toBeVisible();
});
