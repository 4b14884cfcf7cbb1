/** How far classifying is, in the few words that a rail has room for. */
import type { JobProgress } from '../../../src-main/contract/batch.ts';
import { count } from '../words.ts';

/** Empty where nothing runs. */
export function jobHeading({ state, done, failed, total, current }: JobProgress): string {
  const settled = done + failed;
  const inWork = current.length;
  switch (state) {
    case 'idle':
      return '';
    case 'paused':
      // What is in work is finished first, which takes minutes where it is a long recording.
      return inWork > 0
        ? `Pausing, ${count(inWork)} in work`
        : `Paused at ${count(settled)} of ${count(total)}`;
    case 'cancelling':
      return 'Cancelling';
    case 'running':
      if (inWork === 0 && settled === 0) return 'Starting';
      return `Classifying ${count(Math.min(total, settled + (inWork > 0 ? 1 : 0)))} of ${count(total)}`;
  }
}
