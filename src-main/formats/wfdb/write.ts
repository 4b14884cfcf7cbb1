/** Writes WFDB records: a header and its signal files, whole or not at all. */
import { join } from 'node:path';
import { RhythmarkError } from '../../contract/errors.ts';
import { createAtomicFile, type AtomicFile } from '../atomic-file.ts';
import { NO_SAMPLE } from '../reader.ts';
import { pack } from './pack.ts';
import { storageFormat, type StorageFormat } from './storage-format.ts';
import { headerText, type WrittenSignal } from './write-header.ts';

/** Storage formats that can be written; FLAC (5xx) is read only. */
export const WRITABLE_FORMATS = [8, 16, 24, 32, 61, 80, 160, 212, 310, 311] as const;
export type WritableFormat = (typeof WRITABLE_FORMATS)[number];

export interface SignalToWrite {
  readonly name: string;
  readonly unit: string;
  /** Stored units per `unit`; 0 for an uncalibrated signal. */
  readonly gain: number;
  readonly baseline: number;
  readonly format: WritableFormat;
  readonly samplesPerFrame: number;
  /** 0 where it is not known. */
  readonly resolutionBits: number;
}

export interface RecordToWrite {
  /** Letters, digits, `_` and `-`. */
  readonly name: string;
  readonly frameHz: number;
  readonly frameCount: number;
  /** `yyyy-mm-ddThh:mm:ss.sss`, or null. */
  readonly start: string | null;
  /** Info strings, one line each. */
  readonly comments: readonly string[];
  readonly signals: readonly SignalToWrite[];
  /**
   * Stored samples of frames [from, to), one array a signal with `samplesPerFrame` values a frame;
   * NO_SAMPLE where there is none. Asked in order, in pieces.
   */
  read(from: number, to: number): Promise<readonly Int32Array[]>;
}

/** Multiples of 6 keep every piece at a group boundary of 212, 310 and 311. */
const FRAMES_PER_PIECE = 6 * 4096;

/** Signals next to each other in one format share a file. */
interface FileToWrite {
  readonly fileName: string;
  readonly format: StorageFormat;
  readonly firstSignal: number;
  readonly signals: readonly SignalToWrite[];
}

/**
 * Writes `name.hea` and its signal files into `folder` and answers their names. The header comes
 * into place last, so that a record is there with all of its files or not at all. `bad-request`
 * for samples, names or units that the format cannot hold; the system's error for the disk.
 */
export async function writeRecord(
  folder: string,
  record: RecordToWrite,
): Promise<readonly string[]> {
  checkRecord(record);
  const files = filesOf(record);
  const totals = record.signals.map(() => ({ initialValue: 0, checksum: 0 }));
  const open: AtomicFile[] = [];
  try {
    for (const file of files) open.push(await createAtomicFile(join(folder, file.fileName)));
    const last = new Int32Array(record.signals.length);
    for (let from = 0; from < record.frameCount; from += FRAMES_PER_PIECE) {
      const to = Math.min(record.frameCount, from + FRAMES_PER_PIECE);
      const samples = await record.read(from, to);
      for (const [index, file] of files.entries()) {
        const stored = interleave(file, samples, to - from);
        addUp(file, stored, from, totals);
        await open[index]?.write(
          file.format.kind === 'difference'
            ? differences(file, stored, from, last)
            : pack(file.format, stored),
        );
      }
    }
    const header = await createAtomicFile(join(folder, `${record.name}.hea`));
    open.push(header);
    await header.write(headerText(record, written(files, totals)));
    for (const file of open) await file.commit();
  } finally {
    for (const file of open) await file.discard();
  }
  return [`${record.name}.hea`, ...files.map((file) => file.fileName)];
}

function checkRecord({ name, frameHz, frameCount, signals }: RecordToWrite): void {
  if (!/^[A-Za-z0-9_-]+$/.test(name))
    throw new RhythmarkError(
      'bad-request',
      `"${name}" cannot name a WFDB record: letters, digits, - and _ can.`,
    );
  if (!(frameHz > 0) || !Number.isFinite(frameHz) || signals.length === 0 || !(frameCount > 0))
    throw new RhythmarkError('bad-request', 'A WFDB record needs a rate, a signal and a sample.');
  for (const { name: lead, unit, gain } of signals)
    if (/\s/.test(unit) || unit === '' || !Number.isFinite(gain))
      throw new RhythmarkError(
        'bad-request',
        `${lead} has the unit "${unit}" and the gain ${gain}, which a WFDB header cannot hold.`,
      );
}

