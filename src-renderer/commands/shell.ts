/** Commands of the window itself. What they do is handed in, so that their keys can be tested. */
import type { Command } from './registry.ts';

export interface ShellActs {
  readonly show: (view: 'worklist' | 'review') => void;
  readonly canReview: () => boolean;
  readonly find: () => void;
  readonly settings: () => void;
  readonly calibrate: () => void;
  readonly keys: () => void;
  readonly openFiles: () => Promise<void>;
  readonly openFolder: () => Promise<void>;
  readonly openDemo: () => Promise<void>;
  readonly export: () => void;
  readonly importReport: () => void;
  readonly locate: () => Promise<void>;
  readonly canLocate: () => boolean;
  readonly hasRecordings: () => boolean;
  readonly nextRegion: () => void;
  readonly previousRegion: () => void;
  readonly setTheme: (theme: 'system' | 'light' | 'dark' | 'paper') => Promise<void>;
  readonly toggleRail: () => void;
  readonly nextRecording: () => void;
  readonly previousRecording: () => void;
  readonly undo: () => void | Promise<void>;
  readonly canUndo: () => boolean;
  readonly classify: () => Promise<void>;
  readonly pauseOrResume: () => Promise<void>;
  readonly cancelJob: () => Promise<void>;
  readonly jobRuns: () => boolean;
}

export function shellCommands(acts: ShellActs): readonly Command[] {
  return [
    {
      id: 'view.worklist',
      title: 'Worklist',
      group: 'Views',
      keys: ['W'],
      run: () => {
        acts.show('worklist');
      },
    },
    {
      id: 'view.review',
      title: 'Review',
      group: 'Views',
      keys: ['R'],
      when: acts.canReview,
      run: () => {
        acts.show('review');
      },
    },
    { id: 'shell.find', title: 'Find or run', group: 'Window', keys: ['Mod+K'], run: acts.find },
    { id: 'shell.keys', title: 'List of keys', group: 'Window', keys: ['?'], run: acts.keys },
    {
      id: 'shell.settings',
      title: 'Settings',
      group: 'Window',
      keys: ['Mod+,'],
      run: acts.settings,
    },
    {
      id: 'shell.calibrate',
      title: 'Calibrate the screen',
      group: 'Window',
      keys: [],
      run: acts.calibrate,
    },
    {
      id: 'shell.nextRegion',
      title: 'Next region',
      group: 'Window',
      keys: ['F6'],
      run: acts.nextRegion,
    },
    {
      id: 'shell.previousRegion',
      title: 'Previous region',
      group: 'Window',
      keys: ['Shift+F6'],
      run: acts.previousRegion,
    },
    {
      id: 'shell.undo',
      title: 'Undo',
      group: 'Window',
      keys: ['U', 'Mod+Z'],
      when: acts.canUndo,
      run: acts.undo,
    },
    {
      id: 'theme.system',
      title: "Theme: the system's",
      group: 'Window',
      keys: [],
      run: () => acts.setTheme('system'),
    },
    {
      id: 'theme.light',
      title: 'Theme: light',
      group: 'Window',
      keys: [],
      run: () => acts.setTheme('light'),
    },
    {
      id: 'theme.dark',
      title: 'Theme: dark',
      group: 'Window',
      keys: [],
      run: () => acts.setTheme('dark'),
    },
    {
      id: 'theme.paper',
      title: 'Theme: paper',
      group: 'Window',
      keys: [],
      run: () => acts.setTheme('paper'),
    },
    {
      id: 'file.open',
      title: 'Open files',
      group: 'Recordings',
      keys: ['Mod+O'],
      run: acts.openFiles,
    },
    {
      id: 'file.openFolder',
      title: 'Open a folder',
      group: 'Recordings',
      keys: ['Mod+Shift+O'],
      run: acts.openFolder,
    },
    {
      id: 'file.openDemo',
      title: 'Open the demo recordings',
      group: 'Recordings',
      keys: [],
      run: acts.openDemo,
    },
    {
      id: 'file.export',
      title: 'Export labels',
      group: 'Recordings',
      keys: ['Mod+E'],
      when: acts.hasRecordings,
      run: acts.export,
    },
    {
      id: 'file.importReport',
      title: 'Import report',
      group: 'Recordings',
      keys: [],
      when: acts.hasRecordings,
      run: acts.importReport,
    },
    {
      id: 'file.locate',
      title: 'Locate the recording: show where its file is now',
      group: 'Recordings',
      keys: ['Shift+L'],
      when: acts.canLocate,
      run: acts.locate,
    },
    {
      id: 'recording.next',
      title: 'Next recording',
      group: 'Recordings',
      keys: ['N'],
      scope: 'review',
      run: acts.nextRecording,
    },
    {
      id: 'recording.previous',
      title: 'Previous recording',
      group: 'Recordings',
      keys: ['P'],
      scope: 'review',
      run: acts.previousRecording,
    },
    {
      id: 'view.rail',
      title: 'Fold or unfold the list',
      group: 'Views',
      keys: ['B'],
      scope: 'review',
      run: acts.toggleRail,
    },
    {
      id: 'job.start',
      title: 'Classify all that wait',
      group: 'Classifying',
      keys: [],
      when: acts.hasRecordings,
      run: acts.classify,
    },
    {
      id: 'job.pause',
      title: 'Pause or go on',
      group: 'Classifying',
      keys: [],
      when: acts.jobRuns,
      run: acts.pauseOrResume,
    },
    {
      id: 'job.cancel',
      title: 'Cancel classifying',
      group: 'Classifying',
      keys: [],
      when: acts.jobRuns,
      run: acts.cancelJob,
    },
  ];
}
