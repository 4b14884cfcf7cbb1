/** Which files of a folder belong to which WFDB record. */
import { RhythmarkError } from '../../contract/errors.ts';
import { LIMITS } from '../limits.ts';
import type { FolderFiles } from '../reader.ts';

/** Endings under which another program's copy of a recording stands on its own. */
const OTHER_RECORDINGS: ReadonlySet<string> = new Set([
  '.edf',
  '.bdf',
  '.xml',
  '.dcm',
  '.scp',
  '.h5',
  '.hdf5',
  '.zip',
]);

function stemOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return (dot <= 0 ? name : name.slice(0, dot)).toLowerCase();
}

function endOf(name: string): string {
  return name.slice(Math.max(0, name.lastIndexOf('.'))).toLowerCase();
}

function isHeader(name: string): boolean {
  return name.toLowerCase().endsWith('.hea');
}

/**
 * Everything with the stem of a header belongs to it. Heads are read only of headers that may be
 * of several segments or use another record's signal file: those without a file of their own stem
 * and those whose stem begins another's.
 */
export async function wfdbSidecars(folder: FolderFiles): Promise<ReadonlySet<string>> {
  const owned = new Set<string>();
  const headers = folder.names.filter(isHeader);
  if (headers.length === 0) return owned;
  const byStem = new Map<string, string>(headers.map((name) => [stemOf(name), name]));
  const withFile = new Set<string>();
  for (const name of folder.names) {
    const stem = stemOf(name);
    if (isHeader(name) || !byStem.has(stem) || OTHER_RECORDINGS.has(endOf(name))) continue;
    owned.add(name);
    withFile.add(stem);
  }
  const onDisk = new Set(folder.names);
  const stems = [...byStem.keys()].sort();
  const unclear = stems.filter(
    (stem, at) => !withFile.has(stem) || (stems[at + 1]?.startsWith(stem) ?? false),
  );
  await Promise.all(
    unclear.map(async (stem) => {
      const name = byStem.get(stem) ?? '';
      for (const file of filesNamed(await wholeHeader(folder, name))) {
        const segment = byStem.get(file.toLowerCase());
        if (segment !== undefined && segment !== name) owned.add(segment);
        else if (onDisk.has(file)) owned.add(file);
      }
    }),
  );
  return owned;
}

/** A header's first 4 KiB, or all of a longer one of many segments. */
async function wholeHeader(folder: FolderFiles, name: string): Promise<Uint8Array> {
  const head = await folder.head(name);
  const longer = head.length >= 4096 && /^[^\s#]+\/\d+\s/m.test(latin1(head));
  return longer ? folder.head(name, LIMITS.headerBytes) : head;
}

/** Segments and signal files that the text of a header names. */
function filesNamed(header: Uint8Array): readonly string[] {
  const [record, ...lines] = latin1(header)
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (record === undefined) return [];
  return lines.map((line) => line.split(/\s/)[0] ?? '').filter((name) => name !== '~');
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

/** The header to open for `100.dat`, `100.atr`, `a103l.mat`: of the same stem, or naming it. */
export async function wfdbOwner(name: string, folder: FolderFiles): Promise<string | null> {
  if (isHeader(name)) return null;
  const stem = stemOf(name);
  const headers = folder.names.filter(isHeader);
  const same = headers.find((header) => stemOf(header) === stem);
  if (same !== undefined) return same;
  const likely = headers.filter((header) => stem.startsWith(stemOf(header).slice(0, 3)));
  for (const header of likely.slice(0, 200))
    if (filesNamed(await folder.head(header)).includes(name)) return header;
  if (endOf(name) !== '.dat') return null;
  throw new RhythmarkError(
    'not-found',
    `${name} is the signal file of a WFDB record; its header ${name.replace(/\.[^.]*$/, '.hea')} is not beside it. Copy both into one folder.`,
  );
}
