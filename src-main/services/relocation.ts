/** Which folder moved where, told from one file of it that was found again. */
import { dirname, join, sep } from 'node:path';

/** A folder's former path and its present one, each without a separator at its end ('' is `/`). */
export interface Relocation {
  readonly from: string;
  readonly to: string;
}

/**
 * The highest folders that differ: from `/a/ward/1.hea` to `/b/ward/1.hea`, all of `/a` may be in
 * `/b`. Null where the file was only renamed in its folder, which says nothing of others.
 */
export function relocationOf(from: string, to: string): Relocation | null {
  const [old, now] = [from.split(sep), to.split(sep)];
  if (old.at(-1) !== now.at(-1)) {
    // Renamed on the way: its folder may have moved all the same.
    const [folder, folderNow] = [dirname(from), dirname(to)];
    if (folder === folderNow) return null;
    return relocationOf(join(folder, sep), join(folderNow, sep));
  }
  while (old.length > 0 && now.length > 0 && old.at(-1) === now.at(-1)) {
    old.pop();
    now.pop();
  }
  return old.length === 0 && now.length === 0 ? null : { from: old.join(sep), to: now.join(sep) };
}

/** Where a file would be now; null where it did not lie in the folder that moved. */
export function relocated(path: string, { from, to }: Relocation): string | null {
  return path.startsWith(from + sep) ? to + path.slice(from.length) : null;
}
