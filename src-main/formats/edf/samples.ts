/** From data records to samples: the hot loops of the EDF family. */
import { eachBlock } from '../blocks.ts';
import type { ByteSource } from '../byte-source.ts';
import { NO_SAMPLE } from '../reader.ts';
import { convertRows, ROW_BYTES } from '../vector/convert.ts';
import type { Width } from '../vector/kernels.ts';
import type { EdfHeader, EdfSignal } from './header.ts';
import type { Run, Timeline } from './timeline.ts';

/**
 * About this many bytes are read at a time: a window on screen is one read, and a block is still in
 * the processor's cache when its signals are taken apart.
 */
const BLOCK_BYTES = 1 << 18;
const FILE = 'The file of data records';

/** Stored to physical: `stored x scale + offset`. */
export interface Scale {
  readonly scale: number;
  readonly offset: number;
}

/** One signal in rows of equal length. */
interface Place {
  readonly signal: number;
  /** Where its samples begin in a row, and how many there are. */
  readonly firstByte: number;
  readonly perRow: number;
  /** Where the first row's go; negative where a record begins before what was asked for. */
  readonly at: number;
}

/** Puts the signals of some rows where they belong, as far as there is room. */
type Take = (bytes: Uint8Array, rowBytes: number, places: readonly Place[]) => void;

/**
 * Samples from `from` on in physical units, of signals that share a rate, into one array for each,
 * all of one length; NaN in gaps and outside the recording. `damaged-file` where the file is shorter
 * than it was when it was opened.
 */
export async function readPhysical(
  records: Records,
  signals: readonly (EdfSignal & Scale)[],
  from: number,
  outs: readonly Float32Array[],
): Promise<void> {
  const width: Width = records.header.bytesPerSample === 2 ? 'int16' : 'int24';
  const scalings = signals.map(({ scale, offset }) => ({ scale, offset, missing: null }));
  await readSignals(records, signals, from, outs, NaN, (bytes, rowBytes, places) => {
    const targets = places.flatMap(({ signal, ...place }) => {
      const [out, scaling] = [outs[signal], scalings[signal]];
      return out && scaling ? [{ ...place, width, scaling, out }] : [];
    });
    convertRows(bytes, rowBytes, targets);
  });
}

/** The same as stored integers, NO_SAMPLE where there is nothing. */
export async function readStored(
  records: Records,
  signals: readonly EdfSignal[],
  from: number,
  outs: readonly Int32Array[],
): Promise<void> {
  const copy = records.header.bytesPerSample === 2 ? copyPairs : copyTriplets;
  await readSignals(records, signals, from, outs, NO_SAMPLE, (bytes, rowBytes, places) => {
    for (const { signal, firstByte, perRow, at } of places) {
      const target = outs[signal];
      if (!target) continue;
      for (let row = 0; (row + 1) * rowBytes <= bytes.length; row++) {
        copy(bytes, row * rowBytes + firstByte, target, at + row * perRow, perRow);
      }
    }
  });
}

/** What `readPhysical` makes of a stored value. */
export function physicalOf(
  { bytesPerSample }: Pick<EdfHeader, 'bytesPerSample'>,
  scaling: Scale,
  stored: number,
): number {
  const out = new Float32Array(1);
  const bytes = Buffer.alloc(bytesPerSample);
  bytes.writeIntLE(stored, 0, bytesPerSample);
  const { scale, offset } = scaling;
  const width: Width = bytesPerSample === 2 ? 'int16' : 'int24';
  const place = { width, firstByte: 0, perRow: 1, at: 0 };
  convertRows(bytes, bytesPerSample, [
    { ...place, scaling: { scale, offset, missing: null }, out },
  ]);
  return out[0] ?? NaN;
}

/** A file of data records and where they lie in time. */
export interface Records {
  readonly source: ByteSource;
  readonly header: EdfHeader;
  readonly timeline: Timeline;
}

