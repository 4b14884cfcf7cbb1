/**
 * Finds the recordings below some files and folders. Names settle most of it; a file's first
 * 4 KiB are read only where its name leaves open what it is. No header is read in full, so that
 * ten thousand recordings are listed in well under five seconds.
 */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { failureOf, RhythmarkError, type Failure } from '../contract/errors.ts';
import { statOf, type Waiting } from './at-once.ts';
import { detectFormat, headOf, notARecording } from './detect.ts';
import { listParts, mainFileOf } from './index.ts';
import { endingOf } from './ending.ts';
import { LIMITS } from './limits.ts';
import type { FolderFiles, FormatModule } from './reader.ts';
import { FORMATS } from './registry.ts';

/** What a scan says about a file; sidecars of a recording are said nothing about. */
export type ScanItem =
  | {
      readonly kind: 'recording';
      /** The file to open. */
      readonly path: string;
      readonly part: string;
      /** The file's name without ending; the part's own name where a file holds several. */
      readonly name: string;
      /** Format as far as name and first bytes tell it. */
      readonly format: string;
      /** Of the file and its sidecars of the same stem. */
      readonly sizeBytes: number;
      readonly modifiedMs: number;
    }
  | { readonly kind: 'ignored'; readonly path: string; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly path: string; readonly failure: Failure };

export interface ScanOptions {
  readonly signal?: AbortSignal;
  /** Where absent, as for a process that a person looks at. */
  readonly waiting?: Waiting;
}

/** Endings that say nothing about what is inside, or that formats share. */
const OPEN_ENDINGS: ReadonlySet<string> = new Set([
  ...['', 'dat', 'xml', 'csv', 'txt', 'tsv', 'mat', 'bin', 'zip', 'json', 'h5', 'hdf5'],
  ...['rec', 'raw', 'ecg', 'asc'],
]);

/** Never a recording by themselves: not even opened. */
const NEVER: ReadonlySet<string> = new Set([
  ...['pdf', 'png', 'jpg', 'jpeg', 'gif', 'svg', 'tif', 'tiff', 'bmp', 'webp', 'html', 'htm'],
  ...['md', 'doc', 'docx', 'xls', 'xlsx', 'ppt', 'pptx', 'odt', 'ods', 'rtf', 'tex'],
  ...['mp3', 'mp4', 'm4a', 'avi', 'mov', 'mkv', 'wav', 'exe', 'dll', 'so', 'dylib', 'msi'],
  ...['py', 'ipynb', 'js', 'ts', 'm', 'r', 'c', 'h', 'cpp', 'java', 'sh', 'bat', 'css', 'onnx'],
  ...['gz', 'bz2', 'xz', '7z', 'rar', 'tar', 'iso', 'log', 'db', 'sqlite', 'npy', 'npz', 'tmp'],
]);

/** A text format is surer than this of a table of samples, less of a list of anything else. */
const LEAST_SCORE = 0.2;
/** Files looked at side by side; disks and network drives answer several at once. */
const AT_ONCE = 64;

/**
 * Recordings below `paths`, in the order of the paths, then by name within a folder (numbers by
 * value), folders after files. Symbolic links that lead out of a path are not followed. Errors
 * with one file are told as `unreadable` and do not stop the rest; `cancelled` when aborted.
 */
export async function* scan(
  paths: readonly string[],
  options: ScanOptions = {},
): AsyncGenerator<ScanItem> {
  const listed = new Set<string>();
  let found = 0;
  const fresh = function* (items: readonly ScanItem[]) {
    for (const item of items) {
      const key = item.kind === 'recording' ? `${item.path}\0${item.part}` : item.path;
      if (listed.has(key)) continue;
      listed.add(key);
      if (item.kind === 'recording' && ++found > LIMITS.filesPerFolder) throw tooManyRecordings();
      yield item;
    }
  };
  for (const path of paths.map((given) => resolve(given))) {
    stopIfAborted(options.signal);
    try {
      if ((await stat(path)).isDirectory())
        for await (const items of scanFolder(path, await realpath(path), new Set(), options))
          yield* fresh(items);
      else yield* fresh(await scanFile(path));
    } catch (error) {
      if (error instanceof RhythmarkError && STOPS.has(error.code)) throw error;
      yield* fresh([unreadable(path, error)]);
    }
  }
}

const STOPS: ReadonlySet<string> = new Set(['cancelled', 'too-large']);

function tooManyRecordings(): RhythmarkError {
  return new RhythmarkError(
    'too-large',
    `There are more than ${LIMITS.filesPerFolder.toLocaleString('en')} recordings here. Open a smaller folder.`,
  );
}

/** One batch of items at a time, this folder's files first. */
async function* scanFolder(
  folder: string,
  root: string,
  visited: Set<string>,
  options: ScanOptions,
): AsyncGenerator<readonly ScanItem[]> {
  let found: FolderNames;
  try {
    const real = await realpath(folder);
    if (visited.has(real)) return;
    visited.add(real);
    found = await namesIn(folder, root);
  } catch (error) {
    yield [unreadable(folder, error)];
    return;
  }
  yield* scanFiles(folder, found.files, options);
  for (const name of found.folders) {
    stopIfAborted(options.signal);
    yield* scanFolder(join(folder, name), root, visited, options);
  }
}

/**
 * What came into a folder that was scanned before: the recordings that files of these names are, or
 * belong to. Nothing where the folder is gone again.
 */
