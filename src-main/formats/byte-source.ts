/**
 * Where a reader gets its bytes: random access, read-only, never the whole file at once.
 * A file on disk, a member of a ZIP archive and a buffer in a test all look the same to a reader.
 */
import { constants, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { RhythmarkError } from '../contract/errors.ts';
import { smallFile, type Waiting } from './at-once.ts';

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

/** A file up to this long is read at once: its header and its samples then cost one read. */
const READ_WHOLE_BYTES = 1 << 16;
/** The same where the reader itself waits: ten seconds of twelve leads at 500 Hz. */
const READ_HERE_BYTES = 1 << 17;

/**
 * A regular file, opened read-only. A pipe or device would block the program for ever and is
 * refused, as is a folder: `not-a-recording`. Throws the system's error (ENOENT, EACCES) as it is.
 */
export async function openRegularFile(
  path: string,
  waiting: Waiting = 'aside',
): Promise<ByteSource> {
  const whole = waiting === 'here' ? smallFile(path, READ_HERE_BYTES) : null;
  if (whole !== null) return bytesOf(whole);
  const handle = await openUnblocked(path);
  try {
    const found = await handle.stat();
    if (found.isFile()) return sourceOf(handle, found.size);
    throw notAFile(found);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Without waiting for the other end of a pipe: what it is can be asked once it is open. */
async function openUnblocked(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    // Windows does not open folders, nor Linux sockets.
    const found = await stat(path);
    throw found.isFile() ? error : notAFile(found);
  }
}

function notAFile(found: Stats): RhythmarkError {
  const what = found.isDirectory() ? 'a folder' : 'a device or pipe';
  return new RhythmarkError('not-a-recording', `This is ${what}, not a recording.`);
}

function sourceOf(handle: FileHandle, size: number): ByteSource {
  let whole: Promise<Uint8Array> | null = null;
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
  const readRange = async (from: number, to: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(to - from);
    const filled = await readInto(bytes, from);
    return filled === bytes.length ? bytes : bytes.subarray(0, filled);
  };
  return {
    size,
    readInto,
    async read(offset, length) {
      const end = Math.min(size, offset + length);
      if (offset < 0 || length < 0 || end <= offset) return new Uint8Array(0);
      if (size > READ_WHOLE_BYTES) return readRange(offset, end);
      whole ??= readRange(0, size);
      return (await whole).subarray(offset, end);
    },
    close: () => handle.close(),
  };
}

/** Bytes in memory: a small file's, a member's of an archive, a test's. */
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
