/** What the paper says in place of a trace: that it is reading, or that there is nothing but a gap. */
import { WINDOW_S } from '../../../src-main/contract/conventions.ts';
import { clockMinutes, clockText, type RecordingClock } from '../../paper/clock.ts';
import type { Gap } from '../../paper/trace.ts';
import type { WindowStore } from '../../paper/window-store.ts';
import { windowAt } from '../../paper/windows.ts';

/** Gaps are known to the sample; a view's edges are not, s. */
const TOLERANCE_S = 0.02;

/** `Reading 14:07 to 14:08`. */
export function readingText(clock: RecordingClock, fromS: number, toS: number): string {
  return `Reading ${clockMinutes(clock, fromS)} to ${clockMinutes(clock, toS)}`;
}

/**
 * `No signal from 16:20:10 to 16:41:30` where every lead's gaps cover the whole view, else null. A
 * gap that reaches past the samples at hand goes on as far as the windows say.
 */
export function silenceText(
  gapsByLead: readonly (readonly Gap[])[],
  view: { readonly fromS: number; readonly toS: number },
  windows: WindowStore,
  clock: RecordingClock,
): string | null {
  const covering = gapsByLead.map((gaps) =>
    gaps.find((gap) => gap.fromS <= view.fromS + TOLERANCE_S && gap.toS >= view.toS - TOLERANCE_S),
  );
  const [first] = covering;
  if (!first || covering.some((gap) => !gap)) return null;
  const { startS, endS } = extended(first, windows);
  return `No signal from ${clockText(clock, startS)} to ${clockText(clock, endS)}`;
}

function extended(
  gap: Gap,
  windows: WindowStore,
): { readonly startS: number; readonly endS: number } {
  const { durationS } = windows;
  let from = windowAt(gap.fromS, durationS);
  let startS = gap.fromS;
  while (from > 0 && windows.code(from - 1) === 'no-signal') startS = WINDOW_S * --from;
  let to = windowAt(gap.toS - 1e-6, durationS);
  while (to + 1 < windows.count && windows.code(to + 1) === 'no-signal') to++;
  const reach = Math.min(durationS, WINDOW_S * (to + 1));
  return { startS, endS: windows.code(to) === 'no-signal' ? Math.max(gap.toS, reach) : gap.toS };
}