async function readSignals(
  { source, header, timeline }: Records,
  signals: readonly EdfSignal[],
  from: number,
  outs: readonly (Float32Array | Int32Array)[],
  missing: number,
  take: Take,
): Promise<void> {
  const perRecord = signals[0]?.samplesPerRecord ?? 0;
  const to = from + (outs[0]?.length ?? 0);
  /** What lies before this has its samples, or stands as missing. */
  let done = from;
  const leaveOut = (until: number): void => {
    for (const out of outs) out.fill(missing, done - from, until - from);
  };
  for (const run of timeline.runs) {
    const runStart = startSample(run, header, perRecord);
    const begin = Math.max(from, runStart);
    const end = Math.min(to, runStart + run.count * perRecord);
    if (begin >= end) continue;
    leaveOut(begin);
    done = end;
    const span = {
      firstRecord: run.first + Math.floor((begin - runStart) / perRecord),
      lastRecord: run.first + Math.floor((end - 1 - runStart) / perRecord),
      origin: runStart - from - run.first * perRecord,
      length: to - from,
    };
    const read = header.recordBytes > ROW_BYTES ? readLongRecords : readRecords;
    await read(source, header, signals, span, take);
  }
  leaveOut(to);
}

/** Sample number at which a run begins, at the rate of `perRecord` samples a record. */
export function startSample(run: Run, header: EdfHeader, perRecord: number): number {
  return Math.round((run.startS * perRecord) / header.recordDurationS);
}

interface Span {
  readonly firstRecord: number;
  readonly lastRecord: number;
  /** Place of the first sample of the file's first record, were it of this run; often negative. */
  readonly origin: number;
  readonly length: number;
}

async function readRecords(
  source: ByteSource,
  header: EdfHeader,
  signals: readonly EdfSignal[],
  { firstRecord, lastRecord, origin }: Span,
  take: Take,
): Promise<void> {
  const { recordBytes, headerBytes } = header;
  const perBlock = Math.max(1, Math.floor(BLOCK_BYTES / recordBytes));
  const blocks = [];
  for (let record = firstRecord; record <= lastRecord; record += perBlock) {
    const count = Math.min(perBlock, lastRecord - record + 1);
    blocks.push({ at: headerBytes + record * recordBytes, length: count * recordBytes, record });
  }
  await eachBlock(source, FILE, blocks, (bytes, { record }) => {
    const places = signals.map(({ byteOffset, samplesPerRecord: perRow }, signal) => {
      return { signal, firstByte: byteOffset, perRow, at: origin + record * perRow };
    });
    take(bytes, recordBytes, places);
  });
}

/** Records too large to hold: each signal is read by itself, in pieces. */
async function readLongRecords(
  source: ByteSource,
  header: EdfHeader,
  signals: readonly EdfSignal[],
  span: Span,
  take: Take,
): Promise<void> {
  const size = header.bytesPerSample;
  const piece = Math.floor(BLOCK_BYTES / size);
  for (let record = span.firstRecord; record <= span.lastRecord; record++) {
    for (const [signal, { samplesPerRecord, byteOffset }] of signals.entries()) {
      const position = span.origin + record * samplesPerRecord;
      const last = Math.min(samplesPerRecord, span.length - position);
      const start = header.headerBytes + record * header.recordBytes + byteOffset;
      const blocks = [];
      for (let sample = Math.max(0, -position); sample < last; sample += piece) {
        const length = Math.min(piece, last - sample) * size;
        blocks.push({ at: start + sample * size, length, sample });
      }
      await eachBlock(source, FILE, blocks, (bytes, { sample }) => {
        take(bytes, size, [{ signal, firstByte: 0, perRow: 1, at: position + sample }]);
      });
    }
  }
}

/** `count` samples from a byte on to `out` from `at` on, as far as `out` reaches. */
type Copy = (bytes: Uint8Array, byte: number, out: Int32Array, at: number, count: number) => void;

const copyPairs: Copy = (bytes, byte, out, at, count) => {
  const end = Math.min(count, out.length - at);
  for (let i = Math.max(0, -at), b = byte + 2 * i; i < end; i++, b += 2)
    out[at + i] = (((bytes[b + 1] ?? 0) << 24) >> 16) | (bytes[b] ?? 0);
};

const copyTriplets: Copy = (bytes, byte, out, at, count) => {
  const end = Math.min(count, out.length - at);
  for (let i = Math.max(0, -at), b = byte + 3 * i; i < end; i++, b += 3)
    out[at + i] = (((bytes[b + 2] ?? 0) << 24) >> 8) | ((bytes[b + 1] ?? 0) << 8) | (bytes[b] ?? 0);
};
