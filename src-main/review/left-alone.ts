/** Files of opened folders that belong to no recording, with the reason: for the import report. */
import type { Connection } from './connection.ts';
import { textOf } from './row.ts';

export interface LeftAlone {
  readonly path: string;
  readonly reason: string;
}

export class FilesLeftAlone {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** In the order of their paths. */
  all(): LeftAlone[] {
    return this.#connection
      .all('SELECT path, reason FROM left_alone ORDER BY path')
      .map((row) => ({ path: textOf(row, 'path'), reason: textOf(row, 'reason') }));
  }

  keep(files: readonly LeftAlone[]): void {
    this.#connection.transaction(() => {
      for (const { path, reason } of files) {
        this.#connection.run(
          'INSERT OR REPLACE INTO left_alone (path, reason) VALUES (?, ?)',
          path,
          reason,
        );
      }
    });
  }

  /** A file that was left alone may be a recording by now. */
  forget(paths: Iterable<string>): void {
    this.#connection.transaction(() => {
      for (const path of paths) {
        this.#connection.run('DELETE FROM left_alone WHERE path = ?', path);
      }
    });
  }
}
