/**
 * Frames of the review screen while a 24-hour three-lead recording is panned and zoomed: the real
 * page on the real host in a real browser. On a machine busy with other work the processor time of
 * the page's main thread tells more than the intervals.
 */
import { chromium, type CDPSession, type Page } from '@playwright/test';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_RECORDINGS } from '../../assets/demo/recordings.ts';
import { writeDemoRecordings } from '../../assets/demo/write.ts';
import { findOrInstallBrowser, sandboxFlags } from '../../src-main/hosts/browser.ts';
import { Host } from '../e2e/host.ts';
import { App } from '../e2e/pages/app.ts';

export const title = 'Frames while panning and zooming 24 h of three leads';

/** One frame at 60 Hz, ms; timestamps of frames are rounded to 0.1. */
const FRAME_MS = 16.8;
const FRAMES = 180;

interface Movement {
  readonly name: string;
  /** Keys pressed before. */
  readonly keys: readonly string[];
  readonly region: 'paper' | 'minute' | 'day';
  /** Wheel movement of frame `frame`, px. */
  readonly deltaPx: number;
  /** The direction turns after half of the frames. */
  readonly turns: 'once' | 'never';
}

const MOVEMENTS: readonly Movement[] = [
  { name: 'pan the paper, 25 mm/s', keys: [], region: 'paper', deltaPx: 9, turns: 'never' },
  { name: 'pan the paper, 12.5 mm/s', keys: ['-'], region: 'paper', deltaPx: 9, turns: 'never' },
  { name: 'pan the paper, 50 mm/s', keys: ['+', '+'], region: 'paper', deltaPx: 9, turns: 'never' },
  { name: 'pan the strip, 2 min', keys: ['-'], region: 'minute', deltaPx: 9, turns: 'never' },
  {
    name: 'pan the strip, 1 h',
    keys: [',', ',', ',', ',', ','],
    region: 'minute',
    deltaPx: 4,
    turns: 'never',
  },
  {
    name: 'zoom the strip, 1 min to 24 h and back',
    keys: [],
    region: 'day',
    deltaPx: 9,
    turns: 'once',
  },
  { name: 'pan the strip, 24 h', keys: ['0'], region: 'minute', deltaPx: 1, turns: 'never' },
];

export async function run(print: (line: string) => void): Promise<void> {
  const browserPath = await findOrInstallBrowser(print);
  if (browserPath === null) throw new Error('no browser is installed');
  const folder = join(tmpdir(), 'rhythmark-bench-frames');
  const holter = DEMO_RECORDINGS.filter(({ name }) => name.includes('holter'));
  await writeDemoRecordings(folder, { recordings: holter });
  const host = await Host.start();
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: [...sandboxFlags(), '--disable-gpu'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(host.url);
    const app = new App(page);
    await host.add(folder);
    await app.shows('worklist');
    const opened = performance.now();
    await page.keyboard.press('Enter');
    await page.locator('[data-region="paper"][data-trace="drawn"]').waitFor();
    print(`first trace ${(performance.now() - opened).toFixed(0)} ms after Enter`);
    await app.idle();
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    for (const movement of MOVEMENTS) {
      for (const key of movement.keys) await app.press(key);
      await app.press('Home');
      print(await measure(page, session, movement));
    }
  } finally {
    await browser.close();
    await host.end();
  }
}

/** The page's own wheel handlers, one event a frame, and the time between frames. */
async function measure(page: Page, session: CDPSession, movement: Movement): Promise<string> {
  const before = await threadMs(session);
  const intervals = await page.evaluate(
    ({ region, deltaPx, turns, frames }) =>
      new Promise<number[]>((resolve, reject) => {
        const element = document.querySelector(`[data-region="${region}"]`);
        if (!element) {
          reject(new Error(`no ${region}`));
          return;
        }
        const box = element.getBoundingClientRect();
        const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
        const measured: number[] = [];
        let last = 0;
        let frame = 0;
        const step = (now: number) => {
          if (last > 0) measured.push(now - last);
          last = now;
          if (frame++ === frames) {
            resolve(measured);
            return;
          }
          const deltaY = turns === 'once' && frame > frames / 2 ? -deltaPx : deltaPx;
          element.dispatchEvent(
            new WheelEvent('wheel', { ...at, deltaY, bubbles: true, cancelable: true }),
          );
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }),
    { ...movement, frames: FRAMES },
  );
  const busyMs = ((await threadMs(session)) - before) / FRAMES;
  const sorted = [...intervals].sort((a, b) => a - b);
  const percentile = (p: number) => (sorted[Math.round(p * (sorted.length - 1))] ?? NaN).toFixed(1);
  const within = (100 * intervals.filter((ms) => ms <= FRAME_MS).length) / intervals.length;
  return (
    `${movement.name}: ${within.toFixed(1)} % of frames within 16.7 ms; ` +
    `50th ${percentile(0.5)}, 95th ${percentile(0.95)}, 99th ${percentile(0.99)} ms; ` +
    `main thread ${busyMs.toFixed(1)} ms of processor time a frame`
  );
}

/** Processor time that the page's main thread has used, ms. */
async function threadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
}
