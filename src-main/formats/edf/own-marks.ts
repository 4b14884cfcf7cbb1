/**
 * What Rhythmark writes into its own EDF+ files where the format has no field, and how its reader
 * knows such a file: by the equipment in the recording field. Gaps and the ends of leads are
 * annotations, which other readers show; the reserved fields of the signals' headers say what
 * finding them in place takes, so that opening such a file reads its header alone.
 */
import type { TimedText } from './annotations.ts';
import type { EdfHeader } from './header.ts';

/** The equipment of a file that holds marks. */
export const OWN_EQUIPMENT = 'Rhythmark';
/** The equipment of a file without any, which is read like everyone else's. */
export const OWN_EQUIPMENT_WITHOUT_MARKS = 'Rhythmark_without_gaps';
export const RECORDING_ENDS = 'End of lead';
const NO_SIGNAL = 'No signal in lead';

/** Data records that one mark of a gap spans at most: a longer gap has several, one after the other. */
export const RECORDS_A_MARK = 256;

/** Text of the annotation that spans a gap of a lead (counted from 0). */
export function gapMark(lead: number): string {
  return `${NO_SIGNAL} ${lead + 1}`;
}

/** Reserved field of a signal: how many samples the lead has, the last record may have room for more. */
export function lengthField(samples: number): string {
  return `${samples} samples`;
}

/** Reserved field of the annotations: how far from a record lie the marks of gaps that reach into it. */
export function reachField(records: number): string {
  return `gaps within ${records} records`;
}

export interface OwnMarks {
  /** Gaps by lead, in seconds. */
  readonly gaps: ReadonlyMap<number, readonly Gap[]>;
  /** Where a lead ends before its last data record does, in seconds. */
  readonly ends: ReadonlyMap<number, number>;
  /** Every other annotation. */
  readonly texts: readonly TimedText[];
}

export interface Gap {
  readonly fromS: number;
  readonly toS: number;
}

/** True for a file of ours in which there may be marks. */
export function mayHoldMarks(recordingField: string): boolean {
  return new RegExp(`^Startdate \\S+ \\S+ \\S+ ${OWN_EQUIPMENT}\\b`).test(recordingField);
}

/** Null for a file of before the reserved fields were written: its marks may be anywhere. */
export function statedReach({ signals }: EdfHeader): number | null {
  const field = signals.find((signal) => signal.annotations)?.reserved ?? '';
  const records = /^gaps within (\d{1,15}) records$/.exec(field)?.[1];
  return records === undefined ? null : Number(records);
}

/** Samples that a lead has, by its reserved field; null where that says nothing. */
export function statedLength(reserved: string): number | null {
  const samples = /^(\d{1,15}) samples$/.exec(reserved)?.[1];
  return samples === undefined ? null : Number(samples);
}

export function separateMarks(all: readonly TimedText[]): OwnMarks {
  const gaps = new Map<number, Gap[]>();
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
