import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModelCard } from '../../../src-main/contract/model-card.ts';
import type { ModelShelf } from '../../../src-main/contract/model-shelf.ts';
import { RhythmarkError } from '../../../src-main/contract/errors.ts';
import { writeTinyModel } from '../../fixtures/analysis/tiny-model.ts';
import { GivenServices, MODEL, StandInAnalyst, temporaryFolder, writeRecording } from './given.ts';

/** An analyst whose processes come up with the model of a manifest, or say why they cannot. */
class ModelAnalyst extends StandInAnalyst {
  /** Manifests that no session can be made of, though their checksum is right. */
  readonly broken = new Set<string>();

  override useModel(manifestPath: string): void {
    super.useModel(manifestPath);
    queueMicrotask(() => {
      if (this.models.at(-1) !== manifestPath) return;
      if (this.broken.has(manifestPath)) {
        const message = 'The model ward 1.0.0 cannot be used on this machine.';
        this.become({ modelFailure: { code: 'model-unavailable', message } });
      } else this.become({ model: cardIn(manifestPath) });
    });
  }
}

function cardIn(manifestPath: string): ModelCard {
  const { name, version, sha256 } = JSON.parse(readFileSync(manifestPath, 'utf8')) as ModelCard;
  return { ...MODEL, name, version, sha256 };
}

interface Given {
  readonly given: GivenServices;
  readonly analyst: ModelAnalyst;
  readonly standard: string;
  readonly ward: string;
  readonly root: string;
}

/** The program's own model and one of a person's own, called ward; `prepare` spoils what it likes. */
async function givenModels(options: Partial<Omit<Given, 'given'>> = {}): Promise<Given> {
  const root = options.root ?? temporaryFolder();
  const own = join(root, 'library', 'models');
  const standard =
    options.standard ??
    (await writeTinyModel(join(root, 'program'), {
      weights: [0, 1, 0, 0, 0],
      manifest: { description: 'Two numbers', figures: ['A set: F1 0.5'] },
    }));
  const ward =
    options.ward ??
    (await writeTinyModel(own, {
      weights: [1, 0, 0, 0, 0],
      manifest: { name: 'ward', basedOn: { name: 'tiny', version: '1.0.0' } },
    }));
  const analyst = options.analyst ?? new ModelAnalyst();
  if (standard.endsWith('.json')) analyst.become({ model: cardIn(standard) });
  const given = new GivenServices({
    analyst,
    libraryFolder: join(root, 'library'),
    modelPlaces: {
      folders: [
        { path: join(root, 'program'), origin: 'program' },
        { path: own, origin: 'own' },
      ],
      standard,
    },
  });
  return { given, analyst, standard, ward, root };
}

async function statusesOf(given: GivenServices): Promise<string[]> {
  return (await given.call('worklist.list', {})).map(({ status }) => status);
}

const usable = ({ models }: ModelShelf) =>
  models.flatMap((model) => (model.kind === 'usable' ? [`${model.origin} ${model.name}`] : []));

describe('the list of models', () => {
  test('has the program’s own and a person’s, each with what it says of itself', async () => {
    const { given, standard, ward } = await givenModels();
    const shelf = await given.call('models.list', {});
    expect(shelf.models).toMatchObject([
      { kind: 'usable', origin: 'program', name: 'tiny', description: 'Two numbers' },
      { kind: 'usable', origin: 'own', name: 'ward', basedOn: 'tiny 1.0.0', figures: [] },
    ]);
    expect(shelf).toMatchObject({
      standard: cardIn(standard).sha256,
      inForce: cardIn(standard).sha256,
      classified: 0,
    });
    expect(cardIn(ward).sha256).not.toBe(cardIn(standard).sha256);
  });

  test.each([
    ['a damaged manifest', 'ward.json', '{', /is damaged/],
    ['another schema', 'ward.json', '{"manifestVersion": 2}', /does not fit/],
    ['an exchanged network', 'tiny.onnx', 'other bytes', /exchanged/],
  ])('says what is wrong with %s, and lists the others', async (_, file, content, reason) => {
    const { given, ward, root } = await givenModels();
    if (file.endsWith('onnx')) writeFileSync(join(root, 'library/models', file), content);
    else writeFileSync(ward, content);
    const { models } = await given.call('models.list', {});
    expect(models).toMatchObject([
      { kind: 'usable', name: 'tiny' },
      { kind: 'unusable', file: 'tiny.json', reason: expect.stringMatching(reason) },
    ]);
  });

  test.each([
    { name: '=cmd()' },
    { name: 'a\nb' },
    { name: 'x'.repeat(81) },
    { file: '../program/tiny.onnx' },
    { file: '..' },
    { figures: Array.from({ length: 9 }, () => 'many') },
    { description: 'two\nlines' },
    { threshold: 2 },
  ])('refuses a hostile manifest: %o', async (change) => {
    const { given, ward } = await givenModels();
    const manifest = JSON.parse(readFileSync(ward, 'utf8')) as Record<string, unknown>;
    writeFileSync(ward, JSON.stringify({ ...manifest, ...change }));
    expect(usable(await given.call('models.list', {}))).toEqual(['program tiny']);
  });
});

