/** What was done with a file, in the words of the screen. */
import type { ImportNote } from '../../src-main/contract/domain.ts';

export const NOTE_WORDS: Readonly<Record<ImportNote['kind'], string>> = {
  read: 'Read',
  repaired: 'Repaired',
  assumed: 'Assumed',
  ignored: 'Ignored',
  refused: 'Refused',
};
