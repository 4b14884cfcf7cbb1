import { defineConfig } from '@playwright/test';
import { BROWSER_VARIABLE, findOrInstallBrowser, sandboxFlags } from './src-main/hosts/browser.ts';

const browser = await findOrInstallBrowser((line) => {
  console.error(line);
});
if (browser === null) {
  throw new Error(
    `The end-to-end tests need Chrome, Chromium or Edge. Install one, or name it in $${BROWSER_VARIABLE}.`,
  );
}
process.env[BROWSER_VARIABLE] = browser; // the workers need not look again

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  // Two cores, and each test has a host with its own analysis process.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    launchOptions: {
      executablePath: browser,
      args: [
        ...sandboxFlags(),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'browser', testIgnore: '**/electron*.spec.ts' },
    { name: 'electron', testMatch: '**/electron*.spec.ts' },
  ],
});
