/** The program's version and the places of its own files, for commands. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RhythmarkError } from '../contract/errors.ts';
import { programLayout, type Layout } from '../hosts/layout.ts';

export async function programVersion(): Promise<string> {
  const parsed: unknown = JSON.parse(
    await readFile(join(programLayout().root, 'package.json'), 'utf8'),
  );
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) {
    return String(parsed.version);
  }
  throw new RhythmarkError('internal', 'The installation is not complete: it has no version.');
}

/**
 * The manifest of the model in force: the one in the models folder, or the one that
 * RHYTHMARK_MODEL names, for tests and for trying a model before it is shipped.
 */
export async function manifestPath(layout: Layout = programLayout()): Promise<string> {
  const named = process.env['RHYTHMARK_MODEL'];
  if (named !== undefined && named !== '') return named;
  const { findManifest } = await import('../rhythm/manifest.ts');
  return findManifest(layout.modelsFolder);
}
