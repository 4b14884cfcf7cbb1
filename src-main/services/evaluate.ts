/**
 * `rhythmark evaluate`: the model in force on a labelled set, through the same analysis process and
 * the same rules as everything else that the program labels.
 */
import { RESEARCH_NOTICE } from '../contract/conventions.ts';
import type { Reading } from '../contract/domain.ts';
import { failureOf, RhythmarkError } from '../contract/errors.ts';
import { openRecording } from '../formats/index.ts';
import { BOOTSTRAP } from '../report/evaluation/bootstrap.ts';
import type { Evaluation, EvaluatedModel } from '../report/evaluation/evaluation.ts';
import type { Observation } from '../report/evaluation/observation.ts';
import { scoreOf, type Score } from '../report/evaluation/score.ts';
import { isGivenUp, type AnalysisResult, type Analyst, type LeadChoice } from '../rhythm/job.ts';
import type { CheckedModel } from '../rhythm/manifest.ts';
import { PREPROCESSING } from '../signal/preprocess.ts';
import {
  setToEvaluate,
  type RecordingToEvaluate,
  type SetToEvaluate,
} from './evaluate/evaluated-set.ts';
import { comparedWindows, evaluatedRecording, type ComparedRecording } from './evaluate/compare.ts';
import { comparableReadings } from './evaluate/comparable-readings.ts';
import { provenanceOf } from './evaluate/provenance.ts';
import { remarksOn } from './evaluate/remarks.ts';
import { windowReference } from './evaluate/window-reference.ts';

export interface EvaluateOptions {
  readonly analyst: Analyst;
  readonly model: Pick<CheckedModel, 'card' | 'trainingData'>;
  /** Version of Rhythmark. */
  readonly program: string;
  readonly leads: LeadChoice;
  readonly readings: readonly Reading[];
  /** Of AF, 0 to 1. */
  readonly prevalence: number;
  /** At most so many recordings, spread evenly over the set; Infinity for all. */
  readonly limit: number;
  /** Recordings in work at once. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  /** Called once with 0 windows, then after each recording with the windows it had. */
  readonly onProgress?: (done: number, total: number, windows: number) => void;
}

/**
 * Throws RhythmarkError: `not-found` and `unsupported` as `setToEvaluate`; `damaged-file` where no
 * label can be compared at all; `model-unavailable`; `cancelled`; `analysis-stopped` where process
 * after process dies, since figures of what came before it would be of no set. A recording that cannot
 * be read is listed in `dataset.failures` and does not stop the rest.
 */
export async function evaluateDataset(path: string, options: EvaluateOptions): Promise<Evaluation> {
  const set = await setToEvaluate(path, options.signal);
  const taken = evenly(set.recordings, options.limit);
  const { compared, failures } = await compareAll(taken, options);
  const comparable = comparableReadings(compared);
  const readings = [
    ...comparable.filter((reading) => options.readings.includes(reading)),
    ...options.readings.filter((reading) => !comparable.includes(reading)),
  ];
  const scores = scoresOf(set, compared, { ...options, readings });
  if (scores.length === 0) throw nothingToCompare(set, failures, notComparedIn(compared));
  const model: EvaluatedModel = {
    ...options.model.card,
    preprocessing: PREPROCESSING,
    trainingData: options.model.trainingData,
  };
  const rule = { threshold: model.threshold, recordingHead: model.recordingHead };
  return {
    notice: RESEARCH_NOTICE,
    program: `Rhythmark ${options.program}`,
    dataset: {
      name: set.name,
      kind: set.kind,
      labelsHoldFor: labelsHoldFor(set),
      comparable,
      recordings: set.recordings.length,
      taken: taken.length,
      subjects: statesPatients(set) ? 'patients' : 'recordings',
      failures,
      notCompared: notComparedIn(compared),
    },
    model,
    provenance: provenanceOf(set, options.model.trainingData),
    lead: options.leads.kind === 'named' ? options.leads.name : options.leads.kind,
    prevalence: options.prevalence,
    bootstrap: BOOTSTRAP,
    remarks: remarksOn(set, options.readings),
    scores,
    recordings: readings.flatMap((reading) =>
      compared.map((recording) => evaluatedRecording(recording, { reading, ...rule })),
    ),
  };
}

