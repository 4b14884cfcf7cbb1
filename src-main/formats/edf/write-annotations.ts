/** Annotations into data records: each record has the same room, so long lists spill over. */
import type { TimedText } from './annotations.ts';

/** Room for the record's own time stamp. */
const STAMP_BYTES = 24;
const LEAST_BYTES = 64;
const MOST_BYTES = 4096;
const MARKS = ['\0', '\x14', '\x15'];

export interface PlacedAnnotations {
  readonly samplesPerRecord: number;
  readonly records: ReadonlyMap<number, readonly TimedText[]>;
}

/** Each annotation goes into the record in which it begins, or the next one with room. */
export function placeAnnotations(
  annotations: readonly TimedText[],
  recordCount: number,
  durationS: number,
  bytesPerSample: number,
): PlacedAnnotations {
  const total = annotations.reduce((sum, one) => sum + talBytes(one).length, 0);
  let room = Math.max(
    LEAST_BYTES,
    Math.min(MOST_BYTES, Math.ceil((2 * total) / recordCount) + STAMP_BYTES),
    ...annotations.map((one) => talBytes(one).length + STAMP_BYTES),
  );
  for (;;) {
    const records = new Map<number, TimedText[]>();
    let record = 0;
    let used = STAMP_BYTES;
    let fits = true;
    for (const one of annotations) {
      const own = Math.min(recordCount - 1, Math.max(0, Math.floor(one.onsetS / durationS)));
      const size = talBytes(one).length;
      if (own > record) {
        record = own;
        used = STAMP_BYTES;
      }
      if (used + size > room) {
        record++;
        used = STAMP_BYTES;
      }
      if (record >= recordCount) {
        fits = false;
        break;
      }
      records.set(record, [...(records.get(record) ?? []), one]);
      used += size;
    }
    if (fits) return { samplesPerRecord: Math.ceil(room / bytesPerSample), records };
    room *= 2;
  }
}

/** One record's annotation bytes: its own onset first, then its texts, then zeros. */
export function encodeTals(
  recordOnsetS: number,
  texts: readonly TimedText[],
  room: number,
): Uint8Array {
  const bytes = new Uint8Array(room);
  const own = Buffer.from(`${seconds(recordOnsetS)}\x14\x14\0`, 'latin1');
  const all = Buffer.concat([own, ...texts.map(talBytes)]);
  bytes.set(all.subarray(0, room));
  return bytes;
}

function talBytes({ onsetS, durationS, text }: TimedText): Buffer {
  const duration = durationS === null ? '' : `\x15${plain(durationS)}`;
  // The marks of the list itself cannot stand in a text.
  const clean = MARKS.reduce((rest, mark) => rest.replaceAll(mark, ' '), text);
  return Buffer.from(`${seconds(onsetS)}${duration}\x14${clean}\x14\0`, 'utf8');
}

function seconds(value: number): string {
  return `${value < 0 ? '-' : '+'}${plain(Math.abs(value))}`;
}

/** Decimal without exponent, to the tenth of a microsecond. */
function plain(value: number): string {
  return value.toFixed(7).replace(/\.?0+$/, '');
}
