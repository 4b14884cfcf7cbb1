/**
 * Frames of the review screen while a 24-hour three-lead recording is panned and zoomed: the real
 * page on the real host in a real browser, moved by mouse and wheel events that go through the
 * browser's own input queue, twice a frame as from a mouse of 125 Hz. Every frame between the first
 * and the last of them counts. Beside each stands what an empty page got of the same input just
 * before: frames that it misses too are the machine's. On a machine busy with other work the
 * processor time of the page's main thread tells more than the intervals.
 */
import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DEMO_RECORDINGS } from '../../assets/demo/recordings.ts';
import { writeDemoRecordings } from '../../assets/demo/write.ts';
import { findOrInstallBrowser, sandboxFlags } from '../../src-main/hosts/browser.ts';
import { Host } from '../e2e/host.ts';
import { App } from '../e2e/pages/app.ts';

export const title = 'Frames while panning and zooming 24 h of three leads';

/** One frame at 60 Hz, ms: two timestamps, each cut off to a tenth, lie up to 16.8 apart. */
const FRAME_MS = 16.8;
const VIEWPORT = { width: 1440, height: 900 };
const EVENT_MS = 8;

const HOLTER = 'demo-08-holter';
/** A text file asks a person for its rate first. */
const RECORDINGS = DEMO_RECORDINGS.filter(({ format }) => format !== 'csv');
const MOVEMENT_MS = 3000;
const EMPTY_MS = 1500;

interface Movement {
  readonly name: string;
  /** Keys pressed before. */
  readonly keys: readonly string[];
  readonly region: 'paper' | 'minute' | 'day';
  readonly by: Hand;
}

/** A drag swings about the middle of the strip; a wheel goes on, or turns back half-way. */
type Hand =
  | { readonly kind: 'drag'; readonly pxPerFrame: number }
  | { readonly kind: 'wheel'; readonly pxPerFrame: number; readonly turns: 'once' | 'never' }
  | { readonly kind: 'notches'; readonly perSecond: number };

const wheel = (pxPerFrame: number): Hand => ({ kind: 'wheel', pxPerFrame, turns: 'never' });
const drag = (pxPerFrame: number): Hand => ({ kind: 'drag', pxPerFrame });

const MOVEMENTS: readonly Movement[] = [
  { name: 'drag the paper, 25 mm/s', keys: [], region: 'paper', by: drag(12) },
  { name: 'pan the paper, 25 mm/s', keys: [], region: 'paper', by: wheel(9) },
  {
    name: 'turn the wheel over the paper, 25 mm/s',
    keys: [],
    region: 'paper',
    by: { kind: 'notches', perSecond: 5 },
  },
  { name: 'pan the paper, 12.5 mm/s', keys: ['-'], region: 'paper', by: wheel(9) },
  { name: 'pan the paper, 50 mm/s', keys: ['+', '+'], region: 'paper', by: wheel(9) },
  { name: 'pan the strip, 2 min', keys: ['-'], region: 'minute', by: wheel(9) },
  {
    name: 'pan the strip, 1 h',
    keys: [',', ',', ',', ',', ','],
    region: 'minute',
    by: wheel(4),
  },
  { name: 'drag the brush over 24 h, strip 1 h', keys: [], region: 'day', by: drag(4) },
  {
    name: 'zoom the strip, 1 min to 24 h and back',
    keys: [],
    region: 'day',
    by: { kind: 'wheel', pxPerFrame: 9, turns: 'once' },
  },
  { name: 'pan the strip, 24 h', keys: ['0'], region: 'minute', by: wheel(1) },
];

export async function run(print: (line: string) => void): Promise<void> {
  const browserPath = await findOrInstallBrowser(print);
  if (browserPath === null) throw new Error('no browser is installed');
  const folder = join(tmpdir(), 'rhythmark-bench-frames');
  await writeDemoRecordings(folder, { recordings: RECORDINGS });
  const host = await Host.start();
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: [...sandboxFlags(), '--disable-gpu'],
  });
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    await page.goto(host.url);
    const app = new App(page);
    await host.add(folder);
    await app.shows('worklist');
    print(`first trace after Enter, the model at work: ${await firstTracesAtWork(app)}`);
    await app.classified();
    await app.worklist.focus(HOLTER);
    print(`first trace after Enter, opened before: ${shortMs(await firstTraceMs(page, 'Enter'))}`);
    await app.idle();
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    for (const movement of MOVEMENTS) {
      for (const key of movement.keys) await app.press(key);
      await app.press('Home');
      const empty = await emptyPage(browser, movement.by);
      print(`${await measure(page, session, movement)}; an empty page ${percent(empty)}`);
      await app.idle();
    }
  } finally {
    await browser.close();
    await host.end();
  }
}

/** Of recordings that were never opened, one after the other, for as long as the model is at work. */
async function firstTracesAtWork(app: App): Promise<string> {
  const traces: number[] = [];
  for (const { name } of RECORDINGS) {
    if ((await app.job.and(app.page.locator('[data-state="running"]')).count()) === 0) break;
    await app.worklist.focus(name);
    traces.push(await firstTraceMs(app.page, 'Enter'));
    await app.press('w');
  }
  const [first = NaN] = traces;
  traces.sort((a, b) => a - b);
  const median = traces[traces.length >> 1] ?? NaN;
  return (
    `median ${shortMs(median)}, slowest ${shortMs(traces.at(-1) ?? NaN)}, ` +
    `very first ${shortMs(first)} of ${traces.length} recordings`
  );
}

