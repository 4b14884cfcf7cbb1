/** What was read, assumed, repaired, ignored and refused: of the list, or of some of its recordings. */
import { basename, dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { CallContext, Parsed, SavedFile } from '../contract/api.ts';
import type { ImportCount, ImportSummary } from '../contract/batch.ts';
import type { RecordingId } from '../contract/domain.ts';
import { leftAloneNote, sameContentNote } from '../formats/batch-notes.ts';
import { IMPORT_CODES, REFUSAL_CODES } from '../formats/import-codes.ts';
import {
  importReportPieces,
  rowOfRefusal,
  rowsOfHeader,
  type ReportRow,
} from '../report/import-report.ts';
import type { Library } from '../review/library.ts';
import type { StoredRecording } from '../review/recordings.ts';
import { keepFile, type SaveDialog } from './keep-file.ts';

/** Recordings between two looks at what else there is to do. */
const RECORDINGS_A_TURN = 100;
/** Names that stand for all of a count. */
const EXAMPLES = 3;

const KINDS = ['refused', 'repaired', 'assumed', 'ignored', 'read'] as const;

/** How often each code was given; what needs a look first, then the frequent before the rare. */
export async function importSummary(
  library: Library,
  ids: readonly RecordingId[] | undefined,
  signal: AbortSignal,
): Promise<ImportSummary> {
  const counts = new Map<string, ImportCount>();
  for await (const { kind, code, message, recording } of reportRows(library, ids, signal)) {
    const key = `${kind} ${code}`;
    const known = counts.get(key);
    const examples = known?.examples ?? [];
    counts.set(key, {
      ...{ kind, code, count: (known?.count ?? 0) + 1 },
      meaning: meaningOf(code, message, known),
      examples: examples.length < EXAMPLES ? [...examples, recording] : examples,
    });
  }
  return {
    unread: chosen(library, ids).filter(
      ({ status, headerRead }) => status === 'waiting' && !headerRead,
    ).length,
    counts: [...counts.values()].sort(
      (a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || b.count - a.count,
    ),
  };
}

/** A refusal's own message, unless it stands for several that say different things. */
function meaningOf(code: string, message: string, known: ImportCount | undefined): string {
  if (code === 'read') return 'Opened and read.';
  const meaning = IMPORT_CODES.get(code);
  if (meaning !== undefined) return meaning;
  return known === undefined || known.meaning === message
    ? message
    : (REFUSAL_CODES.get(code) ?? message);
}

/** The report as a file: through the host's own dialog where it has one, else as a download. */
export async function exportImports(
  library: Library,
  saveDialog: SaveDialog | null,
  { ids, format }: Parsed<'export.imports'>,
  { signal }: CallContext,
): Promise<SavedFile> {
  const rows: ReportRow[] = [];
  for await (const row of reportRows(library, ids, signal)) rows.push(row);
  const day = new Date().toISOString().slice(0, 10);
  const mime = format === 'csv' ? 'text/csv' : 'application/json';
  const file = { name: `rhythmark-import-report-${day}.${format}`, mime };
  return keepFile(saveDialog, file, importReportPieces(format, rows));
}

async function* reportRows(
  library: Library,
  ids: readonly RecordingId[] | undefined,
  signal: AbortSignal,
): AsyncGenerator<ReportRow> {
  const same = library.sameContent.all();
  for (const [index, recording] of chosen(library, ids).entries()) {
    if (index % RECORDINGS_A_TURN === 0) await setImmediate();
    signal.throwIfAborted();
    yield* rowsOf(library, recording, same.get(recording.id)?.name);
  }
  // Files that are no recordings belong to the batch, and to none of its recordings.
  if (ids !== undefined) return;
  for (const { path, reason } of library.leftAlone.all()) {
    yield { recording: basename(path), path: shownPath(path), ...leftAloneNote(reason) };
  }
}

function rowsOf(library: Library, recording: StoredRecording, sameAs?: string): ReportRow[] {
  const { id, name, failure, status } = recording;
  const path = shownPath(recording.path);
  if ((status === 'failed' || status === 'needs-choice') && failure) {
    const code = failure.code ?? (status === 'failed' ? 'internal' : status);
    return [rowOfRefusal(name, path, { ...failure, code })];
  }
  const header = library.recordings.header(id);
  if (!header) return [];
  const notes = sameAs === undefined ? [] : [sameContentNote(sameAs)];
  return rowsOfHeader(name, path, { ...header, notes: [...header.notes, ...notes] });
}

/** Enough to find it again; where the folder lies is nobody's business but this machine's. */
function shownPath(path: string): string {
  return `${basename(dirname(path))}/${basename(path)}`;
}

function chosen(library: Library, ids: readonly RecordingId[] | undefined): StoredRecording[] {
  const wanted = ids && new Set(ids);
  return library.recordings.listed().filter(({ id }) => wanted === undefined || wanted.has(id));
}
