/**
 * What an interrupted run has done so far: a file beside its output, one line for each recording
 * that is through, in the order they ended. The output itself is put together from it at the end,
 * in the order of the input. Killed at any moment, a run loses the recordings in work.
 */
import { open, rm, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { RhythmarkError } from '../contract/errors.ts';
import { UsageError } from './command.ts';

/** What makes two runs the same; a run goes on only under the same. */
export type RunSettings = Readonly<Record<string, string | number>>;

/** One recording that is through. */
export interface JournalEntry {
  /** Path and part. */
  readonly key: string;
  /** Of the file as it was; a file that changed since is done again. */
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly status: 'classified' | 'failed';
  /** Text of its rows. */
  readonly rows: readonly string[];
}

const headSchema = z.object({
  journal: z.literal(1),
  /** The process that writes it. */
  pid: z.number().int(),
  settings: z.record(z.string(), z.union([z.string(), z.number()])),
});

const entrySchema = z.object({
  key: z.string(),
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  status: z.enum(['classified', 'failed']),
  rows: z.array(z.string()),
});

interface Place {
  readonly offset: number;
  readonly length: number;
  readonly entry: Omit<JournalEntry, 'rows' | 'key'> & { readonly rowCount: number };
}

const NEWLINE = 0x0a;
const READ_BYTES = 1 << 20;
const BLOCK_BYTES = 1 << 17;

/** The system may lose what is not flushed when the power fails; once a second costs nothing. */
const SYNC_EVERY_MS = 1_000;

export class Journal {
  readonly path: string;
  /** Entries of an interrupted run that were thrown away to begin anew. */
  readonly discarded: number;
  readonly #file: FileHandle;
  readonly #places: Map<string, Place>;
  #end: number;
  #unwritten: Buffer[] = [];
  #writing: Promise<void> | null = null;
  #failure: unknown = null;
  #syncedAt = 0;
  #block: { readonly from: number; readonly bytes: Buffer } = { from: 0, bytes: Buffer.alloc(0) };

  private constructor(path: string, file: FileHandle, found: FoundJournal) {
    this.path = path;
    this.discarded = found.discarded;
    this.#file = file;
    this.#places = found.places;
    this.#end = found.end;
  }

  /**
   * Begins a journal, or goes on with the one that is there. Throws UsageError where another run
   * is writing it, or where it is from a run with other settings and is to be resumed.
   */
  static async open(
    path: string,
    settings: RunSettings,
    begin: 'anew' | 'resume',
  ): Promise<Journal> {
    const file = await open(path, 'a+');
    try {
      const found = await readJournal(file, path, settings, begin);
      await file.truncate(found.end);
      const journal = new Journal(path, file, found);
      const head: z.infer<typeof headSchema> = { journal: 1, pid: process.pid, settings };
      await journal.#append(head);
      return journal;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** What was done for a recording, if it was done and its file is the same still. */
  find(key: string, sizeBytes: number, modifiedMs: number): Place['entry'] | null {
    const entry = this.#places.get(key)?.entry;
    const same = entry?.sizeBytes === sizeBytes && entry.modifiedMs === modifiedMs;
    return entry !== undefined && same ? entry : null;
  }

  /** Resolves when the entry is handed to the system. Throws the system's error (ENOSPC). */
  async add(entry: JournalEntry): Promise<void> {
    const { key, rows, ...rest } = entry;
    const { offset, length } = await this.#append(entry);
    this.#places.set(key, { offset, length, entry: { ...rest, rowCount: rows.length } });
  }

  /** Rows of a recording, read back. */
  async rows(key: string): Promise<readonly string[]> {
    const place = this.#places.get(key);
    if (place === undefined || place.entry.rowCount === 0) return [];
    const bytes = await this.#read(place);
    const entry = bytes.length === place.length ? parseLine(bytes, entrySchema) : null;
    if (entry?.key === key) return entry.rows;
    throw new RhythmarkError(
      'damaged-file',
      `${basename(this.path)} was changed while it was in use. Delete it and run the command again.`,
    );
  }

  /** Recordings end nearly in the order in which they are read back: their lines share a read. */
  async #read({ offset, length }: Place): Promise<Buffer> {
    const { from, bytes } = this.#block;
    if (offset < from || offset + length > from + bytes.length) {
      const start = Math.max(0, offset - BLOCK_BYTES / 2);
      const block = Buffer.alloc(offset - start + Math.max(length, BLOCK_BYTES / 2));
      const { bytesRead } = await this.#file.read(block, 0, block.length, start);
      this.#block = { from: start, bytes: block.subarray(0, bytesRead) };
    }
    const at = offset - this.#block.from;
    return this.#block.bytes.subarray(at, at + length);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  /** The run is complete. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }

  async #append(line: unknown): Promise<{ offset: number; length: number }> {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    const offset = this.#end;
    this.#end += bytes.length;
    this.#unwritten.push(bytes);
    this.#writing ??= this.#write();
    await this.#writing;
    if (this.#failure !== null) throw this.#failure;
    return { offset, length: bytes.length - 1 };
  }

  /** Lines that come while one is being written go together. Never rejects. */
  async #write(): Promise<void> {
    try {
      while (this.#unwritten.length > 0) {
        const bytes = Buffer.concat(this.#unwritten);
        this.#unwritten = [];
        await this.#file.appendFile(bytes);
        if (performance.now() - this.#syncedAt > SYNC_EVERY_MS) {
          await this.#file.datasync();
          this.#syncedAt = performance.now();
        }
      }
    } catch (error) {
      this.#failure = error;
    }
    this.#writing = null;
  }
}

interface FoundJournal {
  readonly places: Map<string, Place>;
  /** Bytes to keep. */
  readonly end: number;
  readonly discarded: number;
}

async function readJournal(
  file: FileHandle,
  path: string,
  settings: RunSettings,
  begin: 'anew' | 'resume',
): Promise<FoundJournal> {
  const places = new Map<string, Place>();
  let end = 0;
  let head: z.infer<typeof headSchema> | null = null;
  for await (const { offset, bytes } of linesOf(file)) {
    const isHead = parseLine(bytes, headSchema);
    if (isHead !== null) {
      head = isHead;
    } else {
      const entry = head === null ? null : parseLine(bytes, entrySchema);
      if (entry === null) break; // torn by a crash: what follows cannot be trusted
      const { key, rows, ...rest } = entry;
      places.set(key, {
        offset,
        length: bytes.length,
        entry: { ...rest, rowCount: rows.length },
      });
    }
    end = offset + bytes.length + 1;
  }
  if (head !== null && head.pid !== process.pid && isRunning(head.pid)) {
    throw new UsageError(
      `Another run (process ${head.pid}) is writing ${basename(path)}. Wait for it, or choose another --out. If there is no such run, delete that file.`,
    );
  }
  if (begin === 'anew' || head === null) {
    return { places: new Map(), end: 0, discarded: places.size };
  }
  const differing = Object.keys({ ...settings, ...head.settings }).filter(
    (name) => settings[name] !== head.settings[name],
  );
  if (differing.length > 0) {
    throw new UsageError(
      `${basename(path)} is from a run with another ${differing.join(', ')}. Run with the same options, or without --resume to begin anew.`,
    );
  }
  return { places, end, discarded: 0 };
}

/** Complete lines of a file, without their ends. */
async function* linesOf(file: FileHandle): AsyncGenerator<{ offset: number; bytes: Buffer }> {
  let pending = Buffer.alloc(0);
  let offset = 0;
  for (;;) {
    const chunk = Buffer.alloc(READ_BYTES);
    const { bytesRead } = await file.read(chunk, 0, READ_BYTES, offset + pending.length);
    if (bytesRead === 0) return;
    pending = Buffer.concat([pending, chunk.subarray(0, bytesRead)]);
    for (let at = pending.indexOf(NEWLINE); at >= 0; at = pending.indexOf(NEWLINE)) {
      yield { offset, bytes: pending.subarray(0, at) };
      offset += at + 1;
      pending = pending.subarray(at + 1);
    }
  }
}

function parseLine<T>(bytes: Buffer, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(bytes.toString()));
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
