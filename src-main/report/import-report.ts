/** What was found while opening: one row a note, for a file and for a batch. */
import type { ImportNote, RecordingHeader } from '../contract/domain.ts';
import type { Failure } from '../contract/errors.ts';
import { writeFileAtomically } from '../formats/atomic-file.ts';
import { CSV_LINE_END, csvLine } from './csv.ts';

export interface ReportRow extends ImportNote {
  readonly recording: string;
  readonly path: string;
}

const COLUMNS = ['recording', 'path', 'kind', 'code', 'message', 'place'] as const;

/** A row for what was read, then one for each note. */
export function rowsOfHeader(
  recording: string,
  path: string,
  header: Pick<RecordingHeader, 'format' | 'leads' | 'durationS' | 'notes'>,
): ReportRow[] {
  const leads = `${header.leads.length} ${header.leads.length === 1 ? 'lead' : 'leads'}`;
  const message = `${header.format}, ${leads}, ${Number(header.durationS.toFixed(3))} s`;
  const read: ImportNote = { kind: 'read', code: 'read', message };
  return [read, ...header.notes].map((note) => ({ recording, path, ...note }));
}

/** The row of a file that was refused; `code` is the error's. */
export function rowOfRefusal(recording: string, path: string, failure: Failure): ReportRow {
  const { code, message, detail } = failure;
  return {
    ...{ recording, path, kind: 'refused', code, message },
    ...(detail === undefined ? {} : { place: detail }),
  };
}

/** CSV, or JSON where the file's name ends so. Whole or not at all. */
export async function writeImportReport(out: string, rows: readonly ReportRow[]): Promise<void> {
  const format = /\.json$/i.test(out) ? 'json' : 'csv';
  await writeFileAtomically(out, importReportPieces(format, rows));
}

export function importReportPieces(
  format: 'csv' | 'json',
  rows: readonly ReportRow[],
): Generator<string> {
  return format === 'json' ? asJson(rows) : asCsv(rows);
}

function* asCsv(rows: readonly ReportRow[]): Generator<string> {
  yield csvLine(COLUMNS) + CSV_LINE_END;
  for (const row of rows) {
    yield csvLine(COLUMNS.map((column) => row[column] ?? '')) + CSV_LINE_END;
  }
}

function* asJson(rows: readonly ReportRow[]): Generator<string> {
  yield '[';
  let separator = '\n';
  for (const row of rows) {
    yield (
      separator +
      JSON.stringify(Object.fromEntries(COLUMNS.map((name) => [name, row[name] ?? null])))
    );
    separator = ',\n';
  }
  yield '\n]\n';
}
