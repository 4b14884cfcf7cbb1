/**
 * Where the program's own files lie. The same code runs from a checkout (TypeScript as it is), from
 * the bundles in out/, and from an installed program's archive.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Layout {
  /** Folder with package.json: the checkout, or the archive of an installed program. */
  readonly root: string;
  /** The analysis process's program. */
  readonly analysisEntry: string;
  /** The built renderer. */
  readonly pageFolder: string;
  /** The built preload script. */
  readonly preload: string;
  readonly modelsFolder: string;
}

/** Throws Error where the program has no root: a broken installation. */
export function programLayout(moduleUrl: string = import.meta.url): Layout {
  const here = fileURLToPath(moduleUrl);
  const root = rootAbove(here);
  return {
    root,
    analysisEntry: here.endsWith('.ts')
      ? join(root, 'src-main/rhythm/analysis-process.ts')
      : join(root, 'out/main/analysis.js'),
    pageFolder: join(root, 'out/renderer'),
    preload: join(root, 'out/preload/preload.cjs'),
    modelsFolder: modelsFolder(root),
  };
}

/**
 * In a checkout within the root; of an installed program beside the archive, since onnxruntime reads
 * a model from a real file. Told apart by the sources: the folder itself may be missing, and is
 * named then.
 */
function modelsFolder(root: string): string {
  return join(existsSync(join(root, 'src-main')) ? root : dirname(root), 'models');
}

function rootAbove(path: string): string {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error('The program is not complete: no package.json');
  }
}
