/**
 * A checkout runs its TypeScript as it is: Node strips the types of some 150 files and compiles
 * them, 0.4 s of each process. What comes of it is kept beside the packages, for the next start.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { programLayout } from './layout.ts';

/**
 * For this process and those that it starts; to be called before the rest is loaded. Where nothing
 * can be written nothing is kept. A bundle has little to compile, and an installed program's folder
 * is not to be written to.
 */
export function keepCompiled(): void {
  if (!import.meta.url.endsWith('.ts')) return;
  const folder = join(programLayout().root, 'node_modules/.cache/rhythmark');
  process.env['NODE_COMPILE_CACHE'] ??= folder;
  enableCompileCache(process.env['NODE_COMPILE_CACHE']);
}
