/**
 * One folder that is watched for arrivals, with all below it. The system's own notices only say
 * where to look; that something arrived is told by looking. So a lost notice, a network drive that
 * gives none, or a system that has no more of them to give delays an arrival and never loses it.
 */
import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lookAtFolder, type LookedAt } from './folder-look.ts';

export interface WatchTiming {
  /** A file has arrived when it has not changed for this long: recorders write slowly. */
  readonly restMs: number;
  /** How often folders are looked at in case that the system gives no notice. */
  readonly pollMs: number;
}

export const WATCH_TIMING: WatchTiming = { restMs: 2000, pollMs: 10_000 };

/** `polled`: the system has no notices to give for all of it, so arrivals are seen a little later. */
export type WatchState = 'watching' | 'polled' | 'away' | 'denied';

export interface WatchedFolderOptions extends WatchTiming {
  readonly path: string;
  /**
   * Files last changed before this are known: they were there when the folder was opened. -Infinity
   * where nothing is known, as at the start of the program.
   */
  readonly knownBeforeMs: number;
  /** The system's notices of one folder; replaced only where a test has none to give. */
  readonly notices?: typeof watchFolder;
  readonly arrived: (folder: string, names: readonly string[]) => void;
  readonly stateChanged: () => void;
}

/** Notices of one watched folder; the system has some thousands for all programs together. */
const MOST_NOTICES = 512;
/** Folders below a watched one; what lies in more is found when it is opened itself. */
const MOST_FOLDERS = 20_000;
/** Notices come in swarms: the first is followed by a look when the others of its moment are there. */
const FIRST_LOOK_MS = 200;
/** Looking takes at most this part of the time, however slow the drive is. */
const SHARE_OF_TIME = 0.05;

interface Known {
  inode: number;
  modifiedMs: number;
  notices: FSWatcher | null;
  /** Stamps of the files that were told of, or known before. */
  readonly told: Map<string, string>;
  /** Stamps of files that may still be written to, as seen last. */
  readonly restless: Map<string, string>;
}

function watchFolder(folder: string, heard: () => void): FSWatcher {
  return watch(folder, { persistent: false }, heard);
}

export class WatchedFolder {
  readonly #options: WatchedFolderOptions;
  readonly #known = new Map<string, Known>();
  readonly #toLookAt = new Set<string>();
  #knownBeforeMs: number;
  #state: WatchState = 'watching';
  #notices = 0;
  /** From a notice to the look that follows it. */
  #waitMs: number;
  #timer: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  #closed = false;

  constructor(options: WatchedFolderOptions) {
    this.#options = options;
    this.#knownBeforeMs = options.knownBeforeMs;
    this.#waitMs = Math.min(options.restMs, FIRST_LOOK_MS);
    this.#toLookAt.add(options.path);
    this.#lookNow();
    this.#pollIn(options.pollMs);
  }

  get path(): string {
    return this.#options.path;
  }

  get state(): WatchState {
    return this.#state;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#poll);
    for (const folder of this.#known.keys()) this.#forget(folder);
    await this.#looking;
  }

  /** Something happened in the folder: looked at soon, and after that when it may be at rest. */
  #heard(folder: string): void {
    this.#toLookAt.add(folder);
    if (this.#closed || this.#looking) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#lookNow();
    }, this.#waitMs).unref();
  }

