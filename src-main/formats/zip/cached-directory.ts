/**
 * The list of members of the archives opened last. A set of 7,000 recordings in one archive is
 * opened 7,000 times, and its list has a megabyte.
 */
import { stat } from 'node:fs/promises';
import type { ByteSource } from '../byte-source.ts';
import { readMembers, type MemberList } from './directory.ts';

const KEPT = 4;
const kept = new Map<string, MemberList>();

/** As `readMembers`; read anew when the file at `path` is another one by time or size. */
export async function membersOf(source: ByteSource, path: string | null): Promise<MemberList> {
  if (path === null) return readMembers(source);
  const { size, mtimeMs, ino } = await stat(path);
  const key = [path, size, mtimeMs, ino].join('\0');
  const known = kept.get(key);
  kept.delete(key);
  const members = known ?? (await readMembers(source));
  kept.set(key, members);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return members;
}
