import { expect, test } from './harness.ts';

test('the first start offers to open recordings, and says that it is for research only', async ({
  app,
}) => {
  await app.shows('empty');
  await expect(app.page).toHaveTitle(/Rhythmark/);
  await expect(app.page.getByText('Research use only - not a medical device')).toBeVisible();
});

test('the token leaves the address bar, and the page still opens after a reload', async ({
  app,
  host,
}) => {
  expect(app.page.url()).toBe(`${host.origin}/`);
  await app.page.reload();
  await app.shows('empty');
});

test('a page without the token reaches nothing', async ({ page, host }) => {
  await page.goto(host.origin);
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-idle', 'true');
});

test('a page says so when the program has ended', async ({ app, host }) => {
  await host.kill();
  await expect(app.page.getByRole('alertdialog')).toBeVisible();
});
