/**
 * Which recordings of the list hold the same. Told in two steps: the fingerprint, which every
 * recording gets because it is also how a file that was moved is known again; and for those that
 * share it a digest of every sample.
 * A digest is kept with the fingerprint it was taken under, so that it ends with the content.
 */
import type { RecordingId } from '../contract/domain.ts';
import type { Connection, Row } from './connection.ts';
import { textOf } from './row.ts';

/** The recording that was listed first among those that hold the same. */
export interface SameAs {
  readonly id: RecordingId;
  readonly name: string;
}

/** Listed recordings with a digest that holds for what they are now; looked up by the digest first. */
const DIGESTED = `content_digest AS d CROSS JOIN recording AS r
  ON r.id = d.recording AND r.fingerprint = d.fingerprint AND r.removed = 0`;

export class SameContent {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Those whose header the analysis read, which takes no fingerprint. */
  withoutFingerprint(): RecordingId[] {
    return this.#ids(`
      SELECT id FROM recording
      WHERE removed = 0 AND header IS NOT NULL AND fingerprint IS NULL ORDER BY added`);
  }

  /** Those without a digest whose fingerprint another recording shares. */
  withoutDigest(): RecordingId[] {
    return this.#ids(`
      SELECT r.id FROM recording AS r JOIN (
        SELECT fingerprint FROM recording WHERE removed = 0 AND fingerprint IS NOT NULL
        GROUP BY fingerprint HAVING count(*) > 1
      ) AS alike ON r.fingerprint = alike.fingerprint
      LEFT JOIN content_digest AS d ON d.recording = r.id AND d.fingerprint = r.fingerprint
      WHERE r.removed = 0 AND d.recording IS NULL ORDER BY r.added`);
  }

  setFingerprint(id: RecordingId, fingerprint: string): void {
    this.#connection.run('UPDATE recording SET fingerprint = ? WHERE id = ?', fingerprint, id);
  }

  setDigest(id: RecordingId, fingerprint: string, digest: string): void {
    this.#connection.run(
      `INSERT OR REPLACE INTO content_digest (recording, fingerprint, digest, added)
       SELECT id, ?, ?, added FROM recording WHERE id = ?`,
      fingerprint,
      digest,
      id,
    );
  }

  /** Null for the first of its kind, and where nothing else holds the same. */
  of(id: RecordingId): SameAs | null {
    const row = this.#connection.get(
      `SELECT r.id, r.name FROM ${DIGESTED}
       WHERE d.digest = (SELECT d.digest FROM ${DIGESTED} WHERE d.recording = ?)
       ORDER BY d.added LIMIT 1`,
      id,
    );
    const first = row && sameAsOf(row);
    return first && first.id !== id ? first : null;
  }

  /** The same for the whole list. */
  all(): ReadonlyMap<RecordingId, SameAs> {
    const rows = this.#connection.all(
      `SELECT r.id, r.name, d.digest FROM ${DIGESTED} ORDER BY d.added`,
    );
    const firsts = new Map<string, SameAs>();
    const found = new Map<RecordingId, SameAs>();
    for (const row of rows) {
      const one = sameAsOf(row);
      const first = firsts.get(textOf(row, 'digest'));
      if (first) found.set(one.id, first);
      else firsts.set(textOf(row, 'digest'), one);
    }
    return found;
  }

  /** Every listed recording that holds the same as one of `ids`, itself left out. */
  peers(ids: readonly RecordingId[]): RecordingId[] {
    const digests = new Set<string>();
    for (const id of ids) {
      const row = this.#connection.get('SELECT digest FROM content_digest WHERE recording = ?', id);
      if (row) digests.add(textOf(row, 'digest'));
    }
    const peers = new Set<RecordingId>();
    for (const digest of digests) {
      const sql = `SELECT r.id FROM ${DIGESTED} WHERE d.digest = ?`;
      for (const row of this.#connection.all(sql, digest)) peers.add(textOf(row, 'id'));
    }
    for (const id of ids) peers.delete(id);
    return [...peers];
  }

  #ids(sql: string): RecordingId[] {
    return this.#connection.all(sql).map((row) => textOf(row, 'id'));
  }
}

function sameAsOf(row: Row): SameAs {
  return { id: textOf(row, 'id'), name: textOf(row, 'name') };
}
