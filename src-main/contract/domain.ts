/** The field's nouns, as they cross process boundaries. Plain data: structured-clonable, no methods. */

import type { ChosenUnit } from './lead-unit.ts';
import type { RecordingVerdict } from './verdict.ts';

/** Names a recording everywhere outside the main process; says nothing about its path. */
export type RecordingId = string;

/** One signal of a recording. */
export interface Lead {
  readonly name: string;
  /** `mV` after conversion wherever the file states a voltage; otherwise the file's own word. */
  readonly unit: string;
  /** False when the file states no unit or gain: no mV axis, no calipers in mV. */
  readonly calibrated: boolean;
  /** Set where the unit is what a person said, because the file states none. */
  readonly unitSaid?: true;
  readonly samplingHz: number;
  readonly sampleCount: number;
  /** Stored units per `unit` and the stored value of 0, where the file has them. */
  readonly gain?: number;
  readonly baseline?: number;
  readonly resolutionBits?: number;
}

/** Fields as the file states them; null where it does not. Never guessed. */
export interface PatientFields {
  readonly id: string | null;
  readonly name: string | null;
  readonly birthDate: string | null;
  readonly sex: string | null;
  readonly age: string | null;
}

/** What a reader did with a file, one line each. `code` is stable, for scripts. */
export interface ImportNote {
  readonly kind: 'read' | 'assumed' | 'repaired' | 'ignored' | 'refused';
  readonly code: string;
  readonly message: string;
  /** Byte offset, line or element, where there is one. */
  readonly place?: string;
}

export interface RecordingHeader {
  /** For example `WFDB`, `EDF+`. */
  readonly format: string;
  readonly durationS: number;
  /** Local time as the file has it, `yyyy-mm-ddThh:mm:ss.sss`, or null. No zone is assumed. */
  readonly start: string | null;
  readonly leads: readonly Lead[];
  readonly patient: PatientFields;
  readonly device: string | null;
  readonly comments: readonly string[];
  readonly notes: readonly ImportNote[];
  /** True for the project's own synthesised recordings; shown wherever the recording is named. */
  readonly synthetic: boolean;
}

/** Columns of `WindowVerdicts.probabilities`, in the order of the model's outputs. */
export const MODEL_OUTPUTS = ['normal', 'af', 'ectopy', 'other', 'noise'] as const;
export type ModelOutput = (typeof MODEL_OUTPUTS)[number];

/** The four classes that a window can be labelled with, in the order of keys 1 to 4. */
export const RHYTHM_CLASSES = ['normal', 'af', 'other', 'noise'] as const;
export type RhythmClass = (typeof RHYTHM_CLASSES)[number];

/** Which way sinus rhythm with premature beats counts: as Other (CinC 2017) or as Normal. */
export const READINGS = ['cinc', 'rhythm'] as const;
export type Reading = (typeof READINGS)[number];

/** The model's verdicts on one lead of one recording, one row a window. */
export interface WindowVerdicts {
  readonly leadIndex: number;
  /** Seconds from the start of the recording. The tail window may overlap the one before it. */
  readonly startS: Float64Array;
  readonly endS: Float64Array;
  /**
   * windows x MODEL_OUTPUTS, row-major, calibrated, each row sums to 1. A row of NaN is a window
   * with too little signal to analyse ("no signal"). In context where the model has one.
   */
  readonly probabilities: Float32Array;
  /**
   * The same of each window by itself, from which the verdict on the recording is made. Only of a
   * model that judges windows together with their neighbours (`WindowContext`).
   */
  readonly alone?: Float32Array;
  /**
   * One a window: how far it lies from what the model learned from, in the model's own unit, to
   * compare with `ModelCard.unlikeThreshold`. NaN where the model does not tell, or had no signal.
   */
  readonly unlike: Float32Array;
  /**
   * What windows contribute to the verdict on the recording (`RecordingHead`), row-major: windows x
   * the model's evidence. Kept by the program; the window that a person looks at never gets it.
   */
  readonly evidence?: Float32Array;
}

/**
 * Which of the model's outputs speak for a class in each part of one window. The mean of a row over
 * the parts is the output's calibrated logit: what the verdict on the window by itself is made from,
 * not why.
 */
