/**
 * The model's layer: its verdicts on each recording, by the key of the model that gave them
 * (`verdictsKey`), and what the list shows of them under each reading. Never written by a reader's
 * hand.
 */
import {
  MODEL_OUTPUTS,
  READINGS,
  RIBBON_COLUMNS,
  type Composition,
  type Reading,
  type RecordingId,
  type WindowVerdicts,
} from '../contract/domain.ts';
import type { ClassProbabilities } from '../contract/verdict.ts';
import type { Connection, Row } from './connection.ts';
import { bytesIn, jsonOf, maybeNumberOf, maybeTextOf, numberOf, textOf } from './row.ts';
import { parseComposition, parseProbabilities } from './stored-json.ts';

/** One row of the list, as far as the model decides it. */
export interface ModelSummary {
  readonly reading: Reading;
  /** Confidence below which a window counts as uncertain: a summary holds for one threshold. */
  readonly threshold: number;
  readonly windowCount: number;
  readonly composition: Composition;
  readonly ribbon: Uint8Array;
  /** Of the recording as a whole; null where it is too long for one verdict. */
  readonly whole: ClassProbabilities | null;
  /** Names the recording head that gave `whole`: another head may give another. */
  readonly head: string;
}

export class ModelVerdicts {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Verdicts and their summaries, together or not at all; replaces those of the same model. */
  store(
    id: RecordingId,
    modelKey: string,
    verdicts: WindowVerdicts,
    summaries: readonly ModelSummary[],
  ): void {
    this.#connection.transaction(() => {
      this.#connection.run(
        'DELETE FROM model_verdict WHERE recording = ? AND model_sha256 = ?',
        id,
        modelKey,
      );
      this.#connection.run(
        `INSERT INTO model_verdict (recording, lead, model_sha256, start_s, end_s, probabilities, unlike,
           evidence, alone)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        verdicts.leadIndex,
        modelKey,
        bytesOf(verdicts.startS),
        bytesOf(verdicts.endS),
        bytesOf(verdicts.probabilities),
        verdicts.unlike.every(Number.isNaN) ? null : bytesOf(verdicts.unlike),
        verdicts.evidence ? bytesOf(verdicts.evidence) : null,
        verdicts.alone ? bytesOf(verdicts.alone) : null,
      );
      this.storeSummaries(id, modelKey, verdicts.leadIndex, summaries);
    });
  }

  storeSummaries(
    id: RecordingId,
    modelKey: string,
    leadIndex: number,
    summaries: readonly ModelSummary[],
  ): void {
    for (const summary of summaries) {
      this.#connection.run(
        `INSERT OR REPLACE INTO model_summary
           (recording, model_sha256, reading, threshold, lead, window_count, composition, ribbon,
            whole, head)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        modelKey,
        summary.reading,
        summary.threshold,
        leadIndex,
        summary.windowCount,
        JSON.stringify(summary.composition),
        summary.ribbon,
        summary.whole && JSON.stringify(summary.whole),
        summary.head,
      );
    }
  }

  /** Its verdicts on one recording, with their summaries. */
  forget(id: RecordingId, modelKey: string): void {
    this.#connection.transaction(() => {
      for (const table of ['model_verdict', 'model_summary']) {
        this.#connection.run(
          `DELETE FROM ${table} WHERE recording = ? AND model_sha256 = ?`,
          id,
          modelKey,
        );
      }
    });
  }

  has(id: RecordingId, modelKey: string): boolean {
    const row = this.#connection.get(
      'SELECT 1 AS found FROM model_verdict WHERE recording = ? AND model_sha256 = ? LIMIT 1',
      id,
      modelKey,
    );
    return row !== undefined;
  }

  /** Null where this model has given none, or what is stored is not whole. */
  read(id: RecordingId, modelKey: string): WindowVerdicts | null {
    const row = this.#connection.get(
      `SELECT lead, start_s, end_s, probabilities, unlike, evidence, alone, ${LENGTHS} FROM model_verdict
       WHERE recording = ? AND model_sha256 = ? ORDER BY lead LIMIT 1`,
      id,
      modelKey,
    );
    return row ? verdictsOf(row) : null;
  }

  /** Recordings whose verdicts of this model `read` would find not whole, by their lengths alone. */
  damaged(modelKey: string): RecordingId[] {
    return this.#connection
      .all(`SELECT recording, ${LENGTHS} FROM model_verdict WHERE model_sha256 = ?`, modelKey)
      .filter((row) => !areWhole(row))
      .map((row) => textOf(row, 'recording'));
  }

  /** What the list shows of every listed recording that this model has classified. */
  summaries(modelKey: string, reading: Reading, threshold: number): Map<RecordingId, ModelSummary> {
    const rows = this.#connection.all(
      `SELECT recording, reading, threshold, window_count, composition, ribbon, whole, head
       FROM model_summary JOIN recording ON recording.id = model_summary.recording
       WHERE removed = 0 AND model_sha256 = ? AND reading = ? AND threshold = ?`,
      modelKey,
      reading,
      threshold,
    );
    const found = new Map<RecordingId, ModelSummary>();
    for (const row of rows) {
      const summary = summaryOf(row);
      if (summary) found.set(textOf(row, 'recording'), summary);
    }
    return found;
  }

  summary(
    id: RecordingId,
    modelKey: string,
    reading: Reading,
    threshold: number,
  ): ModelSummary | null {
    const row = this.#connection.get(
      `SELECT reading, threshold, window_count, composition, ribbon, whole, head
       FROM model_summary
       WHERE recording = ? AND model_sha256 = ? AND reading = ? AND threshold = ?`,
      id,
      modelKey,
      reading,
      threshold,
    );
    return row ? summaryOf(row) : null;
  }

  /**
   * Recordings with verdicts of this model whose summaries are for another threshold or recording
   * head, missing, or not such as can be shown.
   */
  withoutSummary(modelKey: string, threshold: number, head: string): RecordingId[] {
    return this.#connection
      .all(
        `SELECT DISTINCT recording FROM model_verdict AS v WHERE model_sha256 = ?1 AND (
           SELECT count(*) FROM model_summary AS s
           WHERE s.recording = v.recording AND s.model_sha256 = ?1 AND s.threshold = ?2
             AND s.head = ?3 AND length(s.ribbon) = ?5 AND json_valid(s.composition)
         ) < ?4`,
        modelKey,
        threshold,
        head,
        READINGS.length,
        RIBBON_COLUMNS,
      )
      .map((row) => textOf(row, 'recording'));
  }
}

