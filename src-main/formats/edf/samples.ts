/** From data records to samples: the hot loops of the EDF family. */
import type { ByteSource } from '../byte-source.ts';
import { NO_SAMPLE } from '../reader.ts';
import type { EdfHeader, EdfSignal } from './header.ts';
import type { Run, Timeline } from './timeline.ts';

/**
 * At most this many bytes are read at a time: a window on screen is one read, and a block stays in
 * the processor's cache while its signals are taken apart.
 */
const BLOCK_BYTES = 1 << 20;

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

interface Span {
  readonly firstRecord: number;
  readonly lastRecord: number;
  readonly origin: number;
  readonly length: number;
}

async function readRun(
  source: ByteSource,
  header: EdfHeader,
  signals: readonly EdfSignal[],
  out: readonly Int32Array[],
  span: Span,
): Promise<void> {
  if (header.recordBytes > BLOCK_BYTES) return readLongRecords(source, header, signals, out, span);
  const perBlock = Math.max(1, Math.floor(BLOCK_BYTES / header.recordBytes));
  for (let first = span.firstRecord; first <= span.lastRecord; first += perBlock) {
    const count = Math.min(perBlock, span.lastRecord - first + 1);
    const at = header.headerBytes + first * header.recordBytes;
    const samples = samplesIn(await source.read(at, count * header.recordBytes), header);
    for (let s = 0; s < signals.length; s++) {
      const signal = signals[s];
      const target = out[s];
      if (!signal || !target) continue;
      const perRecord = signal.samplesPerRecord;
      for (let r = 0; r < count; r++) {
        const byte = r * header.recordBytes + signal.byteOffset;
        const position = span.origin + (first + r) * perRecord;
        copySamples(samples, byte / header.bytesPerSample, target, position, perRecord);
      }
    }
  }
}

/** Records too large to hold: each signal is read by itself, in pieces. */
async function readLongRecords(
  source: ByteSource,
  header: EdfHeader,
  signals: readonly EdfSignal[],
  out: readonly Int32Array[],
  span: Span,
): Promise<void> {
  const piece = Math.floor(BLOCK_BYTES / header.bytesPerSample);
  for (let record = span.firstRecord; record <= span.lastRecord; record++) {
    for (const [s, signal] of signals.entries()) {
      const target = out[s];
      if (!target) continue;
      const perRecord = signal.samplesPerRecord;
      const position = span.origin + record * perRecord;
      const last = Math.min(perRecord, span.length - position);
      for (let i = Math.max(0, -position); i < last; i += piece) {
        const count = Math.min(piece, last - i);
        const at =
          header.headerBytes +
          record * header.recordBytes +
          signal.byteOffset +
          i * header.bytesPerSample;
        const bytes = await source.read(at, count * header.bytesPerSample);
        copySamples(samplesIn(bytes, header), 0, target, position + i, count);
      }
    }
  }
}

/** Bytes that can be read by sample number, at one of the two widths. */
type Samples = Int16Array | Triplets;

interface Triplets {
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** Both kinds of machine that Node runs on with Electron are little-endian, as EDF is. */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function samplesIn(bytes: Uint8Array, header: EdfHeader): Samples {
  const length = Math.floor(bytes.length / header.bytesPerSample);
  if (header.bytesPerSample === 3) return { bytes, length };
  if (!LITTLE_ENDIAN) {
    const swapped = Buffer.from(bytes.subarray(0, 2 * length)).swap16();
    return new Int16Array(swapped.buffer, swapped.byteOffset, length);
  }
  // A view needs an even byte; a file's own buffer begins at one.
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  return new Int16Array(aligned.buffer, aligned.byteOffset, length);
}

/** Samples [at, at + count) to `out` from `position` on, as far as both reach. */
function copySamples(
  samples: Samples,
  at: number,
  out: Int32Array,
  position: number,
  count: number,
): void {
  const skip = Math.max(0, -position);
  const n = Math.min(count, samples.length - at, out.length - position);
  if (n <= skip) return;
  if (samples instanceof Int16Array) {
    // `set` converts natively, several samples an instruction.
    out.set(samples.subarray(at + skip, at + n), position + skip);
    return;
  }
  const { bytes } = samples;
  let b = 3 * (at + skip);
  for (let i = skip; i < n; i++, b += 3) {
    out[position + i] =
      (((bytes[b + 2] ?? 0) << 24) >> 8) | ((bytes[b + 1] ?? 0) << 8) | (bytes[b] ?? 0);
  }
}
