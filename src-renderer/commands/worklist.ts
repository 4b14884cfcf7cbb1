/** Commands of the worklist: moving, selecting, opening, sorting, taking off. */
import type { SortKey } from '../state/row-order.ts';
import type { Command } from './registry.ts';

export interface WorklistActs {
  readonly move: (step: number) => void;
  readonly extend: (step: number) => void;
  /** Rows that fit the screen at once. */
  readonly pageRows: () => number;
  readonly toggle: () => void;
  readonly selectAll: () => void;
  readonly clearSelection: () => void;
  readonly hasSelection: () => boolean;
  readonly open: () => void;
  readonly remove: () => Promise<void>;
  /** As a click on the column's heading: once more turns it around, and then back. */
  readonly sortBy: (key: SortKey) => void;
  readonly filter: () => Promise<void>;
  readonly hasRows: () => boolean;
}

const FAR = 1_000_000;

/** The headings of the list are for the pointer: by these a list is sorted from the keyboard. */
const SORTS: readonly (readonly [key: SortKey, words: string])[] = [
  ['af', 'by AF'],
  ['uncertain', 'by what is uncertain'],
  ['other', 'by Other'],
  ['verdict', 'by verdict'],
  ['name', 'by name'],
  ['start', 'by start'],
  ['duration', 'by duration'],
  ['analysable', 'by analysable time'],
  ['status', 'by status'],
  ['patient', 'by patient'],
  ['leads', 'by number of leads'],
  ['added', 'as added'],
];

export function worklistCommands(acts: WorklistActs): readonly Command[] {
  const command = (
    id: string,
    title: string,
    keys: readonly string[],
    run: () => void | Promise<void>,
    when = acts.hasRows,
  ): Command => ({
    id: `worklist.${id}`,
    title,
    group: 'Worklist',
    keys,
    scope: 'worklist',
    when,
    run,
  });
  return [
    command('open', 'Open the recording', ['Enter'], acts.open),
    command('up', 'Row up', ['Up'], () => {
      acts.move(-1);
    }),
    command('down', 'Row down', ['Down'], () => {
      acts.move(1);
    }),
    command('pageUp', 'Page up', ['PageUp'], () => {
      acts.move(-acts.pageRows());
    }),
    command('pageDown', 'Page down', ['PageDown'], () => {
      acts.move(acts.pageRows());
    }),
    command('first', 'First row', ['Home'], () => {
      acts.move(-FAR);
    }),
    command('last', 'Last row', ['End'], () => {
      acts.move(FAR);
    }),
    command('toggle', 'Select the row, or let it go', ['Space'], acts.toggle),
    command('extendUp', 'Select up', ['Shift+Up'], () => {
      acts.extend(-1);
    }),
    command('extendDown', 'Select down', ['Shift+Down'], () => {
      acts.extend(1);
    }),
    command('extendPageUp', 'Select a page up', ['Shift+PageUp'], () => {
      acts.extend(-acts.pageRows());
    }),
    command('extendPageDown', 'Select a page down', ['Shift+PageDown'], () => {
      acts.extend(acts.pageRows());
    }),
    command('extendFirst', 'Select to the first row', ['Shift+Home'], () => {
      acts.extend(-FAR);
    }),
    command('extendLast', 'Select to the last row', ['Shift+End'], () => {
      acts.extend(FAR);
    }),
    command('selectAll', 'Select all that are shown', ['Mod+A'], acts.selectAll),
    command('clearSelection', 'Select none', ['Escape'], acts.clearSelection, acts.hasSelection),
    command('remove', 'Take off the list', ['Delete', 'Backspace'], acts.remove),
    ...SORTS.map(([key, words]) =>
      command(`sort.${key}`, `Sort ${words}`, [], () => {
        acts.sortBy(key);
      }),
    ),
    // The rail of the review filters the same list.
    { ...command('filter', 'Filter', ['/'], acts.filter, () => true), scope: 'anywhere' },
  ];
}