  #lookNow(): void {
    if (this.#closed) return;
    const begun = performance.now();
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = null;
      const { restMs } = this.#options;
      const seldomMs = (performance.now() - begun) / SHARE_OF_TIME;
      const resting = this.#toLookAt.size > 0;
      this.#waitMs = resting ? restMs : Math.min(restMs, Math.max(FIRST_LOOK_MS, seldomMs));
      const [again] = this.#toLookAt;
      if (again !== undefined) this.#heard(again);
    });
  }

  /** Folders found on the way are looked at in the same turn, those with restless files in the next. */
  async #lookAtAll(): Promise<void> {
    const turn = new Set(this.#toLookAt);
    this.#toLookAt.clear(); // what is heard of meanwhile gets its time to rest first
    for (const folder of turn) {
      if (this.#closed) return;
      if (await this.#lookAt(folder, turn)) this.#toLookAt.add(folder);
    }
    this.#knownBeforeMs = -Infinity; // only what the first turn finds can have been known
  }

  /** True where files were seen that may still be written to; new folders join the turn. */
  async #lookAt(folder: string, turn: Set<string>): Promise<boolean> {
    const look = await lookAtFolder(folder);
    if (this.#closed) return false;
    const isRoot = folder === this.path;
    if (look.kind !== 'there') {
      this.#forget(folder);
      if (isRoot) this.#become(look.kind);
      return false;
    }
    const known = this.#knownOf(folder, look);
    if (!known) return false;
    if (known.notices === null) this.#become('polled');
    else if (isRoot && this.#state !== 'polled') this.#become('watching');
    for (const name of look.folders) {
      const below = join(folder, name);
      if (!this.#known.has(below)) turn.add(below);
    }
    const rested = this.#restedIn(known, look);
    if (rested.length > 0) this.#options.arrived(folder, rested);
    return known.restless.size > 0;
  }

  /** Names of files that are as they were at the last look and were not told of. */
  #restedIn(known: Known, look: LookedAt): string[] {
    const rested: string[] = [];
    for (const [name, { stamp, changedMs }] of look.files) {
      if (known.told.get(name) === stamp || changedMs < this.#knownBeforeMs) {
        known.told.set(name, stamp);
        known.restless.delete(name);
      } else if (known.restless.get(name) === stamp) {
        known.told.set(name, stamp);
        known.restless.delete(name);
        rested.push(name);
      } else known.restless.set(name, stamp);
    }
    for (const names of [known.told, known.restless]) {
      for (const name of names.keys()) if (!look.files.has(name)) names.delete(name);
    }
    return rested;
  }

  #knownOf(folder: string, { inode, modifiedMs }: LookedAt): Known | null {
    const before = this.#known.get(folder);
    if (before?.inode === inode) {
      before.modifiedMs = modifiedMs;
      return before;
    }
    if (!before && this.#known.size >= MOST_FOLDERS) return null;
    this.#forget(folder);
    const known: Known = {
      ...{ inode, modifiedMs, notices: this.#noticesOf(folder) },
      // Another folder of this name: what was told of the old one's files still holds.
      told: before?.told ?? new Map<string, string>(),
      restless: new Map(),
    };
    this.#known.set(folder, known);
    return known;
  }

  /** Null where the system has none to give (ENOSPC, EMFILE) or the drive knows none. */
  #noticesOf(folder: string): FSWatcher | null {
    if (this.#notices >= MOST_NOTICES) return null;
    try {
      const notices = (this.#options.notices ?? watchFolder)(folder, () => {
        this.#heard(folder);
      });
      notices.on('error', () => {
        const known = this.#known.get(folder);
        if (known?.notices !== notices) return;
        this.#stopNotices(known);
        this.#heard(folder);
      });
      this.#notices += 1;
      return notices;
    } catch {
      return null;
    }
  }

  #stopNotices(known: Known): void {
    if (known.notices === null) return;
    known.notices.close();
    known.notices = null;
    this.#notices -= 1;
  }

  #forget(folder: string): void {
    const known = this.#known.get(folder);
    if (!known) return;
    this.#stopNotices(known);
    this.#known.delete(folder);
  }

  #become(state: WatchState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.stateChanged();
  }

  #pollIn(ms: number): void {
    this.#poll = setTimeout(() => {
      const begun = performance.now();
      void this.#lookForChanges().finally(() => {
        if (this.#closed) return;
        const tookMs = performance.now() - begun;
        this.#pollIn(Math.max(this.#options.pollMs, tookMs / SHARE_OF_TIME));
      });
    }, ms).unref();
  }

  /** A folder's own time of change says that an entry came or went; never rejects. */
  async #lookForChanges(): Promise<void> {
    if (!this.#known.has(this.path)) this.#heard(this.path); // away: perhaps it is back
    for (const [folder, known] of [...this.#known]) {
      if (this.#closed) return;
      const found = await stat(folder).catch(() => null);
      if (found?.mtimeMs !== known.modifiedMs || found.ino !== known.inode) this.#heard(folder);
    }
  }
}
