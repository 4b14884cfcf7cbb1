/**
 * The whole way of a model in miniature: labelled recordings, `rhythmark dataset`, a few steps of
 * training, export, and the same probabilities from onnxruntime-node as from PyTorch. Needs the
 * Python packages of models/training; $RHYTHMARK_TRAINING_PYTHON names another interpreter.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODEL_WINDOW_SAMPLES } from '../../src-main/contract/conventions.ts';
import { findManifest, loadModel } from '../../src-main/rhythm/manifest.ts';
import { writeDataset } from '../../src-main/services/dataset.ts';
import { scaleWindow } from '../../src-main/signal/scaling.ts';
import { readGolden } from '../unit/model/golden.ts';
import { beatsOf, writeRecord } from '../unit/model/labelled-folder.ts';
import { syntheticWindow } from '../unit/model/synthetic-window.ts';

const training = fileURLToPath(new URL('../../models/training/', import.meta.url));
const python = [
  process.env['RHYTHMARK_TRAINING_PYTHON'],
  join(training, '.venv/bin/python'),
  join(training, '.venv/Scripts/python.exe'),
].find((path) => path !== undefined && existsSync(path));

const NO_PYTHON = 'no Python environment in models/training/.venv (see its README)';

/** Enough of each label for a fifth, two halves of it, and three steps of training. */
const RECORDINGS = 160;

describe.skipIf(python === undefined)(
  python === undefined ? `training (skipped: ${NO_PYTHON})` : 'training',
  () => {
    let base: string;

    beforeAll(async () => {
      base = await mkdtemp(join(tmpdir(), 'rhythmark-training-'));
      const recordings = join(base, 'recordings');
      await mkdir(recordings);
      const rows: string[] = [];
      for (let index = 0; index < RECORDINGS; index++) {
        const name = `A${String(index).padStart(5, '0')}`;
        const letter = 'NAO~'[index % 4] ?? 'N';
        rows.push(`${name},${letter}`);
        await writeRecord(recordings, name, beatsOf(10, 0.6 + 0.1 * (index % 4)));
      }
      await writeFile(join(recordings, 'REFERENCE-v3.csv'), rows.join('\n'));
      await writeDataset(recordings, join(base, 'sets', 'cinc2017'));
    });

    afterAll(() => rm(base, { recursive: true, force: true }));

    test('makes a model that onnxruntime-node runs as PyTorch does', async () => {
      const goldenFile = join(base, 'golden.json');
      const run = ['-m', 'rhythmark_training.train', '--dataset', join(base, 'sets')];
      run.push('--out', join(base, 'models'), '--run', join(base, 'run'));
      run.push('--epochs', '2', '--golden', goldenFile);
      const { stdout } = await promisify(execFile)(python ?? '', run, { cwd: training });
      expect(stdout).toContain('epoch 2/2');

      const model = await loadModel(await findManifest(join(base, 'models')));
      expect(model.card.tellsEctopy).toBe(false); // CinC 2017 alone cannot teach the split
      const golden = readGolden(goldenFile);
      const windows = new Float32Array(golden.cases.length * MODEL_WINDOW_SAMPLES);
      golden.cases.forEach((each, index) => {
        scaleWindow(syntheticWindow(each.case), 0, windows, index * MODEL_WINDOW_SAMPLES);
      });
      const session = await ort.InferenceSession.create(model.bytes);
      const answer = await session.run({
        [model.inputName]: new ort.Tensor('float32', windows, [
          golden.cases.length,
          1,
          1,
          MODEL_WINDOW_SAMPLES,
        ]),
      });
      const probabilities = [...(answer[model.outputName]?.data ?? [])].map(Number);
      const expected = golden.cases.flatMap((each) => each.probabilities);
      expect(probabilities).toHaveLength(expected.length);
      const worst = Math.max(...expected.map((p, at) => Math.abs(p - (probabilities[at] ?? NaN))));
      expect(worst).toBeLessThan(1e-4);
      await session.release();
    });
  },
);
