/** The time axis of an aECG sequence set: when its samples begin and how far apart they are. */
import { RhythmarkError } from '../../contract/errors.ts';
import { numberOf, type XmlElement } from '../xml.ts';
import { instantOf, secondsPer } from './time.ts';

export interface Axis {
  readonly incrementS: number;
  /** Milliseconds since 1970 of sample 0; null on a relative axis, or where no head is stated. */
  readonly headMs: number | null;
  /** Seconds from the series' own zero to sample 0, where `headMs` is null. */
  readonly headS: number;
}

export function isTime(sequence: XmlElement): boolean {
  return sequence.first('code').attribute('code').startsWith('TIME_');
}

/** Errors: `damaged-file` where the axis states no rate. */
export function axisOf(sequences: readonly XmlElement[]): Axis {
  const time = sequences.find(isTime);
  if (!time) {
    throw new RhythmarkError(
      'damaged-file',
      'A sequence set of the aECG file has no time axis (element <sequence> with a code TIME_ABSOLUTE or TIME_RELATIVE), so its sampling rate is not known.',
    );
  }
  const value = time.first('value');
  const head = value.first('head');
  const relative = time.first('code').attribute('code') === 'TIME_RELATIVE';
  const headUnit = secondsPer(head.attribute('unit')) ?? 1;
  return {
    incrementS: incrementOf(value),
    headMs: relative ? null : instantOf(head.attribute('value')),
    headS: relative ? (numberOf(head.attribute('value')) || 0) * headUnit : 0,
  };
}

function incrementOf(value: XmlElement): number {
  const increment = value.first('increment');
  const unit = increment.attribute('unit');
  const seconds = numberOf(increment.attribute('value')) * (secondsPer(unit) ?? NaN);
  if (seconds > 0 && seconds < Infinity) return seconds;
  throw new RhythmarkError(
    'damaged-file',
    increment.attribute('value') === ''
      ? 'The aECG time axis states no increment, so the sampling rate is not known (element <increment>).'
      : `The aECG time axis states an increment of "${increment.attribute('value').slice(0, 16)}" in "${unit.slice(0, 16)}", which is no length of time (element <increment>).`,
  );
}
