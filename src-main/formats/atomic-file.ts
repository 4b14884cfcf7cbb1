/**
 * Files that are written whole or not at all: into a temporary file beside the target, flushed to
 * the disk, then renamed over it. A crash, a full disk or a lost power supply leaves either the old
 * file or the new one, never half of one.
 */
import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RhythmarkError } from '../contract/errors.ts';
import { refusedWrite } from './refused-write.ts';

export interface AtomicFile {
  /** Appends. Many small pieces are gathered before they go to the disk. */
  write(piece: string | Uint8Array): Promise<void>;
  /** Puts the file in its place; nothing may be written afterwards. */
  commit(): Promise<void>;
  /** Removes what was written and leaves the target as it was. Safe after `commit` and twice. */
  discard(): Promise<void>;
}

/** Gathered before a write, characters or bytes. */
const GATHERED = 1 << 18;

/**
 * Throws RhythmarkError `bad-request` where the target is a folder or a device, `not-found` where its
 * folder is none, `access-denied` and `disk-full` where the system refuses, and the system's own error
 * for the rest; then nothing was changed.
 */
export async function createAtomicFile(path: string): Promise<AtomicFile> {
  const target = await plainTarget(path);
  const temporary = join(
    dirname(target),
    `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`,
  );
  const refused = (error: unknown): never => {
    throw refusedWrite(target, error);
  };
  const file = await open(temporary, 'wx').catch(refused);
  let state: 'open' | 'committed' | 'discarded' = 'open';
  let gathered: Uint8Array[] = [];
  let size = 0;

  async function flush(): Promise<void> {
    const bytes = Buffer.concat(gathered);
    gathered = [];
    size = 0;
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, at, bytes.length - at).catch(refused);
      at += bytesWritten;
    }
  }

  async function discard(): Promise<void> {
    if (state !== 'open') return;
    state = 'discarded';
    await file.close().catch(() => undefined); // closed by a failed commit
    await rm(temporary, { force: true });
  }

  return {
    async write(piece) {
      if (state !== 'open') throw new Error('the file was committed or discarded');
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece.slice();
      gathered.push(bytes);
      size += bytes.length;
      if (size >= GATHERED) await flush();
    },
    async commit() {
      try {
        await flush();
        await file.sync();
        await file.close();
        await rename(temporary, target);
        state = 'committed';
      } catch (error) {
        await discard();
        throw refusedWrite(target, error);
      }
      await syncFolder(dirname(target));
    },
    discard,
  };
}

/** A whole file from its pieces. Throws as `createAtomicFile`, and what the pieces throw. */
export async function writeFileAtomically(
  path: string,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const file = await createAtomicFile(path);
  try {
    for await (const piece of pieces) await file.write(piece);
    await file.commit();
  } finally {
    await file.discard();
  }
}

/** The file that a link stands for; a link is not replaced by a file. */
async function plainTarget(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null) return path;
  if (!found.isFile()) {
    throw new RhythmarkError(
      'bad-request',
      `${basename(path)} is ${found.isDirectory() ? 'a folder' : 'no plain file'}. Name a file to write to.`,
    );
  }
  return realpath(path);
}

/** Makes the rename itself last. Windows has no such call, and some network drives refuse it. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch {
    // The file is whole either way; only the moment of its appearance is not certain.
  } finally {
    await handle?.close();
  }
}
