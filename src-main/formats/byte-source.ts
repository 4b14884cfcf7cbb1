/**
 * Where a reader gets its bytes: random access, read-only, never the whole file at once.
 * A file on disk, a member of a ZIP archive and a buffer in a test all look the same to a reader.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { RhythmarkError } from '../contract/errors.ts';

export interface ByteSource {
  readonly size: number;
  /**
   * Bytes [offset, offset + length), shorter only where the file ends. The result may be a view
   * of what others are given, too: it is not to be written to.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /**
   * The same into memory of the caller's, from its start on; answers how many bytes came. Absent
   * where the bytes lie in memory already.
   */
  readInto?(target: Uint8Array, offset: number): Promise<number>;
  close(): Promise<void>;
}

/** A file on disk, opened read-only. Throws the system's error (ENOENT, EACCES) as it is. */
export async function openFile(path: string): Promise<ByteSource> {
  const handle: FileHandle = await open(path, 'r');
  const { size } = await handle.stat();
  const readInto = async (target: Uint8Array, offset: number): Promise<number> => {
    const wanted = Math.max(0, Math.min(target.length, size - offset));
    let filled = 0;
    while (filled < wanted) {
      const { bytesRead } = await handle.read(target, filled, wanted - filled, offset + filled);
      if (bytesRead === 0) break; // the file shrank since it was opened
      filled += bytesRead;
    }
    return filled;
  };
  return {
    size,
    readInto,
    async read(offset, length) {
      const end = Math.min(size, offset + length);
      if (offset < 0 || length < 0 || end <= offset) return new Uint8Array(0);
      const bytes = new Uint8Array(end - offset);
      const filled = await readInto(bytes, offset);
      return filled === bytes.length ? bytes : bytes.subarray(0, filled);
    },
    close: () => handle.close(),
  };
}

/** A buffer, for archives and tests. */
export function bytesOf(bytes: Uint8Array): ByteSource {
  // A Buffer's `slice` shares its memory, a Uint8Array's copies: readers are given the latter.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    size: plain.length,
    read: (offset, length) =>
      Promise.resolve(plain.subarray(Math.max(0, offset), Math.max(0, offset + length))),
    close: () => Promise.resolve(),
  };
}

/** Exactly `length` bytes, or a `damaged-file` error that names the place. */
export async function readExactly(
  source: ByteSource,
  offset: number,
  length: number,
  what: string,
): Promise<Uint8Array> {
  const bytes = await source.read(offset, length);
  if (bytes.length === length) return bytes;
  throw cutOff(what, offset + bytes.length, length - bytes.length);
}

/** The error of a file that ends `missing` bytes early, at byte `end`. */
export function cutOff(what: string, end: number, missing: number): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `${what} ends ${missing.toLocaleString('en')} bytes early at byte ${end.toLocaleString('en')}. The file is cut off: copy it again from the recorder.`,
  );
}
