/**
 * Use cases of a recording whose file was moved or renamed outside the program: a person shows where
 * it is now, and what else is missing of the same folder is found beside it. A file counts as the
 * recording by its content; the row, its verdicts and choices stay.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Handlers, Located, LocatedOthers } from '../contract/api.ts';
import type { RecordingId } from '../contract/domain.ts';
import { RhythmarkError } from '../contract/errors.ts';
import { scan, scanArrivals, type ScanItem } from '../formats/index.ts';
import type { Library } from '../review/library.ts';
import type { FoundRecording, StoredRecording } from '../review/recordings.ts';
import type { Move } from '../review/whereabouts.ts';
import type { Analysis } from './analysis.ts';
import type { HeaderReading } from './header-reading.ts';
import { mapLimited } from './map-limited.ts';
import type { Places } from './places.ts';
import type { RecordingViews } from './recording.ts';
import { relocated, relocationOf } from './relocation.ts';
import { noSuchRecording, type Rows } from './rows.ts';
import { samenessOf, type ReadAgain } from './sameness.ts';
import { isMissing } from './source-files.ts';

const STATS_AT_ONCE = 32;
const FILES_AT_ONCE = 4;

export interface LocatingOptions {
  readonly library: Library;
  readonly rows: Rows;
  readonly headers: HeaderReading;
  readonly analysis: Analysis;
  readonly views: RecordingViews;
  readonly places: Places;
}

/** A recording, the file that it was found to be, and what was read of it. */
interface Find {
  readonly recording: StoredRecording;
  readonly found: FoundRecording;
  readonly read: ReadAgain | null;
}

/** A change of place, and what the row was like before it. */
interface Done {
  readonly move: Move;
  readonly before: StoredRecording;
}

export class Locating {
  readonly #options: LocatingOptions;
  /** By the recording that a person located; those found beside it are with it. */
  readonly #done = new Map<RecordingId, readonly Done[]>();

  constructor(options: LocatingOptions) {
    this.#options = options;
  }

  /** Errors: those of opening the file, `not-a-recording`, `bad-request` for a folder. */
  async locate(id: RecordingId, path: string, signal: AbortSignal): Promise<Located> {
    const { library, rows, places } = this.#options;
    const recording = this.#recording(id);
    const found = await foundAt(path, recording.part, signal);
    const kept = library.recordings.header(id);
    const sameness = await samenessOf(recording, kept, found, 'chosen');
    signal.throwIfAborted();
    if (sameness.kind !== 'same') {
      const differs = sameness.kind === 'another' ? sameness.differs : null;
      const { name } = found;
      const token = places.tokenFor(found.path);
      return { kind: 'another', token, name, differs, header: sameness.header };
    }
    const done = this.#move([{ recording, found, read: sameness.read }]);
    this.#done.set(id, done);
    return { kind: 'located', row: rows.row(id), replaced: replacedIn(done) };
  }

  /** What lay in the same folder, or below the same one, and is missing too. */
  async locateOthers(id: RecordingId, signal: AbortSignal): Promise<LocatedOthers> {
    const nothing: LocatedOthers = { located: [], replaced: [], missing: 0 };
    const before = this.#done.get(id) ?? [];
    const first = before[0]?.move;
    if (!first) return nothing;
    const wanted = await this.#missingBeside(first, signal);
    if (wanted.length === 0) return nothing;
    const done: Done[] = [];
    for await (const finds of this.#findAll(wanted, signal)) {
      done.push(...this.#move(finds));
      // Undoing is one act, also where the search was called off half-way.
      this.#done.set(id, [...before, ...done]);
    }
    return {
      located: done.map(({ move }) => move.id),
      replaced: replacedIn(done),
      missing: wanted.length - done.length,
    };
  }

  /** Answers how many are listed at their former place again. */
  putBack(id: RecordingId): number {
    const { library } = this.#options;
    const done = this.#done.get(id) ?? [];
    this.#done.delete(id);
    const undone = library.transaction(() =>
      done.toReversed().filter(({ move, before }) => {
        if (!library.whereabouts.putBack(move)) return false;
        const now = library.recordings.get(move.id);
        // It could not be read where it was; what was read of it since stays true.
        if (before.failure && now?.status === 'waiting') {
          library.recordings.setFailed(move.id, before.failure);
        }
        return true;
      }),
    );
    this.#tell(undone, 'leave');
    return undone.length;
  }

  #recording(id: RecordingId): StoredRecording {
    const recording = this.#options.library.recordings.get(id);
    if (!recording) throw noSuchRecording();
    return recording;
  }

