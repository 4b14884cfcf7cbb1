/** Use cases of the list: adding what is in files and folders, taking rows off, putting them back. */
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Added } from '../contract/api.ts';
import type { RecordingId } from '../contract/domain.ts';
import { scan, type ScanItem } from '../formats/index.ts';
import type { Failure } from '../contract/errors.ts';
import type { LeftAlone } from '../review/left-alone.ts';
import type { Library } from '../review/library.ts';
import type { FoundRecording, StoredRecording } from '../review/recordings.ts';
import type { Analysis } from './analysis.ts';
import type { Duplicates } from './duplicates.ts';
import type { HeaderReading } from './header-reading.ts';
import type { RecordingViews } from './recording.ts';
import type { Rows } from './rows.ts';

/** Rows that go into the library together. */
const ROWS_AT_ONCE = 250;

export interface WorklistOptions {
  readonly library: Library;
  readonly rows: Rows;
  readonly headers: HeaderReading;
  readonly analysis: Analysis;
  readonly duplicates: Duplicates;
  readonly views: RecordingViews;
  /** A folder was opened and listed, which began then. */
  readonly opened: (path: string, beganMs: number) => void;
}

export class Worklist {
  readonly #options: WorklistOptions;
  /** Taken off the list while they waited to be classified: they go on when they are put back. */
  readonly #interrupted = new Set<RecordingId>();

  constructor(options: WorklistOptions) {
    this.#options = options;
  }

  /**
   * Lists every recording found at or below the paths, as it is found; then reads headers and
   * classifies, in the background. Aborting stops the search, what was found stays listed.
   */
  async add(paths: readonly string[], signal: AbortSignal): Promise<Added> {
    const ids: RecordingId[] = [];
    let added = 0;
    let alreadyListed = 0;
    let ignored = 0;
    let batch: FoundOrFailed[] = [];
    let leftAlone: LeftAlone[] = [];
    const keep = async (): Promise<void> => {
      const kept = this.#keep(batch, leftAlone);
      ids.push(...kept.ids);
      added += kept.added;
      alreadyListed += kept.alreadyListed;
      batch = [];
      leftAlone = [];
      await setImmediate(); // the list is drawn and clicked on meanwhile
    };
    try {
      for await (const item of scan(paths, { signal })) {
        if (item.kind === 'ignored') {
          ignored += 1;
          leftAlone.push(item);
        } else if (batch.push(foundOf(item)) >= ROWS_AT_ONCE) await keep();
      }
    } finally {
      await keep();
      await this.#begin(ids);
    }
    return { added, alreadyListed, ignored, ids: [...new Set(ids)] };
  }

  /** The same for what a person chose, whose folders are offered again. */
  async addChosen(paths: readonly string[], signal: AbortSignal): Promise<Added> {
    const beganMs = Date.now();
    const added = await this.add(paths, signal);
    await this.#remember(paths, beganMs);
    return added;
  }

  /** Lists what is news among what arrived in a watched folder; answers how many that is. */
  async arrived(items: readonly ScanItem[], then: 'classify' | 'list'): Promise<number> {
    const { library, headers, duplicates } = this.#options;
    const found = items.flatMap((item) => (item.kind === 'ignored' ? [] : [foundOf(item)]));
    const news = new Set(library.watchedFolders.newsOf(found.map((one) => one.found)));
    const batch = found.filter((one) => news.has(one.found));
    const leftAlone = items.filter((item) => item.kind === 'ignored');
    if (batch.length === 0 && leftAlone.length === 0) return 0;
    const { ids, added } = this.#keep(batch, leftAlone);
    if (then === 'classify') await this.#begin(ids);
    else {
      headers.queue(ids);
      duplicates.look();
    }
    return added;
  }

  remove(ids: readonly RecordingId[]): number {
    const { library, rows, analysis, views } = this.#options;
    const removed = library.recordings.setRemoved(ids, 'removed');
    // What was the same as one of these is the same as another now, or as none.
    rows.changed(library.sameContent.peers(ids));
    for (const id of analysis.drop(ids)) this.#interrupted.add(id);
    for (const id of ids) views.drop(id);
    rows.removed(ids);
    return removed;
  }

  restore(ids: readonly RecordingId[]): number {
    const { library, rows, analysis } = this.#options;
    const restored = library.recordings.setRemoved(ids, 'listed');
    rows.changed([...ids, ...library.sameContent.peers(ids)]);
    analysis.enqueue(this.#stored(ids.filter((id) => this.#interrupted.delete(id))));
    return restored;
  }

  #keep(
    batch: readonly FoundOrFailed[],
    leftAlone: readonly LeftAlone[],
  ): ReturnType<Library['recordings']['add']> {
    const { library, rows } = this.#options;
    const kept = library.transaction(() => {
      const result = library.recordings.add(batch.map(({ found }) => found));
      for (const [index, { failure }] of batch.entries()) {
        const id = result.ids[index];
        if (failure !== null && id !== undefined) {
          library.recordings.setFailed(id, failure);
        }
      }
      library.leftAlone.keep(leftAlone);
      library.leftAlone.forget(batch.map(({ found }) => found.path));
      return result;
    });
    rows.changed(kept.ids);
    return kept;
  }

  /** In portions as well: a click on the first row must not wait for the last. */
  async #begin(ids: readonly RecordingId[]): Promise<void> {
    const { headers, analysis, duplicates } = this.#options;
    for (let at = 0; at < ids.length; at += ROWS_AT_ONCE) {
      const portion = this.#stored(ids.slice(at, at + ROWS_AT_ONCE));
      const waiting = portion.filter(({ status }) => status !== 'failed');
      headers.queue(waiting.filter(({ headerRead }) => !headerRead).map(({ id }) => id));
      analysis.enqueue(waiting);
      await setImmediate();
    }
    duplicates.look();
    // Fingerprints of what the analysis read first are taken when it is done.
    duplicates.lookAfter(analysis.whenIdle());
  }

  #stored(ids: readonly RecordingId[]): StoredRecording[] {
    return ids.flatMap((id) => this.#options.library.recordings.get(id) ?? []);
  }

  async #remember(paths: readonly string[], beganMs: number): Promise<void> {
    for (const path of paths) {
      const found = await stat(path).catch(() => null);
      if (!found?.isDirectory()) continue;
      this.#options.library.preferences.rememberFolder({
        path,
        name: basename(path) || path,
        openedMs: Date.now(),
      });
      this.#options.opened(path, beganMs);
    }
  }
}

interface FoundOrFailed {
  readonly found: FoundRecording;
  readonly failure: Failure | null;
}

/** What cannot be read keeps a row as well, with its reason: silence would look like completeness. */
function foundOf(item: Exclude<ScanItem, { kind: 'ignored' }>): FoundOrFailed {
  const folder = basename(dirname(item.path));
  if (item.kind === 'unreadable') {
    const name = basename(item.path);
    const none = { part: '', sizeBytes: 0, modifiedMs: 0 };
    return { found: { path: item.path, name, folder, ...none }, failure: item.failure };
  }
  const { path, part, name, sizeBytes, modifiedMs } = item;
  return { found: { path, part, name, folder, sizeBytes, modifiedMs }, failure: null };
}
