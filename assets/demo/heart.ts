/**
 * What a beat looks like: the heart as one dipole whose vector is a sum of Gaussian waves
 * (McSharry's model in three dimensions, after Sameni et al., EURASIP J Adv Signal Process 2007),
 * and the leads that see it, which are therefore coherent. Axes: x to the left, y to the feet, z to
 * the back, mV. The wave parameters are this project's own, set by eye against recordings.
 */
import { FLUTTER_WAVE_S, type Beat } from './beats.ts';
import type { LeadName, RecordingSpec } from './spec.ts';

/** A Gaussian of the dipole: centre after the R peak, deviation, vector. */
export interface Wave {
  readonly atS: number;
  readonly widthS: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

const wave = (atS: number, widthS: number, x: number, y: number, z: number): Wave => ({
  atS,
  widthS,
  x,
  y,
  z,
});

/** Right, then left atrium. */
const P_WAVE = [wave(-0.153, 0.02, 0.03, 0.085, -0.04), wave(-0.125, 0.021, 0.055, 0.06, 0.035)];

/** From a focus low in the left atrium: earlier, smaller, partly upside down. */
const ECTOPIC_P_WAVE = [
  wave(-0.128, 0.016, 0.05, -0.05, -0.02),
  wave(-0.108, 0.015, 0.02, -0.06, 0.03),
];

/** Septum, free wall (two), base. */
const QRS = [
  wave(-0.024, 0.0065, -0.17, -0.06, -0.24),
  wave(0, 0.0095, 1.12, 0.88, 0.1),
  wave(0.014, 0.0095, 0.22, 0.2, 0.78),
  wave(0.032, 0.008, -0.16, -0.12, 0.2),
];

/** ST segment, slow rise and faster fall of T; times scale with the root of the interval. */
const T_WAVE = [
  wave(0.18, 0.06, 0.04, 0.03, -0.05),
  wave(0.262, 0.046, 0.18, 0.13, -0.14),
  wave(0.3, 0.028, 0.13, 0.1, -0.08),
];

/** From the right outflow tract: slow spread to the left and down, T against it. */
const VENTRICULAR = [
  wave(-0.035, 0.02, 0.15, 0.45, -0.35),
  wave(0, 0.026, 0.35, 1.35, 0.35),
  wave(0.045, 0.026, 0.3, 0.65, 0.85),
];
const VENTRICULAR_T = [
  wave(0.2, 0.055, -0.08, -0.2, -0.2),
  wave(0.3, 0.05, -0.2, -0.5, -0.3),
  wave(0.345, 0.032, -0.1, -0.22, -0.12),
];

/** From the apex of the right ventricle: away from the feet, towards the left and the back. */
const PACED = [
  wave(-0.03, 0.02, 0.35, -0.3, 0.15),
  wave(0.005, 0.024, 0.75, -0.85, 0.55),
  wave(0.045, 0.024, 0.45, -0.55, 0.6),
];
const PACED_T = [wave(0.25, 0.055, -0.22, 0.26, -0.25), wave(0.32, 0.036, -0.14, 0.18, -0.16)];

/** Time of the pacing spike before the peak. */
export const SPIKE_BEFORE_S = 0.072;

/** Bazett: the interval from R to T goes with the root of RR; bounded for extreme rates. */
function stretched(waves: readonly Wave[], rrS: number): Wave[] {
  const factor = Math.sqrt(Math.min(1.25, Math.max(0.42, rrS)) / 0.9);
  return waves.map((part) => ({ ...part, atS: part.atS * factor, widthS: part.widthS * factor }));
}

/** The waves of a beat. `rrS` is the interval before it, which sets the length of QT. */
export function wavesOf(beat: Beat): Wave[] {
  switch (beat.origin) {
    case 'sinus':
      return [...P_WAVE, ...QRS, ...stretched(T_WAVE, beat.rrS)];
    case 'atrial':
      return [...ECTOPIC_P_WAVE, ...QRS, ...stretched(T_WAVE, beat.rrS)];
    case 'fibrillating':
    case 'fluttering':
      return [...QRS, ...stretched(T_WAVE, beat.rrS)];
    case 'ventricular':
      return [...VENTRICULAR, ...stretched(VENTRICULAR_T, 0.9)];
    case 'paced':
      return [...PACED, ...stretched(PACED_T, beat.rrS)];
  }
}

export type LeadVector = readonly [number, number, number];

/** Dower's lead field (Clin Cardiol 3:87, 1980): each lead as a sum of the dipole's x, y, z. */
const DOWER = {
  I: [0.632, -0.235, 0.059],
  II: [0.235, 1.066, -0.132],
  V1: [-0.515, 0.157, -0.917],
  V2: [0.044, 0.164, -1.387],
  V3: [0.882, 0.098, -1.277],
  V4: [1.213, 0.127, -0.601],
  V5: [1.125, 0.127, -0.086],
  V6: [0.831, 0.076, 0.23],
} as const;

/** The leads that an electrocardiograph measures; the other four it computes from I and II. */
export type MeasuredLead = keyof typeof DOWER;

/** A lead as a sum of measured ones (Einthoven, Goldberger), noise and gaps included. */
export function compositionOf(lead: LeadName): readonly (readonly [MeasuredLead, number])[] {
  switch (lead) {
    case 'III':
      return [
        ['II', 1],
        ['I', -1],
      ];
    case 'aVR':
      return [
        ['I', -0.5],
        ['II', -0.5],
      ];
    case 'aVL':
      return [
        ['I', 1],
        ['II', -0.5],
      ];
    case 'aVF':
      return [
        ['II', 1],
        ['I', -0.5],
      ];
    case 'I':
    case 'II':
    case 'V1':
    case 'V2':
    case 'V3':
    case 'V4':
    case 'V5':
    case 'V6':
      return [[lead, 1]];
  }
}

/** How much a lead sees of x, y and z, the heart being turned to the recording's axis. */
export function leadVector(lead: MeasuredLead, spec: RecordingSpec): LeadVector {
  const [x, y, z] = DOWER[lead];
  const turn = (((spec.axisDegrees ?? 50) - 50) * Math.PI) / 180;
  return [x * Math.cos(turn) + y * Math.sin(turn), y * Math.cos(turn) - x * Math.sin(turn), z];
}

/** Fibrillating and fluttering atria, as dipoles: the right atrium faces V1. */
export const FIBRILLATION_VECTOR: LeadVector = [-0.006, 0.045, -0.075];
export const FLUTTER_VECTOR: LeadVector = [-0.01, -0.25, -0.09];

/**
 * The saw tooth of typical flutter at a phase of its wave, about 0 on average: a slow fall, a steep
 * rise, without a level stretch in between.
 */
export function flutterAt(timeS: number): number {
  const phase = timeS / FLUTTER_WAVE_S - Math.floor(timeS / FLUTTER_WAVE_S);
  const saw = phase < 0.68 ? phase / 0.68 : (1 - phase) / 0.32;
  return 0.6 * saw + 0.4 * saw * saw * (3 - 2 * saw) - 0.5;
}
