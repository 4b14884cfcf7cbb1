/** One segment of a record (most records have one): its header, its signal files, random access. */
import { RhythmarkError } from '../../contract/errors.ts';
import type { ImportNote } from '../../contract/domain.ts';
import { LIMITS } from '../limits.ts';
import type { Siblings } from '../reader.ts';
import { readExactly, type ByteSource } from '../byte-source.ts';
import type { Sink } from './deinterleave.ts';
import { clip } from './header-line.ts';
import { parseHeader, type WfdbHeader } from './header.ts';
import type { SignalLine } from './signal-line.ts';
import { differenceSignalFile } from './difference-file.ts';
import { flacSignalFile } from './flac-file.ts';
import { packedSignalFile } from './packed-file.ts';
import type { FrameTarget } from '../vector/convert.ts';
import type { SignalFile, SignalFileRequest } from './signal-file.ts';

/** One signal asked for: its samples go to `sink`, the first at `at`. */
export interface WantedSignal {
  readonly signal: number;
  readonly sink: Sink;
  readonly at: number;
  /** The same as `sink` for files that have a short way; null where stored integers are wanted. */
  readonly physical: Pick<FrameTarget, 'scaling' | 'out'> | null;
}

export interface Segment {
  readonly header: WfdbHeader;
  /** Frames for which every signal has samples. */
  readonly frameCount: number;
  readonly notes: readonly ImportNote[];
  /**
   * Hands samples [from, to) of some signals, all of `samplesPerFrame`, to their sinks; nothing
   * for signals without a file. 0 <= from <= to <= frameCount * samplesPerFrame.
   */
  read(
    wanted: readonly WantedSignal[],
    samplesPerFrame: number,
    from: number,
    to: number,
  ): Promise<void>;
  close(): Promise<void>;
}

/** Reads and parses a header beside the record, `not-found` where it is missing. */
export async function readHeader(siblings: Siblings, file: string): Promise<WfdbHeader> {
  return readHeaderFrom(await siblings.open(file), file);
}

/** The same from an open file, which is closed. */
export async function readHeaderFrom(source: ByteSource, file: string): Promise<WfdbHeader> {
  try {
    if (source.size > LIMITS.headerBytes)
      throw new RhythmarkError(
        'too-large',
        `${clip(file)} has ${source.size.toLocaleString('en')} bytes; a header has at most ${LIMITS.headerBytes.toLocaleString('en')}. It is no header.`,
      );
    return parseHeader(await readExactly(source, 0, source.size, file), file);
  } finally {
    await source.close();
  }
}

/** A file of the record and the signals in it. */
interface FileGroup {
  readonly file: SignalFile;
  readonly firstSignal: number;
  readonly signals: readonly SignalLine[];
  /** Position in a frame of each signal's first sample. */
  readonly offsets: readonly number[];
}

/**
 * Opens every signal file of a header. `folder` is where they lie, relative to the record. Throws
 * `not-found` for a missing file, `damaged-file` where one is shorter than the header says.
 */
