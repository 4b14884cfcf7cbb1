import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { MODEL_WINDOW_SAMPLES } from '../../../src-main/contract/conventions.ts';
import { MODEL_OUTPUTS } from '../../../src-main/contract/domain.ts';
import { loadModel, type CheckedModel } from '../../../src-main/rhythm/manifest.ts';
import { findManifest } from '../../../src-main/rhythm/model-folder.ts';
import { scaleWindow } from '../../../src-main/signal/scaling.ts';
import { golden } from './golden.ts';
import { syntheticWindow } from './synthetic-window.ts';

const models = fileURLToPath(new URL('../../../models/', import.meta.url));

describe('the shipped model', () => {
  let model: CheckedModel;
  let session: ort.InferenceSession;

  beforeAll(async () => {
    model = await loadModel(await findManifest(models)); // refuses a file of another SHA-256
    session = await ort.InferenceSession.create(model.bytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
    });
  });

  async function probabilitiesOf(windows: Float32Array): Promise<Float32Array> {
    const count = windows.length / MODEL_WINDOW_SAMPLES;
    const signal = new ort.Tensor('float32', windows, [count, 1, 1, MODEL_WINDOW_SAMPLES]);
    const answer = (await session.run({ [model.inputName]: signal }))[model.outputName];
    if (!(answer?.data instanceof Float32Array)) throw new Error('the model answers no float32');
    expect(answer.dims).toEqual([count, MODEL_OUTPUTS.length]);
    return answer.data;
  }

  test('is the one that the golden vectors are from', () => {
    expect(model.card.sha256).toBe(golden.sha256);
    expect(golden.outputs).toEqual(MODEL_OUTPUTS);
  });

  test('gives the probabilities that PyTorch gives, to 1e-4', async () => {
    const windows = new Float32Array(golden.cases.length * MODEL_WINDOW_SAMPLES);
    golden.cases.forEach((each, index) => {
      scaleWindow(syntheticWindow(each.case), 0, windows, index * MODEL_WINDOW_SAMPLES);
    });
    const probabilities = await probabilitiesOf(windows);
    const expected = golden.cases.flatMap((each) => each.probabilities);
    const worst = Math.max(...expected.map((p, at) => Math.abs(p - (probabilities[at] ?? NaN))));
    expect(worst).toBeLessThan(1e-4);
  });

  test('answers the same for a window whatever else is in its batch', async () => {
    const windows = new Float32Array(3 * MODEL_WINDOW_SAMPLES);
    golden.cases.slice(0, 3).forEach((each, index) => {
      scaleWindow(syntheticWindow(each.case), 0, windows, index * MODEL_WINDOW_SAMPLES);
    });
    const together = await probabilitiesOf(windows);
    const alone = await probabilitiesOf(
      windows.slice(MODEL_WINDOW_SAMPLES, 2 * MODEL_WINDOW_SAMPLES),
    );
    const row = MODEL_OUTPUTS.length;
    alone.forEach((p, at) => {
      expect(p).toBeCloseTo(together[row + at] ?? NaN, 5);
    });
  });

  test('gives probabilities that sum to 1 for anything that scaling can let through', async () => {
    const edges = [0, 6, -6].map((level) => new Float32Array(MODEL_WINDOW_SAMPLES).fill(level));
    edges.push(Float32Array.from({ length: MODEL_WINDOW_SAMPLES }, (_, at) => (at % 2 ? 6 : -6)));
    for (const window of edges) {
      const probabilities = await probabilitiesOf(window);
      expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    }
  });

  test('says in its manifest what it learned from and how well it did', async () => {
    const manifest = z
      .object({
        calibration: z.object({
          kind: z.enum(['temperature', 'vector']),
          scale: z.array(z.number()).length(MODEL_OUTPUTS.length),
          offset: z.array(z.number()).length(MODEL_OUTPUTS.length),
        }),
        trainingData: z.array(
          z.object({ name: z.string(), recordings: z.number(), licence: z.string() }),
        ),
        metrics: z.object({
          cinc2017: z.object({ recording: z.object({ meanF1NAO: z.number() }) }),
        }),
        createdAt: z.iso.datetime(),
      })
      .parse(JSON.parse(await readFile(await findManifest(models), 'utf8')));
    expect(manifest.trainingData.map(({ name }) => name)).toContain('cinc2017');
    expect(manifest.metrics.cinc2017.recording.meanF1NAO).toBeGreaterThanOrEqual(0.8);
  });
});
