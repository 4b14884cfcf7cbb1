/**
 * Finds recordings of the list that hold the same, after everything else: the list is there, its
 * headers are read. Looks at samples here and there of each (the fingerprint, by which a moved file
 * is known again as well) and reads whole recordings, in the analysis process, only of those that
 * agree in that. What was found is kept.
 */
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ContentProgress } from '../contract/batch.ts';
import type { RecordingId } from '../contract/domain.ts';
import { failureOf } from '../contract/errors.ts';
import type { Announce } from '../contract/events.ts';
import type { Library } from '../review/library.ts';
import type { StoredRecording } from '../review/recordings.ts';
import type { Analyst } from '../rhythm/job.ts';
import { fingerprintOf } from './fingerprint.ts';
import { mapLimited } from './map-limited.ts';
import { openSource } from './source-files.ts';
import { throttled, type Throttled } from './throttled.ts';

const ANNOUNCE_EVERY_MS = 250;
/** Files open at a time while samples are looked at here and there. */
const FILES_AT_ONCE = 4;
/** Recordings read whole at a time: what is classified meanwhile keeps its processes. */
const WHOLE_AT_ONCE = 2;
/** Digests found in this time are kept in one transaction: each costs the disk a turn. */
const KEEP_EVERY_MS = 1000;
/** Fingerprints kept in one transaction. */
const KEPT_AT_ONCE = 64;

export interface DuplicatesOptions {
  readonly library: Library;
  readonly analyst: Pick<Analyst, 'run'>;
  readonly announce: Announce;
  /** Resolves when headers are read: what is compared comes from them. */
  readonly headersRead: () => Promise<void>;
  readonly rowsChanged: (ids: Iterable<RecordingId>) => void;
}

export class Duplicates {
  readonly #options: DuplicatesOptions;
  readonly #telling: Throttled;
  /** Could not be read: not tried again before the next start. */
  readonly #unreadable = new Set<RecordingId>();
  #running: Promise<void> | null = null;
  #again = false;
  #cancels = 0;
  #abort = new AbortController();
  #closed = false;
  #done = 0;
  #total = 0;

  constructor(options: DuplicatesOptions) {
    this.#options = options;
    this.#telling = throttled(ANNOUNCE_EVERY_MS, () => {
      options.announce('content-progress', this.progress());
    });
  }

  progress(): ContentProgress {
    const { aborted } = this.#abort.signal;
    const state = this.#total === 0 ? 'idle' : aborted ? 'cancelling' : 'comparing';
    return { state, done: this.#done, total: this.#total };
  }

  /** Compares what is new on the list, soon; what was compared before is not read again. */
  look(): void {
    if (this.#closed) return;
    this.#again = true;
    this.#running ??= this.#lookUntilDone().finally(() => {
      this.#running = null;
    });
  }

  /** The same once more when `done` resolves, unless comparing is cancelled before. */
  lookAfter(done: Promise<void>): void {
    const cancels = this.#cancels;
    // Not awaited: whoever lists something goes on at once.
    void done.then(() => {
      if (cancels === this.#cancels) this.look();
    });
  }

  /** What was compared so far stays; the rest is compared when something is listed again. */
  cancel(): void {
    this.#cancels += 1;
    this.#again = false;
    this.#abort.abort();
    this.#telling.now();
  }

  async whenIdle(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.cancel();
    await this.#running;
    this.#telling.close();
  }

  async #lookUntilDone(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      this.#abort = new AbortController();
      await this.#options.headersRead();
      try {
        await this.#takeFingerprints();
        await this.#takeDigests();
      } catch {
        // Cancelled, or the library takes nothing now (a full disk): compared at the next look.
      }
      this.#done = this.#total = 0;
      this.#telling.soon();
    }
  }

  async #takeFingerprints(): Promise<void> {
    const { sameContent } = this.#options.library;
    const ids = sameContent.withoutFingerprint().filter((id) => !this.#unreadable.has(id));
    for (let at = 0; at < ids.length; at += KEPT_AT_ONCE) {
      const portion = ids.slice(at, at + KEPT_AT_ONCE);
      const found = await mapLimited(portion, FILES_AT_ONCE, (id) => this.#fingerprint(id));
      this.#options.library.transaction(() => {
        for (const one of found) if (one) sameContent.setFingerprint(one.id, one.fingerprint);
      });
    }
  }

  /** Null where the file is not what its kept header says any more. */
  async #fingerprint(id: RecordingId): Promise<{ id: RecordingId; fingerprint: string } | null> {
    await setImmediate(); // whatever a person asked for meanwhile comes first
    this.#abort.signal.throwIfAborted();
    const recording = this.#options.library.recordings.get(id);
    if (!recording) return null;
    try {
      const reader = await openSource(recording);
      try {
        const kept = this.#options.library.recordings.header(id);
        if (isDeepStrictEqual(kept, structuredClone(reader.header))) {
          return { id, fingerprint: await fingerprintOf(reader) };
        }
      } finally {
        await reader.close();
      }
    } catch {
      // Said where the recording is opened.
    }
    this.#unreadable.add(id);
    return null;
  }

  async #takeDigests(): Promise<void> {
    const { library } = this.#options;
    const ids = library.sameContent.withoutDigest().filter((id) => !this.#unreadable.has(id));
    this.#total = ids.length;
    if (ids.length === 0) return;
    this.#telling.now();
    const found: Digested[] = [];
    let keptMs = performance.now();
    try {
      await mapLimited(ids, WHOLE_AT_ONCE, async (id) => {
        this.#abort.signal.throwIfAborted();
        const recording = library.recordings.get(id);
        if (recording && !recording.removed && recording.fingerprint !== null) {
          const digest = await this.#digest(recording);
          if (digest !== null) found.push({ id, fingerprint: recording.fingerprint, digest });
        }
        this.#done += 1;
        this.#telling.soon();
        if (performance.now() - keptMs < KEEP_EVERY_MS) return;
        this.#keep(found.splice(0));
        keptMs = performance.now();
      });
    } finally {
      this.#keep(found); // what was compared so far stays, whatever stopped it
    }
  }

  #keep(found: readonly Digested[]): void {
    const { rowsChanged } = this.#options;
    const { transaction, sameContent } = this.#options.library;
    if (found.length === 0) return;
    transaction(() => {
      for (const { id, fingerprint, digest } of found) {
        sameContent.setDigest(id, fingerprint, digest);
      }
    });
    const ids = found.map(({ id }) => id);
    // Others are told of only where one of these comes first: ten thousand copies are told of once.
    const first = ids.filter((id) => sameContent.of(id) === null);
    rowsChanged([...ids, ...sameContent.peers(first)]);
  }

  /** Null where the recording cannot be read. */
  async #digest({ id, path, part, textChoice, unit }: StoredRecording): Promise<string | null> {
    try {
      const { digest } = await this.#options.analyst.run(
        { kind: 'digest', id: `digest ${id}`, path, part, textChoice, unit },
        { signal: this.#abort.signal },
      );
      return digest;
    } catch (error) {
      if (failureOf(error).code === 'cancelled' || this.#abort.signal.aborted) throw error;
      this.#unreadable.add(id);
      return null;
    }
  }
}

interface Digested {
  readonly id: RecordingId;
  readonly fingerprint: string;
  readonly digest: string;
}
