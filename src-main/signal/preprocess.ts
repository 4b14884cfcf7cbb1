/**
 * From a lead as it was recorded to what the network sees. This is the only definition: the
 * application, the command line and the training set all go through it, since a network trained on
 * anything else than what it is served fails silently. A change of any number here or in the files
 * it uses is a new PREPROCESSING, and needs a new model.
 *
 * Stretches of signal between gaps are resampled to 250 Hz, band-passed 0.5-40 Hz without phase
 * shift, cut into windows and scaled by their own swing. A long recording is done in blocks whose
 * margins outlast the filters; a window comes out the same as in the whole to better than 1e-6.
 */
import { MODEL_SAMPLING_HZ, MODEL_WINDOW_SAMPLES, WINDOW_S } from '../contract/conventions.ts';
import { RhythmarkError } from '../contract/errors.ts';
import { BANDPASS_MARGIN_S, bandPassInPlace } from './bandpass.ts';
import { continueByBestMatch } from './continuation.ts';
import { bridgeHoles, extendOddly, isFlat, segmentsOf, type Segment } from './gaps.ts';
import {
  inputsOf,
  resampledCount,
  resampleInto,
  resamplerFor,
  type Resampler,
} from './resample.ts';
import { scaleWindow } from './scaling.ts';
import { planWindows, type WindowPlan } from './windows.ts';

/** Names this preprocessing; a model's manifest names the one it was trained on. */
export const PREPROCESSING = 'rm250-1';

/** Missing stretches up to this long are bridged by a straight line; longer ones part the signal. */
const LONGEST_BRIDGED_S = 0.3;

/** Shorter stretches of signal between gaps count as missing: no filter settles in them. */
const SHORTEST_SEGMENT_S = 1;

/** Mirror image put at either end of a stretch of signal before filtering. */
const EXTENSION_S = 2;

/** Windows a block: ten minutes, so that the margins add 4 % and a 14-day lead needs some MB. */
const BLOCK_WINDOWS = 60;

/** Some consecutive windows of one lead, ready for the network. */
export interface PreprocessedBlock {
  /** Index of the block's first window in the recording's plan (`planWindows`). */
  readonly first: number;
  readonly startS: Float64Array;
  readonly endS: Float64Array;
  /** windows x MODEL_WINDOW_SAMPLES, row-major, within +-6, never NaN. */
  readonly input: Float32Array;
  /** 1, or 0 for a window with too little signal or none that moves; its row is zeros. */
  readonly analysable: Uint8Array;
}

/** Sampling rate and length of the lead. */
export interface LeadShape {
  readonly samplingHz: number;
  readonly sampleCount: number;
}

/**
 * The windows of a lead in order, block by block, in one pass and bounded memory. `read` answers
 * samples [from, to) in any unit, NaN where there are none; what it leaves out counts as missing.
 * A recording under 5 s gives nothing.
 *
 * Throws RhythmarkError `cancelled` once `signal` is aborted, and whatever `read` throws.
 */
