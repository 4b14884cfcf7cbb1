/**
 * Small steps on files that are done at once, in the caller's own thread. A file that the system
 * has in memory is there in microseconds; to have another thread fetch it, and to be woken by it,
 * takes twenty times as long. Slow disks and network drives are told by their first step: there,
 * many threads that wait side by side are faster, and the steps are left to them for a while.
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * Who waits for the disk: a thread of the system's (`aside`), as every process must that a person
 * looks at; or this one where that is quick (`here`), for processes that only get through files.
 */
export type Waiting = 'aside' | 'here';

/** Mean time of a step above which files are slow here: a disk's head and a network need longer. */
const SLOW_MS = 0.3;

/** A step counts with this at most: one that was held up by another program says little. */
const MOST_MS = 1.5;

/** Weight of a step in the mean. */
const WEIGHT = 1 / 8;

/** Steps left to other threads where files are slow, before another is tried here. */
const STEPS_ASIDE = 64;

let meanMs = 0;
let leftAside = 0;

/** What `step` answers, or null where files are slow here and it was not tried. */
function atOnce<T>(step: () => T): T | null {
  if (leftAside > 0) {
    leftAside -= 1;
    return null;
  }
  const began = performance.now();
  const result = step();
  const ms = Math.min(MOST_MS, performance.now() - began);
  meanMs += (ms - meanMs) * WEIGHT;
  if (meanMs > SLOW_MS) leftAside = STEPS_ASIDE;
  return result;
}

/** Throws the system's error. */
export async function statOf(path: string, waiting: Waiting): Promise<Stats> {
  return (waiting === 'here' ? atOnce(() => statSync(path)) : null) ?? stat(path);
}

/**
 * All bytes of a regular file of at most `longest`; null where it is none, cannot be read, or was
 * not tried: the way through other threads then tells why.
 */
export function smallFile(path: string, longest: number): Uint8Array | null {
  return atOnce(() => {
    let file: number;
    try {
      // Without waiting for the other end of a pipe.
      file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    } catch {
      return null;
    }
    try {
      const found = fstatSync(file);
      return found.isFile() && found.size <= longest ? readAll(file, found.size) : null;
    } catch {
      return null;
    } finally {
      closeSync(file);
    }
  });
}

function readAll(file: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const read = readSync(file, bytes, filled, size - filled, filled);
    if (read === 0) break; // the file shrank since it was opened
    filled += read;
  }
  return bytes.subarray(0, filled);
}
