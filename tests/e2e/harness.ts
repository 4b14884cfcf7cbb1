/**
 * What a specification in the browser starts from: `host`, a real host on an empty library, and
 * `app`, its page. Each test ends by proving that the page asked nothing of anyone but its host,
 * broke no rule of its content security policy, and logged no error.
 */
import { test as base, expect, type Page } from '@playwright/test';
import { Host } from './host.ts';
import { App } from './pages/app.ts';

export { expect };

interface Fixtures {
  readonly host: Host;
  readonly app: App;
}

export const test = base.extend<Fixtures>({
  // Playwright reads a fixture's needs off this pattern: it must stay, although it is empty.
  // eslint-disable-next-line no-empty-pattern
  host: async ({}, use) => {
    const host = await Host.start();
    await use(host);
    await host.end();
  },
  app: async ({ page, host }, use) => {
    const strayed = watch(page, host.origin);
    await page.goto(host.url);
    const app = new App(page);
    await app.idle();
    await use(app);
    expect(strayed).toEqual([]);
  },
});

/** Keeps whatever the page does that it must not. */
export function watch(page: Page, origin: string): string[] {
  const strayed: string[] = [];
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    const isOwn = `${protocol}//${host}` === origin || protocol === 'blob:';
    if (!isOwn) strayed.push(`request: ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(origin).host)
      strayed.push(`socket: ${socket.url()}`);
  });
  page.on('console', (message) => {
    // The browser reports a breach of the content security policy here too.
    if (message.type() === 'error') strayed.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => {
    strayed.push(`error: ${String(error)}`);
  });
  return strayed;
}
