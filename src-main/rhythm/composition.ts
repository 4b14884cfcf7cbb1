/** What a worklist row shows of a classified recording: seconds by class, and the ribbon. */
import { RIBBON, RIBBON_COLUMNS } from '../contract/domain.ts';
import type { Composition, WindowVerdicts } from '../contract/domain.ts';
import { labelledSpans, type LabelledSpan, type Rule } from './timeline.ts';

/** Seconds of one lead's windows by what was found in them; each second counted once. */
export function compositionOf(verdicts: WindowVerdicts, rule: Rule): Composition {
  const seconds = { normal: 0, af: 0, other: 0, noise: 0, noSignal: 0, uncertain: 0 };
  for (const span of labelledSpans(verdicts, rule)) {
    const length = span.endS - span.startS;
    seconds[span.label ?? 'noSignal'] += length;
    if (span.uncertain) seconds.uncertain += length;
  }
  return seconds;
}

const RIBBON_CODES = Math.max(...Object.values(RIBBON)) + 1;

function codeOf(span: LabelledSpan): number {
  if (span.label === null) return RIBBON.noSignal;
  return span.uncertain ? RIBBON.uncertain : RIBBON[span.label];
}

/**
 * RIBBON_COLUMNS codes over [0, durationS): any AF in a column is AF, so that a short episode in a
 * long recording stays visible; otherwise what fills most of the column's classified time. `none`
 * where no window reaches.
 */
export function ribbonOf(verdicts: WindowVerdicts, durationS: number, rule: Rule): Uint8Array {
  const ribbon = new Uint8Array(RIBBON_COLUMNS).fill(RIBBON.none);
  if (!(durationS > 0)) return ribbon;
  const columnS = durationS / RIBBON_COLUMNS;
  const secondsByCode = new Float64Array(RIBBON_COLUMNS * RIBBON_CODES);
  for (const span of labelledSpans(verdicts, rule)) {
    const code = codeOf(span);
    const first = Math.max(0, Math.floor(span.startS / columnS));
    const last = Math.min(RIBBON_COLUMNS - 1, Math.ceil(span.endS / columnS) - 1);
    for (let column = first; column <= last; column++) {
      const inside =
        Math.min(span.endS, (column + 1) * columnS) - Math.max(span.startS, column * columnS);
      const at = column * RIBBON_CODES + code;
      if (inside > 0) secondsByCode[at] = (secondsByCode[at] ?? 0) + inside;
    }
  }
  for (let column = 0; column < RIBBON_COLUMNS; column++) {
    const seconds = secondsByCode.subarray(column * RIBBON_CODES, (column + 1) * RIBBON_CODES);
    ribbon[column] = columnCode(seconds);
  }
  return ribbon;
}

function columnCode(seconds: Float64Array): number {
  if ((seconds[RIBBON.af] ?? 0) > 0) return RIBBON.af;
  let code = RIBBON.none;
  let most = 0;
  seconds.forEach((value, candidate) => {
    if (value > most) {
      most = value;
      code = candidate;
    }
  });
  return code;
}
