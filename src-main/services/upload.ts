/**
 * Files dropped on a browser page, which has no paths to give: their bytes come in parts and are
 * kept in the library's own folder. A drop is there whole or not at all; it is opened when its last
 * part has come, so that a header finds its samples.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Parsed } from '../contract/api.ts';
import { RhythmarkError } from '../contract/errors.ts';
import { nameInDrop } from './drop-names.ts';

/** An unfinished drop's folder; removed at the next start where the program was killed. */
const PARTIAL = '.partial';
const MOST_DROPS = 8;
const MOST_FILES = 20_000;
/** Bytes of one drop. A larger recording is opened where it lies, through the chooser. */
const MOST_BYTES = 8 * 1024 ** 3;
/** A page that says nothing for so long is gone. */
const PATIENCE_MS = 10 * 60_000;

interface Drop {
  readonly folder: string;
  readonly names: Set<string>;
  name: string;
  file: FileHandle | null;
  fileBytes: number;
  bytes: number;
  usedMs: number;
  /** Parts of one drop are written one after the other, however they come in. */
  turn: Promise<unknown>;
}

type Part = Parsed<'worklist.upload'>;

export class Uploads {
  readonly #folder: string;
  readonly #mostBytes: number;
  readonly #drops = new Map<string, Drop>();
  readonly #ready: Promise<void>;

  constructor(libraryFolder: string, mostBytes = MOST_BYTES) {
    this.#folder = join(libraryFolder, 'dropped');
    this.#mostBytes = mostBytes;
    this.#ready = this.#clean();
  }

  /**
   * Keeps a part. Answers the folder of the drop once it is complete, null before. Any error, and
   * an abort, gives up the whole drop: `bad-request` for a part out of order or a name that is
   * none, `too-large`, `busy`, `disk-full`.
   */
  async keep(part: Part, signal: AbortSignal): Promise<string | null> {
    await this.#ready;
    const drop = await this.#dropOf(part);
    const turn = drop.turn.then(async () => {
      try {
        signal.throwIfAborted();
        return await this.#write(drop, part);
      } catch (error) {
        await this.#giveUp(part.upload, drop);
        throw error;
      }
    });
    drop.turn = turn.catch(() => undefined);
    return turn;
  }

  /** Removes a complete drop that held no recording. */
  async remove(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.#ready;
    for (const [upload, drop] of this.#drops) {
      await drop.turn;
      await this.#giveUp(upload, drop);
    }
  }

  async #dropOf({ upload, offset }: Part): Promise<Drop> {
    const known = this.#drops.get(upload);
    if (known) return known;
    if (offset !== 0) throw outOfOrder();
    for (const [other, drop] of this.#drops) {
      if (performance.now() - drop.usedMs > PATIENCE_MS) await this.#giveUp(other, drop);
    }
    if (this.#drops.size >= MOST_DROPS) {
      throw new RhythmarkError('busy', 'Other files are still coming in. Try again in a moment.');
    }
    const drop: Drop = {
      folder: join(this.#folder, randomUUID() + PARTIAL),
      names: new Set(),
      name: '',
      file: null,
      fileBytes: 0,
      bytes: 0,
      usedMs: performance.now(),
      turn: Promise.resolve(),
    };
    this.#drops.set(upload, drop);
    drop.turn = mkdir(drop.folder, { recursive: true });
    return drop;
  }

  async #write(drop: Drop, { upload, name, offset, bytes, last }: Part): Promise<string | null> {
    if (this.#drops.get(upload) !== drop) throw outOfOrder(); // given up meanwhile
    drop.usedMs = performance.now();
    if (name !== drop.name || drop.file === null) await this.#begin(drop, name);
    if (offset !== drop.fileBytes || drop.file === null) throw outOfOrder();
    drop.bytes += bytes.length;
    if (drop.bytes > this.#mostBytes) {
      throw new RhythmarkError(
        'too-large',
        'This is too much to drop on the page. Open it with the chooser instead.',
      );
    }
    await writeAll(drop.file, bytes);
    drop.fileBytes += bytes.length;
    return last ? this.#complete(upload, drop) : null;
  }

  async #begin(drop: Drop, name: string): Promise<void> {
    await endFile(drop);
    const path = nameInDrop(name);
    const key = path.join('/').toLowerCase();
    if (drop.names.has(key)) {
      throw new RhythmarkError('bad-request', 'Two of the dropped files have the same name.');
    }
    if (drop.names.size >= MOST_FILES) {
      throw new RhythmarkError(
        'too-large',
        `More than ${MOST_FILES.toLocaleString('en')} files were dropped. Open the folder with the chooser instead.`,
      );
    }
    drop.names.add(key);
    const target = join(drop.folder, ...path);
    await mkdir(dirname(target), { recursive: true }).catch(clashing);
    drop.file = await open(target, 'wx').catch(clashing);
    drop.name = name;
    drop.fileBytes = 0;
  }

  async #complete(upload: string, drop: Drop): Promise<string> {
    await endFile(drop);
    const folder = await this.#finalFolder();
    await rename(drop.folder, folder);
    this.#drops.delete(upload);
    return folder;
  }

  /** The name is what the list shows as the folder of these recordings. */
  async #finalFolder(): Promise<string> {
    const when = new Date().toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
    await mkdir(this.#folder, { recursive: true });
    for (let n = 1; ; n += 1) {
      const folder = join(this.#folder, n === 1 ? `Dropped ${when}` : `Dropped ${when} (${n})`);
      if (!existsSync(folder)) return folder;
    }
  }

  async #giveUp(upload: string, drop: Drop): Promise<void> {
    if (this.#drops.get(upload) === drop) this.#drops.delete(upload);
    const { file } = drop;
    drop.file = null;
    await file?.close().catch(() => undefined); // it is removed next
    await rm(drop.folder, { recursive: true, force: true });
  }

  async #clean(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []); // not there before the first drop
    for (const name of names.filter((known) => known.endsWith(PARTIAL))) {
      await rm(join(this.#folder, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

async function endFile(drop: Drop): Promise<void> {
  const { file } = drop;
  drop.file = null;
  await file?.close();
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
  }
}

/** A file where another dropped name needs a folder, or the other way round. */
function clashing(error: unknown): never {
  if (
    error instanceof Error &&
    'code' in error &&
    /^(EEXIST|EISDIR|ENOTDIR)$/.test(String(error.code))
  ) {
    throw new RhythmarkError('bad-request', 'Two of the dropped files have the same name.');
  }
  throw error;
}

function outOfOrder(): RhythmarkError {
  return new RhythmarkError(
    'bad-request',
    'The dropped files came in out of order. Drop them again.',
  );
}