  /** Those that are gone, each with the place where it would be. */
  async #missingBeside({ id, from, to }: Move, signal: AbortSignal): Promise<Wanted[]> {
    const moved = relocationOf(from.path, to.path);
    const candidates = this.#options.library.recordings.listed().flatMap((recording) => {
      if (recording.id === id) return [];
      // Other recordings of the very file, which may have been renamed.
      if (recording.path === from.path) return [{ recording, path: to.path }];
      const path = moved && relocated(recording.path, moved);
      return path === null ? [] : [{ recording, path }];
    });
    const gone = new Map<string, Promise<boolean>>();
    const isGone = (path: string): Promise<boolean> => {
      const known = gone.get(path) ?? stat(path).then(() => false, isMissing);
      gone.set(path, known);
      return known;
    };
    const missing = await mapLimited(candidates, STATS_AT_ONCE, async (candidate) => {
      signal.throwIfAborted();
      return (await isGone(candidate.recording.path)) ? [candidate] : [];
    });
    return missing.flat();
  }

  /** Folder by folder, so that each is read once; some dozens at a time, so that the list goes on. */
  async *#findAll(wanted: readonly Wanted[], signal: AbortSignal): AsyncGenerator<Find[]> {
    const byFolder = Map.groupBy(wanted, ({ path }) => dirname(path));
    for (const [folder, inFolder] of byFolder) {
      const byPlace = new Map(
        inFolder.map(({ recording, path }) => [keyOf(path, recording.part), recording]),
      );
      const names = new Set(inFolder.map(({ path }) => basename(path)));
      for await (const items of scanArrivals(folder, names, signal)) {
        const pairs = items.flatMap((item) => {
          const recording =
            item.kind === 'recording' ? byPlace.get(keyOf(item.path, item.part)) : undefined;
          return item.kind === 'recording' && recording
            ? [{ recording, found: foundIn(item) }]
            : [];
        });
        const found = await mapLimited(pairs, FILES_AT_ONCE, (pair) => this.#check(pair, signal));
        yield found.flat();
      }
    }
  }

  async #check(
    { recording, found }: Omit<Find, 'read'>,
    signal: AbortSignal,
  ): Promise<readonly Find[]> {
    await setImmediate(); // whatever a person asked for meanwhile comes first
    signal.throwIfAborted();
    const kept = this.#options.library.recordings.header(recording.id);
    try {
      const sameness = await samenessOf(recording, kept, found, 'beside');
      return sameness.kind === 'same' ? [{ recording, found, read: sameness.read }] : [];
    } catch {
      return []; // it stays missing; located by itself, it is told what is wrong with the file
    }
  }

  #move(finds: readonly Find[]): Done[] {
    const { library } = this.#options;
    const done = library.transaction(() =>
      finds.flatMap(({ recording, found, read }): Done[] => {
        const before = library.recordings.get(recording.id);
        const move = library.whereabouts.move(recording.id, found);
        if (!before || !move) return [];
        if (read) library.recordings.setHeader(recording.id, read.header, read.fingerprint);
        return [{ move, before }];
      }),
    );
    this.#tell(done, 'retry');
    return done;
  }

  /** `retry`: what failed or was in work because its file was gone is read again. */
  #tell(done: readonly Done[], then: 'retry' | 'leave'): void {
    const { library, rows, headers, analysis, views } = this.#options;
    const ids = done.map(({ move }) => move.id);
    const displaced = done.flatMap(({ move }) => move.displaced?.id ?? []);
    for (const id of [...ids, ...displaced]) views.drop(id);
    const interrupted = new Set(analysis.drop([...ids, ...displaced]));
    const stored = (of: readonly RecordingId[]) =>
      of.flatMap((id) => library.recordings.get(id) ?? []).filter(({ removed }) => !removed);
    const again = done.filter(
      ({ move, before }) =>
        interrupted.has(move.id) || (then === 'retry' && before.status === 'failed'),
    );
    analysis.enqueue(stored(again.map(({ move }) => move.id)));
    headers.queue(
      stored(ids).flatMap(({ id, headerRead, status }) =>
        headerRead || status === 'needs-choice' || status === 'failed' ? [] : [id],
      ),
    );
    rows.changed([...ids, ...displaced, ...library.sameContent.peers(ids)]);
  }
}

