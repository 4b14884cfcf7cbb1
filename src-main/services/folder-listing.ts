/** Folders and files for the page's own chooser, where the host has no dialog of the system. */
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, parse, sep } from 'node:path';
import type { FileEntry, FolderListing } from '../contract/places.ts';
import { RhythmarkError } from '../contract/errors.ts';
import { mapLimited } from './map-limited.ts';
import type { Places } from './places.ts';

/** Stands for the list of drives on Windows, which has no path of its own. */
const COMPUTER = '\u0000computer';

const STATS_AT_ONCE = 32;

/** What Windows hides by attribute rather than by name, as far as names tell. */
const HIDDEN_BY_SYSTEM = new Set(['$recycle.bin', 'system volume information', 'desktop.ini']);

export const naturalOrder = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Errors: `not-found`, `access-denied`; `bad-request` for a token that names a file. */
export async function listFolder(
  places: Places,
  token: string | undefined,
  signal: AbortSignal,
): Promise<FolderListing> {
  const path = token === undefined ? homedir() : places.pathOf(token);
  if (path === COMPUTER) return computer(places);
  const entries = (await entriesOf(places, path, await namesIn(path), signal)).sort(
    (a, b) => rank(a) - rank(b) || naturalOrder.compare(a.name, b.name),
  );
  return {
    token: places.tokenFor(path),
    name: nameOf(path),
    path: path.endsWith(sep) ? path : path + sep,
    parents: parentsOf(places, path),
    entries,
  };
}

/** Those of a folder's names that can be looked at, in their order. */
export async function entriesOf(
  places: Places,
  folder: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<FileEntry[]> {
  signal.throwIfAborted();
  const found = await mapLimited(names, STATS_AT_ONCE, (name) => {
    signal.throwIfAborted();
    return entryOf(places, join(folder, name), name);
  });
  return found.filter((entry) => entry !== null);
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).filter((name) => !isHidden(name));
  } catch (error) {
    throw folderError(error);
  }
}

/** What stands in the way of a folder, in words; other errors as they are. */
export function folderError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'ENOENT':
      return new RhythmarkError('not-found', 'This folder is no longer there.', 'ENOENT');
    case 'ENOTDIR':
      return new RhythmarkError('bad-request', 'This is a file, not a folder.', 'ENOTDIR');
    case 'EACCES':
    case 'EPERM':
      return new RhythmarkError(
        'access-denied',
        'The system does not allow this folder to be read.',
        String(error.code),
      );
    // What only a typed path can be: a name beyond the system's length, a ring of links.
    case 'ENAMETOOLONG':
    case 'ELOOP':
    case 'EINVAL':
      return new RhythmarkError('bad-request', 'The system knows no such path.', error.code);
    default:
      return error;
  }
}

export function isHidden(name: string): boolean {
  return name.startsWith('.') || HIDDEN_BY_SYSTEM.has(name.toLowerCase());
}

/** Null for what is neither file nor folder, and for what vanished or may not be looked at. */
export async function entryOf(
  places: Places,
  path: string,
  name: string,
): Promise<FileEntry | null> {
  const found = await stat(path).catch(() => null);
  if (!found || !(found.isDirectory() || found.isFile())) return null;
  const folder = found.isDirectory();
  return {
    token: places.tokenFor(path),
    name,
    kind: folder ? 'folder' : 'file',
    sizeBytes: folder ? null : found.size,
    modified: found.mtime.toISOString(),
  };
}

function rank(entry: FileEntry): number {
  return entry.kind === 'folder' ? 0 : 1;
}

function folderEntry(places: Places, path: string): FileEntry {
  return {
    token: places.tokenFor(path),
    name: nameOf(path),
    kind: 'folder',
    sizeBytes: null,
    modified: null,
  };
}

export function nameOf(path: string): string {
  if (path === COMPUTER) return 'This computer';
  return basename(path) || path; // a root has no base name: `/`, `C:\`
}

/** From the outermost to the one that holds `path`. */
function parentsOf(places: Places, path: string): FileEntry[] {
  const parents: FileEntry[] = [];
  const { root } = parse(path);
  for (let at = path; at !== root && at !== dirname(at); at = dirname(at)) {
    parents.unshift(folderEntry(places, dirname(at)));
  }
  if (process.platform === 'win32') parents.unshift(folderEntry(places, COMPUTER));
  return parents;
}

async function computer(places: Places): Promise<FolderListing> {
  const letters = Array.from({ length: 26 }, (_, n) => `${String.fromCharCode(65 + n)}:\\`);
  const present = await Promise.all(
    letters.map(async (drive) => ((await stat(drive).catch(() => null)) ? [drive] : [])),
  );
  return {
    token: places.tokenFor(COMPUTER),
    name: nameOf(COMPUTER),
    path: '',
    parents: [],
    entries: present.flat().map((drive) => folderEntry(places, drive)),
  };
}
