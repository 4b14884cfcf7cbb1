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

interface Span {
  readonly fromS: number;
  readonly toS: number;
}

/**
 * `No signal from 16:20:10 to 16:41:30` where every lead's gaps cover the whole view, else null. A
 * gap that reaches the end of the samples at hand (`loaded`) goes on as far as the windows say.
 */
export function silenceText(
  gapsByLead: readonly (readonly Gap[])[],
  view: Span,
  loaded: Span,
  windows: WindowStore,
  clock: RecordingClock,
): string | null {
  const covering = gapsByLead.map((gaps) =>
    gaps.find((gap) => gap.fromS <= view.fromS + TOLERANCE_S && gap.toS >= view.toS - TOLERANCE_S),
  );
  const [first] = covering;
  if (!first || covering.some((gap) => !gap)) return null;
  const fromS =
    first.fromS > loaded.fromS + TOLERANCE_S ? first.fromS : startOfSilence(first.fromS, windows);
  const toS = first.toS < loaded.toS - TOLERANCE_S ? first.toS : endOfSilence(first.toS, windows);
  return `No signal from ${clockText(clock, fromS)} to ${clockText(clock, toS)}`;
}

function startOfSilence(fromS: number, windows: WindowStore): number {
  let index = windowAt(fromS, windows.durationS);
  if (windows.code(index) !== 'no-signal') return fromS;
  while (index > 0 && windows.code(index - 1) === 'no-signal') index--;
  return Math.min(fromS, index * WINDOW_S);
}

function endOfSilence(toS: number, windows: WindowStore): number {
  let index = windowAt(toS - 1e-6, windows.durationS);
  if (windows.code(index) !== 'no-signal') return toS;
  while (index + 1 < windows.count && windows.code(index + 1) === 'no-signal') index++;
  return Math.max(toS, Math.min(windows.durationS, (index + 1) * WINDOW_S));
}
