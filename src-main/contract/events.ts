/** What the main process tells the renderer unasked. */
import type { ContentProgress, JobProgress } from './batch.ts';
import type { RecordingId, WorklistRow } from './domain.ts';
import type { WatchedFolderRow } from './places.ts';
import type { About, Settings } from './program.ts';

export interface Events {
  /** Rows that are new or different, at most a few times a second. */
  'worklist-changed': {
    readonly upserted: readonly WorklistRow[];
    readonly removed: readonly RecordingId[];
  };
  'job-progress': JobProgress;
  'content-progress': ContentProgress;
  /** Verdicts as they are found; rows [first, first + n) of the recording's `WindowVerdicts`. */
  'windows-found': {
    readonly id: RecordingId;
    readonly leadIndex: number;
    readonly first: number;
    readonly startS: Float64Array;
    readonly endS: Float64Array;
    readonly probabilities: Float32Array;
    readonly unlike: Float32Array;
    readonly alone?: Float32Array;
  };
  'folders-changed': readonly WatchedFolderRow[];
  /** Recordings that came into a watched folder and are listed now. */
  arrived: { readonly folder: string; readonly count: number };
  'settings-changed': Settings;
  'about-changed': About;
  /** From the application menu or the system: a command to run by its name. */
  command: { readonly name: string };
}

export type EventName = keyof Events;
export const EVENT_NAMES = [
  'worklist-changed',
  'job-progress',
  'content-progress',
  'windows-found',
  'folders-changed',
  'arrived',
  'settings-changed',
  'about-changed',
  'command',
] as const satisfies readonly EventName[];

/** How services announce; a host delivers to every open window. */
export type Announce = <K extends EventName>(name: K, payload: Events[K]) => void;
