/** Deflated parts of a file, expanded under a ceiling: a few kilobytes must not become gigabytes. */
import { inflateRawSync, inflateSync } from 'node:zlib';
import { RhythmarkError } from '../contract/errors.ts';
import { LIMITS } from './limits.ts';

/**
 * Room for what `compressedBytes` expand to. Integers of an ECG deflate to a tenth or so, a flat
 * line to a thousandth: small files get a fixed room, large ones a multiple of their size.
 */
export function inflationRoom(compressedBytes: number): number {
  return Math.min(
    LIMITS.wholeFileBytes,
    Math.max(LIMITS.inflatedBytes, LIMITS.inflationRatio * compressedBytes),
  );
}

/** Errors: `too-large` above `room` bytes, `damaged-file` where the stream is cut off or broken. */
export function inflated(
  bytes: Uint8Array,
  wrapping: 'zlib' | 'raw',
  room: number,
  what: string,
): Uint8Array {
  const options = { maxOutputLength: Math.max(1, Math.floor(room)) };
  try {
    return wrapping === 'zlib' ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new RhythmarkError(
        'too-large',
        `${what} expands to over ${Math.floor(room).toLocaleString('en')} bytes, more than is read of a file of this size.`,
      );
    }
    throw new RhythmarkError(
      'damaged-file',
      `${what} is compressed and cannot be expanded. It is cut off or damaged: copy it again.`,
      code,
    );
  }
}
