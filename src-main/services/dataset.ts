/**
 * `rhythmark dataset`: turns a labelled set, or recordings with readers' verdicts, into the folder
 * that training reads. Everything up to
 * the network's input is done here, by the code that serves the program, so that what is trained
 * on and what is classified cannot drift apart.
 */
import { MODEL_SAMPLING_HZ, MODEL_WINDOW_SAMPLES } from '../contract/conventions.ts';
import type { Reading } from '../contract/domain.ts';
import { failureOf, RhythmarkError } from '../contract/errors.ts';
import { openRecording } from '../formats/index.ts';
import type { RecordingReader } from '../formats/reader.ts';
import { bandPassWhole, type BandPassedLead } from '../signal/preprocess.ts';
import { continueByBestMatch } from '../signal/continuation.ts';
import { labelOfWindow, type AnnotatedCourse } from './dataset/annotated-window.ts';
import { labelledSetOf, type LabelledRecording } from './dataset/labelled-set.ts';
import { recordedCourse } from './dataset/recorded-course.ts';
import {
  createTrainingFolder,
  type DatasetManifest,
  type TrainingFolder,
  type TrainingWindow,
} from './dataset/training-folder.ts';
import { unlabelled, type Labelled } from './dataset/training-label.ts';
import { verdictSetOf } from './dataset/verdict-set.ts';

/** Between planned windows, those of an annotated recording are labelled every 2.5 s. */
const STEP_SAMPLES = 2.5 * MODEL_SAMPLING_HZ;

/** Every trace is at least this long, continued where the recording is not: room to warp time by 1.2. */
const SHORTEST_TRACE_SAMPLES = 1.2 * MODEL_WINDOW_SAMPLES;

/** A whole lead is held in memory; the labelled sets of the field are minutes to a day long. */
const LONGEST_RECORDING_S = 48 * 3600;

