/**
 * The door to every format: what a file is, which recordings it holds, and a reader for one of
 * them. Adding a format is a line in registry.ts.
 */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TextChoice, TextPreview } from '../contract/text.ts';
import type { ChosenUnit } from '../contract/lead-unit.ts';
import { RhythmarkError } from '../contract/errors.ts';
import type { Waiting } from './at-once.ts';
import { openRegularFile, type ByteSource } from './byte-source.ts';
import { detectFormat, headOf, notARecording, probeOf, type Detected } from './detect.ts';
import { endingOf } from './ending.ts';
import type {
  FolderFiles,
  FormatModule,
  OpenRequest,
  RecordingPart,
  RecordingReader,
} from './reader.ts';
import { FORMATS } from './registry.ts';
import { asSaid } from './said-by-person.ts';
import { siblingsIn } from './siblings.ts';

export { detectFormat } from './detect.ts';
export { FORMATS } from './registry.ts';
export { hasOpenUnit } from './said-by-person.ts';
export { scan, scanArrivals, type ScanItem } from './scan.ts';

export interface OpenOptions {
  /** Which recording of a file that holds several; '' or absent for the first or only one. */
  readonly part?: string;
  /** A person's answers about a text file. */
  readonly textChoice?: TextChoice | null;
  /** What a person said of leads whose unit the file leaves open. */
  readonly unit?: ChosenUnit | null;
  /** Where absent, as for a process that a person looks at. */
  readonly waiting?: Waiting;
}

/** File name endings that mean different things in different formats: their owner is looked for. */
const SHARED_ENDINGS: ReadonlySet<string> = new Set(['', 'dat', 'mat', 'xml', 'csv', 'txt', 'bin']);

/**
 * Opens a recording by any of its files (`100.dat` opens `100.hea`). Throws the system's error for
 * a path that cannot be read, and RhythmarkError: `not-a-recording` says what the file is instead;
 * the rest as `FormatModule.open`.
 */
export async function openRecording(
  path: string,
  options: OpenOptions = {},
): Promise<RecordingReader> {
  const { format, request } = await openFor(path, options);
  return asSaid(await format.open(request), options);
}

/**
 * What is known and open about a file under a choice, with its first seconds. `unsupported` for a
 * format that leaves nothing open; other errors as `openRecording`.
 */
export async function previewRecording(
  path: string,
  options: OpenOptions = {},
): Promise<TextPreview> {
  const { format, request } = await openFor(path, options);
  if (format.preview) return format.preview(request);
  await request.source.close();
  throw new RhythmarkError('unsupported', `${format.name} files leave nothing to choose.`);
}

/** The recordings in a file, at least one. Errors as `openRecording`. */
export async function listParts(path: string): Promise<readonly RecordingPart[]> {
  const { format, request } = await openFor(path, {});
  try {
    return await format.parts(request);
  } finally {
    await request.source.close();
  }
}

/** The file to open for a recording of which `path` is any file; `path` itself for most. */
export async function mainFileOf(path: string): Promise<string> {
  const { request, folder } = await openFor(path, {});
  await request.source.close();
  return join(folder, request.name);
}

interface ReadyToOpen {
  readonly format: FormatModule;
  readonly request: OpenRequest;
  readonly folder: string;
}

async function openFor(path: string, options: OpenOptions): Promise<ReadyToOpen> {
  const folder = dirname(path);
  const name = basename(path);
  const source = await openRegularFile(path, options.waiting);
  try {
    const probe = await probeOf(name, source);
    const detected = detectFormat(probe);
    const settled =
      detected !== null && detected.score >= 0.9 && !SHARED_ENDINGS.has(endingOf(name));
    if (!settled) {
      const owner = await ownerOf(name, folder, detected);
      if (owner !== null) {
        await source.close();
        return openOwner(owner.format, join(folder, owner.name), options);
      }
    }
    if (detected === null) throw notARecording(probe);
    return { format: detected.format, request: requestFor(name, source, folder, options), folder };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openOwner(
  format: FormatModule,
  path: string,
  options: OpenOptions,
): Promise<ReadyToOpen> {
  const folder = dirname(path);
  const source = await openRegularFile(path, options.waiting);
  return { format, request: requestFor(basename(path), source, folder, options), folder };
}

function requestFor(
  name: string,
  source: ByteSource,
  folder: string,
  options: OpenOptions,
): OpenRequest {
  return {
    name,
    path: join(folder, name),
    source,
    siblings: siblingsIn(folder, options.waiting),
    part: options.part ?? '',
    textChoice: options.textChoice ?? null,
  };
}

/** The file that `name` belongs to, with its format; null where it stands for itself. */
async function ownerOf(
  name: string,
  folder: string,
  detected: Detected | null,
): Promise<{ format: FormatModule; name: string } | null> {
  const names = await readdir(folder).catch(() => [name]);
  const files: FolderFiles = { names, head: (file, bytes) => headOf(join(folder, file), bytes) };
  let missing: RhythmarkError | null = null;
  for (const format of FORMATS) {
    try {
      const owner = await format.owner?.(name, files);
      if (owner !== undefined && owner !== null && owner !== name) return { format, name: owner };
    } catch (error) {
      if (!(error instanceof RhythmarkError)) throw error;
      missing ??= error;
    }
  }
  // A missing owner matters only where the file is nothing by itself.
  if (missing !== null && detected === null) throw missing;
  return null;
}