export async function* preprocessLead(
  read: (from: number, to: number) => Promise<Float32Array>,
  lead: LeadShape,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<PreprocessedBlock, void, undefined> {
  const course = courseOf(lead);
  const count = course.plan.startS.length;
  for (let first = 0; first < count; first += BLOCK_WINDOWS) {
    const end = Math.min(count, first + BLOCK_WINDOWS);
    yield await readBlock(read, lead, course, first, end, options.signal);
  }
}

/**
 * One window of a lead by itself, from the few seconds around it; null where the plan has no such
 * window. Throws as `preprocessLead`.
 */
export async function preprocessWindow(
  read: (from: number, to: number) => Promise<Float32Array>,
  lead: LeadShape,
  window: number,
  options: { readonly signal?: AbortSignal } = {},
): Promise<PreprocessedBlock | null> {
  const course = courseOf(lead);
  if (!(window >= 0 && window < course.plan.startS.length)) return null;
  return readBlock(read, lead, course, window, window + 1, options.signal);
}

async function readBlock(
  read: (from: number, to: number) => Promise<Float32Array>,
  lead: LeadShape,
  course: Course,
  first: number,
  end: number,
  signal: AbortSignal | undefined,
): Promise<PreprocessedBlock> {
  const marginSamples = Math.ceil(BANDPASS_MARGIN_S * lead.samplingHz);
  const [fromOutput, toOutput] = outputsOf(course, first, end);
  const inputs = inputsOf(course.resampler, fromOutput, toOutput);
  const from = Math.max(0, inputs.from - marginSamples);
  const to = Math.min(lead.sampleCount, inputs.to + marginSamples);
  refuseIfCancelled(signal);
  const samples = await read(from, to);
  refuseIfCancelled(signal);
  return preprocessBlock(course, samples.subarray(0, to - from), from, first, end);
}

/** The windows of a whole lead at once, for recordings of minutes; the same code, one block. */
export function preprocessWhole(samples: Float32Array, samplingHz: number): PreprocessedBlock {
  const course = courseOf({ samplingHz, sampleCount: samples.length });
  return preprocessBlock(course, samples, 0, 0, course.plan.startS.length);
}

/** A whole lead before it is cut into windows and scaled: what training takes its own crops from. */
export interface BandPassedLead {
  /** At 250 Hz, from the start of the recording, in its own unit; at least one window; may hold NaN. */
  readonly signal: Float64Array;
  /** Samples of `signal` that were recorded; a recording shorter than a window is continued. */
  readonly recorded: number;
  /** The plan's windows: where each starts in `signal`, and 0 for one without a moving signal. */
  readonly starts: Int32Array;
  readonly moving: Uint8Array;
}

/**
 * The lead up to the last step of `preprocessWhole`: `scaleWindow` of 2,500 samples from each of
 * `starts` is that window's network input.
 */
export function bandPassWhole(samples: Float32Array, samplingHz: number): BandPassedLead {
  const course = courseOf({ samplingHz, sampleCount: samples.length });
  const starts = Int32Array.from(course.plan.startS, (_, window) => windowStart(course, window));
  const signal = new Float64Array(lengthOf(0, course.total));
  bandPass(course, samples, 0, 0, course.total, signal);
  return {
    signal,
    recorded: course.total,
    starts,
    moving: Uint8Array.from(starts, (start) => (isFlatWindow(course, samples, 0, start) ? 0 : 1)),
  };
}

/** A lead's windows on the 250 Hz grid, which starts with the recording. */
interface Course {
  readonly samplingHz: number;
  readonly resampler: Resampler;
  readonly plan: WindowPlan;
  /** 250 Hz samples in the recording. */
  readonly total: number;
}

function courseOf(lead: LeadShape): Course {
  const resampler = resamplerFor(lead.samplingHz, MODEL_SAMPLING_HZ);
  const total = resampledCount(resampler, lead.sampleCount);
  return { samplingHz: lead.samplingHz, resampler, plan: planWindows(lead), total };
}

/** Where a window begins on the grid; the last one may be the 10 s that end with the recording. */
function windowStart(course: Course, window: number): number {
  const start = window * MODEL_WINDOW_SAMPLES;
  const nominalS = window * WINDOW_S;
  const isTail = (course.plan.startS[window] ?? nominalS) < nominalS;
  return isTail ? Math.max(0, course.total - MODEL_WINDOW_SAMPLES) : start;
}

function outputsOf(course: Course, first: number, end: number): readonly [number, number] {
  const from = Math.min(windowStart(course, first), windowStart(course, end - 1));
  const to = windowStart(course, end - 1) + MODEL_WINDOW_SAMPLES;
  return [from, Math.max(from, Math.min(course.total, to))];
}

function preprocessBlock(
  course: Course,
  samples: Float32Array,
  firstSample: number,
  first: number,
  end: number,
): PreprocessedBlock {
  const count = Math.max(0, end - first);
  const input = new Float32Array(count * MODEL_WINDOW_SAMPLES);
  const analysable = new Uint8Array(count);
  const startS = course.plan.startS.slice(first, end);
  const endS = course.plan.endS.slice(first, end);
  if (count === 0) return { first, startS, endS, input, analysable };

  const [fromOutput, toOutput] = outputsOf(course, first, end);
  const filtered = scratch('filtered', lengthOf(fromOutput, toOutput));
  bandPass(course, samples, firstSample, fromOutput, toOutput, filtered);

  for (let window = first; window < end; window++) {
    const start = windowStart(course, window);
    if (isFlatWindow(course, samples, firstSample, start)) continue;
    const at = start - fromOutput;
    const row = window - first;
    if (scaleWindow(filtered, at, input, row * MODEL_WINDOW_SAMPLES)) analysable[row] = 1;
  }
  return { first, startS, endS, input, analysable };
}

/** Of what `bandPass` fills: at least a window. */
function lengthOf(fromOutput: number, toOutput: number): number {
  return Math.max(MODEL_WINDOW_SAMPLES, toOutput - fromOutput);
}

/** 250 Hz samples [fromOutput, toOutput) into `filtered`, NaN where there is no signal. */
function bandPass(
  course: Course,
  samples: Float32Array,
  firstSample: number,
  fromOutput: number,
  toOutput: number,
  filtered: Float64Array,
): void {
  filtered.fill(NaN);
  const bridged = Math.floor(LONGEST_BRIDGED_S * course.samplingHz);
  for (const segment of segmentsOf(samples, bridged)) {
    filterSegment(course, samples, firstSample, segment, filtered, fromOutput, toOutput);
  }
  if (course.total < MODEL_WINDOW_SAMPLES) continueByBestMatch(filtered, course.total);
}

function isFlatWindow(
  course: Course,
  samples: Float32Array,
  firstSample: number,
  start: number,
): boolean {
  const { up, down } = course.resampler;
  const fromSample = Math.floor((start * down) / up) - firstSample;
  const toSample = Math.ceil(((start + MODEL_WINDOW_SAMPLES) * down) / up) - firstSample;
  return isFlat(samples, fromSample, toSample);
}

/** Resamples and filters one stretch of signal by itself and puts it in its place in `filtered`. */
function filterSegment(
  course: Course,
  samples: Float32Array,
  firstSample: number,
  segment: Segment,
  filtered: Float64Array,
  fromOutput: number,
  toOutput: number,
): void {
  const { resampler, samplingHz } = course;
  const { up, down, reach, width } = resampler;
  const length = segment.to - segment.from;
  const extension = Math.min(Math.round(EXTENSION_S * samplingHz), length - 1);
  if (length < SHORTEST_SEGMENT_S * samplingHz || extension < width) return;

  const extended = scratch('extended', length + 2 * extension);
  extended.set(samples.subarray(segment.from, segment.to), extension);
  if (segment.holes > 0) bridgeHoles(extended, extension, extension + length);
  extendOddly(extended, extension, extension + length, extension);

  // Outputs whose every input lies in `extended`, counted from the start of the recording.
  const from = firstSample + segment.from;
  const to = firstSample + segment.to;
  const firstOutput = Math.ceil(((from - extension - reach) * up) / down);
  const endOutput = Math.ceil(((to + extension - reach - width + 1) * up) / down);
  const count = endOutput - firstOutput;
  const skipped = firstOutput - (from - extension);
  const resampled = up === down ? extended.subarray(skipped) : scratch('resampled', count);
  if (up !== down) {
    resampleInto(resampler, extended, from - extension, firstOutput, endOutput, resampled);
  }
  bandPassInPlace(resampled, count);

  const copyFrom = Math.max(fromOutput, Math.ceil((from * up) / down));
  const copyTo = Math.min(toOutput, Math.ceil((to * up) / down));
  if (copyTo <= copyFrom) return;
  filtered.set(
    resampled.subarray(copyFrom - firstOutput, copyTo - firstOutput),
    copyFrom - fromOutput,
  );
}

type ScratchUse = 'extended' | 'resampled' | 'filtered';

const scratches = new Map<ScratchUse, Float64Array>();

/**
 * Memory of a block's steps, with whatever the last block left in it: nothing waits while it is in
 * use. Made anew for each short recording it would cost a tenth of preprocessing, mostly in
 * collecting it.
 */
function scratch(use: ScratchUse, length: number): Float64Array {
  const known = scratches.get(use);
  if (known !== undefined && known.length >= length) return known.subarray(0, length);
  const made = new Float64Array(length);
  scratches.set(use, made);
  return made;
}

function refuseIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new RhythmarkError('cancelled', 'The analysis was cancelled.');
}
