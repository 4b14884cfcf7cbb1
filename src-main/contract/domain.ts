/** The field's nouns, as they cross process boundaries. Plain data: structured-clonable, no methods. */

import type { ChosenUnit } from './lead-unit.ts';

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
   * with too little signal to analyse ("no signal").
   */
  readonly probabilities: Float32Array;
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
 * the parts is the output's calibrated logit: what the verdict is made from, not why.
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

/**
 * Class-conditional conformal thresholds: a class belongs to a window's prediction set where its
 * probability under the reading is at least its threshold. Of windows of any one class, at least
 * `coverage` of them then have it in their set, on data like those it was measured on.
 */
export interface PredictionSets {
  /** 0 to 1. */
  readonly coverage: number;
  readonly cinc: Readonly<Record<RhythmClass, number>>;
  readonly rhythm: Readonly<Record<RhythmClass, number>>;
}

/**
 * How the windows of a recording are read together: softmax(weight x features + bias), where the
 * features are the mean, the largest and the smallest, over the windows, of the log probability of
 * each of MODEL_OUTPUTS and of each number of `WindowVerdicts.evidence`. See rhythm/recording-head.ts.
 */
export interface RecordingHead {
  /** Windows read together at most; a longer recording is read in parts. */
  readonly together: number;
  /** Probabilities below count as this. */
  readonly floor: number;
  /** A row for each of RHYTHM_CLASSES, `other` with ectopy; 3 x (MODEL_OUTPUTS + evidence) each. */
  readonly weight: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

/** The last four are there only in a model whose manifest publishes them. */
export interface ModelCard {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  /** A class gets the label from here up; below, the window is uncertain. */
  readonly threshold: number;
  readonly tellsEctopy: boolean;
  readonly predictionSets?: PredictionSets;
  readonly recordingHead?: RecordingHead;
  /** A window whose `unlike` is above it is unlike the training data: 1 % of those are. */
  readonly unlikeThreshold?: number;
  /** Parts of an activation map. */
  readonly activationParts?: number;
}

/** A model in one of the models folders. `origin`: came with the program, or laid there by a person. */
export type ListedModel =
  | {
      readonly kind: 'usable';
      readonly origin: 'program' | 'own';
      /** Its manifest, without a folder. */
      readonly file: string;
      readonly name: string;
      readonly version: string;
      readonly sha256: string;
      readonly description: string | null;
      /** Measured figures, each a line with its set, as the manifest words them. */
      readonly figures: readonly string[];
      /** Name and version of the model that it was fine-tuned from. */
      readonly basedOn: string | null;
      readonly learnedFrom: readonly { readonly name: string; readonly licence: string | null }[];
    }
  | {
      readonly kind: 'unusable';
      readonly origin: 'program' | 'own';
      readonly file: string;
      readonly reason: string;
    };

export interface ModelShelf {
  readonly models: readonly ListedModel[];
  /** SHA-256 of the one that is in force where nobody chose, and of the one in force. */
  readonly standard: string | null;
  readonly inForce: string | null;
  /** Recordings that another model would classify again. */
  readonly classified: number;
}

export interface About {
  readonly version: string;
  readonly notice: string;
  readonly host: 'electron' | 'loopback';
  readonly model: ModelCard | null;
  /** For example `CPU, 2 processes`; null until a session is up. */
  readonly provider: string | null;
  readonly modelFailure: string | null;
  /** Why another model than the chosen one is in use; null when the chosen one is. */
  readonly modelNotice: string | null;
  /** What happened to the library at opening (a damaged one was set aside); null when nothing did. */
  readonly libraryNotice: string | null;
  readonly formats: readonly { readonly group: string; readonly names: string }[];
}

export interface Settings {
  readonly theme: 'system' | 'light' | 'dark' | 'paper';
  readonly speedMmPerS: number;
  readonly gainMmPerMv: number;
  readonly filters: DisplayFilters;
  /** Null until the user has held a card to the screen. */
  readonly pxPerMm: number | null;
  readonly reader: string;
  readonly reading: Reading;
  readonly strongGrid: boolean;
  /** Whether folders that were opened stay watched for recordings that arrive. */
  readonly watchFolders: boolean;
  /** Whether the paper shows, below the leads, what the selected window's verdict is the mean of. */
  readonly activation: boolean;
}

export interface JobProgress {
  readonly state: 'idle' | 'running' | 'paused' | 'cancelling';
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  /** Names of the recordings in work, with their own progress from 0 to 1. */
  readonly current: readonly {
    readonly id: RecordingId;
    readonly name: string;
    readonly progress: number;
  }[];
  readonly windowsPerS: number | null;
  readonly secondsLeft: number | null;
  /** What went wrong with the analysis process last, until the next run; null when nothing did. */
  readonly stopped: string | null;
}

/** How far the recordings that may be the same are compared by content. */
export interface ContentProgress {
  readonly state: 'idle' | 'comparing' | 'cancelling';
  readonly done: number;
  readonly total: number;
}

/** How often one thing was said of the files of a batch. */
export interface ImportCount {
  readonly kind: ImportNote['kind'];
  readonly code: string;
  /** What the code means; for a refusal the message of the first file. */
  readonly meaning: string;
  readonly count: number;
  /** Names of the first few. */
  readonly examples: readonly string[];
}

export interface ImportSummary {
  readonly counts: readonly ImportCount[];
  /** Recordings whose header was not read yet, of which nothing is said. */
  readonly unread: number;
}

/** A folder that was opened and is watched for arrivals. */
export interface WatchedFolderRow {
  readonly token: string;
  readonly name: string;
  /** `polled`: looked at now and then, where the system gives no notice. `off`: by the settings. */
  readonly state: 'watching' | 'polled' | 'away' | 'denied' | 'off';
}

/** A place in the file system as the page may see it: its name, and a token for its path. */
export interface FileEntry {
  /** Opaque; good until the program ends. */
  readonly token: string;
  readonly name: string;
  readonly kind: 'folder' | 'file';
  readonly sizeBytes: number | null;
  readonly modified: string | null;
}

export interface FolderListing {
  readonly token: string;
  readonly name: string;
  /** As a person would type it, with the separator at its end; empty for the list of drives. */
  readonly path: string;
  readonly parents: readonly FileEntry[];
  readonly entries: readonly FileEntry[];
}

/** What a typed path names, and how it can go on. */
export interface TypedPath {
  /** The file or folder that it names as it stands. */
  readonly entry: FileEntry | null;
  /** What its last part is the beginning of, each with the whole text that it makes of the path. */
  readonly completions: readonly { readonly entry: FileEntry; readonly text: string }[];
  /** Completions beyond those that are listed. */
  readonly more: number;
  /** The text as far as all completions agree. */
  readonly completed: string;
}

/** What is known and open about a delimited text file, with a preview. */
export interface TextPreview {
  /** Lines of text, or the arrays of a MATLAB or HDF5 file, which no character parts. */
  readonly holds: 'table' | 'arrays';
  readonly delimiter: string;
  readonly decimal: '.' | ',';
  readonly headerRows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly role: 'time' | 'lead' | 'ignore';
    readonly first: readonly string[];
  }[];
  readonly samplingHz: number | null;
  readonly unit: 'mV' | 'uV' | 'V' | 'unknown';
  /** Every question still open: `samplingHz`, `columns`. Empty means it can be opened as it is. */
  readonly open: readonly ('samplingHz' | 'columns')[];
  /** The first 10 s of the first lead under the present choice, in its unit. */
  readonly trace: { readonly samplingHz: number; readonly values: Float32Array } | null;
}

export interface TextChoice {
  readonly delimiter: string;
  readonly decimal: '.' | ',';
  readonly headerRows: number;
  readonly roles: readonly ('time' | 'lead' | 'ignore')[];
  readonly samplingHz: number | null;
  readonly unit: 'mV' | 'uV' | 'V' | 'unknown';
  /** Set where it was said of another file of the same shape; noted then. */
  readonly remembered?: true;
}