function summaryOf(row: Row): ModelSummary | null {
  const composition = parseComposition(jsonOf(row, 'composition'));
  const reading = READINGS.find((known) => known === row['reading']);
  const ribbon = bytesIn(row, 'ribbon');
  if (!composition || !reading || ribbon.length !== RIBBON_COLUMNS) return null;
  return {
    reading,
    threshold: numberOf(row, 'threshold'),
    windowCount: numberOf(row, 'window_count'),
    composition,
    ribbon: ribbon.slice(),
    whole: parseProbabilities(jsonOf(row, 'whole')),
    head: maybeTextOf(row, 'head') ?? '',
  };
}

/** Bytes of each blob: SQLite tells them without reading it. */
const LENGTHS = ['start_s', 'end_s', 'probabilities', 'unlike', 'evidence', 'alone']
  .map((column) => `length(${column}) AS ${column}_bytes`)
  .join(', ');

function areWhole(row: Row): boolean {
  const bytes = (column: string) => maybeNumberOf(row, `${column}_bytes`);
  const windows = (bytes('start_s') ?? NaN) / 8;
  const outputs = 4 * windows * MODEL_OUTPUTS.length;
  const [unlike, evidence, alone] = [bytes('unlike'), bytes('evidence'), bytes('alone')];
  return (
    Number.isInteger(windows) &&
    bytes('end_s') === 8 * windows &&
    bytes('probabilities') === outputs &&
    (unlike === null || unlike === 4 * windows) &&
    (alone === null || alone === outputs) &&
    (evidence === null || (windows > 0 && evidence % (4 * windows) === 0))
  );
}

function verdictsOf(row: Row): WindowVerdicts | null {
  if (!areWhole(row)) return null;
  const startS = new Float64Array(copyOf(bytesIn(row, 'start_s')));
  const endS = new Float64Array(copyOf(bytesIn(row, 'end_s')));
  const probabilities = new Float32Array(copyOf(bytesIn(row, 'probabilities')));
  const unlike =
    row['unlike'] === null
      ? new Float32Array(startS.length).fill(NaN)
      : new Float32Array(copyOf(bytesIn(row, 'unlike')));
  const evidence =
    row['evidence'] === null ? null : new Float32Array(copyOf(bytesIn(row, 'evidence')));
  const alone = row['alone'] === null ? null : new Float32Array(copyOf(bytesIn(row, 'alone')));
  const leadIndex = numberOf(row, 'lead');
  return {
    ...{ leadIndex, startS, endS, probabilities, unlike },
    ...(evidence && { evidence }),
    ...(alone && { alone }),
  };
}

/** SQLite's bytes in a buffer of their own. */
function copyOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}

/** Every platform that Rhythmark runs on is little-endian, so the memory is the stored form. */
function bytesOf(values: Float64Array | Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
