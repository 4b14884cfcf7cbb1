/** Labels as a file: through the host's own dialog where it has one, else as a download. */
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { CallContext, Parsed, SavedFile } from '../contract/api.ts';
import type { RecordingId } from '../contract/domain.ts';
import type { ModelCard } from '../contract/model-card.ts';
import { RhythmarkError } from '../contract/errors.ts';
import { writeFileAtomically } from '../formats/atomic-file.ts';
import type { Library } from '../review/library.ts';
import type { StoredRecording } from '../review/recordings.ts';
import {
  labelFrame,
  labelRowTexts,
  labelsDescription,
  type LabelFormat,
  type LabelFrame,
} from '../report/labels.ts';
import type { Labelling, LabelledRecording } from '../report/label-rows.ts';
import { keepFile, type SaveDialog } from './keep-file.ts';
import { storedVerdicts } from './stored-verdicts.ts';

export interface ExportOptions {
  readonly library: Library;
  readonly model: () => ModelCard | null;
  readonly version: string;
  readonly saveDialog: SaveDialog | null;
  /** Verdicts were damaged: the row of the export says so, and that of the list. */
  readonly damaged: (id: RecordingId) => void;
}

const MIME: Readonly<Record<LabelFormat, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
};

/** Recordings between two looks at what else there is to do. */
const RECORDINGS_A_TURN = 20;

export async function exportLabels(
  options: ExportOptions,
  { ids, per, format }: Parsed<'export.labels'>,
  { signal }: CallContext,
): Promise<SavedFile> {
  const recordings = chosen(options.library, ids);
  const name = fileName(recordings, per, format);
  const labelling: Labelling = {
    reading: options.library.preferences.settings().reading,
    model: options.model(),
  };
  const description = labelsDescription(labelling, per, options.version);
  const frame = labelFrame(format, description);
  const rows = labelRows(options, recordings, labelling, per, format, signal);
  // Beside the table, as the command line writes it. A browser takes one file at a time: there the
  // description comes with the format JSON alone.
  const alsoAt = async (path: string): Promise<void> => {
    if (format === 'json') return;
    const text = `${JSON.stringify(description, null, 2)}\n`;
    await writeFileAtomically(`${path}.about.json`, [text]);
  };
  const file = { name, mime: MIME[format], alsoAt };
  return keepFile(options.saveDialog, file, framed(frame, rows, format));
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

/** A document around rows; without rows nothing has to be ended, except JSON's brackets. */
async function* framed(
  frame: LabelFrame,
  rows: AsyncIterable<readonly string[]>,
  format: LabelFormat,
): AsyncGenerator<string> {
  yield frame.head;
  let separator = '';
  for await (const some of rows) {
    if (some.length === 0) continue;
    yield separator + some.join(frame.separator);
    separator = frame.separator;
  }
  if (separator !== '' || format === 'json') yield frame.tail;
}

/** The rows of one recording after the other. */
async function* labelRows(
  options: ExportOptions,
  recordings: readonly StoredRecording[],
  labelling: Labelling,
  per: 'window' | 'recording',
  format: LabelFormat,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  for (const [index, recording] of recordings.entries()) {
    const labelled = labelledOf(options, recording, labelling.model);
    yield [...labelRowTexts(labelled, labelling, per, format)];
    if (index % RECORDINGS_A_TURN === 0) await setImmediate();
    signal.throwIfAborted();
  }
}

function labelledOf(
  { library, damaged }: ExportOptions,
  recording: StoredRecording,
  model: ModelCard | null,
): LabelledRecording {
  const { id, name, folder } = recording;
  // Enough to find it again; where the folder lies is nobody's business but this machine's.
  const path = `${folder}/${basename(recording.path)}`;
  const header = library.recordings.header(id);
  const verdicts =
    recording.status === 'classified' && model ? storedVerdicts(library, id, model, damaged) : null;
  if (header && verdicts) {
    return { status: 'classified', name, path, header, verdicts: [verdicts] };
  }
  const by = model ? ` by ${model.name} ${model.version}` : '';
  const message = library.recordings.get(id)?.failure?.message ?? `Not classified yet${by}.`;
  return { status: 'failed', name, path, failure: { code: 'not-found', message } };
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
