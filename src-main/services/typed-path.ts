/**
 * A path that a person typed or pasted into the page's own chooser: what it names, and how it can go
 * on. It reaches what the chooser's folders reach, and hidden names besides where they are spelt out.
 */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TypedPath } from '../contract/places.ts';
import { RhythmarkError } from '../contract/errors.ts';
import {
  entriesOf,
  entryOf,
  folderError,
  isHidden,
  nameOf,
  naturalOrder,
} from './folder-listing.ts';
import type { Places } from './places.ts';

/** More than fit on a screen: who sees so many types on. */
const MOST_COMPLETIONS = 200;

/**
 * `from` is the folder that a relative path begins in. Errors: `bad-request` for what can be no
 * path, `not-found` and `access-denied` for the folder that its last part would be in.
 */
export async function typedPath(
  places: Places,
  typed: string,
  from: string | undefined,
  signal: AbortSignal,
): Promise<TypedPath> {
  const text = unwrapped(typed);
  const path = resolve(from === undefined ? homedir() : places.pathOf(from), homeExpanded(text));
  const isWhole = endsFolder(text);
  const folder = isWhole ? path : dirname(path);
  const begun = isWhole ? '' : basename(path);
  const entry = await entryOf(places, path, nameOf(path));
  const names = await namesBegun(folder, begun).catch((error: unknown) => {
    // A folder that may not be listed may hold a file that can be read: only its path opens it.
    if (entry?.kind === 'file') return [];
    throw error;
  });
  const head = headOf(text, begun);
  const entries = await entriesOf(places, folder, names.slice(0, MOST_COMPLETIONS), signal);
  const completions = entries.map((found) => ({
    entry: found,
    text: `${head}${found.name}${found.kind === 'folder' ? sep : ''}`,
  }));
  const [only] = completions;
  const shared = sharedBeginning(names);
  return {
    entry,
    completions,
    completed:
      names.length === 1 && only
        ? only.text
        : head + (shared.length > begun.length ? shared : begun),
    more: Math.max(0, names.length - MOST_COMPLETIONS),
  };
}

/** Without the quotes, the line end or the `file:` that a file manager copies with a path. */
function unwrapped(typed: string): string {
  const text = typed.trim().replace(/^(["'])(.*)\1$/s, '$2');
  const path = /^file:/i.test(text) ? pathOfUrl(text) : text;
  if (path === '' || path.includes('\0')) throw noPath();
  return path;
}

function pathOfUrl(text: string): string {
  try {
    return fileURLToPath(text);
  } catch {
    throw noPath();
  }
}

function noPath(): RhythmarkError {
  return new RhythmarkError('bad-request', 'This is no path of a file or folder.');
}

/** `~` and `~/x`; another person's `~name` is taken as it is. */
function homeExpanded(text: string): string {
  return /^~(?=$|[/\\])/.test(text) ? homedir() + text.slice(1) : text;
}

/** Whether the text names a folder by itself: it ends with a separator, or is a dot, two, or `~`. */
function endsFolder(text: string): boolean {
  const last = text.slice(lastSeparator(text) + 1);
  return last === '' || last === '.' || last === '..' || text === '~';
}

function lastSeparator(text: string): number {
  return Math.max(text.lastIndexOf('/'), text.lastIndexOf(sep));
}

/** What a completion is set behind: the text without the name that was begun. */
function headOf(text: string, begun: string): string {
  if (begun !== '') return text.slice(0, lastSeparator(text) + 1);
  return lastSeparator(text) === text.length - 1 ? text : text + sep;
}

/** Names in a folder that begin so, in order; hidden ones only where the dot is typed. */
async function namesBegun(folder: string, begun: string): Promise<string[]> {
  const wanted = begun.toLowerCase();
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => name.toLowerCase().startsWith(wanted))
      .filter((name) => begun.startsWith('.') || !isHidden(name))
      .sort((a, b) => naturalOrder.compare(a, b));
  } catch (error) {
    throw folderError(error);
  }
}

/** What all of the names begin with, letters of either case alike. */
function sharedBeginning(names: readonly string[]): string {
  const [first = '', ...others] = names;
  let length = first.length;
  for (const name of others) {
    while (!name.toLowerCase().startsWith(first.slice(0, length).toLowerCase())) length--;
  }
  return first.slice(0, length);
}