const shortMs = (ms: number): string => `${ms.toFixed(0)} ms`;

/** From the key's event in the page to the frame after the one in which the trace is drawn. */
async function firstTraceMs(page: Page, key: string): Promise<number> {
  await page.evaluate(() => {
    const root = document.documentElement;
    delete root.dataset['firstTraceMs'];
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        const look = (): void => {
          const drawn = document.querySelector('[data-trace="drawn"] .lead-plot canvas') !== null;
          requestAnimationFrame(drawn ? end : look);
        };
        const end = (): void => {
          root.dataset['firstTraceMs'] = String(performance.now() - timeStamp);
        };
        look();
      },
      { capture: true, once: true },
    );
  });
  await page.keyboard.press(key);
  await page.locator('html[data-first-trace-ms]').waitFor({ state: 'attached' });
  const ms = await page.locator('html').getAttribute('data-first-trace-ms');
  return Number(ms);
}

async function measure(page: Page, session: CDPSession, movement: Movement): Promise<string> {
  const box = await page.locator(`[data-region="${movement.region}"]`).boundingBox();
  if (!box) throw new Error(`no ${movement.region}`);
  const at = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
  await page.mouse.move(at.x, at.y);
  const before = await threadMs(session);
  const intervals = await framesDuring(page, () => move(session, at, movement.by, MOVEMENT_MS));
  const busyMs = ((await threadMs(session)) - before) / (intervals.length + 1);
  const sorted = [...intervals].sort((a, b) => a - b);
  const percentile = (p: number) => (sorted[Math.round(p * (sorted.length - 1))] ?? NaN).toFixed(1);
  return (
    `${movement.name}: ${percent(intervals)} of ${intervals.length} frames within 16.7 ms; ` +
    `50th ${percentile(0.5)}, 95th ${percentile(0.95)}, 99th ${percentile(0.99)} ms; ` +
    `main thread ${busyMs.toFixed(1)} ms of processor time a frame`
  );
}

/** Intervals between frames of a page on which nothing is drawn, while the same hand moves over it. */
async function emptyPage(browser: Browser, by: Hand): Promise<readonly number[]> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  try {
    const session = await page.context().newCDPSession(page);
    const at = { x: VIEWPORT.width / 2, y: VIEWPORT.height / 2 };
    return await framesDuring(page, () => move(session, at, by, EMPTY_MS));
  } finally {
    await page.close();
  }
}

/** Intervals between the frames of a page while something goes on, in tenths of ms. */
async function framesDuring(page: Page, goesOn: () => Promise<void>): Promise<readonly number[]> {
  await page.evaluate(() => {
    const frames: number[] = [];
    const step = (now: number): void => {
      frames.push(now);
      if (document.documentElement.dataset['frames'] === 'count') requestAnimationFrame(step);
    };
    document.documentElement.dataset['frames'] = 'count';
    Object.assign(globalThis, { benchFrames: frames });
    requestAnimationFrame(step);
  });
  await goesOn();
  const frames = await page.evaluate(() => {
    delete document.documentElement.dataset['frames'];
    return (globalThis as unknown as { benchFrames: number[] }).benchFrames;
  });
  return frames.slice(1).map((now, index) => Math.round(10 * (now - (frames[index] ?? NaN))) / 10);
}

function percent(intervals: readonly number[]): string {
  const within = intervals.filter((ms) => ms <= FRAME_MS).length;
  return `${((100 * within) / intervals.length).toFixed(1)} %`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Input for a time; the browser merges what comes within one frame, as from a real mouse. */
async function move(session: CDPSession, at: Point, by: Hand, ms: number): Promise<void> {
  const sent: Promise<unknown>[] = [];
  const send = (event: Parameters<typeof session.send<'Input.dispatchMouseEvent'>>[1]) => {
    sent.push(session.send('Input.dispatchMouseEvent', event));
  };
  const held = { button: 'left', buttons: 1, clickCount: 1 } as const;
  if (by.kind === 'drag') send({ type: 'mousePressed', ...at, ...held });
  const startedMs = performance.now();
  let turned = 0;
  for (;;) {
    await setTimeout(by.kind === 'notches' ? 1000 / by.perSecond : EVENT_MS);
    const elapsedMs = performance.now() - startedMs;
    if (elapsedMs >= ms) break;
    if (by.kind === 'drag') {
      const x = at.x + swing((by.pxPerFrame * elapsedMs) / 16.7, 300);
      send({ type: 'mouseMoved', x, y: at.y, ...held });
    } else if (by.kind === 'notches') {
      send({ type: 'mouseWheel', ...at, deltaX: 0, deltaY: 120 });
    } else {
      // By the time passed: a late timer must not make the way shorter.
      const way = (by.pxPerFrame * elapsedMs) / 16.7;
      const back = by.turns === 'once' && elapsedMs > ms / 2;
      send({ type: 'mouseWheel', ...at, deltaX: 0, deltaY: (back ? -1 : 1) * (way - turned) });
      turned = way;
    }
  }
  if (by.kind === 'drag') send({ type: 'mouseReleased', ...at, ...held });
  await Promise.all(sent);
}

/** A way of `px` folded between -`reach` and `reach`. */
function swing(px: number, reach: number): number {
  const phase = (px + reach) % (4 * reach);
  return phase < 2 * reach ? phase - reach : 3 * reach - phase;
}

/** Processor time that the page's main thread has used, ms. */
async function threadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
}