async function compareAll(recordings: readonly RecordingToEvaluate[], options: EvaluateOptions) {
  const compared = new Array<ComparedRecording | null>(recordings.length).fill(null);
  const failed = new Array<{ recording: string; message: string } | null>(recordings.length);
  let done = 0;
  options.onProgress?.(done, recordings.length, 0);
  const next = recordings.entries();
  const worker = async (): Promise<void> => {
    for (const [index, recording] of next) {
      const { value, failure } = await outcomeOf(recording, options);
      compared[index] = value;
      failed[index] = failure;
      options.onProgress?.(++done, recordings.length, value?.windows.length ?? 0);
    }
  };
  const workers = Math.min(recordings.length, options.atOnce);
  await Promise.all(Array.from({ length: workers }, worker));
  return {
    compared: compared.filter((one) => one !== null),
    failures: failed.filter((one) => one != null),
  };
}

async function outcomeOf(recording: RecordingToEvaluate, options: EvaluateOptions) {
  try {
    return { value: await compare(recording, options), failure: null };
  } catch (error) {
    const { code, message } = failureOf(error);
    if (code === 'cancelled' || code === 'model-unavailable') throw error;
    if (code === 'analysis-stopped' && isGivenUp(options.analyst.state, idOf(recording)))
      throw error;
    return { value: null, failure: { recording: recording.recording, message } };
  }
}

/** Of its job. */
function idOf({ path, part }: RecordingToEvaluate): string {
  return `${path}\0${part}`;
}

async function compare(
  source: RecordingToEvaluate,
  { analyst, leads, signal }: EvaluateOptions,
): Promise<ComparedRecording> {
  const { path, part, label } = source;
  const id = idOf(source);
  const result: AnalysisResult = await analyst.run(
    { kind: 'classify', id, path, part, textChoice: null, leads, envelopePath: null },
    { signal },
  );
  if (label !== null) return comparedWindows(source, result, () => label);
  const reader = await openRecording(path, { part });
  try {
    const leadIndices = result.verdicts.map(({ leadIndex }) => leadIndex);
    return comparedWindows(source, result, await windowReference(reader, leadIndices));
  } finally {
    await reader.close();
  }
}

/** By recording where labels are; by window where a recording has more than one. */
function scoresOf(
  set: SetToEvaluate,
  compared: readonly ComparedRecording[],
  { readings, prevalence, model }: EvaluateOptions,
): Score[] {
  const { threshold, predictionSets, unlikeThreshold, recordingHead } = model.card;
  const windows = compared.flatMap((recording) => recording.windows);
  return readings.flatMap((reading) => {
    const scoring = { reading, threshold, prevalence, predictionSets, unlikeThreshold };
    const scores: Score[] = [];
    if (labelsHoldFor(set) === 'recording') {
      const whole = compared.flatMap((one): Observation[] =>
        one.whole({ reading, threshold, recordingHead }),
      );
      if (whole.length > 0) scores.push(scoreOf(whole, { level: 'recording', ...scoring }));
      if (whole.length === windows.length) return scores;
    }
    if (windows.length > 0) scores.push(scoreOf(windows, { level: 'window', ...scoring }));
    return scores;
  });
}

function labelsHoldFor(set: SetToEvaluate): 'recording' | 'window' {
  return set.recordings.some(({ label }) => label !== null) ? 'recording' : 'window';
}

/** Recordings of one person share a subject; where none do, only recordings are known. */
function statesPatients({ recordings, kind }: SetToEvaluate): boolean {
  if (kind === 'CACHET-CADB') return recordings.every(({ part }) => part === '');
  return new Set(recordings.map(({ subject }) => subject)).size < recordings.length;
}

function notComparedIn(compared: readonly ComparedRecording[]) {
  const reasons = new Map<string, number>();
  for (const { notCompared } of compared) {
    for (const reason of notCompared) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return Array.from(reasons, ([reason, windows]) => ({ reason, windows })).sort(
    (a, b) => b.windows - a.windows,
  );
}

/** Every k-th, so that a part of a sorted set is like the whole. */
function evenly<T>(all: readonly T[], limit: number): readonly T[] {
  if (limit >= all.length) return all;
  return Array.from({ length: limit }, (_, index) => index).flatMap((index) => {
    const one = all[Math.floor((index * all.length) / limit)];
    return one === undefined ? [] : [one];
  });
}

function nothingToCompare(
  set: SetToEvaluate,
  failures: Evaluation['dataset']['failures'],
  notCompared: Evaluation['dataset']['notCompared'],
): RhythmarkError {
  const [first] = failures;
  const because = first
    ? [` ${first.recording}: ${first.message}`]
    : notCompared.slice(0, 3).map(({ reason, windows }) => ` ${windows} without: ${reason}.`);
  return new RhythmarkError(
    'damaged-file',
    `No window of “${set.name}” has a label that can be compared with a verdict.${because.join('')}`,
  );
}
