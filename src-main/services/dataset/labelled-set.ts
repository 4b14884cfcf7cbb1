/** Finds out which labelled set a folder holds, and lists its recordings with what is known of each. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { RhythmarkError } from '../../contract/errors.ts';
import { labelOfCincLetter, labelOfPtbXl, type Labelled } from './training-label.ts';

/** One recording of a labelled set. */
export interface LabelledRecording {
  /** Full path of the file to open. */
  readonly path: string;
  readonly recording: string;
  /** Recordings of one person share it: a split for testing keeps them together. */
  readonly subject: string;
  /** What holds for the whole recording; null where its annotations say it window by window. */
  readonly label: Labelled | null;
}

export interface LabelledSet {
  readonly name: string;
  /** Of the folder's kind, for the report: `CinC 2017`, `PTB-XL rhythm`, `WFDB annotations`. */
  readonly kind: string;
  /** In the order of their names. */
  readonly recordings: readonly LabelledRecording[];
}

/** Throws RhythmarkError `not-found` where the folder is not, `unsupported` where it is no such set. */
export async function labelledSetOf(folder: string): Promise<LabelledSet> {
  const names = (await readdir(folder)).sort();
  const present = new Set(names);
  for (const reference of ['REFERENCE-v3.csv', 'REFERENCE.csv']) {
    if (present.has(reference)) return cinc2017(folder, reference, present);
  }
  if (present.has('labels.csv')) return ptbXlRhythm(folder, present);
  const annotated = names.filter(
    (name) => name.endsWith('.hea') && present.has(name.replace(/\.hea$/, '.atr')),
  );
  if (annotated.length > 0) return wfdbAnnotated(folder, annotated);
  throw new RhythmarkError(
    'unsupported',
    `“${basename(folder)}” is no labelled set that is known here. Give a CinC 2017 folder ` +
      '(REFERENCE-v3.csv), a PTB-XL rhythm folder (labels.csv) or WFDB records with .atr annotations.',
  );
}

async function cinc2017(
  folder: string,
  reference: string,
  present: ReadonlySet<string>,
): Promise<LabelledSet> {
  const recordings: LabelledRecording[] = [];
  for (const row of csvRows(await readFile(join(folder, reference), 'utf8'), reference)) {
    const [recording = '', letter = ''] = row;
    const label = labelOfCincLetter(letter);
    if (label === null) {
      throw new RhythmarkError(
        'damaged-file',
        `${reference} gives “${letter}” as the label of ${recording}. The labels are N, A, O and ~.`,
      );
    }
    if (!present.has(`${recording}.hea`)) continue;
    const path = join(folder, `${recording}.hea`);
    recordings.push({ path, recording, subject: recording, label });
  }
  return { name: 'cinc2017', kind: 'CinC 2017', recordings: byName(recordings) };
}

async function ptbXlRhythm(folder: string, present: ReadonlySet<string>): Promise<LabelledSet> {
  const [header = [], ...rows] = csvRows(
    await readFile(join(folder, 'labels.csv'), 'utf8'),
    'labels.csv',
  );
  const column = (name: string): number => {
    const at = header.indexOf(name);
    if (at >= 0) return at;
    throw new RhythmarkError(
      'damaged-file',
      `labels.csv has no column “${name}”. Its columns are ecg_id, labels, patient_id and scp_codes.`,
    );
  };
  const [idAt, labelsAt, patientAt, statementsAt] = [
    column('ecg_id'),
    column('labels'),
    column('patient_id'),
    column('scp_codes'),
  ];
  const recordings: LabelledRecording[] = [];
  for (const row of rows) {
    const recording = (row[idAt] ?? '').padStart(5, '0');
    if (!present.has(`${recording}.hea`)) continue;
    const patient = row[patientAt] ?? '';
    recordings.push({
      path: join(folder, `${recording}.hea`),
      recording,
      subject: patient === '' ? `recording-${recording}` : `patient-${patient}`,
      label: labelOfPtbXl(
        new Set((row[labelsAt] ?? '').split('|')),
        // Written as a Python dictionary: {'NORM': 100.0, 'SR': 0.0}.
        new Set(
          [...(row[statementsAt] ?? '').matchAll(/'([^']+)'\s*:/g)].map((hit) => hit[1] ?? ''),
        ),
      ),
    });
  }
  return { name: 'ptbxl-rhythm', kind: 'PTB-XL rhythm', recordings: byName(recordings) };
}

function wfdbAnnotated(folder: string, headers: readonly string[]): LabelledSet {
  const recordings = headers.map((header) => {
    const recording = header.replace(/\.hea$/, '');
    // CPSC 2021 names its records data_<patient>_<excerpt>.
    const subject = /^data_\d+(?=_\d+$)/.exec(recording)?.[0] ?? recording;
    return { path: join(folder, header), recording, subject, label: null };
  });
  return { name: basename(folder), kind: 'WFDB annotations', recordings };
}

function byName(recordings: LabelledRecording[]): LabelledRecording[] {
  return recordings.sort((a, b) => (a.recording < b.recording ? -1 : 1));
}

function csvRows(text: string, file: string): string[][] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new RhythmarkError(
      'damaged-file',
      `${file} is not a readable CSV file.`,
      error instanceof Error ? error.message : String(error),
    );
  }
}
