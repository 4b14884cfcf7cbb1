/** From data records to samples: the hot loops of the EDF family. */
import type { ByteSource } from '../byte-source.ts';
import { NO_SAMPLE } from '../reader.ts';
import type { EdfHeader, EdfSignal } from './header.ts';
import type { Run, Timeline } from './timeline.ts';

/** At most this many bytes are read at a time; a window on screen is one read. */
const BLOCK_BYTES = 4 << 20;

/**
 * Stored integers [from, to) of some signals that share a rate, NO_SAMPLE in gaps and outside the
 * recording. A file that ends early leaves NO_SAMPLE too; the header's note already says so.
 */
export async function readRecords(
  source: ByteSource,
  header: EdfHeader,
  timeline: Timeline,
  signals: readonly EdfSignal[],
  from: number,
  to: number,
): Promise<Int32Array[]> {
  const out = signals.map(() => new Int32Array(to - from).fill(NO_SAMPLE));
  const perRecord = signals[0]?.samplesPerRecord ?? 0;
  if (perRecord === 0) return out;
  for (const run of timeline.runs) {
    const runStart = startSample(run, header, perRecord);
    const runEnd = runStart + run.count * perRecord;
    const begin = Math.max(from, runStart);
    const end = Math.min(to, runEnd);
    if (begin >= end) continue;
    await readRun(source, header, signals, out, {
      firstRecord: run.first + Math.floor((begin - runStart) / perRecord),
      lastRecord: run.first + Math.floor((end - 1 - runStart) / perRecord),
      // Position in `out` of the first sample of record `run.first`.
      origin: runStart - from - run.first * perRecord,
      length: to - from,
    });
  }
  return out;
}

/** Sample number at which a run begins, at the rate of `perRecord` samples a record. */
export function startSample(run: Run, header: EdfHeader, perRecord: number): number {
  return Math.round((run.startS * perRecord) / header.recordDurationS);
}

async function readRun(
  source: ByteSource,
  header: EdfHeader,
  signals: readonly EdfSignal[],
  out: readonly Int32Array[],
  span: { firstRecord: number; lastRecord: number; origin: number; length: number },
): Promise<void> {
  const perBlock = Math.max(1, Math.floor(BLOCK_BYTES / header.recordBytes));
  for (let first = span.firstRecord; first <= span.lastRecord; first += perBlock) {
    const count = Math.min(perBlock, span.lastRecord - first + 1);
    const bytes = await source.read(
      header.headerBytes + first * header.recordBytes,
      count * header.recordBytes,
    );
    for (let s = 0; s < signals.length; s++) {
      const signal = signals[s];
      const target = out[s];
      if (!signal || !target) continue;
      const decode = header.bytesPerSample === 2 ? decode16 : decode24;
      for (let r = 0; r < count; r++) {
        const at = r * header.recordBytes + signal.byteOffset;
        const position = span.origin + (first + r) * signal.samplesPerRecord;
        const skip = Math.max(0, -position);
        const held = Math.floor((bytes.length - at) / header.bytesPerSample);
        const n = Math.min(signal.samplesPerRecord, held, span.length - position);
        if (n > skip) decode(bytes, at, target, position, skip, n);
      }
    }
  }
}

/** Samples [skip, n) of one signal in one record, 16-bit little-endian two's complement. */
function decode16(
  bytes: Uint8Array,
  at: number,
  out: Int32Array,
  position: number,
  skip: number,
  n: number,
): void {
  let b = at + 2 * skip;
  for (let i = skip; i < n; i++, b += 2) {
    out[position + i] = (((bytes[b + 1] ?? 0) << 24) >> 16) | (bytes[b] ?? 0);
  }
}

/** The same for 24 bits. */
function decode24(
  bytes: Uint8Array,
  at: number,
  out: Int32Array,
  position: number,
  skip: number,
  n: number,
): void {
  let b = at + 3 * skip;
  for (let i = skip; i < n; i++, b += 3) {
    out[position + i] =
      (((bytes[b + 2] ?? 0) << 24) >> 8) | ((bytes[b + 1] ?? 0) << 8) | (bytes[b] ?? 0);
  }
}
