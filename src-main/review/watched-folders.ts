/** The folders that are watched for arrivals, and what of an arrival is news to the list. */
import { dirname } from 'node:path';
import type { Connection } from './connection.ts';
import type { FoundRecording } from './recordings.ts';
import { textOf } from './row.ts';

/** As many as the menu of recent folders offers. */
const MOST_WATCHED = 12;

export interface StoredWatch {
  readonly path: string;
  /** False after the reader cancelled classifying: what arrives then waits to be asked for. */
  readonly classify: boolean;
}

export class WatchedFolders {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  all(): StoredWatch[] {
    return this.#connection
      .all('SELECT path, classify FROM watched_folder ORDER BY opened_ms DESC')
      .map((row) => ({ path: textOf(row, 'path'), classify: row['classify'] === 1 }));
  }

  add(path: string, openedMs: number): void {
    this.#connection.transaction(() => {
      this.#connection.run(
        'INSERT OR REPLACE INTO watched_folder (path, opened_ms, classify) VALUES (?, ?, 1)',
        path,
        openedMs,
      );
      this.#connection.run(
        `DELETE FROM watched_folder WHERE path NOT IN
           (SELECT path FROM watched_folder ORDER BY opened_ms DESC LIMIT ?)`,
        MOST_WATCHED,
      );
    });
  }

  remove(path: string): void {
    this.#connection.run('DELETE FROM watched_folder WHERE path = ?', path);
  }

  setClassify(classify: 'classify' | 'list'): void {
    this.#connection.run('UPDATE watched_folder SET classify = ?', classify === 'classify' ? 1 : 0);
  }

  /**
   * What was never listed, changed since, or could not be read before. What a reader took off the
   * list is no news, whatever happens to it.
   */
  newsOf<T extends FoundRecording>(found: readonly T[]): T[] {
    return found.filter(({ path, part, sizeBytes, modifiedMs }) => {
      const row = this.#connection.get(
        'SELECT size_bytes, modified_ms, removed, status FROM recording WHERE path = ? AND part = ?',
        path,
        part,
      );
      if (!row) return true;
      if (row['removed'] === 1) return false;
      const changed = row['size_bytes'] !== sizeBytes || row['modified_ms'] !== modifiedMs;
      return changed || row['status'] === 'failed';
    });
  }

  /** Paths of listed recordings of one folder that could not be read: a file may have been missing. */
  failedIn(folder: string): string[] {
    return this.#connection
      .all(`SELECT path FROM recording WHERE status = 'failed' AND removed = 0`)
      .map((row) => textOf(row, 'path'))
      .filter((path) => dirname(path) === folder);
  }
}
