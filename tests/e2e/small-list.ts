/** A list of a few short text recordings: quick to make, and nothing is classified. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Host } from './host.ts';
import type { App } from './pages/app.ts';

const SAMPLING_HZ = 250;

/** Names and lengths in seconds, in the order in which they are listed. */
export const SMALL_LIST = [
  { name: 'ward-01', seconds: 20 },
  { name: 'ward-02', seconds: 40 },
  { name: 'ward-03', seconds: 10 },
  { name: 'ward-04', seconds: 30 },
  { name: 'ward-05', seconds: 60 },
  { name: 'ward-06', seconds: 15 },
] as const;

/** A length as the list shows it; the header of its row was read then. */
const LENGTH = /\d (s|min|h)/;

/**
 * Writes them beside the library, adds them, and waits for the list with their lengths: headers are
 * read after the rows are shown, when the window itself is at rest.
 */
export async function listSmall(app: App, host: Host): Promise<void> {
  const folder = join(host.library, 'ward');
  await mkdir(folder, { recursive: true });
  for (const { name, seconds } of SMALL_LIST) {
    await writeFile(join(folder, `${name}.csv`), textRecording(seconds));
  }
  await host.add(folder);
  await app.shows('worklist');
  const whole = app.worklist.rows.filter({ hasText: LENGTH });
  await expect(whole).toHaveCount(SMALL_LIST.length, { timeout: 30_000 });
  await app.idle();
}

/** A time column and one lead; a sine, for nobody reads it. */
export function textRecording(seconds: number): string {
  const lines = Array.from(
    { length: seconds * SAMPLING_HZ },
    (_, i) => `${(i / SAMPLING_HZ).toFixed(3)},${Math.sin(i / 20).toFixed(3)}`,
  );
  return `time [s],II [mV]\n${lines.join('\n')}\n`;
}
