/**
 * Makes synthetic recordings from their spec: dipole, lead field, disturbances. Deterministic, and
 * by random access, so that a 24-hour recording is written without being held.
 */
import { beatsOf, breathAt, type Beat, type RhythmInterval } from './beats.ts';
import {
  compositionOf,
  FIBRILLATION_VECTOR,
  flutterAt,
  FLUTTER_VECTOR,
  leadVector,
  SPIKE_BEFORE_S,
  wavesOf,
  type LeadVector,
  type MeasuredLead,
} from './heart.ts';
import { addMains, addMotion, addNoise, addWander } from './noise.ts';
import { hashOf, randomOf } from './random.ts';
import type { RecordingSpec } from './spec.ts';

/** A recording that can be made, and what is true of it. */
export interface SyntheticRecording {
  readonly spec: RecordingSpec;
  readonly sampleCount: number;
  /** Those inside the recording, in order. */
  readonly beats: readonly Beat[];
  readonly rhythms: readonly RhythmInterval[];
  /** Samples [from, to) of each lead in mV; NaN where a lead is off. */
  render(from: number, to: number): Float32Array[];
}

/** A wave is nothing beyond this many deviations. */
const REACH = 4.2;

/** No wave of a beat lies further than this from its R peak, s. */
const BEAT_REACH_S = 0.75;

export function syntheticRecording(spec: RecordingSpec): SyntheticRecording {
  const { beats, rhythms } = beatsOf(spec);
  const sampleCount = Math.round(spec.durationS * spec.samplingHz);
  const seed = Math.floor(randomOf(spec.seed).uniform() * 2 ** 31);

  function render(from: number, to: number): Float32Array[] {
    const dipole = [0, 1, 2].map(() => new Float32Array(to - from));
    addBeatWaves(dipole, from, spec, beats);
    addAtrialWaves(dipole, from, spec, rhythms, seed);
    const measured = new Map<MeasuredLead, Float32Array>();
    const measure = (lead: MeasuredLead): Float32Array => {
      const known = measured.get(lead);
      if (known) return known;
      const made = project(dipole, leadVector(lead, spec));
      const own = hashOf(hashOf(seed, lead.charCodeAt(0)), lead.length * 64 + lead.charCodeAt(1));
      addSurroundings(made, from, spec, own, hashOf(seed, 99));
      measured.set(lead, made);
      return made;
    };
    return spec.leads.map((lead) => {
      const [first, second] = compositionOf(lead);
      const samples = first ? measure(first[0]) : new Float32Array(to - from);
      if (!first || !second) return samples;
      const others = measure(second[0]);
      return samples.map((value, at) => first[1] * value + second[1] * (others[at] ?? NaN));
    });
  }

  const inside = beats.filter((beat) => beat.timeS >= 0 && beat.timeS < spec.durationS);
  return { spec, sampleCount, beats: inside, rhythms, render };
}

/** A whole recording at once: for tests, and for recordings of minutes. */
export function synthesise(spec: RecordingSpec): {
  readonly leads: readonly Float32Array[];
  readonly samplingHz: number;
  readonly beats: readonly Beat[];
  readonly rhythms: readonly RhythmInterval[];
} {
  const recording = syntheticRecording(spec);
  return {
    leads: recording.render(0, recording.sampleCount),
    samplingHz: spec.samplingHz,
    beats: recording.beats,
    rhythms: recording.rhythms,
  };
}

function addBeatWaves(
  dipole: readonly Float32Array[],
  firstSample: number,
  spec: RecordingSpec,
  beats: readonly Beat[],
): void {
  const { samplingHz } = spec;
  const length = dipole[0]?.length ?? 0;
  const fromS = firstSample / samplingHz - BEAT_REACH_S;
  const toS = (firstSample + length) / samplingHz + BEAT_REACH_S;
  for (let index = firstAfter(beats, fromS); index < beats.length; index++) {
    const beat = beats[index];
    if (!beat || beat.timeS > toS) break;
    // The chest moves the heart: amplitudes follow the breath a little.
    const size = 1 + 0.06 * breathAt(beat.timeS);
    for (const wave of wavesOf(beat)) {
      addGaussian(
        dipole,
        (beat.timeS + wave.atS) * samplingHz - firstSample,
        wave.widthS * samplingHz,
        [size * wave.x, size * wave.y, size * wave.z],
      );
    }
    if (beat.origin === 'paced') {
      const at = Math.round((beat.timeS - SPIKE_BEFORE_S) * samplingHz) - firstSample;
      addSpike(dipole, at, [0.9, -0.7, 0.8]);
    }
  }
}