describe('choosing a model', () => {
  test('classifies again what was classified; going back brings its verdicts at once', async () => {
    const { given, analyst, ward, standard, root } = await givenModels();
    await given.add(writeRecording(join(root, 'ecg'), 'a'), writeRecording(join(root, 'ecg'), 'b'));
    await given.whenIdle();
    expect(analyst.jobs).toHaveLength(2);
    const { sha256 } = cardIn(ward);
    expect((await given.call('models.list', {})).classified).toBe(2); // what the window warns of
    expect((await given.call('models.choose', { sha256 })).inForce).toBe(sha256);
    await given.whenIdle();
    expect(analyst.jobs).toHaveLength(4);
    expect(await statusesOf(given)).toEqual(['classified', 'classified']);
    const { text } = await exported(given);
    expect(text).toMatch(/,ward 1\.0\.0$/m);
    expect(text).not.toContain('tiny');

    await given.call('models.choose', { sha256: null });
    await given.whenIdle();
    expect(analyst.jobs).toHaveLength(4);
    expect(await statusesOf(given)).toEqual(['classified', 'classified']);
    expect((await exported(given)).text).toMatch(/,tiny 1\.0\.0$/m);
    expect(analyst.models).toEqual([ward, standard]);
  });

  test('takes what was in work and waiting along, and finishes it with the new one', async () => {
    const { given, analyst, ward, root } = await givenModels();
    const held = Promise.withResolvers<undefined>();
    analyst.before = (job) =>
      analyst.state.model?.name === 'tiny' ? held.promise.then(() => void job) : undefined;
    const paths = ['a', 'b', 'c'].map((name) => writeRecording(join(root, 'ecg'), name));
    await given.add(...paths);
    await given.call('models.choose', { sha256: cardIn(ward).sha256 });
    await given.whenIdle();
    held.resolve(undefined);
    expect(await statusesOf(given)).toEqual(['classified', 'classified', 'classified']);
    expect((await exported(given)).text.match(/ward 1\.0\.0/g)?.length).toBe(9);
  });

  test('is kept for the next start', async () => {
    const first = await givenModels();
    const { sha256 } = cardIn(first.ward);
    await first.given.call('models.choose', { sha256 });
    await first.given.services.close();
    const { given, analyst } = await givenModels({ ...first, analyst: new ModelAnalyst() });
    expect(analyst.models).toEqual([first.ward]);
    expect((await given.call('models.list', {})).inForce).toBe(sha256);
    expect((await given.call('app.about', {})).modelNotice).toBeNull();
  });

  test('that is gone at the next start leaves the program’s own, and says so', async () => {
    const first = await givenModels();
    await first.given.call('models.choose', { sha256: cardIn(first.ward).sha256 });
    await first.given.services.close();
    writeFileSync(first.ward, '{}');
    const { given, analyst } = await givenModels({ ...first, analyst: new ModelAnalyst() });
    expect(analyst.models).toEqual([]);
    const { model, modelNotice } = await given.call('app.about', {});
    expect(model?.name).toBe('tiny');
    expect(modelNotice).toContain('no longer in its folder');
  });

  test('that no session can be made of leaves the one before in force', async () => {
    const { given, analyst, ward, standard, root } = await givenModels();
    await given.add(writeRecording(join(root, 'ecg'), 'a'));
    await given.whenIdle();
    analyst.broken.add(ward);
    const choice = given.call('models.choose', { sha256: cardIn(ward).sha256 });
    await expect(choice).rejects.toMatchObject({
      code: 'model-unavailable',
      message: expect.stringContaining('cannot be used on this machine'),
    });
    expect(analyst.models).toEqual([ward, standard]);
    await given.whenIdle();
    expect(await statusesOf(given)).toEqual(['classified']);
    expect(given.events('about-changed').at(-1)?.modelNotice).toContain('from before is in use');
    await given.call('models.choose', { sha256: null });
    expect((await given.call('app.about', {})).modelNotice).toBeNull();
  });

  test('by a checksum that no model has is refused, and where the host names the model', async () => {
    const { given } = await givenModels();
    const sha256 = 'f'.repeat(64);
    await expect(given.call('models.choose', { sha256 })).rejects.toMatchObject({
      code: 'not-found',
    });
    const named = new GivenServices();
    await expect(named.call('models.choose', { sha256: null })).rejects.toBeInstanceOf(
      RhythmarkError,
    );
    expect(usable(await named.call('models.list', {}))).toEqual([]);
  });
});

