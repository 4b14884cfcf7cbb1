/** The program's version and the places of its own files, for commands. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf, RhythmarkError } from '../contract/errors.ts';
import { programLayout, type Layout } from '../hosts/layout.ts';
import type { CheckedModel } from '../rhythm/manifest.ts';
import { UsageError } from './command.ts';

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
 * The manifest of the model to classify with: what `--model` says, else what RHYTHMARK_MODEL names
 * (for tests and for trying a model before it is shipped), else the program's own. What was chosen
 * in the window does not count here: scripts go on as they were.
 */
export async function manifestPath(
  model?: string,
  layout: Layout = programLayout(),
): Promise<string> {
  if (model !== undefined) return manifestOf(model, layout);
  const named = process.env['RHYTHMARK_MODEL'];
  if (named !== undefined && named !== '') return named;
  const { findManifest } = await import('../rhythm/model-folder.ts');
  return findManifest(layout.modelsFolder);
}

export interface ModelToUse {
  readonly manifest: string;
  readonly model: CheckedModel;
}

/**
 * The model at `manifestPath`. Throws UsageError for a name that no model has, and
 * `model-unavailable`, also where another model than the program's own could be used: that has to be
 * asked for.
 */
export async function modelToUse(model?: string, layout?: Layout): Promise<ModelToUse> {
  const { loadModel } = await import('../rhythm/manifest.ts');
  try {
    const manifest = await manifestPath(model, layout);
    return { manifest, model: await loadModel(manifest) };
  } catch (error) {
    const { code, message, detail } = failureOf(error);
    if (code !== 'model-unavailable' || model !== undefined) throw error;
    const told = `${message} Another model classifies only where --model names it.`;
    throw new RhythmarkError(code, told, detail, { cause: error });
  }
}

/** A file, the manifest or the network beside it; or a model's name, with or without its version. */
async function manifestOf(model: string, layout: Layout): Promise<string> {
  if (/\.(json|onnx)$/i.test(model) || /[\\/]/.test(model)) {
    return model.replace(/\.onnx$/i, '.json');
  }
  const { modelsIn } = await import('../rhythm/model-shelf.ts');
  const { defaultLibraryFolder, modelFolders } = await import('../hosts/program.ts');
  const shelved = await modelsIn(modelFolders(layout, defaultLibraryFolder()));
  const found = shelved.filter(
    ({ listed: each }) =>
      each.kind === 'usable' &&
      [each.name, `${each.name} ${each.version}`, `${each.name}-${each.version}`].includes(model),
  );
  // Of several versions the last, as in the models folder.
  const last = found.at(-1);
  if (last) return last.manifestPath;
  const known = shelved.map(({ listed: each }) =>
    each.kind === 'usable' ? `${each.name} ${each.version}` : `${each.file} (${each.reason})`,
  );
  throw new UsageError(
    `There is no model ${JSON.stringify(model)}. Models: ${known.join(', ') || 'none'}.`,
  );
}