export async function openSegment(
  header: WfdbHeader,
  siblings: Siblings,
  folder = '',
): Promise<Segment> {
  const groups: FileGroup[] = [];
  const close = async () => {
    await Promise.all(groups.map((group) => group.file.close()));
  };
  try {
    for (const [firstSignal, signals] of groupByFile(header.signals)) {
      const [first] = signals;
      if (first === undefined || first.format.kind === 'none') continue;
      const name = folder + first.fileName;
      const source = await siblings.open(name);
      try {
        const { format, byteOffset } = first;
        const file = await openSignalFile({ name, source, format, byteOffset, signals });
        groups.push({ file, firstSignal, signals, offsets: offsetsInFrame(signals) });
      } catch (error) {
        await source.close();
        throw error;
      }
    }
    const notes: ImportNote[] = [];
    const frameCount = framesHeld(header, groups, notes);
    return {
      header,
      frameCount,
      notes,
      read: (wanted, perFrame, from, to) => readGroups(groups, wanted, perFrame, from, to),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openSignalFile(request: SignalFileRequest): Promise<SignalFile> {
  switch (request.format.kind) {
    case 'packed':
      return packedSignalFile(request);
    case 'difference':
      return differenceSignalFile(request);
    case 'flac':
      return flacSignalFile(request);
    case 'none':
      throw new RhythmarkError('damaged-file', `${request.name} has storage format 0 (no file).`);
  }
}

async function readGroups(
  groups: readonly FileGroup[],
  wanted: readonly WantedSignal[],
  samplesPerFrame: number,
  from: number,
  to: number,
): Promise<void> {
  for (const { file, firstSignal, signals, offsets } of groups) {
    const inGroup = wanted.flatMap(({ signal, sink, at, physical }) => {
      const line = signals[signal - firstSignal];
      const offset = offsets[signal - firstSignal];
      if (line === undefined || offset === undefined) return [];
      const interleaving = { stride: file.samplesPerFrame, offset, samplesPerFrame };
      const { skewFrames } = line;
      const short = physical && { ...physical, at, offset };
      return [{ sink, at, interleaving, skewFrames, short }];
    });
    if (inGroup.length === 0) continue;
    const skews = inGroup.map(({ skewFrames }) => skewFrames);
    const firstFrame = Math.floor(from / samplesPerFrame) + Math.min(...skews);
    const endFrame = Math.ceil(to / samplesPerFrame) + Math.max(...skews);
    const short = inGroup.flatMap((one) => one.short ?? []);
    const straight = samplesPerFrame === 1 && skews.every((skew) => skew === skews[0]);
    if (file.convert && straight && short.length === inGroup.length) {
      await file.convert(firstFrame, endFrame, short);
      continue;
    }
    await file.visit(firstFrame, endFrame, (piece, frame, frames) => {
      for (const { sink, at, interleaving, skewFrames } of inGroup) {
        const pieceStart = (frame - skewFrames) * samplesPerFrame;
        const start = Math.max(from, pieceStart);
        const end = Math.min(to, pieceStart + frames * samplesPerFrame);
        if (end > start)
          sink(piece, interleaving, start - pieceStart, end - start, at + start - from);
      }
    });
  }
}

/** Signals of one file stand together in a header; each run with the number of its first signal. */
function groupByFile(signals: readonly SignalLine[]): readonly [number, readonly SignalLine[]][] {
  const groups: [number, SignalLine[]][] = [];
  const seen = new Set<string>();
  for (const [index, signal] of signals.entries()) {
    const group = groups.at(-1)?.[1];
    const first = group?.[0];
    if (group !== undefined && first?.fileName === signal.fileName) {
      if (first.format !== signal.format || first.byteOffset !== signal.byteOffset)
        throw new RhythmarkError(
          'damaged-file',
          `The signals in ${clip(signal.fileName)} are given different storage formats or offsets; a file has one.`,
        );
      group.push(signal);
      continue;
    }
    if (signal.format.kind !== 'none' && seen.has(signal.fileName))
      throw new RhythmarkError(
        'damaged-file',
        `The header names ${clip(signal.fileName)} for signals that do not stand together, so their order in the file is unknown.`,
      );
    seen.add(signal.fileName);
    groups.push([index, [signal]]);
  }
  return groups;
}

function offsetsInFrame(signals: readonly SignalLine[]): readonly number[] {
  let offset = 0;
  return signals.map((signal) => {
    const own = offset;
    offset += signal.samplesPerFrame;
    return own;
  });
}

/**
 * A skewed signal's samples start later in its file, so the record ends with the signal that ends
 * first, as for rdsamp.
 */
function framesHeld(header: WfdbHeader, groups: readonly FileGroup[], notes: ImportNote[]): number {
  const stated = header.record.frameCount;
  let frames = stated ?? Infinity;
  for (const { file, signals } of groups) {
    const name = clip(signals[0]?.fileName ?? '');
    if (stated !== null && file.frameCount < stated)
      throw new RhythmarkError(
        'damaged-file',
        `${name} holds ${file.frameCount.toLocaleString('en')} of the ${stated.toLocaleString('en')} samples that the header states. The file is cut off: copy it again from the recorder.`,
      );
    if (stated !== null && file.frameCount > stated)
      notes.push({
        kind: 'ignored',
        code: 'wfdb-extra-samples',
        message: `${name} holds ${(file.frameCount - stated).toLocaleString('en')} samples more than the header states; they were left out.`,
      });
    for (const { skewFrames } of signals)
      frames = Math.min(frames, Math.max(0, file.frameCount - skewFrames));
  }
  if (frames > LIMITS.samples && frames !== Infinity)
    throw new RhythmarkError('too-large', 'The record is longer than any recording is.');
  return frames === Infinity ? 0 : frames;
}
