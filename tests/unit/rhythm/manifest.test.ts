import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verdictsKey } from '../../../src-main/contract/model-card.ts';
import { loadModel } from '../../../src-main/rhythm/manifest.ts';
import { TINY, writeTinyModel } from '../../fixtures/analysis/tiny-model.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-manifest-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const modelWith = async (manifest: Readonly<Record<string, unknown>>) =>
  loadModel(await writeTinyModel(folder, { ...TINY, manifest }));

describe("a manifest's context", () => {
  it.each([
    { belief: 0.5, sureness: [0.9, 0.8] },
    { belief: 0.99, sureness: [2, 2] },
    { belief: 0.01, sureness: [0.1, 1] },
  ])('is on the card: %o', async (context) => {
    expect((await modelWith({ context })).card.context).toEqual(context);
  });

  it('is on no card where the manifest has none', async () => {
    expect((await modelWith({})).card).not.toHaveProperty('context');
  });

  it.each([
    { belief: 0, sureness: [1, 1] },
    { belief: -0.5, sureness: [1, 1] },
    { belief: 1, sureness: [1, 1] },
    { belief: NaN, sureness: [1, 1] }, // JSON has no NaN: null
    { belief: 0.5, sureness: [0, 1] },
    { belief: 0.5, sureness: [1, 2.1] },
    { belief: 0.5, sureness: [NaN, 1] },
    { belief: 0.5, sureness: [1] },
    { belief: 0.5, sureness: [1, 1, 1] },
    { belief: 0.5, sureness: 1 },
    { belief: 0.5 },
    { sureness: [1, 1] },
    { belief: '0.5', sureness: [1, 1] },
    [0.5, 1],
    null,
  ])('is refused in words where it means nothing: %o', async (context) => {
    await expect(modelWith({ context })).rejects.toMatchObject({
      code: 'model-unavailable',
      message: expect.stringContaining('does not fit this version'),
      detail: expect.stringContaining('context'),
    });
  });
});

describe('what a model says', () => {
  it('is kept apart by network and context, not by threshold', async () => {
    const context = { belief: 0.5, sureness: [1, 1] };
    const [none, half, sharper, strict] = await Promise.all(
      [
        {},
        { context },
        { context: { ...context, sureness: [1, 0.5] } },
        { context, threshold: 0.9 },
      ].map(async (manifest, at) =>
        loadModel(await writeTinyModel(join(folder, `${at}`), { ...TINY, manifest })),
      ),
    ).then((models) => models.map(({ card }) => verdictsKey(card)));
    expect(new Set([none, half, sharper]).size).toBe(3);
    expect(strict).toBe(half);
  });
});
