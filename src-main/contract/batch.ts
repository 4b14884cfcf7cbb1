/** What is said of many recordings at once: how far work on them is, and what their files had in common. */
import type { ImportNote, RecordingId } from './domain.ts';

export interface JobProgress {
  readonly state: 'idle' | 'running' | 'paused' | 'cancelling';
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  /** Names of the recordings in work, with their own progress from 0 to 1. */
  readonly current: readonly {
    readonly id: RecordingId;
    readonly name: string;
    readonly progress: number;
  }[];
  readonly windowsPerS: number | null;
  readonly secondsLeft: number | null;
  /** What went wrong with the analysis process last, until the next run; null when nothing did. */
  readonly stopped: string | null;
}

/** How far the recordings that may be the same are compared by content. */
export interface ContentProgress {
  readonly state: 'idle' | 'comparing' | 'cancelling';
  readonly done: number;
  readonly total: number;
}

/** How often one thing was said of the files of a batch. */
export interface ImportCount {
  readonly kind: ImportNote['kind'];
  readonly code: string;
  /** What the code means; for a refusal the message of the first file. */
  readonly meaning: string;
  readonly count: number;
  /** Names of the first few. */
  readonly examples: readonly string[];
}

export interface ImportSummary {
  readonly counts: readonly ImportCount[];
  /** Recordings whose header was not read yet, of which nothing is said. */
  readonly unread: number;
}
