/** What is said of files as parts of a batch, beside what their readers say of each. */
import type { ImportNote } from '../contract/domain.ts';

/** Said of a recording that another one, named here, is the same as. */
export function sameContentNote(name: string): ImportNote {
  return { kind: 'read', code: 'same-content', message: `Same as ${name}, by content.` };
}

/** Said of a file of a folder that belongs to no recording. */
export function leftAloneNote(reason: string): ImportNote {
  return { kind: 'ignored', code: 'no-recording', message: reason };
}
