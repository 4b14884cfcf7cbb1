/** A file made for the user: kept where the host's own dialog says, or handed over as a download. */
import { basename } from 'node:path';
import type { SavedFile } from '../contract/api.ts';
import { RhythmarkError } from '../contract/errors.ts';
import { createAtomicFile } from '../formats/atomic-file.ts';

/** Where the user wants the file; null where they thought better of it. */
export type SaveDialog = (suggestedName: string) => Promise<string | null>;

/** Characters of a download: it is one text in the page's memory. */
const LARGEST_DOWNLOAD = 128 * 1024 * 1024;

export interface FileToKeep {
  readonly name: string;
  readonly mime: string;
  /** Writes what belongs beside it, once it is there; not of a download, which is one file. */
  readonly alsoAt?: (path: string) => Promise<void>;
}

/** Whole or not at all. Errors: `too-large` for a download, and those of writing. */
export async function keepFile(
  saveDialog: SaveDialog | null,
  { name, mime, alsoAt }: FileToKeep,
  pieces: AsyncIterable<string> | Iterable<string>,
): Promise<SavedFile> {
  if (!saveDialog) return { kind: 'download', name, mime, text: await textOf(pieces) };
  const path = await saveDialog(name);
  if (path === null) return { kind: 'dismissed' };
  const file = await createAtomicFile(path);
  try {
    for await (const piece of pieces) await file.write(piece);
    await file.commit();
  } finally {
    await file.discard(); // does nothing after a commit
  }
  await alsoAt?.(path);
  return { kind: 'saved', name: basename(path) };
}

async function textOf(pieces: AsyncIterable<string> | Iterable<string>): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > LARGEST_DOWNLOAD) {
      throw new RhythmarkError(
        'too-large',
        'This is too much for one download. Choose fewer recordings, or use the command line.',
      );
    }
    parts.push(piece);
  }
  return parts.join('');
}
