/** An evaluation as it is written out: the JSON document is this, as it is. */
import type { Reading, RhythmClass } from '../../contract/domain.ts';
import type { ModelCard } from '../../contract/model-card.ts';
import type { ReferenceLabel } from './observation.ts';
import type { Score } from './score.ts';

/** A set that the model learned from, of its manifest. */
export interface LearnedFrom {
  readonly name: string;
  readonly recordings: number;
}

export interface EvaluatedModel extends ModelCard {
  readonly preprocessing: string;
  /** Null where the manifest does not say. */
  readonly trainingData: readonly LearnedFrom[] | null;
}

/** Whether the model had seen the set: decides what its figures may be called. */
export interface Provenance {
  readonly kind: 'learned-from' | 'external' | 'unstated';
  /** One or two sentences for a person. */
  readonly statement: string;
}

export interface EvaluatedDataset {
  readonly name: string;
  /** `CinC 2017`, `PTB-XL rhythm`, `WFDB annotations`, `CACHET-CADB`. */
  readonly kind: string;
  readonly labelsHoldFor: 'recording' | 'window';
  /** Readings under which its labels mean what verdicts mean; the one that it fits best first. */
  readonly comparable: readonly Reading[];
  readonly recordings: number;
  /** How many of them were asked for: fewer with `--limit`. */
  readonly taken: number;
  /** What the intervals are drawn from. */
  readonly subjects: 'patients' | 'recordings';
  readonly failures: readonly { readonly recording: string; readonly message: string }[];
  /** Windows that the set gives no label that can be compared, by reason. */
  readonly notCompared: readonly { readonly reason: string; readonly windows: number }[];
}

/** Counts of windows of one recording or patient, under one reading. */
export interface WindowTally {
  readonly compared: number;
  readonly notAnalysable: number;
  readonly uncertain: number;
  readonly right: number;
  readonly afRight: number;
  readonly afMissed: number;
  readonly afWrong: number;
  readonly notAfRight: number;
}

/** One recording under one reading. */
export interface EvaluatedRecording {
  readonly reading: Reading;
  readonly recording: string;
  readonly subject: string;
  /** What holds for the whole recording; null where labels are by window. */
  readonly reference: ReferenceLabel | null;
  /** The model's verdict on the whole recording; null where it could not be analysed. */
  readonly label: RhythmClass | null;
  readonly confidence: number | null;
  readonly uncertain: boolean | null;
  readonly windows: WindowTally;
}

export interface Evaluation {
  readonly notice: string;
  readonly program: string;
  readonly dataset: EvaluatedDataset;
  readonly model: EvaluatedModel;
  readonly provenance: Provenance;
  /** `auto`, `all` or a lead's name. */
  readonly lead: string;
  /** Of AF, 0 to 1: what `afPpvAtPrevalence` and `afNpvAtPrevalence` stand for. */
  readonly prevalence: number;
  readonly bootstrap: {
    readonly resamples: number;
    readonly seed: number;
    readonly level: number;
  };
  /** What a person has to know to read the figures. */
  readonly remarks: readonly string[];
  readonly scores: readonly Score[];
  readonly recordings: readonly EvaluatedRecording[];
}
