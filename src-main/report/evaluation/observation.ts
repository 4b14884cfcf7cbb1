/** What an evaluation compares: a label that people gave with the probabilities that the model gave. */
import { RHYTHM_CLASSES, type Reading, type RhythmClass } from '../../contract/domain.ts';
import { verdictOf, type ClassProbabilities } from '../../contract/verdict.ts';

/**
 * A reference label in the words of the labelled sets. `ectopy` is sinus rhythm with premature
 * beats; `ectopy-or-other` and `normal-or-ectopy` are where the set does not tell the two apart
 * (CinC 2017's O; a reader's Normal under the rhythm reading).
 */
export type ReferenceLabel =
  'normal' | 'af' | 'ectopy' | 'other' | 'noise' | 'ectopy-or-other' | 'normal-or-ectopy';

/** One window of one lead, or one recording. */
export interface Observation {
  readonly recording: string;
  /** The patient where the set states one, otherwise the recording: what the bootstrap draws. */
  readonly subject: string;
  readonly reference: ReferenceLabel;
  /** Null where there was too little signal to analyse. */
  readonly probabilities: ClassProbabilities | null;
  /** `WindowVerdicts.unlike`; absent or NaN where it is not told. */
  readonly unlike?: number;
}

/** An observation with a verdict, under one reading. Classes are indices into RHYTHM_CLASSES. */
export interface Judged {
  readonly subject: string;
  readonly reference: number;
  readonly called: number;
  /** Calibrated probability of the class called, 0 to 1. */
  readonly confidence: number;
  readonly uncertain: boolean;
}

/**
 * The class that a reference label is under a reading. `ectopy-or-other` is Other in both: under
 * `rhythm` that is wrong for the sinus rhythm in it, which no set of that kind lets one tell. So is
 * `normal-or-ectopy` Normal in both.
 */
export function referenceClass(label: ReferenceLabel, reading: Reading): RhythmClass {
  switch (label) {
    case 'ectopy':
      return reading === 'rhythm' ? 'normal' : 'other';
    case 'ectopy-or-other':
      return 'other';
    case 'normal-or-ectopy':
      return 'normal';
    case 'normal':
    case 'af':
    case 'other':
    case 'noise':
      return label;
  }
}

/** Null for an observation that could not be analysed. */
export function judge(
  observation: Observation,
  reading: Reading,
  threshold: number,
): Judged | null {
  if (observation.probabilities === null) return null;
  const { label, confidence, uncertain } = verdictOf(observation.probabilities, reading, threshold);
  return {
    subject: observation.subject,
    reference: RHYTHM_CLASSES.indexOf(referenceClass(observation.reference, reading)),
    called: RHYTHM_CLASSES.indexOf(label),
    confidence,
    uncertain,
  };
}