export interface ActivationMap {
  readonly leadIndex: number;
  readonly startS: number;
  readonly endS: number;
  /** Evenly spread over the window. */
  readonly parts: number;
  /** MODEL_OUTPUTS x parts, row-major. */
  readonly logits: Float32Array;
}

/** Seconds of a recording by what was found in them, under the reading in force. */
export interface Composition {
  readonly normal: number;
  readonly af: number;
  readonly other: number;
  readonly noise: number;
  readonly noSignal: number;
  /** Part of the above whose calibrated confidence is under the threshold. */
  readonly uncertain: number;
}

export type RecordingStatus =
  | 'waiting' // listed; header may not be read yet
  | 'needs-choice' // a person must say what the file leaves open
  | 'classifying'
  | 'classified'
  | 'failed';

/** One row of the worklist. */
export interface WorklistRow {
  readonly id: RecordingId;
  readonly name: string;
  /** Name of the folder it came from, for grouping; never a full path. */
  readonly folder: string;
  readonly status: RecordingStatus;
  /** Of one that waits: why it has to be classified again. */
  readonly failure: {
    readonly message: string;
    readonly detail?: string;
    /** One of the error codes; absent in rows that older versions kept. */
    readonly code?: string;
  } | null;
  readonly synthetic: boolean;
  readonly sizeBytes: number;
  /** Null until the header was read. */
  readonly format: string | null;
  readonly durationS: number | null;
  readonly start: string | null;
  readonly patientId: string | null;
  readonly leads: readonly string[];
  readonly samplingHz: number | null;
  /** Notes that are not plain `read`: what was assumed, repaired, ignored. */
  readonly noteCount: number;
  /** The recording listed before that holds the same, by content; null where there is none. */
  readonly sameAs: { readonly id: RecordingId; readonly name: string } | null;
  /** 0 to 1 while classifying. */
  readonly progress: number | null;
  readonly windowCount: number | null;
  readonly composition: Composition | null;
  /**
   * On the recording as a whole, under the reading in force. Null until all of it is classified, and
   * where it has more windows than the model reads together: see `windowsTogether`.
   */
  readonly verdict: RecordingVerdict | null;
  /**
   * RIBBON_COLUMNS values over the recording's length, each a RIBBON code: any AF in the column is
   * AF, otherwise the majority.
   */
  readonly ribbon: Uint8Array | null;
}

/** Codes of `WorklistRow.ribbon`. The first four are indices into RHYTHM_CLASSES. */
export const RIBBON = { normal: 0, af: 1, other: 2, noise: 3, uncertain: 4, noSignal: 5, none: 6 };
export const RIBBON_COLUMNS = 144;

/** Everything the review screen needs about one recording, except its samples. */
export interface RecordingDetails {
  readonly row: WorklistRow;
  /** True where its file is gone: header and verdicts are as they were kept, its signal is not there. */
  readonly missing: boolean;
  /** What a person said of leads whose unit the file leaves open; null where nobody did. */
  readonly unit: ChosenUnit | null;
  /** Indices of those leads. */
  readonly openUnits: readonly number[];
  readonly header: RecordingHeader;
  /** Null until it was classified; grows by `windows-found` events while it is. */
  readonly verdicts: WindowVerdicts | null;
}

/** A high-pass, low-pass and mains filter for display only; 0 is off. */
export interface DisplayFilters {
  readonly highPassHz: number;
  readonly lowPassHz: number;
  readonly notchHz: number;
}

/**
 * Part of one lead, ready to draw. Values are in the lead's unit; NaN where there is no signal.
 * `filters` is what the values really went through: 0 where off, above what the sampling rate can
 * carry, or in a view too long to filter. The screen prints this, not what was asked for.
 */
export type LeadSignal =
  | {
      readonly kind: 'samples';
      readonly leadIndex: number;
      readonly samplingHz: number;
      readonly filters: DisplayFilters;
      readonly fromSample: number;
      readonly values: Float32Array;
    }
  | {
      readonly kind: 'envelope';
      readonly leadIndex: number;
      readonly samplingHz: number;
      readonly filters: DisplayFilters;
      readonly fromSample: number;
      readonly samplesPerBin: number;
      /** One value a bin; both NaN in a bin without signal. */
      readonly min: Float32Array;
      readonly max: Float32Array;
    };
