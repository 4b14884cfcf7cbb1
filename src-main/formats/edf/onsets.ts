/**
 * When data records begin, as each says itself in its time-keeping annotation (EDF+ 2.2.4), and
 * where one does not follow the record before: found by bisection, since onsets only rise. A
 * recording of a million records with three gaps is opened with a hundred small reads.
 */
import type { ByteSource } from '../byte-source.ts';
import { LIMITS } from '../limits.ts';
import { parseTals, recordAnnotations } from './annotations.ts';
import type { EdfHeader } from './header.ts';

/** The time-keeping annotation comes first; this much holds any onset. */
const STAMP_BYTES = 64;
export interface Onsets {
  /** Onset that a record states, s after the header's start; null where it states none. */
  of(record: number): Promise<number | null>;
  /** Those that were read. */
  readonly known: ReadonlyMap<number, number | null>;
}

export async function onsetsOf(source: ByteSource, header: EdfHeader): Promise<Onsets> {
  const known = new Map<number, number | null>();
  const small = header.recordCount * header.recordBytes <= LIMITS.openingBytes;
  if (small && header.discontinuous)
    for await (const { record, bytes } of recordAnnotations(source, header))
      known.set(record, parseTals(bytes).recordOnsetS);
  return {
    known,
    async of(record) {
      const found = known.get(record);
      if (found !== undefined) return found;
      const onsetS = await readOnset(source, header, record);
      known.set(record, onsetS);
      return onsetS;
    },
  };
}

async function readOnset(
  source: ByteSource,
  header: EdfHeader,
  record: number,
): Promise<number | null> {
  const first = header.signals.find((signal) => signal.annotations);
  if (!first) return null;
  const length = first.samplesPerRecord * header.bytesPerSample;
  const at = header.headerBytes + record * header.recordBytes + first.byteOffset;
  const stamp = await source.read(at, Math.min(length, STAMP_BYTES));
  const { recordOnsetS } = parseTals(stamp);
  if (recordOnsetS !== null) return recordOnsetS;
  // Not where it should be: anywhere among the record's annotations.
  for await (const { bytes } of recordAnnotations(source, header, record, 1))
    return parseTals(bytes).recordOnsetS;
  return null;
}

/** A record and when it begins, s after the recording's start. */
export interface PlacedRecord {
  readonly record: number;
  readonly startS: number;
}

/** What a timeline is made of. */
export interface RecordTimes {
  readonly onsets: Onsets;
  readonly recordCount: number;
  readonly durationS: number;
  /** Onset of the first record. */
  readonly originS: number;
  /** Closer than this, records follow each other. */
  readonly toleranceS: number;
  /** No recording is longer. */
  readonly longestS: number;
}

/**
 * The first record, and every one that does not follow the record before. A record that states no
 * onset, or one that its neighbours leave no room for, follows the record before.
 */
export async function firstOfRuns(times: RecordTimes): Promise<PlacedRecord[]> {
  const { recordCount } = times;
  const last = recordCount - 1;
  const starts: PlacedRecord[] = [{ record: 0, startS: 0 }];
  const end = await lastStated(times, { record: 0, lateS: 0 }, last, Infinity);
  await between(times, 0, 0, end.record, end.lateS, starts);
  return starts;
}

/** How much later a record begins than it would without gaps. */
interface Late {
  readonly record: number;
  readonly lateS: number;
}

/** Finds the runs that begin in (from, to], of which `from` is `fromLateS` late and `to` `toLateS`. */
async function between(
  times: RecordTimes,
  from: number,
  fromLateS: number,
  to: number,
  toLateS: number,
  starts: PlacedRecord[],
): Promise<void> {
  // What counts is the run's beginning, so that rounded onsets do not add up.
  const begun = starts[starts.length - 1];
  const runLateS = begun ? begun.startS - begun.record * times.durationS : 0;
  if (toLateS - runLateS <= times.toleranceS) return;
  if (to === from + 1) {
    starts.push({ record: to, startS: toLateS + to * times.durationS });
    return;
  }
  const middle = (from + to) >> 1;
  const found = await lastStated(times, { record: from, lateS: fromLateS }, middle, toLateS);
  const { lateS } = found;
  await between(times, from, fromLateS, found.record, lateS, starts);
  // Those after it up to the middle state nothing that can be: they follow it.
  await between(times, middle, lateS, to, toLateS, starts);
}

/** Records that are tried one by one for an onset that can be; then ever larger steps are taken. */
const TRIED = 64;

/** The last record after `from` up to `to` that says when it begins, or `from` where none does. */
async function lastStated(
  times: RecordTimes,
  from: Late,
  to: number,
  mostLateS: number,
): Promise<Late> {
  let step = 1;
  for (let record = to, tried = 1; record > from.record; record -= step, tried++) {
    const lateS = await latenessOf(times, record);
    const fits = lateS !== null && lateS >= from.lateS - times.toleranceS;
    if (fits && lateS <= mostLateS + times.toleranceS) return { record, lateS };
    if (tried >= TRIED) step *= 2;
  }
  return from;
}

/** Null where the record states no onset, or one that no recording has. */
async function latenessOf(times: RecordTimes, record: number): Promise<number | null> {
  const onset = await times.onsets.of(record);
  if (onset === null) return null;
  const startS = onset - times.originS;
  return startS <= times.longestS ? startS - record * times.durationS : null;
}
