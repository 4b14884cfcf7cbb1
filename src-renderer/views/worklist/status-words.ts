/** A recording's status in the list's words. */
import type { RecordingStatus } from '../../../src-main/contract/domain.ts';

export const STATUS_WORDS: Readonly<Record<RecordingStatus, string>> = {
  waiting: 'Waiting',
  'needs-choice': 'To choose',
  classifying: 'Classifying',
  classified: 'Classified',
  failed: 'Failed',
};
