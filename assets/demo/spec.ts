/** What a synthetic recording is to be. Plain data. */

export type LeadName =
  'I' | 'II' | 'III' | 'aVR' | 'aVL' | 'aVF' | 'V1' | 'V2' | 'V3' | 'V4' | 'V5' | 'V6';

export const TWELVE_LEADS: readonly LeadName[] = [
  ...(['I', 'II', 'III', 'aVR', 'aVL', 'aVF'] as const),
  ...(['V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const),
];

export type Rhythm =
  | {
      readonly kind: 'sinus';
      readonly ratePerMin: number;
      /** Share of beats that are premature. */
      readonly ventricularShare?: number;
      readonly atrialShare?: number;
      /** Times at which the sinus node pauses, s, and for how long. */
      readonly pauses?: readonly { readonly atS: number; readonly forS: number }[];
    }
  /** Atrial fibrillation: no P waves, f waves, RR intervals without a pattern. */
  | { readonly kind: 'af'; readonly ratePerMin: number }
  /** Atrial flutter at 300/min, every `block`-th wave conducted. */
  | { readonly kind: 'flutter'; readonly block: 2 | 3 | 4 }
  /** Every second beat ventricular. */
  | { readonly kind: 'bigeminy'; readonly ratePerMin: number }
  /** Ventricular pacing at a fixed rate. */
  | { readonly kind: 'paced'; readonly ratePerMin: number };

export interface RhythmStretch {
  readonly untilS: number;
  readonly rhythm: Rhythm;
}

/** `level` in mV, about the deviation of what is added; `lead-off` is missing signal. */
export type Disturbance =
  | {
      readonly kind: 'motion' | 'emg' | 'mains';
      readonly fromS: number;
      readonly toS: number;
      readonly level: number;
    }
  | { readonly kind: 'lead-off'; readonly fromS: number; readonly toS: number };

export interface RecordingSpec {
  /** Everything left to chance follows from this word. */
  readonly seed: string;
  readonly samplingHz: number;
  readonly durationS: number;
  readonly leads: readonly LeadName[];
  /** In order; the last one lasts to the end. */
  readonly course: readonly RhythmStretch[];
  readonly disturbances?: readonly Disturbance[];
  /** Half the difference of the heart rate between day and night, and the clock time of the start. */
  readonly dayAndNight?: { readonly perMin: number; readonly startHour: number };
  /** Direction of the QRS in the frontal plane, degrees; 50 unless said. */
  readonly axisDegrees?: number;
  readonly mainsHz?: 50 | 60;
}
