/**
 * What arrives in folders that were opened: they stay watched, over restarts as well, until the
 * reader switches it off. New recordings are listed and, where classifying was asked for, classified.
 */
import { basename, dirname, sep } from 'node:path';
import type { WatchedFolderRow } from '../contract/places.ts';
import type { Announce } from '../contract/events.ts';
import { scanArrivals, type ScanItem } from '../formats/index.ts';
import type { Library } from '../review/library.ts';
import type { Places } from './places.ts';
import { WATCH_TIMING, WatchedFolder, type WatchTiming } from './watched-folder.ts';

/**
 * A file's time of change may be by the clock of another machine. What was changed this long before
 * the folder was opened was surely there; anything later is looked at once more.
 */
const CLOCKS_DIFFER_MS = 5 * 60_000;

export interface ArrivalsOptions {
  readonly library: Library;
  readonly announce: Announce;
  readonly places: Places;
  /** Lists what is news of it; answers how many that is. */
  readonly list: (items: readonly ScanItem[], then: 'classify' | 'list') => Promise<number>;
  readonly timing?: WatchTiming | undefined;
}

interface Arrival {
  readonly root: string;
  readonly folder: string;
  readonly names: readonly string[];
}

export class Arrivals {
  readonly #options: ArrivalsOptions;
  readonly #watched = new Map<string, WatchedFolder>();
  readonly #abort = new AbortController();
  readonly #waiting: Arrival[] = [];
  #listing: Promise<void> | null = null;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
    this.follow();
  }

  /** Watches what is remembered, or nothing, as the settings have it. */
  follow(): void {
    const { library } = this.#options;
    const wanted = library.preferences.settings().watchFolders ? library.watchedFolders.all() : [];
    const paths = new Set(wanted.map(({ path }) => path));
    for (const path of this.#watched.keys()) if (!paths.has(path)) this.#stop(path);
    for (const path of paths) this.#start(path, -Infinity);
    this.#tell();
  }

  /** A folder was opened and listed, which began at `openedMs`. */
  opened(path: string, openedMs: number): void {
    const { library } = this.#options;
    const watched = library.watchedFolders.all();
    if (watched.some((other) => path.startsWith(other.path + sep))) return;
    library.watchedFolders.add(path, openedMs);
    if (library.preferences.settings().watchFolders) {
      this.#start(path, openedMs - CLOCKS_DIFFER_MS);
    }
    this.follow();
  }

  forget(path: string): void {
    this.#options.library.watchedFolders.remove(path);
    this.follow();
  }

  rows(): WatchedFolderRow[] {
    const { library, places } = this.#options;
    return library.watchedFolders.all().map(({ path }) => ({
      token: places.tokenFor(path),
      name: basename(path) || path,
      state: this.#watched.get(path)?.state ?? 'off',
    }));
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await Promise.all([...this.#watched.values()].map((watched) => watched.close()));
    await this.#listing;
  }

  #start(path: string, knownBeforeMs: number): void {
    if (this.#watched.has(path) || this.#abort.signal.aborted) return;
    const watched = new WatchedFolder({
      ...(this.#options.timing ?? WATCH_TIMING),
      path,
      knownBeforeMs,
      arrived: (folder, names) => {
        this.#waiting.push({ root: path, folder, names });
        this.#listing ??= this.#listAll().finally(() => {
          this.#listing = null;
        });
      },
      stateChanged: () => {
        this.#tell();
      },
    });
    this.#watched.set(path, watched);
  }

  #stop(path: string): void {
    // Not awaited: it looks at nothing more from here on.
    void this.#watched.get(path)?.close();
    this.#watched.delete(path);
  }

  /** One folder at a time, so that thousands of arrivals leave the list usable. */
  async #listAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      if (this.#abort.signal.aborted) return;
      try {
        await this.#list(next);
      } catch {
        // Stopped, or the library takes nothing now (a full disk): whoever writes something of
        // weight tells the user, and the files are found again at the next start.
      }
    }
  }

  async #list({ root, folder, names }: Arrival): Promise<void> {
    const { library, announce, list } = this.#options;
    // A file that arrived may be what a recording of the folder was missing.
    const failed = library.watchedFolders.failedIn(folder).map((path) => basename(path));
    const wanted = new Set([...names, ...failed]);
    const stored = library.watchedFolders.all().find(({ path }) => path === root);
    if (!stored) return;
    let count = 0;
    for await (const items of scanArrivals(folder, wanted, this.#abort.signal)) {
      count += await list(items, stored.classify ? 'classify' : 'list');
    }
    if (count > 0) announce('arrived', { folder: nameOf(folder, root), count });
  }

  #tell(): void {
    if (!this.#abort.signal.aborted) this.#options.announce('folders-changed', this.rows());
  }
}

/** A folder below a watched one is named with the one that holds it. */
function nameOf(folder: string, root: string): string {
  if (folder === root) return basename(root) || root;
  return `${basename(dirname(folder))}/${basename(folder)}`;
}
