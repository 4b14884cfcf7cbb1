/** First start: nothing is listed yet. */
import { expect, test } from './harness.ts';

test('says where to drop recordings, what is read, and that nothing leaves this computer', async ({
  app,
}) => {
  await app.shows('empty');
  const { page } = app;
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    'Drop recordings or a folder here',
  );
  await expect(page.getByText('Nothing leaves this computer')).toBeVisible();
  await expect(page.getByText('Research use only - not a medical device')).toBeVisible();
  await expect(page.locator('dl')).toContainText('WFDB');
  await expect(page.getByRole('button', { name: 'Open files' })).toBeFocused();
});

test('opens the demo recordings, named as synthetic', async ({ app }) => {
  await app.openDemo();
  await expect(app.worklist.rows.first()).toContainText('synthetic');
  expect(await app.worklist.count()).toBeGreaterThanOrEqual(6);
});

test('calibrates the screen by a bank card, with arrow keys, and keeps it', async ({
  app,
  host,
}) => {
  const { page } = app;
  const slider = page.getByRole('slider', { name: 'Screen scale' });
  await slider.focus();
  const before = Number(await slider.inputValue());
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  const after = Number(await slider.inputValue());
  expect(after).toBeCloseTo(before - 0.02, 5);
  const card = await page.locator('.card').boundingBox();
  expect(card?.width).toBeCloseTo(85.6 * after, 0);
  await page.getByRole('button', { name: 'It fits' }).click();
  await app.idle();

  await page.goto('about:blank');
  await page.goto(host.url);
  await app.idle();
  await expect(page.getByRole('slider', { name: 'Screen scale' })).toHaveValue(after.toFixed(2));
  await expect(page.locator('.foot')).toContainText('calibrated');
});

test("keeps the reader's name and shows it in the status line", async ({ app }) => {
  const name = app.page.getByPlaceholder('Name or initials');
  await name.fill('H. Lindqvist');
  await name.press('Tab');
  await app.idle();
  await expect(app.status).toContainText('Reader H. Lindqvist');
});

test('takes a file that is dropped on the window, and shows a frame while it is held', async ({
  app,
}) => {
  const { page } = app;
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    const lines = Array.from({ length: 3000 }, (_, i) => `${i / 250},${Math.sin(i / 20)}`);
    data.items.add(new File([`time,II\n${lines.join('\n')}\n`], 'dropped.csv'));
    return data;
  });
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await expect(page.getByText('Drop to open')).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await app.shows('worklist');
  await expect(page.getByText('Drop to open')).toHaveCount(0);
  await expect(app.worklist.rows).toContainText(['dropped']);
});
