/** The recordings of the library: what the worklist shows of them, and where they lie. */
import { randomUUID } from 'node:crypto';
import type { RecordingHeader, RecordingId, RecordingStatus } from '../contract/domain.ts';
import type { TextChoice } from '../contract/text.ts';
import type { ChosenUnit } from '../contract/lead-unit.ts';
import { ERROR_CODES, type ErrorCode } from '../contract/errors.ts';
import type { Connection, Row } from './connection.ts';
import { jsonOf, maybeNumberOf, maybeTextOf, numberOf, textOf } from './row.ts';
import { parseChosenUnit, parseHeader, parseNames, parseTextChoice } from './stored-json.ts';

/** `classifying` is what a running program does, not something to find after a crash. */
export type StoredStatus = Exclude<RecordingStatus, 'classifying'>;

/** A recording that was found in the file system and is not necessarily listed. */
export interface FoundRecording {
  readonly path: string;
  /** Which recording of a file that holds several; '' for the first or only one. */
  readonly part: string;
  readonly name: string;
  readonly folder: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface RowFailure {
  readonly message: string;
  readonly detail?: string;
  /** Of the error; absent in rows that older versions wrote. */
  readonly code?: ErrorCode;
}

/** A listed recording, without its header. */
export interface StoredRecording extends FoundRecording {
  readonly id: RecordingId;
  readonly fingerprint: string | null;
  readonly status: StoredStatus;
  readonly failure: RowFailure | null;
  readonly removed: boolean;
  readonly textChoice: TextChoice | null;
  readonly unit: ChosenUnit | null;
  readonly headerRead: boolean;
  readonly format: string | null;
  readonly durationS: number | null;
  readonly start: string | null;
  readonly patientId: string | null;
  readonly leads: readonly string[];
  readonly samplingHz: number | null;
  readonly noteCount: number;
  readonly synthetic: boolean;
}

export interface AddedRecordings {
  /** In the order given, what was listed before among them. */
  readonly ids: readonly RecordingId[];
  readonly added: number;
  readonly alreadyListed: number;
}

const COLUMNS = `id, path, part, name, folder, size_bytes, modified_ms, fingerprint, status,
  failure_message, failure_detail, failure_code, removed, text_choice, unit, header IS NOT NULL AS header_read, format,
  duration_s, start, patient_id, leads, sampling_hz, note_count, synthetic`;

export class Recordings {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Lists what is new. A file that is listed and unchanged (path, size, time of change) keeps all
   * that is known of it, also where it had been taken off the list; one that changed is begun
   * anew; one that failed may be tried again.
   */
  add(found: readonly FoundRecording[]): AddedRecordings {
    return this.#connection.transaction(() => {
      const ids: RecordingId[] = [];
      let alreadyListed = 0;
      for (const recording of found) {
        const row = this.#connection.get(
          'SELECT id, size_bytes, modified_ms, removed, status FROM recording WHERE path = ? AND part = ?',
          recording.path,
          recording.part,
        );
        if (!row) {
          ids.push(this.#insert(recording));
          continue;
        }
        const id = textOf(row, 'id');
        if (row['removed'] === 0) alreadyListed += 1;
        else this.setRemoved([id], 'listed');
        if (
          row['size_bytes'] !== recording.sizeBytes ||
          row['modified_ms'] !== recording.modifiedMs
        ) {
          this.#beginAnew(id, recording);
        } else if (row['status'] === 'failed') {
          this.setWaiting(id);
        }
        ids.push(id);
      }
      return { ids, added: ids.length - alreadyListed, alreadyListed };
    });
  }

  get(id: RecordingId): StoredRecording | undefined {
    const row = this.#connection.get(`SELECT ${COLUMNS} FROM recording WHERE id = ?`, id);
    return row && recordingOf(row);
  }

  /** Everything on the list, in the order added. */
  listed(): StoredRecording[] {
    return this.#connection
      .all(`SELECT ${COLUMNS} FROM recording WHERE removed = 0 ORDER BY added`)
      .map(recordingOf);
  }

  /** Ids on the list whose header is not known yet, in the order added. */
  withoutHeader(): RecordingId[] {
    return this.#connection
      .all(
        `SELECT id FROM recording
         WHERE removed = 0 AND header IS NULL AND status = 'waiting' ORDER BY added`,
      )
      .map((row) => textOf(row, 'id'));
  }

  /** The header as it was read last; null where it was not, or not in a form that is still known. */
  header(id: RecordingId): RecordingHeader | null {
    const row = this.#connection.get('SELECT header FROM recording WHERE id = ?', id);
    return row ? parseHeader(jsonOf(row, 'header')) : null;
  }

  /** `fingerprint` is null where the content was read by the analysis process, which takes none. */
  setHeader(id: RecordingId, header: RecordingHeader, fingerprint: string | null): void {
    this.#connection.run(
      `UPDATE recording SET header = ?, fingerprint = ?, format = ?, duration_s = ?, start = ?,
         patient_id = ?, leads = ?, sampling_hz = ?, note_count = ?, synthetic = ?
       WHERE id = ?`,
      JSON.stringify(header),
      fingerprint,
      header.format,
      header.durationS,
      header.start,
      header.patient.id,
      JSON.stringify(header.leads.map((lead) => lead.name)),
      header.leads[0]?.samplingHz ?? null,
      header.notes.filter((note) => note.kind !== 'read').length,
      header.synthetic ? 1 : 0,
      id,
    );
  }

  /** The file behind the row is another one now: nothing known of it holds any more. */
  forgetContent(id: RecordingId): void {
    this.#connection.transaction(() => {
      this.#connection.run('DELETE FROM model_verdict WHERE recording = ?', id);
      this.#connection.run('DELETE FROM model_summary WHERE recording = ?', id);
      this.#connection.run(
        `UPDATE recording SET status = 'waiting', failure_message = NULL, failure_detail = NULL,
           failure_code = NULL,
           fingerprint = NULL, header = NULL, format = NULL, duration_s = NULL, start = NULL,
           patient_id = NULL, leads = NULL, sampling_hz = NULL, note_count = 0, synthetic = 0
         WHERE id = ?`,
        id,
      );
    });
  }

  setWaiting(id: RecordingId): void {
    this.#setStatus(id, 'waiting', null);
  }

  setClassified(id: RecordingId): void {
    this.#setStatus(id, 'classified', null);
  }

  /** Of one model: `reason` is shown where that one is in force. What others found stays. */
  setVerdictsLost(id: RecordingId, reason: RowFailure): void {
    this.#setStatus(id, 'classified', reason);
  }

  setNeedsChoice(id: RecordingId, reason: RowFailure): void {
    this.#setStatus(id, 'needs-choice', reason);
  }

  setFailed(id: RecordingId, failure: RowFailure): void {
    this.#setStatus(id, 'failed', failure);
  }

  /** Keeps a person's answers; the header read under other answers is dropped with its verdicts. */
  setTextChoice(id: RecordingId, choice: TextChoice): void {
    this.#connection.transaction(() => {
      this.forgetContent(id);
      this.#connection.run(
        'UPDATE recording SET text_choice = ? WHERE id = ?',
        JSON.stringify(choice),
        id,
      );
    });
  }

  /** Header and fingerprint are to be set with it: both hold the unit. */
  setUnit(id: RecordingId, unit: ChosenUnit | null): void {
    this.#connection.run(
      'UPDATE recording SET unit = ? WHERE id = ?',
      unit && JSON.stringify(unit),
      id,
    );
  }

  /** Number of rows whose place changed. Nothing is deleted: a removed row can be restored. */
  setRemoved(ids: readonly RecordingId[], place: 'removed' | 'listed'): number {
    const removed = place === 'removed' ? 1 : 0;
    return this.#connection.transaction(() => {
      let changed = 0;
      for (const id of ids) {
        changed += this.#connection.run(
          'UPDATE recording SET removed = ? WHERE id = ? AND removed <> ?',
          removed,
          id,
          removed,
        );
      }
      return changed;
    });
  }

  #insert(recording: FoundRecording): RecordingId {
    const id = randomUUID();
    this.#connection.run(
      `INSERT INTO recording (id, path, part, name, folder, size_bytes, modified_ms, status)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')`,
      id,
      recording.path,
      recording.part,
      recording.name,
      recording.folder,
      recording.sizeBytes,
      recording.modifiedMs,
    );
    return id;
  }

  #beginAnew(id: RecordingId, recording: FoundRecording): void {
    this.forgetContent(id);
    this.#connection.run(
      'UPDATE recording SET size_bytes = ?, modified_ms = ?, name = ?, folder = ? WHERE id = ?',
      recording.sizeBytes,
      recording.modifiedMs,
      recording.name,
      recording.folder,
      id,
    );
  }

  #setStatus(id: RecordingId, status: StoredStatus, failure: RowFailure | null): void {
    this.#connection.run(
      `UPDATE recording SET status = ?, failure_message = ?, failure_detail = ?, failure_code = ?
       WHERE id = ?`,
      status,
      failure?.message ?? null,
      failure?.detail ?? null,
      failure?.code ?? null,
      id,
    );
  }
}

