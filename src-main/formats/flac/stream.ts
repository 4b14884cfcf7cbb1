/**
 * Random access to a FLAC stream. Frames say which sample they begin with but not how long they
 * are, so a sample is found by interpolation between known frames (a few reads of 64 KiB), then by
 * decoding forward. Frames once passed are remembered.
 */
import { RhythmarkError } from '../../contract/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { decodeFrame } from './frame.ts';
import { frameHeaderAt, MAX_HEADER_BYTES, type FrameHeader } from './frame-header.ts';
import { readStreamInfo, type StreamInfo } from './stream-info.ts';

/** Receives a decoded block; the arrays are valid during the call only. */
export type BlockVisitor = (
  channels: readonly Int32Array[],
  firstSample: number,
  samples: number,
) => void;

export interface FlacStream {
  readonly info: StreamInfo;
  readonly sampleCount: number;
  /** Decodes the blocks that overlap samples [from, to), in order. `damaged-file` with the byte. */
  visit(from: number, to: number, each: BlockVisitor): Promise<void>;
}

interface Place {
  readonly sample: number;
  readonly byte: number;
}

const PROBE_BYTES = 1 << 16;
const READ_BYTES = 1 << 18;
/** Twice what 8 channels of 65,535 samples of 24 bits take uncompressed. */
const MAX_FRAME_BYTES = 1 << 22;
/** Bytes between two remembered frames; 14 days of three leads are then 20,000 places. */
const REMEMBER_EVERY = 1 << 16;

/** Opens a stream at `offset`; its last sample is looked for, so that a cut-off file is found out. */
export async function openFlac(
  source: ByteSource,
  offset: number,
  name: string,
): Promise<FlacStream> {
  const info = await readStreamInfo(source, offset, name);
  const stream = new OpenFlac(source, info, name);
  const sampleCount = info.sampleCount || (await stream.countSamples());
  if (sampleCount > 0) await stream.visit(sampleCount - 1, sampleCount, () => undefined);
  return { info, sampleCount, visit: (from, to, each) => stream.visit(from, to, each) };
}

class OpenFlac {
  readonly #source: ByteSource;
  readonly #info: StreamInfo;
  readonly #name: string;
  /** Frames that are known to begin at these places, ascending. */
  readonly #known: Place[];

  constructor(source: ByteSource, info: StreamInfo, name: string) {
    this.#source = source;
    this.#info = info;
    this.#name = name;
    this.#known = [{ sample: 0, byte: info.framesFrom }];
  }

  /** For streams whose writer did not know the length: goes through the frames once. */
  async countSamples(): Promise<number> {
    let end = 0;
    const count: BlockVisitor = (_, first, samples) => (end = first + samples);
    await this.#decode({ sample: 0, byte: this.#info.framesFrom }, Infinity, count);
    return end;
  }

