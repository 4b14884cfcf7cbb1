/**
 * One connection to the library file: cached statements, transactions, and SQLite's result codes
 * turned into the program's own. Everything of review/ goes through here, so that no SQL error
 * reaches a person as such.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { RhythmarkError } from '../contract/errors.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;

export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return guarded(() => this.#statement(sql).all(...values));
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return guarded(() => this.#statement(sql).get(...values));
  }

  /** Number of rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return guarded(() => Number(this.#statement(sql).run(...values).changes));
  }

  /** Statements without values; not cached. */
  exec(sql: string): void {
    guarded(() => {
      this.#database.exec(sql);
    });
  }

  /** All of `work` or none of it. A transaction inside a transaction is part of the outer one. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.exec('BEGIN IMMEDIATE');
    this.#depth = 1;
    try {
      const value = work();
      this.exec('COMMIT');
      return value;
    } catch (error) {
      // A full disk makes SQLite roll back by itself; a second ROLLBACK would hide the reason.
      if (this.#database.isTransaction) this.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth = 0;
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Primary result codes, https://www.sqlite.org/rescode.html */
const SQLITE = {
  perm: 3,
  busy: 5,
  locked: 6,
  readonly: 8,
  ioerr: 10,
  corrupt: 11,
  full: 13,
  cantopen: 14,
  notADatabase: 26,
} as const;

/** The primary result code of an error thrown by node:sqlite; undefined for anything else. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** True where the library file itself is at fault, so that setting it aside is right. */
export function isCorruption(error: unknown): boolean {
  const code = sqliteCode(error instanceof RhythmarkError ? error.cause : error);
  return code === SQLITE.corrupt || code === SQLITE.notADatabase;
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw libraryError(error);
  }
}

/** An error of SQLite as a RhythmarkError that keeps it as its cause; others as they are. */
export function libraryError(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const detail = `SQLite ${code}`;
  const because = { cause: error };
  switch (code) {
    case SQLITE.busy:
    case SQLITE.locked:
      return new RhythmarkError(
        'busy',
        'The library is in use by another Rhythmark. Close it there and try again.',
        detail,
        because,
      );
    case SQLITE.full:
      return new RhythmarkError(
        'disk-full',
        'The disk that holds the library is full. Free some space and try again.',
        detail,
        because,
      );
    case SQLITE.perm:
    case SQLITE.readonly:
    case SQLITE.cantopen:
      return new RhythmarkError(
        'access-denied',
        'The system does not allow the library to be written. Check the rights of its folder.',
        detail,
        because,
      );
    case SQLITE.ioerr:
      return new RhythmarkError(
        'not-found',
        'The drive that holds the library no longer answers. What was saved before is kept.',
        detail,
        because,
      );
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return new RhythmarkError(
        'damaged-file',
        'The library is damaged. Start Rhythmark again: it sets this library aside and begins a new one.',
        detail,
        because,
      );
    default:
      return new RhythmarkError(
        'internal',
        'The library could not be read or written. The source files were not changed.',
        detail,
        because,
      );
  }
}
