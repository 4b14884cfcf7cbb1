/**
 * Where recordings lie, when that changes and they do not: a row gets another path, and everything
 * that hangs on its id stays.
 */
import type { RecordingId } from '../contract/domain.ts';
import type { Connection, Row } from './connection.ts';
import type { FoundRecording } from './recordings.ts';
import { numberOf, textOf } from './row.ts';

/** One recording's change of place, with what it takes to undo it. */
export interface Move {
  readonly id: RecordingId;
  readonly from: FoundRecording;
  readonly to: FoundRecording;
  /** The row that was listed at the new place meanwhile, as a watched folder does; off the list now. */
  readonly displaced: { readonly id: RecordingId; readonly was: 'listed' | 'removed' } | null;
}

/**
 * Path of a displaced row, with its id as the part: no file has it, so whatever arrives at its
 * former place is news again.
 */
const NOWHERE = '';

export class Whereabouts {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Null for a recording that the library does not know. */
  move(id: RecordingId, to: FoundRecording): Move | null {
    return this.#connection.transaction(() => {
      const row = this.#connection.get(
        'SELECT path, part, name, folder, size_bytes, modified_ms FROM recording WHERE id = ?',
        id,
      );
      if (!row) return null;
      const displaced = this.#displace(id, to);
      this.#place(id, to);
      return { id, from: foundIn(row), to, displaced };
    });
  }

  /** False where the recording has moved on since, or another is listed at its former place now. */
  putBack({ id, from, to, displaced }: Move): boolean {
    return this.#connection.transaction(() => {
      if (this.#at(to)?.id !== id) return false;
      const other = this.#at(from);
      if (other && other.id !== id) return false;
      this.#place(id, from);
      if (displaced) {
        this.#place(displaced.id, to);
        if (displaced.was === 'listed') {
          this.#connection.run('UPDATE recording SET removed = 0 WHERE id = ?', displaced.id);
        }
      }
      return true;
    });
  }

  #at({ path, part }: FoundRecording): { id: RecordingId; was: 'listed' | 'removed' } | null {
    const row = this.#connection.get(
      'SELECT id, removed FROM recording WHERE path = ? AND part = ?',
      path,
      part,
    );
    return row ? { id: textOf(row, 'id'), was: row['removed'] === 1 ? 'removed' : 'listed' } : null;
  }

  #displace(id: RecordingId, to: FoundRecording): Move['displaced'] {
    const other = this.#at(to);
    if (!other || other.id === id) return null;
    this.#connection.run(
      'UPDATE recording SET path = ?, part = id, removed = 1 WHERE id = ?',
      NOWHERE,
      other.id,
    );
    return other;
  }

  #place(id: RecordingId, at: FoundRecording): void {
    this.#connection.run(
      `UPDATE recording SET path = ?, part = ?, name = ?, folder = ?, size_bytes = ?, modified_ms = ?
       WHERE id = ?`,
      at.path,
      at.part,
      at.name,
      at.folder,
      at.sizeBytes,
      at.modifiedMs,
      id,
    );
  }
}

function foundIn(row: Row): FoundRecording {
  return {
    path: textOf(row, 'path'),
    part: textOf(row, 'part'),
    name: textOf(row, 'name'),
    folder: textOf(row, 'folder'),
    sizeBytes: numberOf(row, 'size_bytes'),
    modifiedMs: numberOf(row, 'modified_ms'),
  };
}
