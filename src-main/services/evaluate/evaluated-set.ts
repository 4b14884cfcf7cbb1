/** Which labelled set a path holds, for evaluation: those of training, and CACHET-CADB's two layouts. */
import { stat } from 'node:fs/promises';
import { basename, dirname, extname, relative, sep } from 'node:path';
import { RhythmarkError } from '../../contract/errors.ts';
import { scan } from '../../formats/index.ts';
import {
  labelledSetOf,
  type LabelledRecording,
  type LabelledSet,
} from '../dataset/labelled-set.ts';

/** `part` is which recording of a file that holds several; '' for the only one. */
export interface RecordingToEvaluate extends LabelledRecording {
  readonly part: string;
}

export interface SetToEvaluate extends LabelledSet {
  readonly recordings: readonly RecordingToEvaluate[];
}

/**
 * Throws RhythmarkError `not-found` where there is nothing at the path, or a labelled set without
 * its recordings; `unsupported` where it is no labelled set; `cancelled`.
 */
export async function setToEvaluate(path: string, signal: AbortSignal): Promise<SetToEvaluate> {
  const set = (await isFolder(path))
    ? ((await trainingSetOf(path)) ?? (await cachetSet(path, path, signal)))
    : await cachetSet(path, dirname(path), signal);
  if (set === null) {
    throw new RhythmarkError(
      'unsupported',
      `“${basename(path)}” is no labelled set that is known here. Give a CinC 2017 folder ` +
        '(REFERENCE-v3.csv), a PTB-XL rhythm folder (labels.csv), a folder of WFDB records with ' +
        '.atr annotations, a CACHET-CADB HDF5 file (signal and labels), or Unisens folders with annotation.csv.',
    );
  }
  if (set.recordings.length === 0) {
    throw new RhythmarkError(
      'not-found',
      `“${set.name}” has labels, but none of the recordings that they are for lie beside them.`,
    );
  }
  return set;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing) throw error;
    throw new RhythmarkError('not-found', `There is no file or folder ${path}.`);
  }
}

async function trainingSetOf(folder: string): Promise<SetToEvaluate | null> {
  try {
    const set = await labelledSetOf(folder);
    const recordings = set.recordings.map((one) => ({
      ...one,
      part: '',
      subject: withoutDecimals(one.subject),
    }));
    return { ...set, recordings };
  } catch (error) {
    if (error instanceof RhythmarkError && error.code === 'unsupported') return null;
    throw error;
  }
}

/** PTB-XL's table writes patient 15709 as 15709.0. */
function withoutDecimals(subject: string): string {
  return subject.replace(/^(patient-\d+)\.0$/, '$1');
}

/**
 * CACHET-CADB: segments of an HDF5 file, which state no patient, or Unisens folders. The folder
 * directly below `root` is the patient, as in the published database; the only folder is its own.
 */
async function cachetSet(
  path: string,
  root: string,
  signal: AbortSignal,
): Promise<SetToEvaluate | null> {
  const recordings: RecordingToEvaluate[] = [];
  for await (const item of scan([path], { signal })) {
    if (item.kind !== 'recording') continue;
    // Of HDF5 files only CACHET-CADB's hold recordings with parts.
    if (item.format === 'HDF5' && item.part !== '') {
      const file = basename(item.path, extname(item.path));
      const recording = `${file} ${item.name}`;
      recordings.push({
        path: item.path,
        part: item.part,
        recording,
        subject: recording,
        label: null,
      });
    } else if (item.format === 'Unisens') {
      const below = relative(root, dirname(item.path)).split(sep).filter(Boolean);
      const own = basename(dirname(item.path));
      recordings.push({
        path: item.path,
        part: '',
        recording: below.length > 0 ? below.join('/') : own,
        subject: below[0] ?? own,
        label: null,
      });
    }
  }
  if (recordings.length === 0) return null;
  return {
    name: basename(path, extname(path)),
    kind: 'CACHET-CADB',
    labelsOf: 'windows',
    recordings,
  };
}
