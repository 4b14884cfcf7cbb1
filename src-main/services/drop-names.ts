/** Names of dropped files, made safe for every file system and kept inside the drop's folder. */
import { RhythmarkError } from '../contract/errors.ts';

const MOST_FOLDERS = 16;
const MOST_BYTES = 200;

/** What Windows allows in no name, https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const FORBIDDEN = /[\p{Cc}<>:"|?*\\]/gu;
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

/**
 * Folders and file name of a path within a drop (`/` between them). Error `bad-request` for a path
 * that is empty, leads upwards, or is nested beyond sense.
 */
export function nameInDrop(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0 || parts.length > MOST_FOLDERS) throw noName();
  return parts.map((part) => {
    if (part === '.' || part === '..') throw noName();
    const safe = shortened(part.normalize('NFC').replace(FORBIDDEN, '_')).replace(/[. ]+$/, '_');
    return DEVICE.test(safe) ? `_${safe}` : safe;
  });
}

/** At most MOST_BYTES of UTF-8; the ending stays, for it says what the file is. */
function shortened(name: string): string {
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : '';
  const stem = Array.from(ending === '' ? name : name.slice(0, dot));
  while (Buffer.byteLength(stem.join('') + ending) > MOST_BYTES) stem.pop();
  return stem.join('') + ending;
}

function noName(): RhythmarkError {
  return new RhythmarkError('bad-request', 'A dropped file has a name that cannot be kept.');
}
