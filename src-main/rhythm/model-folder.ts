/**
 * What lies in a models folder, and which of it is in force where nobody chose. That is the standard
 * model or none: where its files are missing or damaged no other one beside it is taken instead, for
 * nobody would know whose verdicts they read.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { loadModel, MOST_BYTES, unavailable, WHAT_TO_DO, type CheckedModel } from './manifest.ts';

/** Names the model of a folder that is in force where nobody chose: `{"name": "rhythm-effnet"}`. */
const STANDARD = 'default.json';

/** More in one folder are a mistake: each is read to see whether it describes a network. */
const MOST_DESCRIPTIONS = 200;

/** A file that describes a network. */
export interface FoundManifest {
  readonly file: string;
  /** Of the model; null where the file cannot be read, which whoever loads it hears. */
  readonly name: string | null;
}

/**
 * Path of the manifest in a models folder that is in force where nobody chose; of several versions
 * the last, so that a newer one laid beside an older one wins. Whether its network is there and whole
 * is found out by loading it. Throws `model-unavailable`, which names the folder, where there is none.
 */
export async function findManifest(folder: string): Promise<string> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw unavailable(
      `The models folder ${folder} is missing. ${WHAT_TO_DO}`,
      error instanceof Error ? error.message : undefined,
    );
  }
  const manifests = await manifestsOf(folder, names);
  const standard = names.includes(STANDARD)
    ? await standardIn(folder)
    : onlyModel(folder, manifests);
  const last = manifests.findLast((manifest) => isOf(standard, manifest));
  if (last !== undefined) return join(folder, last.file);
  throw unavailable(
    `The standard model ${standard} is missing from the models folder ${folder}. ${WHAT_TO_DO}`,
  );
}

/**
 * Manifest of a folder's standard model; the folder itself where it holds none, so that whoever
 * loads it looks into it and says what is wrong with it.
 */
export function standardPlace(folder: string): Promise<string> {
  return findManifest(folder).catch(() => folder);
}

/** Loads what `standardPlace` answers, or any other manifest. Throws `model-unavailable`. */
export async function loadModelAt(place: string): Promise<CheckedModel> {
  return loadModel(place.endsWith('.json') ? place : await findManifest(place));
}

/**
 * Those of a folder, by name; a newer version comes after an older one. A network lies beside it, or
 * it says that one should.
 */
export async function manifestsIn(folder: string): Promise<FoundManifest[]> {
  return manifestsOf(folder, await readdir(folder).catch(() => []));
}

/** Files that have a network beside them, by name; a newer version comes after an older one. */
export function manifestsAmong(names: readonly string[]): string[] {
  const present = new Set(names);
  return descriptionsAmong(names).filter((name) => present.has(networkBeside(name)));
}

async function manifestsOf(folder: string, names: readonly string[]): Promise<FoundManifest[]> {
  const present = new Set(names);
  const found = await Promise.all(
    descriptionsAmong(names)
      .slice(0, MOST_DESCRIPTIONS)
      .map(async (file) => {
        const { name, sha256 } = await statedIn(join(folder, file));
        const isOne = present.has(networkBeside(file)) || (name !== null && sha256 !== null);
        return isOne ? [{ file, name }] : [];
      }),
  );
  return found.flat();
}

/** Throws `model-unavailable`. */
async function standardIn(folder: string): Promise<string> {
  const { name } = await statedIn(join(folder, STANDARD));
  if (name !== null) return name;
  throw unavailable(
    `The file ${STANDARD} in the models folder ${folder} is damaged: it does not say which model is the standard one. ${WHAT_TO_DO}`,
  );
}

/** Of a folder that names no standard. Throws `model-unavailable` where that is not one model. */
function onlyModel(folder: string, manifests: readonly FoundManifest[]): string {
  const [name, ...others] = new Set(manifests.map((each) => each.name ?? each.file));
  if (name === undefined) {
    throw unavailable(
      `The models folder ${folder} holds no model: two files of one name, .onnx and .json. ${WHAT_TO_DO}`,
    );
  }
  if (others.length === 0) return name;
  throw unavailable(
    `The models folder ${folder} holds several models, and the file ${STANDARD} that says which is the standard one is missing. ${WHAT_TO_DO}`,
  );
}

/** One that cannot be read is taken for a version of the model that its file is called after. */
function isOf(standard: string, { file, name }: FoundManifest): boolean {
  return name === null ? file === standard || file.startsWith(`${standard}-`) : name === standard;
}

function descriptionsAmong(names: readonly string[]): string[] {
  return names
    .filter((name) => name.endsWith('.json') && name !== STANDARD)
    .sort(new Intl.Collator('en', { numeric: true }).compare);
}

function networkBeside(description: string): string {
  return description.replace(/json$/, 'onnx');
}

const stated = z.object({
  name: z.string().nullable().catch(null),
  sha256: z.string().nullable().catch(null),
});

/** What a JSON file says of a model; null for what it does not say, and where it cannot be read. */
async function statedIn(path: string): Promise<z.infer<typeof stated>> {
  try {
    if ((await stat(path)).size <= MOST_BYTES.description) {
      return stated.parse(JSON.parse(await readFile(path, 'utf8')));
    }
  } catch {
    // whoever loads it hears what is wrong with it
  }
  return { name: null, sha256: null };
}
