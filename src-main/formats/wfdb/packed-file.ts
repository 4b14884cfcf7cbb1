/**
 * A signal file of packed samples. Most recordings go the short way, from bytes to physical values
 * in vector/; the rest is unpacked first, a piece of frames at a time, small enough to stay in the
 * processor's cache.
 */
import { eachBlock } from '../blocks.ts';
import { BATCH_BYTES, convertFrames212, convertRows } from '../vector/convert.ts';
import type { Width } from '../vector/kernels.ts';
import { samplesPerFrameOf, type SignalFile, type SignalFileRequest } from './signal-file.ts';
import { bytesOfSamples, samplesInBytes } from './storage-format.ts';
import { unpack } from './unpack.ts';

/** Bytes read from disk at once: few enough to be still in the cache when they are unpacked. */
const READ_BYTES = 1 << 18;
/** Samples unpacked at once: 64 KiB of Int32, which stays in the L2 cache. */
const PIECE_SAMPLES = 1 << 14;

/** Formats whose samples are little-endian integers. */
const WIDTHS: ReadonlyMap<number, Width> = new Map([
  [16, 'int16'],
  [24, 'int24'],
  [32, 'int32'],
]);

/** Bytes of a group on, in which frames [frame, frame + frames) begin `skip` samples later. */
type PieceVisitor = (bytes: Uint8Array, skip: number, frame: number, frames: number) => void;

export function packedSignalFile(request: SignalFileRequest): SignalFile {
  const { name, source, format, byteOffset, signals } = request;
  const perFrame = samplesPerFrameOf(signals);
  const frameCount = Math.floor(samplesInBytes(format, source.size - byteOffset) / perFrame);
  const framesPerRead = Math.max(1, Math.floor(samplesInBytes(format, READ_BYTES) / perFrame));
  const framesPerPiece = Math.max(1, Math.floor(PIECE_SAMPLES / perFrame));

  async function eachRead(from: number, to: number, visit: PieceVisitor): Promise<void> {
    const blocks = [];
    for (let frame = from; frame < to; frame += framesPerRead) {
      const end = Math.min(to, frame + framesPerRead);
      const group = Math.floor((frame * perFrame) / format.groupSamples);
      const start = group * format.groupBytes;
      const length = bytesOfSamples(format, end * perFrame) - start;
      const skip = frame * perFrame - group * format.groupSamples;
      blocks.push({ at: byteOffset + start, length, frame, frames: end - frame, skip });
    }
    await eachBlock(source, name, blocks, (bytes, { frame, frames, skip }) => {
      visit(bytes, skip, frame, frames);
    });
  }

  return {
    frameCount,
    samplesPerFrame: perFrame,
    async visit(from, to, each) {
      // Its own scratch: calls may overlap.
      const longest = Math.min(framesPerPiece, to - from) * perFrame + format.groupSamples;
      const scratch = new Int32Array(longest);
      await eachRead(from, to, (bytes, skip, frame, frames) => {
        for (let piece = 0; piece < frames; piece += framesPerPiece) {
          const count = Math.min(framesPerPiece, frames - piece);
          const first = skip + piece * perFrame;
          const group = Math.floor(first / format.groupSamples);
          const begin = first - group * format.groupSamples;
          const end = begin + count * perFrame;
          unpack(format, bytes.subarray(group * format.groupBytes), end, scratch);
          each(scratch.subarray(begin, end), frame + piece, count);
        }
      });
    },
    ...shortWay(),
    close: () => source.close(),
  };

  function shortWay(): Pick<SignalFile, 'convert'> {
    const width = WIDTHS.get(format.code);
    if (width !== undefined && perFrame * format.groupBytes <= BATCH_BYTES) {
      const size = format.groupBytes;
      return {
        convert: (from, to, leads) =>
          eachRead(from, to, (bytes, _, frame) => {
            const targets = leads.map(({ offset, scaling, out, at }) => {
              const place = { width, firstByte: offset * size, perRow: 1, at: at + frame - from };
              return { ...place, scaling, out };
            });
            convertRows(bytes, perFrame * size, targets);
          }),
      };
    }
    if (format.code === 212 && 2 * perFrame <= BATCH_BYTES)
      return {
        convert: (from, to, leads) =>
          eachRead(from, to, (bytes, skip, frame, frames) => {
            const targets = leads.map((lead) => ({ ...lead, at: lead.at + frame - from }));
            convertFrames212(bytes, skip, perFrame, frames, targets);
          }),
      };
    return {};
  }
}