interface Wanted {
  readonly recording: StoredRecording;
  readonly path: string;
}

type Methods = 'recording.locate' | 'recording.locateOthers' | 'recording.putBack';

/** `ask` is the host's own dialog, where it has one; null from it: dismissed. */
export function locateHandlers(
  locating: Locating,
  { library, places }: Pick<LocatingOptions, 'library' | 'places'>,
  ask: ((name: string, near: string) => Promise<string | null>) | undefined,
): Pick<Handlers, Methods> {
  return {
    'recording.locate': async ({ id, token }, { signal }) => {
      const recording = library.recordings.get(id);
      if (!recording) throw noSuchRecording();
      if (token !== undefined) return locating.locate(id, places.pathOf(token), signal);
      if (!ask) throw new RhythmarkError('unsupported', 'Choose the file on the page itself.');
      const path = await ask(recording.name, await folderLeftOf(recording.path));
      return path === null ? { kind: 'dismissed' } : locating.locate(id, path, signal);
    },
    'recording.locateOthers': ({ id }, { signal }) => locating.locateOthers(id, signal),
    'recording.putBack': async ({ id }) => ({ putBack: locating.putBack(id) }),
  };
}

/** The folder of a file, or the nearest above it that is still there. */
export async function folderLeftOf(path: string): Promise<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => null);
    if (found?.isDirectory() === true || folder === dirname(folder)) return folder;
  }
}

/** The recording that a chosen file is, or belongs to: the same part of it, or its only one. */
async function foundAt(path: string, part: string, signal: AbortSignal): Promise<FoundRecording> {
  if ((await stat(path)).isDirectory()) {
    throw new RhythmarkError('bad-request', 'This is a folder. Choose the file in it.');
  }
  const found: FoundRecording[] = [];
  for await (const item of scan([resolve(path)], { signal })) {
    if (item.kind === 'ignored') throw new RhythmarkError('not-a-recording', item.reason);
    if (item.kind === 'unreadable') {
      const { code, message, detail } = item.failure;
      throw new RhythmarkError(code, message, detail);
    }
    found.push(foundIn(item));
  }
  const [first] = found;
  const same = found.find((one) => one.part === part) ?? (found.length === 1 ? first : undefined);
  if (same) return same;
  throw new RhythmarkError(
    'not-found',
    `This file holds ${found.length.toLocaleString('en')} recordings, and none of that name.`,
  );
}

function foundIn(item: Extract<ScanItem, { kind: 'recording' }>): FoundRecording {
  const { path, part, name, sizeBytes, modifiedMs } = item;
  return { path, part, name, folder: basename(dirname(path)), sizeBytes, modifiedMs };
}

function keyOf(path: string, part: string): string {
  return `${path}\0${part}`;
}

function replacedIn(done: readonly Done[]): RecordingId[] {
  return done.flatMap(({ move: { displaced } }) =>
    displaced?.was === 'listed' ? [displaced.id] : [],
  );
}