  async visit(from: number, to: number, each: BlockVisitor): Promise<void> {
    if (to <= from) return;
    await this.#decode(await this.#placeBefore(from), to, (channels, first, samples) => {
      if (first + samples > from) each(channels, first, samples);
    });
  }

  /** Decodes frame after frame from a known one until sample `to` is passed. */
  async #decode(start: Place, to: number, each: BlockVisitor): Promise<void> {
    const { channels: count, maxBlockSize } = this.#info;
    const channels = Array.from({ length: count }, () => new Int32Array(maxBlockSize));
    let { sample, byte } = start;
    let buffer: Uint8Array = new Uint8Array(0);
    let bufferFrom = byte;
    let want = to === Infinity ? READ_BYTES : PROBE_BYTES;
    while (sample < to) {
      const header = frameHeaderAt(buffer, byte - bufferFrom, this.#info);
      const frame =
        header === null
          ? ({ kind: 'needs-more' } as const)
          : decodeFrame(buffer, byte - bufferFrom, header, this.#info, channels);
      if (header !== null && frame.kind === 'decoded') {
        if (header.firstSample !== sample) throw this.#damaged(byte);
        each(channels, sample, header.blockSize);
        this.#remember({ sample, byte });
        sample += header.blockSize;
        byte += frame.bytes;
        continue;
      }
      const atEnd = bufferFrom + buffer.length >= this.#source.size;
      if (atEnd && byte >= this.#source.size && to === Infinity) return;
      const hasHeader = bufferFrom + buffer.length - byte >= MAX_HEADER_BYTES;
      if (atEnd || frame.kind === 'damaged' || (header === null && hasHeader))
        throw this.#damaged(byte);
      // The first read is small, for a window; a long pass takes larger ones, and a frame that is
      // longer than a read one of twice the size.
      if (byte === bufferFrom && buffer.length > 0) want = 2 * buffer.length;
      else if (buffer.length > 0) want = READ_BYTES;
      if (want > MAX_FRAME_BYTES) throw this.#damaged(byte);
      buffer = (await this.#source.read(byte, want)).slice();
      bufferFrom = byte;
    }
  }

  #damaged(byte: number): RhythmarkError {
    const cut = byte >= this.#source.size - MAX_HEADER_BYTES;
    return new RhythmarkError(
      'damaged-file',
      cut
        ? `${this.#name} ends early, at byte ${this.#source.size.toLocaleString('en')}. The file is cut off: copy it again from the recorder.`
        : `${this.#name} is damaged at byte ${byte.toLocaleString('en')}: the FLAC frame there is not what was written.`,
      `byte ${byte}`,
    );
  }

  #remember(place: Place): void {
    const index = this.#indexAtOrBefore(place.sample);
    const before = this.#known[index];
    const after = this.#known[index + 1];
    if (before && place.byte - before.byte < REMEMBER_EVERY) return;
    if (after && after.byte - place.byte < REMEMBER_EVERY) return;
    this.#known.splice(index + 1, 0, place);
  }

  #indexAtOrBefore(sample: number): number {
    let low = 0;
    let high = this.#known.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#known[middle]?.sample ?? Infinity) <= sample) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** A frame at or before `sample`, at most about PROBE_BYTES before its own. */
  async #placeBefore(sample: number): Promise<Place> {
    const index = this.#indexAtOrBefore(sample);
    let low: Place = this.#known[index] ?? { sample: 0, byte: this.#info.framesFrom };
    let high: Place = this.#known[index + 1] ?? {
      sample: this.#info.sampleCount,
      byte: this.#source.size,
    };
    for (let round = 0; high.byte - low.byte > 2 * PROBE_BYTES; round++) {
      // Interpolation, and halving in every other round, since it can stay on one side.
      const share = (sample - low.sample) / Math.max(1, high.sample - low.sample);
      const step = (round % 2 === 0 ? Math.min(share, 1) : 0.5) * (high.byte - low.byte);
      const guess = Math.floor(low.byte + step - PROBE_BYTES / 2);
      const from = Math.min(Math.max(guess, low.byte + 1), high.byte - PROBE_BYTES);
      const found = await this.#frameIn(from);
      if (found === null || found.sample > sample) {
        high = { sample: found?.sample ?? high.sample, byte: from };
        continue;
      }
      low = found;
      if (sample - found.sample < this.#nearby) break;
    }
    return low;
  }

  /** Samples that are quicker decoded than jumped over. */
  get #nearby(): number {
    return 8 * this.#info.maxBlockSize;
  }

  /** The first frame that begins in PROBE_BYTES from `from` and decodes; null where there is none. */
  async #frameIn(from: number): Promise<Place | null> {
    const bytes = (await this.#source.read(from, 2 * PROBE_BYTES)).slice();
    const channels = Array.from(
      { length: this.#info.channels },
      () => new Int32Array(this.#info.maxBlockSize),
    );
    for (
      let at = bytes.indexOf(0xff);
      at >= 0 && at < PROBE_BYTES;
      at = bytes.indexOf(0xff, at + 1)
    ) {
      const header: FrameHeader | null = frameHeaderAt(bytes, at, this.#info);
      if (header === null) continue;
      const frame = decodeFrame(bytes, at, header, this.#info, channels);
      if (frame.kind === 'decoded') return { sample: header.firstSample, byte: from + at };
    }
    return null;
  }
}
