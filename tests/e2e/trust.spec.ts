/** What the review shows of how far a verdict can be trusted: what it is the mean of, and unlikeness. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDemoRecordings } from '../../assets/demo/write.ts';
import { AF_30S, NORMAL_30S } from '../fixtures/recordings.ts';
import { expect, test } from './harness.ts';
import type { App } from './pages/app.ts';
import { textRecording } from './small-list.ts';

test('M draws below the leads what the verdict is the mean of, in every theme, and takes it off', async ({
  app,
  host,
}) => {
  const folder = join(host.library, 'ward');
  const af = { name: 'af', title: 'AF', format: 'wfdb-16', start: null, spec: AF_30S } as const;
  await writeDemoRecordings(folder, { recordings: [af] });
  await host.add(folder);
  await app.shows('worklist');
  await app.classified();
  await app.worklist.open('af');
  await expect(app.review.verdictWord).toHaveText('AF');
  const strip = app.review.paper.locator('[data-activation]');
  await expect(strip).toHaveAttribute('data-activation', 'af');
  await expect(strip).toHaveAttribute('title', /the model's score for AF in each quarter second/);
  // Who cannot see the bars is told a number a second.
  await expect(
    app.page.getByRole('table', { name: /score for AF/ }).locator('tbody tr'),
  ).toHaveCount(10);
  for (const theme of ['light', 'dark', 'paper']) {
    await app.run(`Theme: ${theme}`);
    await expect(app.root).toHaveAttribute('data-theme', theme);
    await app.idle();
    expect(await inkInStrip(app)).toBeGreaterThan(0.1);
  }

  await app.press('m');
  await expect(strip).toHaveCount(0);
  await app.press('ArrowRight');
  await app.press('m');
  await expect(strip).toHaveAttribute('data-activation', 'af');
});

/** Share of the strip's pixels, right of its name, that are not its ground. */
function inkInStrip(app: App): Promise<number> {
  return app.review.paper.evaluate((paper) => {
    const canvas = paper.querySelector('canvas');
    const strip = paper.querySelector<HTMLElement>('[data-activation]');
    const context = canvas?.getContext('2d');
    if (!canvas || !strip || !context) return NaN;
    const density = canvas.width / canvas.clientWidth;
    const nameless = 60;
    const { data, width } = context.getImageData(
      nameless * density,
      (strip.offsetTop + 1) * density,
      (strip.offsetWidth - nameless) * density,
      (strip.offsetHeight - 1) * density,
    );
    const pixels = new Uint32Array(data.buffer);
    const ground = pixels[width - 1];
    return pixels.filter((pixel) => pixel !== ground).length / pixels.length;
  });
}

test('says of a window that it is unlike the training data, and of how many', async ({
  app,
  host,
}) => {
  const folder = join(host.library, 'ward');
  await mkdir(folder, { recursive: true });
  // A pure sine is no heart; synthetic sinus rhythm is near to what the model learned from.
  await writeFile(join(folder, 'sine.csv'), textRecording(30));
  const spec = NORMAL_30S;
  const sinus = { name: 'sinus', title: 'Sinus', format: 'wfdb-16', start: null, spec } as const;
  await writeDemoRecordings(folder, { recordings: [sinus] });
  await host.add(folder);
  await app.shows('worklist');
  await app.classified();
  await app.worklist.focus('sine');
  await expect(app.worklist.pane).toContainText(
    'Unlike the training data: 3 of 3 windows with signal, 100 %',
  );
  await app.worklist.open('sine');
  await expect(app.page.getByTestId('unlike')).toHaveText(
    /^Unlike the training data: \d+\.\d x limit$/,
  );
  await expect(app.page.getByTestId('unlike')).toHaveAttribute('title', /99 of 100 windows/);
  await expect(app.review.verdict).toContainText('3 of 3 windows with signal, 100 %');
  await app.run('sinus');
  await expect(app.page.getByRole('heading', { name: 'sinus', exact: true })).toBeVisible();
  await expect(app.page.getByTestId('unlike')).toHaveText('Like the training data');
});