function filesOf(record: RecordToWrite): FileToWrite[] {
  const runs: { firstSignal: number; signals: SignalToWrite[] }[] = [];
  for (const [index, signal] of record.signals.entries()) {
    const run = runs.at(-1);
    if (run?.signals[0]?.format === signal.format) run.signals.push(signal);
    else runs.push({ firstSignal: index, signals: [signal] });
  }
  return runs.map(({ firstSignal, signals }, index) => {
    const code = signals[0]?.format;
    const format = code === undefined ? undefined : storageFormat(code);
    if (format === undefined) throw new RangeError(`storage format ${code}`);
    const fileName = runs.length === 1 ? `${record.name}.dat` : `${record.name}.d${index}`;
    return { fileName, format, firstSignal, signals };
  });
}

/** Frames of a file's signals, missing samples as the format has them; checks the range. */
function interleave(
  { format, firstSignal, signals }: FileToWrite,
  samples: readonly Int32Array[],
  frames: number,
): Int32Array {
  const perFrame = signals.reduce((sum, signal) => sum + signal.samplesPerFrame, 0);
  const out = new Int32Array(frames * perFrame);
  const { least, most } = rangeOf(format);
  let offset = 0;
  for (const [index, { name, samplesPerFrame }] of signals.entries()) {
    const own = samples[firstSignal + index];
    if (own?.length !== frames * samplesPerFrame)
      throw new RhythmarkError('internal', `${name} came with ${own?.length} samples.`);
    for (let i = 0; i < own.length; i++) {
      const sample = own[i] ?? NO_SAMPLE;
      const stored = sample === NO_SAMPLE ? format.missing : sample;
      if (stored === null || (sample !== NO_SAMPLE && (sample < least || sample > most)))
        throw new RhythmarkError(
          'bad-request',
          sample === NO_SAMPLE
            ? `${name} has gaps, which storage format ${format.code} cannot hold. Choose another.`
            : `${name} holds the value ${sample}; storage format ${format.code} goes from ${least} to ${most}. Choose a wider one.`,
        );
      const phase = i % samplesPerFrame;
      out[((i - phase) / samplesPerFrame) * perFrame + offset + phase] = stored;
    }
    offset += samplesPerFrame;
  }
  return out;
}

/** The lowest value of a format stands for a missing sample. */
function rangeOf({ kind, bits }: StorageFormat): { least: number; most: number } {
  if (kind === 'difference') return { least: -(2 ** 31) + 1, most: 2 ** 31 - 1 };
  return { least: -(2 ** (bits - 1)) + 1, most: 2 ** (bits - 1) - 1 };
}

/** Initial values and checksums (16 bits of the sum of all samples), header(5). */
function addUp(
  { firstSignal, signals }: FileToWrite,
  stored: Int32Array,
  from: number,
  totals: { initialValue: number; checksum: number }[],
): void {
  const owner = ownersOf(signals);
  for (const [i, sample] of stored.entries()) {
    const total = totals[firstSignal + (owner[i % owner.length] ?? 0)];
    if (total === undefined) continue;
    total.checksum = ((total.checksum + sample) << 16) >> 16;
  }
  if (from > 0) return;
  for (const index of signals.keys()) {
    const total = totals[firstSignal + index];
    if (total) total.initialValue = stored[owner.indexOf(index)] ?? 0;
  }
}

/** Format 8; `last` holds each signal's sample before this piece. */
function differences(
  { firstSignal, signals }: FileToWrite,
  stored: Int32Array,
  from: number,
  last: Int32Array,
): Uint8Array {
  const owner = ownersOf(signals);
  if (from === 0)
    for (const index of signals.keys())
      last[firstSignal + index] = stored[owner.indexOf(index)] ?? 0;
  const bytes = new Uint8Array(stored.length);
  for (const [i, sample] of stored.entries()) {
    const signal = firstSignal + (owner[i % owner.length] ?? 0);
    const step = sample - (last[signal] ?? 0);
    if (step < -128 || step > 127)
      throw new RhythmarkError(
        'bad-request',
        `${signals[signal - firstSignal]?.name} rises by ${step} from one sample to the next; storage format 8 holds -128 to 127. Choose another.`,
      );
    bytes[i] = step & 0xff;
    last[signal] = sample;
  }
  return bytes;
}

/** Which of a file's signals each sample of a frame belongs to. */
function ownersOf(signals: readonly SignalToWrite[]): readonly number[] {
  return signals.flatMap(({ samplesPerFrame }, index) =>
    Array<number>(samplesPerFrame).fill(index),
  );
}

function written(
  files: readonly FileToWrite[],
  totals: readonly { initialValue: number; checksum: number }[],
): WrittenSignal[] {
  return files.flatMap(({ fileName, firstSignal, signals }) =>
    signals.map((signal, index) => ({
      ...{ initialValue: 0, checksum: 0 },
      ...totals[firstSignal + index],
      ...{ fileName, signal },
    })),
  );
}