function firstAfter(beats: readonly Beat[], timeS: number): number {
  let low = 0;
  let high = beats.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((beats[middle]?.timeS ?? Infinity) < timeS) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** exp(-d^2 / 2 w^2) by recurrence: one exponential a wave instead of one a sample. */
function addGaussian(
  dipole: readonly Float32Array[],
  centre: number,
  width: number,
  vector: LeadVector,
): void {
  const [x, y, z] = dipole;
  if (!x || !y || !z) return;
  const [vx, vy, vz] = vector;
  const from = Math.max(0, Math.ceil(centre - REACH * width));
  const to = Math.min(x.length, Math.floor(centre + REACH * width) + 1);
  const scale = 1 / (2 * width * width);
  const start = from - centre;
  let height = Math.exp(-start * start * scale);
  let ratio = Math.exp(-(2 * start + 1) * scale);
  const change = Math.exp(-2 * scale);
  for (let index = from; index < to; index++) {
    x[index] = (x[index] ?? 0) + vx * height;
    y[index] = (y[index] ?? 0) + vy * height;
    z[index] = (z[index] ?? 0) + vz * height;
    height *= ratio;
    ratio *= change;
  }
}

function addSpike(dipole: readonly Float32Array[], at: number, vector: LeadVector): void {
  dipole.forEach((axis, index) => {
    if (at >= 0 && at < axis.length) axis[at] = (axis[at] ?? 0) + (vector[index] ?? 0);
  });
}

function addAtrialWaves(
  dipole: readonly Float32Array[],
  firstSample: number,
  spec: RecordingSpec,
  rhythms: readonly RhythmInterval[],
  seed: number,
): void {
  const { samplingHz } = spec;
  const length = dipole[0]?.length ?? 0;
  for (const rhythm of rhythms) {
    if (rhythm.kind !== 'af' && rhythm.kind !== 'flutter') continue;
    const from = Math.max(0, Math.round(rhythm.fromS * samplingHz) - firstSample);
    const to = Math.min(length, Math.round(rhythm.toS * samplingHz) - firstSample);
    if (to <= from) continue;
    const start = firstSample + from;
    const wave = new Float32Array(to - from);
    const turned = new Float32Array(to - from);
    if (rhythm.kind === 'flutter') {
      wave.forEach((_, index) => (wave[index] = flutterAt((start + index) / samplingHz)));
      addProjected(dipole, from, wave, FLUTTER_VECTOR);
      continue;
    }
    addFibrillation(wave, turned, start, samplingHz, seed);
    addProjected(dipole, from, wave, FIBRILLATION_VECTOR);
    addProjected(dipole, from, turned, [0.03, 0.01, 0.022]);
  }
}

/**
 * f waves: one oscillation whose rate wanders between 5 and 8 Hz and whose size comes and goes,
 * seen again a quarter of a turn later in another direction.
 */
function addFibrillation(
  wave: Float32Array,
  turned: Float32Array,
  firstSample: number,
  samplingHz: number,
  seed: number,
): void {
  const size = new Float32Array(wave.length).fill(0.75);
  addWander(size, firstSample, samplingHz, 0.7, 0.3, hashOf(seed, 201));
  const lag = new Float32Array(wave.length);
  // Wandering phases stand for a wandering rate: 6.2 Hz give or take about one.
  addWander(lag, firstSample, samplingHz, 0.9, 1.3, hashOf(seed, 202));
  addWander(lag, firstSample, samplingHz, 3.3, 0.5, hashOf(seed, 203));
  for (let index = 0; index < wave.length; index++) {
    const turn = 2 * Math.PI * 6.2 * ((firstSample + index) / samplingHz) + (lag[index] ?? 0);
    const height = size[index] ?? 0;
    wave[index] = height * (Math.sin(turn) + 0.32 * Math.sin(2 * turn + 0.6));
    turned[index] = height * Math.sin(turn + 1.3);
  }
}

function addProjected(
  dipole: readonly Float32Array[],
  from: number,
  wave: Float32Array,
  vector: LeadVector,
): void {
  dipole.forEach((axis, direction) => {
    const strength = vector[direction] ?? 0;
    for (let index = 0; index < wave.length; index++) {
      axis[from + index] = (axis[from + index] ?? 0) + strength * (wave[index] ?? 0);
    }
  });
}

function project(dipole: readonly Float32Array[], vector: LeadVector): Float32Array {
  const [x, y, z] = dipole;
  if (!x || !y || !z) return new Float32Array(0);
  const [vx, vy, vz] = vector;
  const out = new Float32Array(x.length);
  for (let index = 0; index < out.length; index++) {
    out[index] = vx * (x[index] ?? 0) + vy * (y[index] ?? 0) + vz * (z[index] ?? 0);
  }
  return out;
}

/** What every recording has a little of, then its own disturbances; gaps last. */
function addSurroundings(
  out: Float32Array,
  firstSample: number,
  spec: RecordingSpec,
  seed: number,
  sharedSeed: number,
): void {
  const { samplingHz } = spec;
  addWander(out, firstSample, samplingHz, 0.24, 0.028, hashOf(seed, 11));
  addWander(out, firstSample, samplingHz, 0.07, 0.03, hashOf(seed, 12));
  addNoise(out, firstSample, 'recorder', 0.008, hashOf(seed, 13));
  for (const disturbance of spec.disturbances ?? []) {
    const from = Math.max(0, Math.round(disturbance.fromS * samplingHz) - firstSample);
    const to = Math.min(out.length, Math.round(disturbance.toS * samplingHz) - firstSample);
    if (to <= from) continue;
    const part = new Float32Array(to - from);
    const start = firstSample + from;
    const salt = hashOf(seed, Math.round(disturbance.fromS * 10));
    switch (disturbance.kind) {
      case 'lead-off':
        out.fill(NaN, from, to);
        continue;
      case 'motion':
        addMotion(part, start, samplingHz, disturbance.level, salt);
        break;
      case 'emg':
        addNoise(part, start, 'muscle', disturbance.level, salt);
        break;
      case 'mains':
        addMains(part, start, samplingHz, spec.mainsHz ?? 50, disturbance.level, sharedSeed);
        break;
    }
    const fade = 0.4 * samplingHz;
    for (let index = 0; index < part.length; index++) {
      const since = start + index - disturbance.fromS * samplingHz;
      const until = disturbance.toS * samplingHz - start - index;
      const strength = Math.max(0, Math.min(1, since / fade, until / fade));
      out[from + index] = (out[from + index] ?? 0) + strength * (part[index] ?? 0);
    }
  }
}
