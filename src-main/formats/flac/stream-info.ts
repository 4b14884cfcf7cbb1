/** The first metadata block of a FLAC stream, RFC 9639 section 8.2. */
import { RhythmarkError } from '../../contract/errors.ts';
import { readExactly, type ByteSource } from '../byte-source.ts';

export interface StreamInfo {
  readonly maxBlockSize: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  /** Samples of a channel; 0 where the writer did not know. */
  readonly sampleCount: number;
  /** Byte of the first frame. */
  readonly framesFrom: number;
}

const STREAMINFO_BYTES = 34;
/** Far above the handful of blocks that writers put there. */
const MAX_METADATA_BLOCKS = 1000;

/** Reads the marker and the metadata headers at `offset`. `damaged-file` where it is no FLAC. */
export async function readStreamInfo(
  source: ByteSource,
  offset: number,
  name: string,
): Promise<StreamInfo> {
  const head = await readExactly(source, offset, 8 + STREAMINFO_BYTES, name);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  // "fLaC", then a block of type 0.
  if (view.getUint32(0) !== 0x664c6143 || (view.getUint8(4) & 0x7f) !== 0)
    throw new RhythmarkError(
      'damaged-file',
      `${name} is said to be compressed with FLAC and is no FLAC file.`,
    );
  // 20 bits of rate, 3 channels, 5 depth, 36 number of samples, from byte 10 of the block.
  const packed = view.getUint32(8 + 10);
  const info = {
    maxBlockSize: view.getUint16(8 + 2),
    channels: ((packed >> 9) & 7) + 1,
    bitsPerSample: ((packed >> 4) & 31) + 1,
    sampleCount: (packed & 15) * 2 ** 32 + view.getUint32(8 + 14),
  };
  if (info.maxBlockSize < 16)
    throw new RhythmarkError('damaged-file', `${name} states a FLAC block of no samples.`);
  return { ...info, framesFrom: await endOfMetadata(source, offset + 4, name) };
}

async function endOfMetadata(source: ByteSource, first: number, name: string): Promise<number> {
  let at = first;
  for (let block = 0; block < MAX_METADATA_BLOCKS; block++) {
    const [flags = 0, a = 0, b = 0, c = 0] = await readExactly(source, at, 4, name);
    at += 4 + ((a << 16) | (b << 8) | c);
    if (flags & 0x80) return at;
  }
  throw new RhythmarkError('damaged-file', `${name} has FLAC metadata without end.`);
}
