/** Where the window was when it was closed, so that it opens there again. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Rectangle } from 'electron';
import { z } from 'zod';

export interface WindowState {
  readonly bounds: Rectangle;
  readonly maximized: boolean;
}

/** The size that the screens are drawn for. */
export const DEFAULT_SIZE = { width: 1440, height: 900 } as const;
export const MIN_SIZE = { width: 960, height: 640 } as const;

const pixels = z.number().int().min(-100_000).max(100_000);
const stateSchema = z.strictObject({
  bounds: z.strictObject({
    x: pixels,
    y: pixels,
    width: z.number().int().min(MIN_SIZE.width).max(100_000),
    height: z.number().int().min(MIN_SIZE.height).max(100_000),
  }),
  maximized: z.boolean(),
});

/** Null for the first start, and for a file that cannot be read or understood. */
export function readWindowState(path: string): WindowState | null {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Never throws: a place that is not remembered is no reason to keep a window open. */
export function writeWindowState(path: string, state: WindowState): void {
  try {
    writeFileSync(path, JSON.stringify(stateSchema.parse(state)));
  } catch {
    // a full disk or a window smaller than allowed: the next start uses the default
  }
}

/** True when enough of the title bar is on some display to be taken hold of. */
export function isReachable(bounds: Rectangle, displays: readonly Rectangle[]): boolean {
  const grip = 80;
  return displays.some(
    (display) =>
      bounds.y >= display.y &&
      bounds.y + grip <= display.y + display.height &&
      bounds.x + bounds.width >= display.x + grip &&
      bounds.x + grip <= display.x + display.width,
  );
}
