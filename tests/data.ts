/** Where the public recordings lie, when they do; tests that need them are skipped with a reason. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../shared/data/', import.meta.url));

export const SHARED_DATA: string | null = existsSync(folder) ? folder : null;

export const NO_SHARED_DATA = 'the public recordings (../shared/data) are not on this machine';

/** Path below the shared data, for use inside a test that runs only where they are. */
export function shared(relative: string): string {
  if (SHARED_DATA === null) throw new Error(NO_SHARED_DATA);
  return SHARED_DATA + relative;
}