export interface DatasetOptions {
  /** Instead of the name that the folder's kind gives it. */
  readonly name?: string | undefined;
  /** A table of readers' verdicts instead of the folder's own labels, given under a reading. */
  readonly verdicts?: { readonly file: string; readonly reading: Reading } | undefined;
  readonly signal?: AbortSignal;
  /** Recordings done and in all; called after each. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Writes `outDir` (see dataset/training-folder.ts) from a CinC 2017 folder, a PTB-XL rhythm folder,
 * a folder of WFDB records with rhythm annotations, or any folder of recordings with a table of
 * verdicts (dataset/verdict-set.ts), and answers its manifest. A recording that cannot be read is
 * listed in the manifest's `failures` and does not stop the rest.
 *
 * Throws RhythmarkError `unsupported` where the folder is no such set, `damaged-file` for a table
 * that cannot be one of verdicts, `cancelled`, `disk-full`.
 */
export async function writeDataset(
  folder: string,
  outDir: string,
  options: DatasetOptions = {},
): Promise<DatasetManifest> {
  const { verdicts, signal } = options;
  const set = verdicts
    ? await verdictSetOf(folder, verdicts.file, verdicts.reading, signal)
    : await labelledSetOf(folder);
  const training = await createTrainingFolder(outDir);
  const failures: { recording: string; message: string }[] = [];
  try {
    let done = 0;
    for (const labelledRecording of set.recordings) {
      if (signal?.aborted) {
        throw new RhythmarkError('cancelled', 'Writing the training set was cancelled.');
      }
      try {
        await addRecording(labelledRecording, training);
      } catch (error) {
        const { code, message } = failureOf(error);
        if (code === 'disk-full' || code === 'internal') throw error;
        failures.push({ recording: labelledRecording.recording, message });
      }
      options.onProgress?.(++done, set.recordings.length);
    }
    return await training.finish({
      name: options.name ?? set.name,
      kind: set.kind,
      labelsOf: set.labelsOf,
      ...(set.verdicts && { verdicts: set.verdicts }),
      program: 'rhythmark dataset',
      recordings: set.recordings.length - failures.length,
      failures,
    });
  } catch (error) {
    await training.discard();
    throw error;
  }
}

async function addRecording(source: LabelledRecording, training: TrainingFolder): Promise<void> {
  const { path, part } = source;
  const reader = await openRecording(path, part === undefined ? {} : { part });
  try {
    if (reader.header.durationS > LONGEST_RECORDING_S) {
      throw new RhythmarkError('too-large', 'The recording is longer than 48 hours.');
    }
    for (const [leadIndex, lead] of reader.header.leads.entries()) {
      if (source.verdicts?.every((verdict) => verdict.leadIndex !== leadIndex)) continue; // unread
      const [samples] = await reader.read([leadIndex], 0, lead.sampleCount);
      if (!samples) continue;
      const passed = bandPassWhole(samples, lead.samplingHz);
      if (passed.starts.length === 0) continue;
      const labelling = await labellingOf(source, reader, leadIndex);
      await training.add(
        {
          recording: source.recording,
          subject: source.subject,
          lead: lead.name,
          signal: longEnough(passed),
          recorded: passed.recorded,
        },
        windowsOf(passed, labelling),
      );
    }
  } finally {
    await reader.close();
  }
}

/** What is known of a lead's windows: of the planned ones, or of any stretch. */
type Labelling =
  | { readonly of: 'planned'; readonly labelOf: (window: number) => Labelled }
  | { readonly of: 'any'; readonly labelAt: (start: number) => Labelled };

async function labellingOf(
  { label, verdicts }: LabelledRecording,
  reader: RecordingReader,
  leadIndex: number,
): Promise<Labelling> {
  if (label !== null) return { of: 'planned', labelOf: () => label };
  if (verdicts) {
    const said = verdicts.filter((verdict) => verdict.leadIndex === leadIndex);
    const byWindow = new Map(said.map(({ window, label, note }) => [window, { label, note }]));
    const unread = unlabelled('not read');
    return { of: 'planned', labelOf: (window) => byWindow.get(window) ?? unread };
  }
  const course = await recordedCourse(reader, leadIndex);
  if (course) return { of: 'any', labelAt: (start) => labelAtSample(course, start) };
  return { of: 'planned', labelOf: () => unlabelled('no annotations') };
}

function labelAtSample(course: AnnotatedCourse, start: number): Labelled {
  const fromS = start / MODEL_SAMPLING_HZ;
  return labelOfWindow(course, fromS, fromS + MODEL_WINDOW_SAMPLES / MODEL_SAMPLING_HZ);
}

function longEnough({ signal, recorded }: BandPassedLead): Float64Array {
  if (signal.length >= SHORTEST_TRACE_SAMPLES) return signal;
  const continued = new Float64Array(SHORTEST_TRACE_SAMPLES);
  continued.set(signal.subarray(0, recorded));
  continueByBestMatch(continued, recorded);
  return continued;
}

function windowsOf(
  { signal, recorded, starts, moving }: BandPassedLead,
  labelling: Labelling,
): TrainingWindow[] {
  const windows: TrainingWindow[] = [];
  starts.forEach((start, window) => {
    const found = labelling.of === 'any' ? labelling.labelAt(start) : labelling.labelOf(window);
    const label = moving[window] === 1 ? found : unlabelled('no signal');
    windows.push({ start, planned: true, ...label });
  });
  if (labelling.of === 'planned') return windows;
  const planned = new Set(starts);
  for (let start = 0; start + MODEL_WINDOW_SAMPLES <= recorded; start += STEP_SAMPLES) {
    if (planned.has(start)) continue;
    const window = signal.subarray(start, start + MODEL_WINDOW_SAMPLES);
    if (window.some((value) => Number.isNaN(value))) continue;
    windows.push({ start, planned: false, ...labelling.labelAt(start) });
  }
  return windows.sort((a, b) => a.start - b.start);
}