export async function* scanArrivals(
  folder: string,
  names: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<readonly ScanItem[]> {
  let found: FolderNames;
  try {
    found = await namesIn(folder, await realpath(folder));
  } catch {
    return;
  }
  const stems = new Set([...names].map(stemOf));
  yield* scanFiles(folder, found.files, { signal }, (name) => stems.has(stemOf(name)));
}

interface FolderNames {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** In the order of names; links to what lies outside of `root` left out. */
async function namesIn(folder: string, root: string): Promise<FolderNames> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => byName.compare(a.name, b.name));
  const files: string[] = [];
  const folders: string[] = [];
  for (const entry of entries) {
    // Editors, file managers and version control hide their own files this way.
    if (entry.name.startsWith('.')) continue;
    const kind = entry.isSymbolicLink() ? await linkKind(join(folder, entry.name), root) : entry;
    if (kind === null) continue;
    if (kind.isFile()) files.push(entry.name);
    else if (kind.isDirectory()) folders.push(entry.name);
  }
  return { files, folders };
}

const byName = new Intl.Collator('en', { numeric: true });

/** What a link points to, null where that is gone or lies outside of `root`. */
async function linkKind(path: string, root: string) {
  try {
    const target = await realpath(path);
    return target === root || target.startsWith(root + sep) ? await stat(target) : null;
  } catch {
    return null;
  }
}

async function* scanFiles(
  folder: string,
  names: readonly string[],
  { signal, waiting = 'aside' }: ScanOptions,
  isWanted: (name: string) => boolean = () => true,
): AsyncGenerator<readonly ScanItem[]> {
  const files: FolderFiles = { names, head: (name, bytes) => headOf(join(folder, name), bytes) };
  const sidecars = new Set<string>();
  for (const format of FORMATS)
    for (const name of (await format.sidecars?.(files)) ?? []) sidecars.add(name);
  const byStem = new Map<string, string[]>();
  for (const name of sidecars) {
    const stem = stemOf(name);
    byStem.set(stem, [...(byStem.get(stem) ?? []), name]);
  }
  const own = names.filter((name) => !sidecars.has(name) && isWanted(name));
  for (let at = 0; at < own.length; at += AT_ONCE) {
    stopIfAborted(signal);
    const batch = own
      .slice(at, at + AT_ONCE)
      .map((name) => itemsOf(join(folder, name), byStem.get(stemOf(name)) ?? [], waiting));
    yield (await Promise.all(batch)).flat();
  }
}

function stemOf(name: string): string {
  return basename(name, extname(name)).toLowerCase();
}

/** A file that was named itself, perhaps one of several of its recording. */
async function scanFile(path: string): Promise<readonly ScanItem[]> {
  let main: string;
  try {
    main = await mainFileOf(path);
  } catch (error) {
    if (error instanceof RhythmarkError && error.code === 'not-a-recording')
      return [{ kind: 'ignored', path, reason: error.message }];
    return [unreadable(path, error)];
  }
  return itemsOf(main, await sidecarsOfStem(main), 'aside', 'named');
}

/** Sidecars that share a file's stem: what its size is the size of. */
async function sidecarsOfStem(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const names = (await readdir(folder).catch(() => [])).filter(
    (name) => stemOf(name) === stemOf(path),
  );
  const files: FolderFiles = { names, head: (name, bytes) => headOf(join(folder, name), bytes) };
  const sidecars = await Promise.all(FORMATS.map((format) => format.sidecars?.(files)));
  return [...new Set(sidecars.flatMap((found) => [...(found ?? [])]))];
}

/** One file that is no sidecar: its recordings, or why there are none. */
async function itemsOf(
  path: string,
  sidecars: readonly string[],
  waiting: Waiting,
  how: 'found' | 'named' = 'found',
): Promise<readonly ScanItem[]> {
  try {
    const name = basename(path);
    const ending = endingOf(name);
    const ignored = (reason: string): ScanItem[] => [{ kind: 'ignored', path, reason }];
    if (how === 'found' && NEVER.has(ending)) return ignored(`.${ending} files are no recordings`);
    const { size, mtimeMs } = await statOf(path, waiting);
    const format = await formatOf(path, name, ending, size, how);
    if (format instanceof RhythmarkError) return ignored(format.message);
    let sizeBytes = size;
    for (const sidecar of sidecars) {
      sizeBytes += (await statOf(join(dirname(path), sidecar), waiting)).size;
    }
    const parts = format.holdsSeveral === true ? await listParts(path) : [{ part: '', name: '' }];
    return parts.map((part) => ({
      kind: 'recording',
      path,
      part: part.part,
      name: part.name === '' ? basename(name, extname(name)) : part.name,
      format: format.name,
      sizeBytes,
      modifiedMs: mtimeMs,
    }));
  } catch (error) {
    // An archive in which there is no recording.
    if (error instanceof RhythmarkError && error.code === 'not-a-recording')
      return [{ kind: 'ignored', path, reason: error.message }];
    return [unreadable(path, error)];
  }
}

/**
 * The format of a file, by its ending where only one has it; or why it is no recording. An empty file
 * of such a name is a recording that was not copied: listed, it says so when it is opened.
 */
async function formatOf(
  path: string,
  name: string,
  ending: string,
  size: number,
  how: 'found' | 'named',
): Promise<FormatModule | RhythmarkError> {
  const byEnding = FORMATS.filter((format) => format.endings.includes(ending));
  const [only, another] = byEnding;
  if (only !== undefined && another === undefined && !OPEN_ENDINGS.has(ending)) return only;
  const probe = { name, size, head: await headOf(path) };
  const detected = detectFormat(probe);
  if (detected === null || (how === 'found' && detected.score < LEAST_SCORE))
    return notARecording(probe);
  return detected.format;
}

function unreadable(path: string, error: unknown): ScanItem {
  return { kind: 'unreadable', path, failure: failureOf(error) };
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new RhythmarkError('cancelled', 'Stopped.');
}
