/** What a person has to know about a set and a reading to read the figures rightly. */
import type { Reading } from '../../contract/domain.ts';
import { CINC_NORMAL_RATE_BPM } from '../dataset/training-label.ts';
import type { SetToEvaluate } from './evaluated-set.ts';

const { lowest, highest } = CINC_NORMAL_RATE_BPM;

/** True of the labels of CinC 2017, and so of a model that learned from them. */
const RATE_REMARK = `Sinus rhythm below ${lowest} or above ${highest}/min counts as Other in CinC 2017, and so for a model that learned from it.`;

export function remarksOn(
  { kind, recordings }: Pick<SetToEvaluate, 'kind' | 'recordings'>,
  readings: readonly Reading[],
): string[] {
  const remarks = [RATE_REMARK];
  const holdsWhole = recordings.some(({ label }) => label !== null);
  const mixes = recordings.some(({ label }) => label?.label === 'ectopy-or-other');
  if (mixes && readings.includes('rhythm')) {
    remarks.push(
      "This set's Other holds sinus rhythm with ectopic beats without saying which: under the reading rhythm its Normal and Other are scored against a label that means something else. AF is scored as in the other reading.",
    );
  }
  if (kind === 'CinC 2017') {
    remarks.push(
      "A window's reference label is its recording's, which a single window need not show.",
    );
  }
  if (kind === 'WFDB annotations') {
    remarks.push(
      'Windows in which the rhythm changes, or that no annotation describes, are not compared; nor is sinus rhythm outside those rates where beats are marked. A record that marks no beats is compared by its rhythm alone. Figures hold for the windows that are.',
    );
  }
  const unstated = recordings.filter(({ subject }) => subject.startsWith('recording-')).length;
  if (kind === 'PTB-XL rhythm' && unstated > 0) {
    remarks.push(
      `The table states no patient for ${unstated.toLocaleString('en')} of ${recordings.length.toLocaleString('en')} recordings: each counts as a patient of its own.`,
    );
  }
  if (kind === 'CACHET-CADB') {
    remarks.push(
      'The set labels the rhythm and counts sinus rhythm with ectopic beats as normal: the reading rhythm is the comparable one.',
    );
    if (recordings.some(({ part }) => part !== '')) {
      remarks.push(
        'The file states no patients: segments of one person are drawn as if they were of several, so the intervals are too narrow.',
      );
    }
  }
  if (!holdsWhole) {
    remarks.push('Each window counts once for each lead read.');
  }
  return remarks;
}
