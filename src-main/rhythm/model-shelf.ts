/**
 * Which models there are to choose from: those that came with the program, and those that a person
 * laid in the library's own models folder. A model that cannot be used is listed with the reason;
 * nothing that lies in a folder can keep the others from being listed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { ListedModel } from '../contract/model-shelf.ts';
import { failureOf } from '../contract/errors.ts';
import { loadModel } from './manifest.ts';
import { manifestsAmong, manifestsIn } from './model-folder.ts';

export interface ModelFolder {
  readonly path: string;
  readonly origin: ListedModel['origin'];
}

/** A model of a folder, and where its manifest lies. */
export interface ShelvedModel {
  readonly manifestPath: string;
  readonly listed: ListedModel;
}

/** More are a mistake: each is read and its checksum taken when the list is asked for. */
const MOST_MODELS = 40;

/** In the order of the folders and, within each, of the names. The same network is listed once. */
export async function modelsIn(folders: readonly ModelFolder[]): Promise<ShelvedModel[]> {
  const models: ShelvedModel[] = [];
  const known = new Set<string>();
  for (const { path, origin } of folders) {
    for (const { file } of (await manifestsIn(path)).slice(0, MOST_MODELS)) {
      const manifestPath = join(path, file);
      const listed = await listedModel(manifestPath, origin);
      if (listed.kind === 'usable' && known.has(listed.sha256)) continue;
      if (listed.kind === 'usable') known.add(listed.sha256);
      models.push({ manifestPath, listed });
    }
  }
  return models;
}

async function listedModel(
  manifestPath: string,
  origin: ListedModel['origin'],
): Promise<ListedModel> {
  const file = basename(manifestPath);
  try {
    const { card, stated } = await loadModel(manifestPath);
    const { name, version, sha256 } = card;
    return { kind: 'usable', origin, file, name, version, sha256, ...stated };
  } catch (error) {
    return { kind: 'unusable', origin, file, reason: failureOf(error).message };
  }
}

const named = z.object({ sha256: z.string() });

/**
 * Path of the manifest that says it describes the network `sha256`; null where none does. Taken at
 * its word, so that the program can begin with the right model at once: the analysis process checks
 * the network itself before it runs.
 */
export function manifestNaming(folders: readonly ModelFolder[], sha256: string): string | null {
  for (const { path } of folders) {
    for (const name of manifestsAmong(namesIn(path)).slice(0, MOST_MODELS)) {
      const manifestPath = join(path, name);
      if (statedSha256(manifestPath) === sha256) return manifestPath;
    }
  }
  return null;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a folder that is not there holds no model
  }
}

function statedSha256(manifestPath: string): string | null {
  try {
    return named.parse(JSON.parse(readFileSync(manifestPath, 'utf8'))).sha256.toLowerCase();
  } catch {
    return null; // damaged: the list says so
  }
}
