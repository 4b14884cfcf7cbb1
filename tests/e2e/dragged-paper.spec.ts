/**
 * Paper that was drawn on piece by piece while it moved is the same, to the last bit, as paper that
 * is drawn at once: however far and fast it was dragged, and however late its samples came.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { writeDemoRecordings } from '../../assets/demo/write.ts';
import { PAROXYSM_2MIN } from '../fixtures/recordings.ts';
import { expect, test, watch } from './harness.ts';
import { App } from './pages/app.ts';

let folder = '';

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-dragged-'));
  const start = { time: '14:05:00', date: '12/03/2024' };
  const paroxysm = { name: 'paroxysm', title: 'Paroxysm', format: 'wfdb-16', start } as const;
  await writeDemoRecordings(folder, { recordings: [{ ...paroxysm, spec: PAROXYSM_2MIN }] });
});

test.afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Through several rolls of paper and parts of the file, both ways, and not back to the start, px. */
const LONG = [-400, -400, -400, 300, -400, 400, 250];
/** A trackpad on a scaled screen moves by parts of a pixel. */
const FRACTIONS = [13.5, -200.25, 90.5, -300.5, -300.5, 310.75];
/** Back and forth over the ends of what was drawn. */
const ENDS = [-40, 333, -61, -7, -333, 77, -501];

/** Where all of the way is one step the view jumps, and only what is in it is drawn at first. */
const JUMPS = 1;
/** Several steps of a tenth of the pane: what runs by is sketched. */
const RUNS = 4;

interface Hand {
  readonly name: string;
  readonly steps: number;
  readonly density: number;
  /** Pressed before: `-` is 12.5 mm/s, where the trace is an envelope. */
  readonly keys: readonly string[];
}

const HANDS: readonly Hand[] = [
  { name: 'a slow hand', steps: 8, density: 1, keys: [] },
  { name: 'a hand that jumps', steps: JUMPS, density: 1, keys: [] },
  { name: 'a hand that runs', steps: RUNS, density: 1, keys: [] },
  // At 125 % lengths in CSS pixels are no whole ones of the screen.
  { name: 'a slow hand on a min/max view at 125 %', steps: 8, density: 1.25, keys: ['-'] },
  { name: 'a hand that jumps on a dense screen', steps: JUMPS, density: 2, keys: [] },
];

for (const hand of HANDS) {
  test(`paper moved by ${hand.name} is the paper that is drawn there at once`, async ({
    browser,
    host,
  }) => {
    test.slow(); // some sixty pictures of the paper
    const viewport = { width: 1440, height: 900 };
    const page = await browser.newPage({ viewport, deviceScaleFactor: hand.density });
    const strayed = watch(page, host.origin);
    await page.goto(host.url);
    const app = new App(page);
    await host.add(folder);
    await app.shows('worklist');
    await app.classified(); // verdicts that come between two pictures make them differ
    await app.worklist.open('paroxysm');
    for (const key of hand.keys) await app.press(key);
    for (const way of [LONG, FRACTIONS, ENDS]) {
      for (const dx of way) await app.review.drag(app.review.paper, dx, hand.steps);
      await isAsDrawnAtOnce(app);
    }
    expect(strayed).toEqual([]);
    await page.close();
  });
}

test('paper whose samples come late is the paper that is drawn there at once', async ({
  page,
  host,
}) => {
  let waiting: (() => void)[] | null = null;
  await page.routeWebSocket(/./, (toPage) => {
    toPage.connectToServer().onMessage((message) => {
      const pass = () => {
        toPage.send(message);
      };
      if (waiting) waiting.push(pass);
      else pass();
    });
  });
  await page.goto(host.url);
  const app = new App(page);
  await host.add(folder);
  await app.shows('worklist');
  await app.classified();
  await app.worklist.open('paroxysm');
  for (const way of [
    [-700, -300],
    [-650, 120],
    [820, -90.5],
  ]) {
    waiting = [];
    // Beyond what is read, and some way back: the trace is drawn to where it is known.
    for (const dx of way) await app.review.dragOnly(app.review.paper, dx, 4);
    await twoFrames(page);
    const late = waiting;
    waiting = null;
    for (const pass of late) pass();
    await app.idle();
    await isAsDrawnAtOnce(app);
  }
});

async function isAsDrawnAtOnce(app: App): Promise<void> {
  await app.page.mouse.move(0, 0);
  await app.idle();
  const dragged = await app.review.paper.screenshot();
  // Another gain and back: every lead is drawn anew.
  await app.press('Alt+ArrowUp');
  const larger = await app.review.paper.screenshot();
  await app.press('Alt+ArrowDown');
  const atOnce = await app.review.paper.screenshot();
  expect(await farthestPixels(app.page, dragged, larger)).toBeGreaterThan(100);
  expect(await farthestPixels(app.page, dragged, atOnce)).toBe(0);
}

/** The largest difference of any channel of any pixel between two pictures of one size, of 255. */
function farthestPixels(page: Page, a: Buffer, b: Buffer): Promise<number> {
  return page.evaluate(
    async (pictures) => {
      const [one, other] = await Promise.all(
        pictures.map(async (picture) => {
          const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes]));
          const { width, height } = bitmap;
          const context = new OffscreenCanvas(width, height).getContext('2d');
          context?.drawImage(bitmap, 0, 0);
          return context?.getImageData(0, 0, width, height).data;
        }),
      );
      if (one === undefined || one.length !== other?.length) return Infinity;
      return one.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] ?? 0))), 0);
    },
    [a.toString('base64'), b.toString('base64')],
  );
}

/** Until what the last event changed has been drawn. */
function twoFrames(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      }),
  );
}
