/** The recordings that the files and folders on a command line stand for, in their order. */
import { stat } from 'node:fs/promises';
import { basename, extname, isAbsolute, relative } from 'node:path';
import type { ErrorCode } from '../contract/errors.ts';
import { scan } from '../formats/index.ts';

export interface RecordingInput {
  readonly kind: 'recording';
  /** File's base name without extension; a part's own name where a file holds several. */
  readonly name: string;
  /** As a person would name it from here: relative where the argument was. */
  readonly path: string;
  readonly part: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** A file that was named, or lies in a named folder, and cannot be read. */
export interface UnreadableInput {
  readonly kind: 'unreadable';
  readonly name: string;
  readonly path: string;
  readonly reason: string;
  readonly code: ErrorCode;
}

/** A file of a named folder that belongs to no recording. */
export interface LeftAlone {
  readonly name: string;
  readonly path: string;
  readonly reason: string;
}

export type Input = RecordingInput | UnreadableInput;

/**
 * Each recording once, whichever ways lead to it. Files of a folder that are no recordings are
 * left out; one that was named itself is `unreadable`. Throws `cancelled`, and `too-large` above
 * the limit of recordings.
 */
export async function recordingInputs(
  paths: readonly string[],
  signal?: AbortSignal,
  onLeftAlone?: (file: LeftAlone) => void,
): Promise<Input[]> {
  const inputs = new Map<string, Input>();
  for (const argument of paths) {
    const shown = (path: string) => {
      if (isAbsolute(argument)) return path;
      const fromHere = relative(process.cwd(), path);
      return fromHere === '' ? path : fromHere;
    };
    if ((await stat(argument).catch(isMissing)) === 'missing') {
      const name = basename(argument, extname(argument));
      const reason = 'There is no such file or folder.';
      inputs.set(argument, { kind: 'unreadable', name, path: argument, reason, code: 'not-found' });
      continue;
    }
    const leftAlone: LeftAlone[] = [];
    let named: UnreadableInput | null = null;
    let count = 0;
    for await (const item of scan([argument], { waiting: 'here', ...(signal && { signal }) })) {
      count += 1;
      const path = shown(item.path);
      const name = basename(path, extname(path));
      switch (item.kind) {
        case 'recording': {
          const { part, sizeBytes, modifiedMs } = item;
          const input = { kind: item.kind, name: item.name, path, part, sizeBytes, modifiedMs };
          const key = `${item.path}\0${part}`;
          if (!inputs.has(key)) inputs.set(key, input);
          break;
        }
        case 'ignored':
          named = { kind: 'unreadable', name, path, reason: item.reason, code: 'not-a-recording' };
          leftAlone.push({ name, path, reason: item.reason });
          break;
        case 'unreadable':
          inputs.set(item.path, {
            ...{ kind: item.kind, name, path },
            ...{ reason: item.failure.message, code: item.failure.code },
          });
          break;
      }
    }
    // A single file that is no recording: it was asked for, so it is answered for.
    if (count === 1 && named !== null && isSamePath(named.path, shown, argument)) {
      inputs.set(named.path, named);
    } else for (const file of leftAlone) onLeftAlone?.(file);
  }
  return [...inputs.values()];
}

function isMissing(error: NodeJS.ErrnoException): 'missing' | 'other' {
  return error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 'missing' : 'other';
}

function isSamePath(path: string, shown: (path: string) => string, argument: string): boolean {
  return path === argument || path === shown(argument) || relative(path, argument) === '';
}
