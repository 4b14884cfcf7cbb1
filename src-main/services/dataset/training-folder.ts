/**
 * The folder that training reads. The band-passed signal is stored whole, so that training can cut
 * at random and warp time; scaling, the last step, is `scaleWindow` here and five lines of Python
 * that a test holds to it.
 *
 * - `signals.i16`: every trace (one lead of one recording) one after the other, int16 little-endian
 *   at 250 Hz; MISSING_COUNT where there is no signal.
 * - `traces.csv`: `trace,recording,subject,lead,first,samples,recorded,unit_per_count`. `first` and
 *   `samples` say where in `signals.i16`; from `recorded` on, a short recording is continued;
 *   a count times `unit_per_count` is in the lead's own unit.
 * - `windows.csv`: `trace,start,planned,label,note`. Windows of 2,500 samples from `start` (in the
 *   trace); `planned` is 1 for those that the program would classify, 0 for those in between;
 *   `note` as in `Labelled`.
 * - `manifest.json`: written last; says what all this is and counts it.
 */
import { mkdir, open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL_SAMPLING_HZ, MODEL_WINDOW_SAMPLES } from '../../contract/conventions.ts';
import { PREPROCESSING } from '../../signal/preprocess.ts';
import type { VerdictReport } from './labelled-set.ts';
import type { Labelled } from './training-label.ts';

export const DATASET_VERSION = 1;

/** A count that no signal takes: there was none. */
export const MISSING_COUNT = -32_768;

const LARGEST_COUNT = 32_767;

export interface Trace {
  readonly recording: string;
  readonly subject: string;
  readonly lead: string;
  /** Band-passed, at 250 Hz; NaN where there is no signal. */
  readonly signal: Float64Array;
  readonly recorded: number;
}

export interface TrainingWindow extends Labelled {
  /** First sample in the trace, 250 Hz. */
  readonly start: number;
  readonly planned: boolean;
}

/** What the manifest says beside the layout. */
export interface DatasetFacts {
  readonly name: string;
  readonly kind: string;
  /** `LabelledSet.labelsOf`: whether training may cut where it likes. */
  readonly labelsOf: 'recordings' | 'windows';
  /** Of readers' verdicts only. */
  readonly verdicts?: VerdictReport;
  readonly program: string;
  readonly recordings: number;
  readonly failures: readonly { readonly recording: string; readonly message: string }[];
}

export interface TrainingFolder {
  add(trace: Trace, windows: readonly TrainingWindow[]): Promise<void>;
  /** Puts everything in place; until then the folder holds no manifest. */
  finish(facts: DatasetFacts): Promise<DatasetManifest>;
  /** Takes back what was written. */
  discard(): Promise<void>;
}

export interface DatasetManifest extends DatasetFacts {
  readonly datasetVersion: number;
  readonly preprocessing: string;
  readonly samplingHz: number;
  readonly windowSamples: number;
  readonly missingCount: number;
  readonly traces: number;
  readonly windows: number;
  /** Planned windows by label; `unlabelled` for those that nothing is learned from. */
  readonly plannedWindows: Readonly<Record<string, number>>;
  readonly createdAt: string;
}

const FILES = ['signals.i16', 'traces.csv', 'windows.csv', 'manifest.json'] as const;

export async function createTrainingFolder(outDir: string): Promise<TrainingFolder> {
  await mkdir(outDir, { recursive: true });
  const part = (name: string): string => join(outDir, `${name}.part`);
  // A manifest of an earlier run must not vouch for the files of this one.
  await rm(join(outDir, 'manifest.json'), { force: true });
  const signals: FileHandle = await open(part('signals.i16'), 'w');
  const traceRows = ['trace,recording,subject,lead,first,samples,recorded,unit_per_count'];
  const windowRows = ['trace,start,planned,label,note'];
  const plannedWindows: Record<string, number> = {};
  let written = 0;

  return {
    async add(trace, windows) {
      const { counts, unitPerCount } = quantised(trace.signal);
      await signals.appendFile(new Uint8Array(counts.buffer));
      const number = traceRows.length - 1;
      traceRows.push(
        [
          number,
          csvField(trace.recording),
          csvField(trace.subject),
          csvField(trace.lead),
          written,
          counts.length,
          trace.recorded,
          unitPerCount,
        ].join(','),
      );
      written += counts.length;
      for (const { start, planned, label, note } of windows) {
        windowRows.push([number, start, planned ? 1 : 0, label, csvField(note)].join(','));
        const counted = label === '' ? 'unlabelled' : label;
        if (planned) plannedWindows[counted] = (plannedWindows[counted] ?? 0) + 1;
      }
    },
    async finish(facts) {
      await signals.sync();
      await signals.close();
      const manifest: DatasetManifest = {
        datasetVersion: DATASET_VERSION,
        ...facts,
        preprocessing: PREPROCESSING,
        samplingHz: MODEL_SAMPLING_HZ,
        windowSamples: MODEL_WINDOW_SAMPLES,
        missingCount: MISSING_COUNT,
        traces: traceRows.length - 1,
        windows: windowRows.length - 1,
        plannedWindows,
        createdAt: new Date().toISOString(),
      };
      await writeFile(part('traces.csv'), traceRows.join('\n') + '\n', { flush: true });
      await writeFile(part('windows.csv'), windowRows.join('\n') + '\n', { flush: true });
      await writeFile(part('manifest.json'), JSON.stringify(manifest, null, 2) + '\n', {
        flush: true,
      });
      for (const name of FILES) await rename(part(name), join(outDir, name));
      return manifest;
    },
    async discard() {
      await signals.close().catch(() => undefined); // closed already where `finish` failed
      for (const name of FILES) await rm(part(name), { force: true });
    },
  };
}

/** Counts of equal size, the largest value of the trace at the end of the range. */
function quantised(signal: Float64Array): { counts: Int16Array; unitPerCount: number } {
  let largest = 0;
  for (const value of signal) if (Math.abs(value) > largest) largest = Math.abs(value);
  const unitPerCount = largest > 0 ? largest / LARGEST_COUNT : 1;
  const counts = Int16Array.from(signal, (value) =>
    Number.isNaN(value) ? MISSING_COUNT : Math.round(value / unitPerCount),
  );
  return { counts, unitPerCount };
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
