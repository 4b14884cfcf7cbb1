/**
 * What Rhythmark writes into the annotations of its own EDF+ files where the format has no field,
 * and how its reader knows such a file: by the equipment in the recording field.
 */
import type { TimedText } from './annotations.ts';

/** The equipment of a file that holds marks: its annotations are read when it is opened. */
export const OWN_EQUIPMENT = 'Rhythmark';
/** The equipment of a file without any, which is read like everyone else's. */
export const OWN_EQUIPMENT_WITHOUT_MARKS = 'Rhythmark_without_gaps';
export const RECORDING_ENDS = 'End of lead';
const NO_SIGNAL = 'No signal in lead';

/** Text of the annotation that spans a gap of a lead (counted from 0). */
export function gapMark(lead: number): string {
  return `${NO_SIGNAL} ${lead + 1}`;
}

export interface OwnMarks {
  /** Gaps by lead, in seconds. */
  readonly gaps: ReadonlyMap<number, readonly { readonly fromS: number; readonly toS: number }[]>;
  /** Where a lead ends before its last data record does, in seconds. */
  readonly ends: ReadonlyMap<number, number>;
  /** Every other annotation. */
  readonly texts: readonly TimedText[];
}

/** True for a file of ours in which there may be marks. */
export function mayHoldMarks(recordingField: string): boolean {
  return new RegExp(`^Startdate \\S+ \\S+ \\S+ ${OWN_EQUIPMENT}\\b`).test(recordingField);
}

export function separateMarks(all: readonly TimedText[]): OwnMarks {
  const gaps = new Map<number, { fromS: number; toS: number }[]>();
  const ends = new Map<number, number>();
  const texts: TimedText[] = [];
  for (const one of all) {
    const gap = new RegExp(`^${NO_SIGNAL} (\\d+)$`).exec(one.text);
    const end = new RegExp(`^${RECORDING_ENDS} (\\d+)$`).exec(one.text);
    if (gap && one.durationS !== null) {
      const lead = Number(gap[1]) - 1;
      const list = gaps.get(lead) ?? [];
      list.push({ fromS: one.onsetS, toS: one.onsetS + one.durationS });
      gaps.set(lead, list);
    } else if (end) {
      ends.set(Number(end[1]) - 1, one.onsetS);
    } else {
      texts.push(one);
    }
  }
  return { gaps, ends, texts };
}