const STORED_STATUSES = ['waiting', 'needs-choice', 'classified', 'failed'] as const;

function statusOf(row: Row): StoredStatus {
  return STORED_STATUSES.find((status) => status === row['status']) ?? 'waiting';
}

function failureIn(row: Row): RowFailure | null {
  const message = maybeTextOf(row, 'failure_message');
  if (message === null) return null;
  const detail = maybeTextOf(row, 'failure_detail');
  const code = ERROR_CODES.find((known) => known === row['failure_code']);
  return { message, ...(detail === null ? {} : { detail }), ...(code ? { code } : {}) };
}

function recordingOf(row: Row): StoredRecording {
  return {
    id: textOf(row, 'id'),
    path: textOf(row, 'path'),
    part: textOf(row, 'part'),
    name: textOf(row, 'name'),
    folder: textOf(row, 'folder'),
    sizeBytes: numberOf(row, 'size_bytes'),
    modifiedMs: numberOf(row, 'modified_ms'),
    fingerprint: maybeTextOf(row, 'fingerprint'),
    status: statusOf(row),
    failure: failureIn(row),
    removed: row['removed'] === 1,
    textChoice: parseTextChoice(jsonOf(row, 'text_choice')),
    unit: parseChosenUnit(jsonOf(row, 'unit')),
    headerRead: row['header_read'] === 1,
    format: maybeTextOf(row, 'format'),
    durationS: maybeNumberOf(row, 'duration_s'),
    start: maybeTextOf(row, 'start'),
    patientId: maybeTextOf(row, 'patient_id'),
    leads: parseNames(jsonOf(row, 'leads')),
    samplingHz: maybeNumberOf(row, 'sampling_hz'),
    noteCount: numberOf(row, 'note_count'),
    synthetic: row['synthetic'] === 1,
  };
}
