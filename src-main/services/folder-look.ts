/** What is in one folder now, as far as arrivals are told from it: names and stamps, no content. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './source-files.ts';
import { mapLimited } from './map-limited.ts';

const STATS_AT_ONCE = 32;

export interface LookedAt {
  readonly kind: 'there';
  /** Another number where another folder took the place of this one. */
  readonly inode: number;
  /** Changes when an entry comes or goes. Taken before the entries were read. */
  readonly modifiedMs: number;
  readonly files: ReadonlyMap<string, FileStamp>;
  readonly folders: readonly string[];
}

export type FolderLook = LookedAt | { readonly kind: 'away' } | { readonly kind: 'denied' };

export interface FileStamp {
  /** Changes when the file does. */
  readonly stamp: string;
  /** When it was last written, renamed or moved here, by the clock of its file system. */
  readonly changedMs: number;
}

/**
 * Links to folders are left alone: what they lead to inside the watched folder is met by itself,
 * and what lies outside is not watched. So no loop of links is ever entered.
 */
export async function lookAtFolder(path: string): Promise<FolderLook> {
  try {
    const { ino, mtimeMs } = await stat(path);
    const entries = (await readdir(path, { withFileTypes: true })).filter(
      ({ name }) => !name.startsWith('.'),
    );
    const files = new Map<string, FileStamp>();
    await mapLimited(entries, STATS_AT_ONCE, async (entry) => {
      if (!entry.isFile() && !entry.isSymbolicLink()) return;
      const found = await stat(join(path, entry.name)).catch(() => null); // gone again by now
      if (!found?.isFile()) return;
      files.set(entry.name, {
        stamp: `${found.size} ${found.mtimeMs}`,
        changedMs: Math.max(found.mtimeMs, found.ctimeMs),
      });
    });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    return { kind: 'there', inode: ino, modifiedMs: mtimeMs, files, folders };
  } catch (error) {
    return isMissing(error) || !isDenied(error) ? { kind: 'away' } : { kind: 'denied' };
  }
}

function isDenied(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM')
  );
}
