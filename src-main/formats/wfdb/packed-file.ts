/**
 * A signal file of packed samples. A piece of frames is unpacked at a time, small enough to stay
 * in the processor's cache.
 */
import { readExactly } from '../byte-source.ts';
import { lookUpFor } from './look-up.ts';
import { samplesPerFrameOf, type SignalFile, type SignalFileRequest } from './signal-file.ts';
import { bytesOfSamples, samplesInBytes } from './storage-format.ts';
import { unpack } from './unpack.ts';

/** Bytes read from disk at once: few enough to be still in the cache when they are unpacked. */
const READ_BYTES = 1 << 18;
/** Samples unpacked at once: 64 KiB of Int32, which stays in the L2 cache. */
const PIECE_SAMPLES = 1 << 14;

/** Bytes of a group on, in which frames [frame, frame + frames) begin `skip` samples later. */
type PieceVisitor = (bytes: Uint8Array, skip: number, frame: number, frames: number) => void;

export function packedSignalFile(request: SignalFileRequest): SignalFile {
  const { name, source, format, byteOffset, signals } = request;
  const perFrame = samplesPerFrameOf(signals);
  const frameCount = Math.floor(samplesInBytes(format, source.size - byteOffset) / perFrame);
  const framesPerRead = Math.max(1, Math.floor(samplesInBytes(format, READ_BYTES) / perFrame));
  const framesPerPiece = Math.max(1, Math.floor(PIECE_SAMPLES / perFrame));
  const lookUp = lookUpFor(format);

  async function eachPiece(from: number, to: number, visit: PieceVisitor): Promise<void> {
    for (let frame = from; frame < to; frame += framesPerRead) {
      const end = Math.min(to, frame + framesPerRead);
      const firstGroup = Math.floor((frame * perFrame) / format.groupSamples);
      const start = firstGroup * format.groupBytes;
      const bytes = await readExactly(
        source,
        byteOffset + start,
        bytesOfSamples(format, end * perFrame) - start,
        name,
      );
      for (let piece = frame; piece < end; piece += framesPerPiece) {
        const frames = Math.min(framesPerPiece, end - piece);
        const group = Math.floor((piece * perFrame) / format.groupSamples);
        const skip = piece * perFrame - group * format.groupSamples;
        visit(bytes.subarray((group - firstGroup) * format.groupBytes), skip, piece, frames);
      }
    }
  }

  return {
    frameCount,
    samplesPerFrame: perFrame,
    async visit(from, to, each) {
      // Its own scratch: calls may overlap.
      const longest = Math.min(framesPerPiece, to - from) * perFrame + format.groupSamples;
      const scratch = new Int32Array(longest);
      await eachPiece(from, to, (bytes, skip, frame, frames) => {
        const end = skip + frames * perFrame;
        unpack(format, bytes, end, scratch);
        each(scratch.subarray(skip, end), frame, frames);
      });
    },
    ...(lookUp === null
      ? {}
      : {
          lookUp: (from, to, targets) =>
            eachPiece(from, to, (bytes, skip, frame, frames) => {
              const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
              for (const target of targets) {
                const at = target.at + frame - from;
                lookUp(view, target, skip + target.offset, perFrame, frames, at);
              }
            }),
        }),
    close: () => source.close(),
  };
}
