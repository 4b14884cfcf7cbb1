/**
 * One signal file of a record: the signals that share it, interleaved frame by frame. The three
 * kinds (packed bits, differences, FLAC) look the same from outside.
 */
import type { ByteSource } from '../byte-source.ts';
import type { FrameTarget } from '../vector/convert.ts';
import type { SignalLine } from './signal-line.ts';
import type { StorageFormat } from './storage-format.ts';

/** Receives interleaved samples of frames [firstFrame, firstFrame + frames). */
export type FrameVisitor = (samples: Int32Array, firstFrame: number, frames: number) => void;

export interface SignalFile {
  /** Complete frames in the file. */
  readonly frameCount: number;
  readonly samplesPerFrame: number;
  /**
   * Frames [from, to) in order, in pieces. `samples` is valid during the call only. Throws
   * `damaged-file` where the file ends early or contradicts itself.
   */
  visit(from: number, to: number, each: FrameVisitor): Promise<void>;
  /**
   * The short way, where the file's format has one: frames [from, to) of leads with one sample a
   * frame, to physical values. Same errors.
   */
  convert?(from: number, to: number, leads: readonly FrameTarget[]): Promise<void>;
  close(): Promise<void>;
}

/** What a file of interleaved signals is opened with. */
export interface SignalFileRequest {
  readonly name: string;
  readonly source: ByteSource;
  readonly format: StorageFormat;
  readonly byteOffset: number;
  /** The signals in the file, in its order; equal format and offset. */
  readonly signals: readonly SignalLine[];
}

/** Samples of all signals in one frame of the file. */
export function samplesPerFrameOf(signals: readonly SignalLine[]): number {
  return signals.reduce((sum, signal) => sum + signal.samplesPerFrame, 0);
}
