/** Labels as a file: through the host's own dialog where it has one, else as a download. */
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { CallContext, Parsed, SavedFile } from '../contract/api.ts';
import type { ModelCard } from '../contract/domain.ts';
import { RhythmarkError } from '../contract/errors.ts';
import { createAtomicFile } from '../formats/atomic-file.ts';
import type { Library } from '../review/library.ts';
import type { StoredRecording } from '../review/recordings.ts';
import {
  labelFrame,
  labelRowTexts,
  labelsDescription,
  type LabelFormat,
} from '../report/labels.ts';
import type { Labelling, LabelledRecording } from '../report/label-rows.ts';

/** Where the user wants the file; null where they thought better of it. */
export type SaveDialog = (suggestedName: string) => Promise<string | null>;

export interface ExportOptions {
  readonly library: Library;
  readonly model: () => ModelCard | null;
  readonly version: string;
  readonly saveDialog: SaveDialog | null;
}

const MIME: Readonly<Record<LabelFormat, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
};

/** Characters of a download: it is one text in the page's memory. */
const LARGEST_DOWNLOAD = 128 * 1024 * 1024;
/** Recordings between two looks at what else there is to do. */
const RECORDINGS_A_TURN = 20;

export async function exportLabels(
  options: ExportOptions,
  { ids, per, format }: Parsed<'export.labels'>,
  { signal }: CallContext,
): Promise<SavedFile> {
  const recordings = chosen(options.library, ids);
  const name = fileName(recordings, per, format);
  const pieces = labelPieces(options, recordings, per, format, signal);
  if (!options.saveDialog) {
    return { kind: 'download', name, mime: MIME[format], text: await textOf(pieces) };
  }
  const path = await options.saveDialog(name);
  if (path === null) return { kind: 'dismissed' };
  const file = await createAtomicFile(path);
  try {
    for await (const piece of pieces) await file.write(piece);
    await file.commit();
  } finally {
    await file.discard(); // does nothing after a commit
  }
  return { kind: 'saved', name: basename(path) };
}

/** In the order of the list. Error `not-found` where nothing of what was asked for is on it. */
function chosen(library: Library, ids: readonly string[] | undefined): StoredRecording[] {
  const wanted = ids && new Set(ids);
  const recordings = library.recordings
    .listed()
    .filter((recording) => wanted === undefined || wanted.has(recording.id));
  if (recordings.length > 0) return recordings;
  throw new RhythmarkError('not-found', 'There is no recording to export.');
}

async function* labelPieces(
  { library, model, version }: ExportOptions,
  recordings: readonly StoredRecording[],
  per: 'window' | 'recording',
  format: LabelFormat,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const labelling: Labelling = {
    reading: library.preferences.settings().reading,
    model: model(),
  };
  const frame = labelFrame(format, labelsDescription(labelling, per, version));
  yield frame.head;
  let separator = '';
  for (const [index, recording] of recordings.entries()) {
    const labelled = labelledOf(library, recording, labelling.model);
    let text = '';
    for (const row of labelRowTexts(labelled, labelling, per, format)) {
      text += separator + row;
      separator = frame.separator;
    }
    yield text;
    if (index % RECORDINGS_A_TURN === 0) await setImmediate();
    signal.throwIfAborted();
  }
  if (separator !== '' || format === 'json') yield frame.tail;
}

function labelledOf(
  library: Library,
  recording: StoredRecording,
  model: ModelCard | null,
): LabelledRecording {
  const { id, name, folder } = recording;
  // Enough to find it again; where the folder lies is nobody's business but this machine's.
  const path = `${folder}/${basename(recording.path)}`;
  const header = library.recordings.header(id);
  const verdicts =
    recording.status === 'classified' && model
      ? library.modelVerdicts.read(id, model.sha256)
      : null;
  if (header && verdicts) {
    return { status: 'classified', name, path, header, verdicts: [verdicts] };
  }
  const message = recording.failure?.message ?? 'Not classified yet.';
  return { status: 'failed', name, path, failure: { code: 'not-found', message } };
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > LARGEST_DOWNLOAD) {
      throw new RhythmarkError(
        'too-large',
        'These are too many labels for one download. Choose fewer recordings, or use `rhythmark classify`.',
      );
    }
    parts.push(piece);
  }
  return parts.join('');
}

function fileName(
  recordings: readonly StoredRecording[],
  per: 'window' | 'recording',
  format: LabelFormat,
): string {
  const [first, another] = recordings;
  const day = new Date().toISOString().slice(0, 10);
  const of = first && !another ? first.name.replace(/[^\p{L}\p{N}._-]/gu, '_') : 'rhythmark';
  return `${of}-labels-per-${per}-${day}.${format}`;
}
