/**
 * Time-stamped annotation lists (TALs) of EDF+ and BDF+: text inside the data records.
 * Source: EDF+ specification, section 2.2.
 */
import { RhythmarkError } from '../../contract/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { LIMITS } from '../limits.ts';
import type { EdfHeader, EdfSignal } from './header.ts';

export interface TimedText {
  readonly onsetS: number;
  readonly durationS: number | null;
  readonly text: string;
}

const UTF8 = new TextDecoder('utf-8');
const DURATION_MARK = '\x15';
const TEXT_MARK = '\x14';

/** One record's annotation bytes: the record's own onset (the first, empty TAL) and its texts. */
export function parseTals(bytes: Uint8Array): { recordOnsetS: number | null; texts: TimedText[] } {
  const texts: TimedText[] = [];
  let recordOnsetS: number | null = null;
  let begin = 0;
  while (begin < bytes.length) {
    let end = bytes.indexOf(0, begin);
    if (end < 0) end = bytes.length;
    if (end > begin) {
      const tal = UTF8.decode(bytes.subarray(begin, end));
      const mark = tal.indexOf(TEXT_MARK);
      const [onset = '', duration] = tal.slice(0, Math.max(0, mark)).split(DURATION_MARK);
      if (/^[+-]\d{1,9}(\.\d{0,20})?$/.test(onset)) {
        const onsetS = Number(onset);
        const durationS = lengthOf(duration);
        const parts = tal.slice(mark + 1).split(TEXT_MARK);
        if (recordOnsetS === null && parts[0] === '') recordOnsetS = onsetS;
        for (const text of parts) if (text !== '') texts.push({ onsetS, durationS, text });
      }
    }
    begin = end + 1;
  }
  return { recordOnsetS, texts };
}

/** Seconds, or null where none are stated or what is stated is no length. */
function lengthOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}(\.\d{0,20})?$/.test(text) ? Number(text) : null;
}

/** A read by itself takes as long as this many bytes more of a read that is made anyway. */
const BYTES_A_READ = 1 << 16;

/** Annotation bytes of some records, one array a record, all annotation signals joined. */
export async function* recordAnnotations(
  source: ByteSource,
  header: EdfHeader,
  from = 0,
  recordCount = header.recordCount,
): AsyncGenerator<{ record: number; bytes: Uint8Array }> {
  const signals = header.signals.filter((signal) => signal.annotations);
  if (signals.length === 0) return;
  const records = Math.max(1, Math.min(4096, Math.floor((1 << 20) / header.recordBytes)));
  const wanted = signals.reduce((sum, signal) => sum + byteLength(header, signal), 0);
  const sparse = recordCount === 1 || header.recordBytes - wanted > BYTES_A_READ;
  const end = from + recordCount;
  for (let first = from; first < end; first += sparse ? 1 : records) {
    const at = header.headerBytes + first * header.recordBytes;
    if (sparse) {
      yield { record: first, bytes: await readSliver(source, header, signals, at) };
      continue;
    }
    const count = Math.min(records, end - first);
    const block = await source.read(at, count * header.recordBytes);
    for (let i = 0; i < count; i++) {
      const base = i * header.recordBytes;
      const parts = signals.map((signal) =>
        block.subarray(
          base + signal.byteOffset,
          base + signal.byteOffset + byteLength(header, signal),
        ),
      );
      yield { record: first + i, bytes: joined(parts) };
    }
  }
}

async function readSliver(
  source: ByteSource,
  header: EdfHeader,
  signals: readonly EdfSignal[],
  at: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const signal of signals) {
    parts.push(
      Uint8Array.from(await source.read(at + signal.byteOffset, byteLength(header, signal))),
    );
  }
  return joined(parts);
}

function byteLength(header: EdfHeader, signal: EdfSignal): number {
  return signal.samplesPerRecord * header.bytesPerSample;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const only = parts[0];
  return parts.length === 1 && only ? only : Buffer.concat(parts);
}

/** Every annotation of the file in time order, with onsets from the start of the recording. */
export function readAllAnnotations(
  source: ByteSource,
  header: EdfHeader,
  startS: number,
): Promise<TimedText[]> {
  return readAnnotations(source, header, startS, 0, header.recordCount);
}

/** The same of what is written in records [from, end). */
export async function readAnnotations(
  source: ByteSource,
  header: EdfHeader,
  startS: number,
  from: number,
  end: number,
): Promise<TimedText[]> {
  const all: TimedText[] = [];
  for await (const { bytes } of recordAnnotations(source, header, from, end - from)) {
    for (const text of parseTals(bytes).texts) {
      all.push({ ...text, onsetS: text.onsetS - startS });
    }
    if (all.length > LIMITS.annotations) {
      throw new RhythmarkError(
        'too-large',
        `The file holds over ${LIMITS.annotations} annotations.`,
      );
    }
  }
  return all.sort((a, b) => a.onsetS - b.onsetS);
}
