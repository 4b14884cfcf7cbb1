/** What a labelled set can say about a window, and how it is decided from a set's own words. */

/**
 * The model's five outputs; `ectopy-or-other` and `normal-or-ectopy` where the set does not tell
 * the two apart (CinC 2017's O; a reader's Normal under the rhythm reading); and `''` for a window
 * that nothing should be learned from. Python reads the same words
 * (models/training/rhythmark_training/classes.py).
 */
export const TRAINING_LABELS = [
  'normal',
  'af',
  'ectopy',
  'other',
  'noise',
  'ectopy-or-other',
  'normal-or-ectopy',
  '',
] as const;
export type TrainingLabel = (typeof TRAINING_LABELS)[number];

/**
 * A label; `note` says why there is none, or names a kind of window that is measured apart
 * (NOTE_FLUTTER, NOTE_SINUS_ALONE).
 */
export interface Labelled {
  readonly label: TrainingLabel;
  readonly note: string;
}

/** Other, but the rhythm that AF is mistaken for most easily. */
export const NOTE_FLUTTER = 'flutter';

/** Normal, and the cardiologist found nothing else to say about it. */
export const NOTE_SINUS_ALONE = 'sinus rhythm alone';

export function labelled(label: Exclude<TrainingLabel, ''>, note = ''): Labelled {
  return { label, note };
}

export function unlabelled(note: string): Labelled {
  return { label: '', note };
}

/**
 * Sinus rhythm is "N" in CinC 2017 from 50 to 100 beats a minute and "O" outside: of its recordings
 * with regular RR intervals, 10-17 % are "O" in every band of rate from 50 to 100, and 91-98 % in
 * every band below 50 and above 100 (counted on the 7,249 of the development set, labels v3).
 */
export const CINC_NORMAL_RATE_BPM = { lowest: 50, highest: 100 } as const;

/** CinC 2017's letters. "O" holds both another rhythm and sinus rhythm with ectopic beats. */
export function labelOfCincLetter(letter: string): Labelled | null {
  switch (letter) {
    case 'N':
      return labelled('normal');
    case 'A':
      return labelled('af');
    case 'O':
      return labelled('ectopy-or-other');
    case '~':
      return labelled('noise');
    default:
      return null;
  }
}

/**
 * Labels of PhysioNet/CinC 2020 on a ten-second recording of PTB-XL, with PTB-XL's own statement
 * codes where they are known (2020's labels leave out ventricular ectopy).
 *
 * - AF alone is `af`; together with flutter, sinus rhythm, pacing or ectopy it is not learned from.
 * - Flutter (AFL) and paced rhythm (PR) are `other`; so are bigeminy and trigeminy.
 * - Sinus rhythm (SNR, SB, STach, SA) with atrial ectopic beats (PAC) or ventricular ones (PVC in
 *   the statement codes) is `ectopy`.
 * - Sinus tachycardia (STach, > 100/min) is `other` because CinC 2017 counts it so (see
 *   CINC_NORMAL_RATE_BPM). Sinus bradycardia (SB, < 60/min) straddles CinC's bound of 50/min and is
 *   not learned from. Sinus arrhythmia (SA) is sinus rhythm: `normal`.
 * - First-degree block (IAVB) is not learned from: a block to a cardiologist, sinus rhythm to a
 *   rhythm reader, unstated by CinC 2017. Bundle branch block and axis are no rhythm.
 */
export function labelOfPtbXl(
  codes: ReadonlySet<string>,
  statements: ReadonlySet<string>,
): Labelled {
  const sinus = ['SNR', 'SB', 'STach', 'SA'].some((code) => codes.has(code));
  const flutter = codes.has('AFL') || statements.has('AFLT');
  if (codes.has('AF')) {
    if (flutter || sinus || codes.has('PR') || codes.has('PAC'))
      return unlabelled('several rhythms');
    return labelled('af');
  }
  if (flutter) return labelled('other', NOTE_FLUTTER);
  if (codes.has('PR')) return labelled('other');
  if (
    ['BIGU', 'TRIGU', 'SVTAC', 'PSVT', '2AVB', '3AVB', 'SVARR'].some((code) => statements.has(code))
  ) {
    return labelled('other');
  }
  if (codes.has('PAC') || statements.has('PAC') || statements.has('PVC')) return labelled('ectopy');
  if (codes.has('STach')) return labelled('other');
  if (codes.has('SB')) return unlabelled('sinus bradycardia');
  if (codes.has('IAVB')) return unlabelled('first-degree block');
  if (!sinus) return unlabelled('no rhythm stated');
  return labelled('normal', codes.size === 1 && codes.has('SNR') ? NOTE_SINUS_ALONE : '');
}
