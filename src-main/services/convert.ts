/**
 * A recording in another format: WFDB, EDF+, BDF+, a table or JSON. Whole or not at all, never over a
 * file that is there, and with a list of what the target could not hold.
 */
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RhythmarkError } from '../contract/errors.ts';
import type { RecordingReader } from '../formats/reader.ts';
import { LossNotes, type LossNote } from './convert/kept.ts';
import { stoppable } from './convert/stoppable.ts';
import { toCsv } from './convert/to-csv.ts';
import { toEdf } from './convert/to-edf.ts';
import { toJson } from './convert/to-json.ts';
import { toWfdb } from './convert/to-wfdb.ts';

export const CONVERT_TARGETS = ['wfdb', 'edf', 'bdf', 'csv', 'json'] as const;
export type ConvertTarget = (typeof CONVERT_TARGETS)[number];

export interface Conversion {
  /** Base name of the files, made fit for the target. */
  readonly name: string;
  readonly target: ConvertTarget;
  /** Made where it is not there. */
  readonly folder: string;
  /** What was begun is taken away again when it aborts. */
  readonly signal?: AbortSignal;
}

export interface Converted {
  /** Names in the folder. */
  readonly files: readonly string[];
  readonly losses: readonly LossNote[];
}

/**
 * Errors: `bad-request` where a file of that name is there already, `unsupported` where the target
 * cannot hold the recording, what the reader and the disk throw, the signal's reason. The reader
 * stays open.
 */
export async function convertRecording(
  reader: RecordingReader,
  { name, target, folder, signal }: Conversion,
): Promise<Converted> {
  const losses = new LossNotes();
  await makeFolder(folder);
  // Beside the target, so that a rename puts each file in place; removed whatever happens.
  const staging = await mkdtemp(join(folder, '.rhythmark-'));
  try {
    const source = signal === undefined ? reader : stoppable(reader, signal);
    const files = await write(source, recordName(name), target, staging, losses);
    signal?.throwIfAborted();
    await putInPlace(staging, folder, files);
    return { files, losses: losses.all };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
    throw new RhythmarkError(
      'bad-request',
      `${folder} cannot be a folder: there is a file of that name. Choose another folder.`,
    );
  }
}

function write(
  reader: RecordingReader,
  name: string,
  target: ConvertTarget,
  folder: string,
  losses: LossNotes,
): Promise<string[]> {
  switch (target) {
    case 'wfdb':
      return toWfdb(reader, name, folder, losses);
    case 'edf':
      return toEdf(reader, name, folder, 'EDF+', losses);
    case 'bdf':
      return toEdf(reader, name, folder, 'BDF+', losses);
    case 'csv':
      return toCsv(reader, name, folder, losses);
    case 'json':
      return toJson(reader, name, folder, losses);
  }
}

/** Letters, digits, `-` and `_`: what names a WFDB record names a file everywhere. */
function recordName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]+/g, '_').replace(/^_+|_+$/g, '') || 'recording';
}

/** All or none: a name that is taken stops it before the first; a rename that fails undoes the rest. */
async function putInPlace(staging: string, folder: string, files: readonly string[]) {
  const there = await readdir(folder);
  const taken = files.find((file) => there.some((one) => one.toLowerCase() === file.toLowerCase()));
  if (taken !== undefined) {
    throw new RhythmarkError(
      'bad-request',
      `There is a file ${taken} in the folder already; it was not written over. Choose another folder.`,
    );
  }
  const placed: string[] = [];
  try {
    // The first file is the one that a person opens: it appears last.
    for (const file of [...files].reverse()) {
      await rename(join(staging, file), join(folder, file));
      placed.push(file);
    }
  } catch (error) {
    for (const file of placed) await rm(join(folder, file), { force: true });
    throw error;
  }
}
