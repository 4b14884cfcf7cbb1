/** What the commands of the window and the worklist do. */
import { tick } from 'svelte';
import { app } from '../state/app.svelte.ts';
import { dialogs } from '../state/dialogs.svelte.ts';
import { job } from '../state/job.svelte.ts';
import { layout } from '../state/layout.svelte.ts';
import { locatable, locate } from '../state/locating.ts';
import { notices } from '../state/notices.svelte.ts';
import { addDemo, choose } from '../state/opening.ts';
import { settings } from '../state/settings.svelte.ts';
import { hasPaper, openRow, removeTargets } from '../state/row-acts.ts';
import { worklist } from '../state/worklist.svelte.ts';
import { counted } from '../views/words.ts';
import { moveToRegion } from './regions.ts';
import type { ShellActs } from './shell.ts';
import type { WorklistActs } from './worklist.ts';

/** The next recording that has a paper: one that failed would stop every later N at its message. */
function goToNeighbour(step: number): void {
  let row = worklist.neighbour(app.openId, step);
  let passed = 0;
  while (row && !hasPaper(row)) {
    passed++;
    row = worklist.neighbour(row.id, step);
  }
  if (!row) {
    const which = step > 0 ? 'last' : 'first';
    const those = passed > 0 ? ' that was read' : '';
    notices.toast(`This is the ${which} recording${those}.`);
    return;
  }
  openRow(row);
  if (passed > 0) notices.toast(`${counted(passed, 'recording')} not read, passed over.`);
}

export const shellActs: ShellActs = {
  show: (view) => {
    app.show(view);
  },
  canReview: () => app.openId !== null,
  find: () => {
    dialogs.show({ kind: 'palette' });
  },
  settings: () => {
    dialogs.show({ kind: 'settings' });
  },
  calibrate: () => {
    dialogs.show({ kind: 'calibration' });
  },
  keys: () => {
    dialogs.show({ kind: 'keys' });
  },
  openFiles: () => choose('files'),
  openFolder: () => choose('folder'),
  openDemo: addDemo,
  export: () => {
    dialogs.show({ kind: 'export' });
  },
  importReport: () => {
    dialogs.show({ kind: 'imports' });
  },
  locate: async () => {
    const id = locatable();
    if (id !== null) await locate(id);
  },
  canLocate: () => locatable() !== null,
  hasRecordings: () => worklist.rows.length > 0,
  nextRegion: () => {
    moveToRegion(1);
  },
  previousRegion: () => {
    moveToRegion(-1);
  },
  setTheme: (theme) => settings.set({ theme }),
  toggleRail: () => {
    layout.toggleRail();
  },
  nextRecording: () => {
    goToNeighbour(1);
  },
  previousRecording: () => {
    goToNeighbour(-1);
  },
  canUndo: () => notices.undoable !== null,
  undo: () => notices.undo(),
  classify: () => job.start(),
  pauseOrResume: () => job.pauseOrResume(),
  cancelJob: () => job.cancel(),
  jobRuns: () => job.progress.state !== 'idle',
};

export const worklistActs: WorklistActs = {
  move: (step) => {
    worklist.moveFocus(step);
  },
  extend: (step) => {
    worklist.extendSelection(step);
  },
  pageRows: () => layout.pageRows,
  toggle: () => {
    if (worklist.focusId !== null) worklist.toggle(worklist.focusId);
  },
  selectAll: () => {
    worklist.selectAllShown();
  },
  clearSelection: () => {
    worklist.clearSelection();
  },
  hasSelection: () => worklist.selected.size > 0,
  open: () => {
    if (worklist.focused) openRow(worklist.focused);
  },
  remove: removeTargets,
  sortBy: (key) => {
    worklist.sortBy(key);
  },
  filter: async () => {
    layout.unfoldRail();
    await tick();
    const field = document.querySelector<HTMLInputElement>('[data-filter]');
    field?.focus();
    field?.select(); // what is typed takes the place of the last filter, and Delete takes it off
  },
  hasRows: () => worklist.shown.length > 0,
};
