/**
 * Opens the library file of a folder: exclusively, checked, brought to the present schema. A file
 * that is damaged is renamed, never deleted, and a new one is begun in its place.
 */
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { failureOf, RhythmarkError } from '../contract/errors.ts';
import { Connection, isCorruption, libraryError } from './connection.ts';
import { SCHEMA_STEPS } from './schema.ts';

export const LIBRARY_FILE = 'library.db';

/** SQLite keeps what is not yet merged into the file beside it; the two belong together. */
const COMPANIONS = ['', '-wal', '-shm', '-journal'];

/** How long a Rhythmark that is just closing is waited for. */
const LOCK_WAIT_MS = 1500;

/**
 * Up to this size a library is checked at every opening (about 0.2 s); a larger one only when the
 * program did not close it, which is when damage happens.
 */
const ALWAYS_CHECKED_BYTES = 128 * 1024 * 1024;

export interface OpenedLibraryFile {
  readonly connection: Connection;
  /** Set when a damaged library was put aside: a sentence for the user. */
  readonly notice: string | null;
}

/**
 * Errors: `busy` (another Rhythmark has it open), `disk-full`, `access-denied`, `unsupported`
 * (written by a newer version).
 */
export function openLibraryFile(
  folder: string,
  steps: readonly string[] = SCHEMA_STEPS,
): OpenedLibraryFile {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, LIBRARY_FILE);
  try {
    return { connection: openChecked(path, steps), notice: null };
  } catch (error) {
    if (!isCorruption(error)) throw error;
    const asideName = setAside(folder, path);
    return {
      connection: openChecked(path, steps),
      notice: `The library was damaged. It is kept as ${asideName}, and a new one was begun: add your recordings again. The recordings themselves were not changed.`,
    };
  }
}

/** Marks the file as closed in order, then closes it. */
export function closeLibraryFile(connection: Connection): void {
  try {
    connection.run('UPDATE session SET open = 0');
  } catch (error) {
    // On a full disk the mark stays: the next opening checks the file, which is what it is for.
    if (failureOf(error).code === 'internal') throw error;
  } finally {
    connection.close();
  }
}

function openChecked(path: string, steps: readonly string[]): Connection {
  const connection = connect(path);
  try {
    migrate(connection, steps);
    const unclean = connection.get('SELECT open FROM session')?.['open'] !== 0;
    if (unclean || statSync(path).size <= ALWAYS_CHECKED_BYTES) check(connection);
    connection.run('UPDATE session SET open = 1');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function connect(path: string): Connection {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(path, {
      timeout: LOCK_WAIT_MS,
      enableForeignKeyConstraints: true,
      enableDoubleQuotedStringLiterals: false,
    });
  } catch (error) {
    throw libraryError(error);
  }
  const connection = new Connection(database);
  try {
    // Exclusive: the lock is the system's own, so it is gone when the program is, however it ended;
    // and WAL then needs no shared memory, which network drives cannot give.
    connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    connection.exec('PRAGMA journal_mode = WAL');
    connection.exec('PRAGMA synchronous = FULL');
    connection.exec('PRAGMA cache_size = -16000');
    // Takes the write lock now rather than at the first keystroke.
    connection.transaction(() => connection.get('PRAGMA user_version'));
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function migrate(connection: Connection, steps: readonly string[]): void {
  const version = Number(connection.get('PRAGMA user_version')?.['user_version'] ?? 0);
  if (version > steps.length) {
    throw new RhythmarkError(
      'unsupported',
      'This library was written by a newer Rhythmark. Open it with that version, or start with another library folder.',
      `schema ${version}, known ${steps.length}`,
    );
  }
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    connection.transaction(() => {
      connection.exec(step);
      connection.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

function check(connection: Connection): void {
  const found = connection.get('PRAGMA quick_check(1)')?.['quick_check'];
  if (found === 'ok') return;
  throw new RhythmarkError('damaged-file', 'The library is damaged.', undefined, {
    // The code that SQLite itself would have used, had it met the damage while reading.
    cause: Object.assign(new Error(String(found)), { errcode: 11 }),
  });
}

/** Name of the file that the damaged library now has, in the same folder. */
function setAside(folder: string, path: string): string {
  const when = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  let name = `library.damaged-${when}.db`;
  for (let n = 2; existsSync(join(folder, name)); n += 1) {
    name = `library.damaged-${when}-${n}.db`;
  }
  for (const companion of COMPANIONS) {
    if (existsSync(path + companion)) renameSync(path + companion, join(folder, name) + companion);
  }
  return name;
}
