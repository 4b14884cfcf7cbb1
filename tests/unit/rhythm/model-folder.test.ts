import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelToUse } from '../../../src-main/cli/program.ts';
import { programLayout } from '../../../src-main/hosts/layout.ts';
import { findManifest, loadModelAt, standardPlace } from '../../../src-main/rhythm/model-folder.ts';
import { modelsIn } from '../../../src-main/rhythm/model-shelf.ts';
import { TINY, writeTinyModel } from '../../fixtures/analysis/tiny-model.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-models-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** `FILE.onnx` and `FILE.json`: two files of a model called `name`. */
async function layModel(models: string, file: string, name: string): Promise<void> {
  const model = { ...TINY, manifest: { name, file: `${file}.onnx` } };
  const manifest = await writeTinyModel(models, model);
  await rename(manifest, join(models, `${file}.json`));
  await rename(join(models, 'tiny.onnx'), join(models, `${file}.onnx`));
}

const layDefault = (models: string, content = '{ "name": "standard" }') =>
  writeFile(join(models, 'default.json'), content);

/** The standard model in two versions and another one whose name sorts behind it. */
async function givenFolder(called: string): Promise<string> {
  const models = join(folder, called);
  await layModel(models, 'standard-1.9.0', 'standard');
  await layModel(models, 'standard-1.10.0', 'standard');
  await layModel(models, 'ward-1.0.0', 'ward');
  await layDefault(models);
  return models;
}

describe('a models folder without a model', () => {
  it('is named, and looked into again whenever the model is loaded', async () => {
    const models = join(folder, 'put-back');
    const missing = await standardPlace(models);
    await expect(loadModelAt(missing)).rejects.toMatchObject({
      code: 'model-unavailable',
      message: expect.stringContaining(`${models} is missing`),
    });

    const manifest = await writeTinyModel(models, TINY);
    await rename(manifest, join(models, 'elsewhere'));
    await expect(loadModelAt(await standardPlace(models))).rejects.toMatchObject({
      message: expect.stringContaining(`${models} holds no model`),
    });

    await rename(join(models, 'elsewhere'), manifest);
    expect((await loadModelAt(missing)).card.name).toBe('tiny');
    expect(await standardPlace(models)).toBe(manifest);
  });

  it('is not where a model is damaged: then its file is named', async () => {
    const models = join(folder, 'damaged');
    await writeTinyModel(models, TINY);
    await writeFile(join(models, 'tiny.onnx'), 'other bytes');
    await expect(loadModelAt(await standardPlace(models))).rejects.toMatchObject({
      message: expect.stringContaining('tiny.onnx is damaged or was exchanged'),
    });
  });
});

describe('the standard model of a folder', () => {
  it('is the newest version of the one that default.json names', async () => {
    const models = await givenFolder('whole');
    expect(await findManifest(models)).toBe(join(models, 'standard-1.10.0.json'));
  });

  const NETWORK = 'standard-1.10.0.onnx';
  const MANIFEST = 'standard-1.10.0.json';
  const spoilt: readonly (readonly [string, (models: string) => Promise<unknown>, RegExp])[] = [
    [
      'its network is missing',
      (models) => rm(join(models, NETWORK)),
      /network standard-1\.10\.0\.onnx cannot be read/,
    ],
    [
      'its network is damaged',
      (models) => writeFile(join(models, NETWORK), 'other bytes'),
      /standard-1\.10\.0\.onnx is damaged/,
    ],
    [
      'its manifest is damaged',
      (models) => writeFile(join(models, MANIFEST), '{'),
      /description standard-1\.10\.0\.json is damaged/,
    ],
    [
      'it is not there at all',
      (models) => layDefault(models, '{ "name": "absent" }'),
      /standard model absent is missing from the models folder/,
    ],
    ['default.json is damaged', (models) => layDefault(models, '{'), /default\.json .* is damaged/],
    [
      'nothing says which it is',
      (models) => rm(join(models, 'default.json')),
      /several models, and the file default\.json/,
    ],
  ];

  it.each(spoilt)('is no other one where %s', async (why, spoil, reason) => {
    const models = await givenFolder(why);
    await spoil(models);
    await expect(loadModelAt(await standardPlace(models))).rejects.toMatchObject({
      code: 'model-unavailable',
      message: expect.stringMatching(reason),
    });
    // The command line: one line, which says how another one is used.
    const layout = { ...programLayout(), modelsFolder: models };
    await expect(modelToUse(undefined, layout)).rejects.toMatchObject({
      code: 'model-unavailable',
      message: expect.stringMatching(
        new RegExp(`${reason.source}[^\\n]* only where --model names it\\.$`),
      ),
    });
    const { model } = await modelToUse(join(models, 'ward-1.0.0.onnx'), layout);
    expect(model.card.name).toBe('ward');
  });

  it('is listed with the reason where its network is missing', async () => {
    const models = await givenFolder('listed');
    await rm(join(models, NETWORK));
    const listed = await modelsIn([{ path: models, origin: 'program' }]);
    expect(listed.map((one) => one.listed)).toMatchObject([
      { kind: 'usable', name: 'standard' },
      { kind: 'unusable', file: MANIFEST, reason: expect.stringContaining('cannot be read') },
    ]);
  });
});
