/**
 * Format 8: each byte is the difference to the signal's sample before. A sample is the sum of
 * everything before it, so the sums at every CHECKPOINT_FRAMES frames are kept as they are first
 * passed, and a later read starts from the nearest.
 */
import { readExactly } from '../byte-source.ts';
import { samplesPerFrameOf, type SignalFile, type SignalFileRequest } from './signal-file.ts';

const CHECKPOINT_FRAMES = 1 << 16;
const READ_BYTES = 1 << 20;
const PIECE_SAMPLES = 1 << 14;

export function differenceSignalFile(request: SignalFileRequest): SignalFile {
  const { name, source, byteOffset, signals } = request;
  const perFrame = samplesPerFrameOf(signals);
  const frameCount = Math.max(0, Math.floor((source.size - byteOffset) / perFrame));
  const framesPerRead = Math.max(1, Math.floor(READ_BYTES / perFrame));
  const framesPerPiece = Math.max(1, Math.floor(PIECE_SAMPLES / perFrame));
  /** Which signal each sample of a frame belongs to. */
  const owner = Int32Array.from(
    signals.flatMap((signal, index) => Array<number>(signal.samplesPerFrame).fill(index)),
  );
  /** Sums before frame i * CHECKPOINT_FRAMES, one row a checkpoint. */
  const checkpoints: Int32Array[] = [Int32Array.from(signals, (signal) => signal.initialValue)];

  return {
    frameCount,
    samplesPerFrame: perFrame,
    async visit(from, to, each) {
      const known = Math.min(checkpoints.length - 1, Math.floor(from / CHECKPOINT_FRAMES));
      const sums = Int32Array.from(checkpoints[known] ?? []);
      const scratch = new Int32Array(framesPerPiece * perFrame);
      let frame = known * CHECKPOINT_FRAMES;
      let bytes: Uint8Array = new Uint8Array(0);
      let bytesFrom = frame;
      let bytesTo = frame;
      while (frame < to) {
        if (frame >= bytesTo) {
          bytesFrom = frame;
          bytesTo = Math.min(to, frame + framesPerRead);
          bytes = await readExactly(
            source,
            byteOffset + bytesFrom * perFrame,
            (bytesTo - bytesFrom) * perFrame,
            name,
          );
        }
        // A piece ends with what was read, where the asked range begins, or at a checkpoint.
        const checkpoint = (Math.floor(frame / CHECKPOINT_FRAMES) + 1) * CHECKPOINT_FRAMES;
        const border = frame < from ? from : to;
        const end = Math.min(frame + framesPerPiece, bytesTo, checkpoint, border);
        const count = (end - frame) * perFrame;
        accumulate(bytes, (frame - bytesFrom) * perFrame, count, owner, sums, scratch);
        if (frame >= from) each(scratch.subarray(0, count), frame, end - frame);
        frame = end;
        if (frame === checkpoints.length * CHECKPOINT_FRAMES) checkpoints.push(sums.slice());
      }
    },
    close: () => source.close(),
  };
}

function accumulate(
  bytes: Uint8Array,
  at: number,
  count: number,
  owner: Int32Array,
  sums: Int32Array,
  out: Int32Array,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, count);
  const perFrame = owner.length;
  for (let i = 0, inFrame = 0; i < count; i++) {
    const signal = owner[inFrame] ?? 0;
    const sum = ((sums[signal] ?? 0) + view.getInt8(i)) | 0;
    sums[signal] = sum;
    out[i] = sum;
    if (++inFrame === perFrame) inFrame = 0;
  }
}
