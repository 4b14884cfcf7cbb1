/** The model's verdict on a recording as a whole, and the classes that a window lies between. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL_OUTPUTS, RHYTHM_CLASSES } from '../../src-main/contract/domain.ts';
import { writeTinyModel } from '../fixtures/analysis/tiny-model.ts';
import { expect, test } from './harness.ts';
import type { Host } from './host.ts';
import type { App } from './pages/app.ts';
import { textRecording } from './small-list.ts';

/** Its sets have a second class under one reading only. */
const SETS = {
  coverage: 0.9,
  cinc: { normal: 0.5, af: 0.9, other: 0.1, noise: 0.9 },
  rhythm: { normal: 0.5, af: 0.9, other: 0.9, noise: 0.9 },
};

/** Calls every recording of several windows Other, e^2 / (e^2 + 3) = 0.71. */
const HEAD = {
  together: 6,
  floor: 0.001,
  weight: RHYTHM_CLASSES.map(() => new Array<number>(3 * MODEL_OUTPUTS.length).fill(0)),
  bias: [0, 0, 2, 0],
};

const LENGTHS_S = [10, 30, 70];

/** A model whose answers are known, so that no training changes what these tests see. */
async function classifiedByKnownModel(app: App, host: Host): Promise<void> {
  await writeTinyModel(join(host.library, 'models'), {
    // A sine's highest sample makes Normal the surest, and ectopy the more of Other.
    weights: [2, 0, 1, 0, 0],
    manifest: { name: 'known', threshold: 0.4, predictionSets: SETS, recordingHead: HEAD },
  });
  await app.run('Settings');
  await app.dialog.getByRole('radio', { name: /^known 1\.0\.0/ }).check();
  await app.dialog.getByRole('button', { name: 'Use known 1.0.0' }).click();
  await expect(app.dialog).toContainText('Model known 1.0.0, threshold');
  await app.press('Escape');
  const folder = join(host.library, 'ward');
  await mkdir(folder);
  for (const seconds of LENGTHS_S) {
    await writeFile(join(folder, `sine-${seconds}.csv`), textRecording(seconds));
  }
  await host.add(folder);
  await app.shows('worklist');
  await app.run('Classify all that wait');
  await app.classified();
  for (const seconds of LENGTHS_S) await app.worklist.hasStatus(`sine-${seconds}`, 'classified');
}

/** The verdict's cell of a row in the list. */
function inList(app: App, name: string) {
  return app.worklist.row(name).getByTestId('row-verdict');
}

/** Counts ectopy as Normal. */
async function readAsRhythm(app: App): Promise<void> {
  await app.run('Settings');
  await app.dialog.getByRole('radio', { name: 'Rhythm', exact: true }).click();
  await app.press('Escape');
}

test.beforeEach(async ({ app, host }) => {
  await classifiedByKnownModel(app, host);
});

test('the list shows the verdict on a recording that is read at once, at every width', async ({
  app,
}) => {
  await expect(inList(app, 'sine-30')).toHaveText(/Other\s+0\.71/);
  await expect(inList(app, 'sine-30')).toHaveAttribute('title', /not a share of windows/);
  await expect(inList(app, 'sine-10')).toHaveText(/Normal\s+0\.\d\d/);
  await expect(inList(app, 'sine-70')).toHaveText('');
  for (const width of [1024, 1140, 1280, 1440, 1920]) {
    await app.page.setViewportSize({ width, height: 800 });
    await app.idle();
    await expect(inList(app, 'sine-30')).toBeInViewport({ ratio: 1 });
    // The last column is not pushed out of the list.
    const cells = app.worklist.row('sine-30').getByRole('gridcell');
    await expect(cells.last()).toBeInViewport({ ratio: 1 });
  }
  await app.worklist.filterBy('verdict:other');
  expect(await app.worklist.names()).toEqual(['sine-30']);
});

test('the review shows the verdict on the recording, and the classes that a window lies between', async ({
  app,
}) => {
  await app.worklist.open('sine-30');
  const whole = app.page.getByTestId('recording-verdict');
  const set = app.page.getByTestId('set');
  await expect(app.review.verdictWord).toHaveText('Normal');
  await expect(whole).toContainText('Other: ectopy 0.71');
  await expect(set).toHaveText('90 %: Normal or Other');
  await readAsRhythm(app);
  await expect(whole).toContainText('Normal + ectopy');
  await expect(set).toHaveText('90 %: Normal only');

  await app.press('w');
  await app.worklist.open('sine-70');
  await expect(app.page.getByRole('heading', { name: 'sine-70' })).toBeVisible();
  await expect(app.page.getByTestId('composition')).toBeVisible();
  await expect(whole).toHaveCount(0);
});

test('nothing beside the paper moves from window to window, nor with the reading', async ({
  app,
}) => {
  await app.worklist.open('sine-70');
  const sums = app.page.getByTestId('composition');
  const tops = new Set<number | undefined>();
  const walk = async () => {
    await app.press('Home');
    for (let window = 0; window < 7; window++) {
      tops.add((await sums.boundingBox())?.y);
      await app.press('ArrowRight');
    }
  };
  await walk();
  await readAsRhythm(app);
  await walk();
  expect([...tops]).toEqual([expect.any(Number)]);
});
