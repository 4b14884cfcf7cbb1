/** Finds out which labelled set a folder holds, and lists its recordings with what is known of each. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Reading } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { labelOfCincLetter, labelOfPtbXl, type Labelled } from './training-label.ts';

/** One recording of a labelled set. */
export interface LabelledRecording {
  /** Full path of the file to open. */
  readonly path: string;
  /** Of a file that holds several recordings. */
  readonly part?: string;
  readonly recording: string;
  /** Recordings of one person share it: a split for testing keeps them together. */
  readonly subject: string;
  /**
   * What holds for the whole recording; null where its annotations, or `verdicts`, say it window by
   * window.
   */
  readonly label: Labelled | null;
  /** Readers' verdicts, which stand in for annotations. */
  readonly verdicts?: readonly WindowVerdict[];
}

/** A reader's, on one of the windows that the program classifies. */
export interface WindowVerdict extends Labelled {
  readonly leadIndex: number;
  /** In the lead's plan (signal/windows.ts). */
  readonly window: number;
}

export interface LabelledSet {
  readonly name: string;
  /** For the report: `CinC 2017`, `PTB-XL rhythm`, `WFDB annotations`, `readers' verdicts`. */
  readonly kind: string;
  /** What a label is true of: any crop of a recording, or one window only. */
  readonly labelsOf: 'recordings' | 'windows';
  /** Of a table of verdicts: how it was read. */
  readonly verdicts?: VerdictReport;
  /** In the order of their names. */
  readonly recordings: readonly LabelledRecording[];
}

/** What became of the rows of a table of verdicts. */
export interface VerdictReport {
  readonly reading: Reading;
  readonly used: number;
  readonly leftOut: {
    /** No label: no signal, or not read. */
    readonly empty: number;
    readonly uncertain: number;
    /** The table names readers, and nobody here. */
    readonly withoutReader: number;
    /** Said twice, and the same both times. */
    readonly repeated: number;
  };
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
  return {
    name: 'cinc2017',
    kind: 'CinC 2017',
    labelsOf: 'recordings',
    recordings: byName(recordings),
  };
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
    const label = labelOfPtbXl(
      new Set((row[labelsAt] ?? '').split('|')),
      // Written as a Python dictionary: {'NORM': 100.0, 'SR': 0.0}.
      new Set([...(row[statementsAt] ?? '').matchAll(/'([^']+)'\s*:/g)].map((hit) => hit[1] ?? '')),
    );
    recordings.push({
      path: join(folder, `${recording}.hea`),
      recording,
      subject: patient === '' ? `recording-${recording}` : `patient-${patient}`,
      label,
    });
  }
  return {
    name: 'ptbxl-rhythm',
    kind: 'PTB-XL rhythm',
    labelsOf: 'recordings',
    recordings: byName(recordings),
  };
}

function wfdbAnnotated(folder: string, headers: readonly string[]): LabelledSet {
  const recordings = headers.map((header) => {
    const recording = header.replace(/\.hea$/, '');
    // CPSC 2021 names its records data_<patient>_<excerpt>.
    const subject = /^data_\d+(?=_\d+$)/.exec(recording)?.[0] ?? recording;
    return { path: join(folder, header), recording, subject, label: null };
  });
  return { name: basename(folder), kind: 'WFDB annotations', labelsOf: 'windows', recordings };
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