describe('looking again where there is no model', () => {
  /** A program that was started while its models folder was empty. */
  async function givenNone() {
    const root = temporaryFolder();
    const folder = join(root, 'program');
    const analyst = new ModelAnalyst();
    const set = await givenModels({ root, analyst, standard: folder });
    const reason = `The models folder ${folder} is missing.`;
    analyst.become({ model: null, modelFailure: { code: 'model-unavailable', message: reason } });
    analyst.before = () => {
      const { modelFailure } = analyst.state;
      if (modelFailure) throw new RhythmarkError('model-unavailable', modelFailure.message);
    };
    return { ...set, folder, reason };
  }

  test('puts in force what was put back, and says no more that there is none', async () => {
    const { given, analyst, folder, reason, root } = await givenNone();
    await given.add(writeRecording(join(root, 'ecg'), 'a'));
    await given.whenIdle();
    expect((await given.call('analysis.progress', {})).stopped).toBe(reason);

    const manifest = await writeTinyModel(folder, { weights: [0, 1, 0, 0, 0] });
    expect(await given.call('models.lookAgain', {})).toBe(true);
    expect(analyst.models.at(-1)).toBe(manifest);
    expect(await given.call('app.about', {})).toMatchObject({
      model: { name: 'tiny' },
      modelFailure: null,
    });
    expect((await given.call('analysis.progress', {})).stopped).toBeNull();
    const { standard, inForce } = await given.call('models.list', {});
    expect([standard, inForce]).toEqual(Array(2).fill(cardIn(manifest).sha256));
  });

  test('is part of classifying', async () => {
    const { given, folder, root } = await givenNone();
    await given.add(writeRecording(join(root, 'ecg'), 'a'));
    await given.whenIdle();
    expect(await statusesOf(given)).toEqual(['waiting']);
    await writeTinyModel(folder, { weights: [0, 1, 0, 0, 0] });
    await given.call('analysis.start', {});
    await given.whenIdle();
    expect(await statusesOf(given)).toEqual(['classified']);
  });

  test('finds the one that a person chose, too', async () => {
    const first = await givenModels();
    const { sha256 } = cardIn(first.ward);
    await first.given.call('models.choose', { sha256 });
    await first.given.services.close();
    const away = `${first.ward} away`;
    renameSync(first.ward, away);
    const { given, analyst } = await givenModels({
      ...first,
      analyst: new ModelAnalyst(),
      standard: join(first.root, 'program'),
    });
    const message = 'The folder holds no model.';
    analyst.become({ model: null, modelFailure: { code: 'model-unavailable', message } });
    renameSync(away, first.ward);
    expect(await given.call('models.lookAgain', {})).toBe(true);
    expect(analyst.models).toEqual([first.ward]);
    expect(await given.call('app.about', {})).toMatchObject({
      model: { sha256 },
      modelNotice: null,
    });
  });

  test('is not the only way: another one can be chosen, which nobody did by itself', async () => {
    const { given, analyst, ward, folder, root } = await givenNone();
    analyst.broken.add(folder);
    await given.add(writeRecording(join(root, 'ecg'), 'a'));
    await given.whenIdle();
    expect(await given.call('models.lookAgain', {})).toBe(false);
    expect(await statusesOf(given)).toEqual(['waiting']);
    const shelf = await given.call('models.list', {});
    expect(usable(shelf)).toEqual(['own ward']);
    expect(shelf).toMatchObject({ standard: null, inForce: null });

    const { sha256 } = cardIn(ward);
    expect((await given.call('models.choose', { sha256 })).inForce).toBe(sha256);
    expect(await given.call('app.about', {})).toMatchObject({
      model: { name: 'ward' },
      modelFailure: null,
      modelNotice: null,
    });
    expect((await given.call('analysis.progress', {})).stopped).toBeNull();
    await given.call('analysis.start', {});
    await given.whenIdle();
    expect(analyst.jobs).toHaveLength(2);
    expect(await statusesOf(given)).toEqual(['classified']);
  });

  test('finds none where none is, and leaves a model that is there alone', async () => {
    const none = await givenNone();
    none.analyst.broken.add(none.folder);
    expect(await none.given.call('models.lookAgain', {})).toBe(false);
    const { given, analyst } = await givenModels();
    expect(await given.call('models.lookAgain', {})).toBe(true);
    expect(analyst.models).toEqual([]);
  });
});

async function exported(given: GivenServices): Promise<{ text: string }> {
  const file = await given.call('export.labels', { per: 'window', format: 'csv' });
  if (file.kind !== 'download') throw new Error(`a download, not ${file.kind}`);
  return file;
}
