/**
 * A signal file of packed samples. A piece of frames is unpacked at a time, small enough to stay
 * in the processor's cache.
 */
import { readExactly } from '../byte-source.ts';
import { samplesPerFrameOf, type SignalFile, type SignalFileRequest } from './signal-file.ts';
import { bytesOfSamples, samplesInBytes } from './storage-format.ts';
import { unpack } from './unpack.ts';

/** Bytes read from disk at once. */
const READ_BYTES = 1 << 20;
/** Samples unpacked at once: 64 KiB of Int32, which stays in the L2 cache. */
const PIECE_SAMPLES = 1 << 14;

export function packedSignalFile(request: SignalFileRequest): SignalFile {
  const { name, source, format, byteOffset, signals } = request;
  const perFrame = samplesPerFrameOf(signals);
  const frameCount = Math.floor(samplesInBytes(format, source.size - byteOffset) / perFrame);
  const framesPerRead = Math.max(1, Math.floor(samplesInBytes(format, READ_BYTES) / perFrame));
  const framesPerPiece = Math.max(1, Math.floor(PIECE_SAMPLES / perFrame));

  return {
    frameCount,
    samplesPerFrame: perFrame,
    async visit(from, to, each) {
      // Its own scratch: calls may overlap.
      const longest = Math.min(framesPerPiece, to - from) * perFrame + format.groupSamples;
      const scratch = new Int32Array(longest);
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
          const at = (group - firstGroup) * format.groupBytes;
          unpack(format, bytes.subarray(at), skip + frames * perFrame, scratch);
          each(scratch.subarray(skip, skip + frames * perFrame), piece, frames);
        }
      }
    },
    close: () => source.close(),
  };
}
