/**
 * Draws icon.svg at the sizes that electron-builder makes the systems' icon files from:
 * `node assets/build/draw-icons.ts`. Run it after a change of the drawing; the results are kept.
 */
import { chromium } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { findBrowser, sandboxFlags } from '../../src-main/hosts/browser.ts';

const SIZES = [512, 1024];

const executablePath = await findBrowser();
if (executablePath === null) throw new Error('Drawing needs Chrome, Chromium or Edge.');
const browser = await chromium.launch({ executablePath, args: [...sandboxFlags()] });
const svg = await readFile(new URL('icon.svg', import.meta.url), 'utf8');
for (const size of SIZES) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`);
  const path = new URL(size === 1024 ? 'icon.png' : `icon-${size}.png`, import.meta.url);
  await page.screenshot({ path: fileURLToPath(path), omitBackground: true });
  await page.close();
}
await browser.close();
