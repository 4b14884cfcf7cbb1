/** What a start of the installed program asks for: recordings by path. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Paths among the arguments of a start (of this process, or of a second one that handed its own
 * over). Chromium's and Electron's switches are skipped, and so is what does not exist.
 */
export function recordingPaths(
  argv: readonly string[],
  workingFolder: string,
  isPackaged: boolean,
): string[] {
  // electron . a.edf: the program, in a checkout the application's folder, then the person's own.
  return argv
    .slice(isPackaged ? 1 : 2)
    .filter((argument) => !argument.startsWith('-'))
    .map((argument) => resolve(workingFolder, argument))
    .filter((path) => existsSync(path));
}
