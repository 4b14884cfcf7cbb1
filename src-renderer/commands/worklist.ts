/** Commands of the worklist: moving, selecting, opening, taking off. */
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
  readonly filter: () => Promise<void>;
  readonly hasRows: () => boolean;
}

const FAR = 1_000_000;

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
    // The rail of the review filters the same list.
    { ...command('filter', 'Filter', ['/'], acts.filter, () => true), scope: 'anywhere' },
  ];
}
