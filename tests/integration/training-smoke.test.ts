/**
 * The whole way of a model in miniature: labelled recordings, `rhythmark dataset`, a few steps of
 * training of either family, export, and the same probabilities from onnxruntime-node as from
 * PyTorch; held-out predictions by fold; Lightning's run. Needs the Python packages of
 * models/training; $RHYTHMARK_TRAINING_PYTHON names another interpreter.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { MODEL_WINDOW_SAMPLES } from '../../src-main/contract/conventions.ts';
import { loadModel, type CheckedModel } from '../../src-main/rhythm/manifest.ts';
import { findManifest } from '../../src-main/rhythm/model-folder.ts';
import { writeDataset } from '../../src-main/services/dataset.ts';
import { scaleWindow } from '../../src-main/signal/scaling.ts';
import { killedAfter, NO_PYTHON, python, runPython, TRAINING_FOLDER } from '../training-python.ts';
import { readGolden, type Golden } from '../unit/model/golden.ts';
import { beatsOf, writeRecord } from '../unit/model/labelled-folder.ts';
import { syntheticWindow } from '../unit/model/synthetic-window.ts';

const hasLightning =
  python !== undefined &&
  spawnSync(python, [
    '-c',
    'import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ("lightning", "hydra"))))',
  ]).status === 0;

const pooled = z.object({
  recordings: z.number(),
  recording: z.object({ vector: z.object({ confusion: z.array(z.array(z.number())) }) }),
});

/** Prints which layers differ between two ONNX files. */
const CHANGED_LAYERS = `
import sys
from pathlib import Path
from rhythmark_training.onnx_weights import read_model
a, b = (read_model(Path(name)).network.state_dict() for name in sys.argv[1:])
layers = {".".join(n.split(".")[:2 if n.startswith("blocks") else 1]) for n in a if not a[n].equal(b[n])}
print(*sorted(layers))
`;

/** Prints how far the windows of two sets are apart, as a part of their swing. */
const LARGEST_CHANGE = `
import sys
from pathlib import Path
import numpy as np
from rhythmark_training.scaling import typical_swing
from rhythmark_training.sets import load_set
a, b = (load_set(Path(folder)) for folder in sys.argv[1:])
index = np.arange(len(a.window_trace))
before, after = a.windows(index), b.windows(index)
swing = typical_swing(before)[0][:, None]
print(((before - after).abs() / swing).nan_to_num(0.0).max().item())
`;

/** Raises where a run of so few steps, and of so much warm-up, has no schedule. */
const SHORT_RUNS = `
import numpy as np, torch
from dataclasses import replace
from rhythmark_training.config import TrainConfig
from rhythmark_training.learning import new_learner, optimizer_of
for steps in range(1, 13):
    for warm_up in (0.1, 0.2):
        config = replace(TrainConfig(), warm_up=warm_up)
        learner = new_learner(1, config, torch.device("cpu"), np.array([0]))
        optimizer, schedule = optimizer_of(learner, config, steps)
        for _ in range(steps):
            optimizer.step()
            schedule.step()
`;

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
        const durationS = index < RECORDINGS / 2 ? 10 : 25; // one window, or three to read together
        await writeRecord(recordings, name, beatsOf(durationS, 0.6 + 0.1 * (index % 4)));
      }
      await writeFile(join(recordings, 'REFERENCE-v3.csv'), rows.join('\n'));
      await writeDataset(recordings, join(base, 'sets', 'cinc2017'));
    });

    afterAll(() => rm(base, { recursive: true, force: true }));

    /** And one of the second stage, in which a recording's windows are learned from together. */
    const twoEpochs = (run: string, epochs = '2'): string[] => [
      ...['--dataset', join(base, 'sets'), '--run', join(base, run), '--set', `epochs=${epochs}`],
      ...['second.epochs=1', 'second.batch=64', 'second.together=3'].flatMap((x) => ['--set', x]),
    ];

    const trained = new Map<string, Promise<Golden>>();

    /** What PyTorch makes of the golden windows; `family` is trained by whichever test asks first. */
    function goldenOf(family: string): Promise<Golden> {
      const golden = trained.get(family) ?? train(family);
      trained.set(family, golden);
      return golden;
    }

    const toTrain = (family: string, out: string): string[] => [
      ...['--family', family, ...twoEpochs(`run-${out}`)],
      ...['--out', join(base, out), '--golden', join(base, out, 'golden.json')],
    ];

    async function train(family: string): Promise<Golden> {
      const { stdout } = await runPython('rhythmark_training.train', toTrain(family, family));
      expect(stdout).toContain('epoch 2/2');
      expect(stdout).toContain('epoch 3/3');
      return readGolden(join(base, family, 'golden.json'));
    }

    test.each(['rhythm-effnet', 'rhythm-scalogram'])(
      'makes a %s that onnxruntime-node runs as PyTorch does',
      async (family) => {
        const golden = await goldenOf(family);
        const model = await loadModel(await findManifest(join(base, family)));
        expect(model.card.name).toBe(family);
        expect(model.card.tellsEctopy).toBe(false); // CinC 2017 alone cannot teach the split
        const expected = golden.cases.flatMap((each) => each.probabilities);
        expect(largestDifference(await probabilitiesOf(model, golden), expected)).toBeLessThan(
          1e-4,
        );
      },
    );

    test('learns the same network when it is killed after an epoch and begun again', async () => {
      const words = toTrain('rhythm-effnet', 'killed');
      await killedAfter('epoch 1/2', 'rhythmark_training.train', words);
      const { stdout } = await runPython('rhythmark_training.train', words);
      expect(stdout).not.toContain('epoch 1/2');
      const again = readGolden(join(base, 'killed', 'golden.json'));
      expect(again.cases).toEqual((await goldenOf('rhythm-effnet')).cases);
    });

    test('runs of a few recordings have a learning rate at every step', async () => {
      await promisify(execFile)(python ?? '', ['-c', SHORT_RUNS], { cwd: TRAINING_FOLDER });
    });

    test('packs sets for a trip to another machine, hardly changed when they are there', async () => {
      const packed = join(base, 'packed');
      await runPython('rhythmark_training.travel', ['pack', join(base, 'sets'), packed]);
      await runPython('rhythmark_training.travel', ['unpack', packed, join(base, 'arrived')]);
      const folders = [join(base, 'sets/cinc2017'), join(base, 'arrived/cinc2017')];
      const { stdout } = await promisify(execFile)(
        python ?? '',
        ['-c', LARGEST_CHANGE, ...folders],
        { cwd: TRAINING_FOLDER },
      );
      // Of a typical swing: rounding to a hundredth is off by half of that at most.
      expect(Number(stdout)).toBeGreaterThan(0);
      expect(Number(stdout)).toBeLessThan(0.006);
      const { size } = await stat(join(packed, 'cinc2017.tar.xz'));
      const before = await stat(join(base, 'sets/cinc2017/signals.i16'));
      expect(size).toBeLessThan(before.size / 3);
    });

    describe('fine-tuning on readers’ verdicts', () => {
      let shipped: string;
      let verdicts: string;

      beforeAll(async () => {
        const manifest = await findManifest(join(TRAINING_FOLDER, '..'));
        shipped = manifest.replace(/json$/, 'onnx');
        verdicts = join(base, 'verdicts');
        const words = ['normal', 'af', 'other'];
        const rows = Array.from({ length: 24 }, (_, index) => {
          const name = `A${String(index).padStart(5, '0')}`;
          return `${name},ECG,0,10,${words[index % words.length] ?? ''},reader ${index % 2}`;
        });
        const file = join(base, 'corrected.csv');
        await writeFile(file, ['recording,lead,start_s,end_s,label,reader', ...rows].join('\n'));
        await writeDataset(join(base, 'recordings'), verdicts, {
          verdicts: { file, reading: 'cinc' },
        });
      });

      function fineTune(out: string, more: readonly string[] = []) {
        return runPython('rhythmark_training.fine_tune', [
          ...['--dataset', verdicts, '--from', shipped, '--out', join(base, out), '--name', 'ward'],
          ...['--golden', join(base, out, 'golden.json'), '--set', 'steps=3', '--set', 'batch=16'],
          ...more,
        ]);
      }

      test('makes a model of its own name that runs as PyTorch does, from the shipped one’s file', async () => {
        const { stdout } = await fineTune('ward');
        expect(stdout).toMatch(/learned from 18 verdicts.*people held out.*6 people, 6 windows/s);
        const model = await loadModel(join(base, 'ward/ward-1.0.0.json'));
        const before = await loadModel(shipped.replace(/onnx$/, 'json'));
        expect(model.card).toMatchObject({ name: 'ward', threshold: before.card.threshold });
        // Nothing tells how the shipped model's sets look to the new layers.
        expect([model.unlikeName, model.card.predictionSets]).toEqual([null, undefined]);
        const golden = readGolden(join(base, 'ward/golden.json'));
        const expected = golden.cases.flatMap((each) => each.probabilities);
        expect(largestDifference(await probabilitiesOf(model, golden), expected)).toBeLessThan(
          1e-4,
        );
        const { stdout: changed } = await promisify(execFile)(
          python ?? '',
          ['-c', CHANGED_LAYERS, shipped, join(base, 'ward/ward-1.0.0.onnx')],
          { cwd: TRAINING_FOLDER },
        );
        expect(changed.trim()).toBe('blocks.9 classifier head'); // the last block of ten
      });

      test('mixes in the sets of the shipped model, and then tells what is unlike them', async () => {
        const { stdout } = await fineTune('mixed', ['--original', join(base, 'sets')]);
        expect(stdout).toContain('cinc2017: held-out fifth, windows');
        expect((await loadModel(join(base, 'mixed/ward-1.0.0.json'))).unlikeName).toBe('unlike');
      });

      test('takes the place of no other model', async () => {
        const again = (words: string[]) => fineTune('ward', words).catch(String);
        expect(await again([])).toContain('is there already');
        expect(await again(['--name', 'rhythm-effnet'])).toContain('choose another');
        expect(await again(['--name', '../ward'])).toContain('--name is letters');
      });
    });

    test('writes held-out predictions, and pools the folds that are there', async () => {
      const reports = ['--reports', join(base, 'oof')];
      const alone = ['--set', 'shares.ptbxl-rhythm=0', '--set', 'shares.mitdb-ds1=0'];
      for (const fold of ['0', '3']) {
        const words = ['--fold', fold, ...twoEpochs(`run-fold-${fold}`, '1'), ...alone, ...reports];
        await runPython('rhythmark_training.oof', words);
      }
      const { stdout } = await runPython('rhythmark_training.oof', ['pool', ...reports]);
      expect(stdout).toContain(`folds [0, 3], MISSING [1, 2, 4]`);
      const figures = pooled.parse(
        JSON.parse(await readFile(join(base, 'oof/rhythm-effnet/pooled.json'), 'utf8')),
      );
      expect(figures.recordings).toBe((RECORDINGS * 2) / 5); // each once
      const perClass = figures.recording.vector.confusion.map((row) => sumOf(row));
      expect(perClass).toEqual([16, 16, 16, 16]); // stratified by label
    });

    test('publishes what all folds teach, in a manifest that the program reads', async () => {
      const reports = ['--reports', join(base, 'oof-of-two')];
      const alone = ['--set', 'shares.ptbxl-rhythm=0', '--set', 'shares.mitdb-ds1=0'];
      const out = join(base, 'rhythm-effnet');
      for (const fold of ['0', '1']) {
        const run = twoEpochs(`run-half-${fold}`, '1');
        const words = ['--fold', fold, ...run, '--set', 'folds=2', ...alone, ...reports];
        await runPython('rhythmark_training.oof', words);
      }
      const before = await loadModel(await findManifest(out));
      await runPython('rhythmark_training.oof', [
        ...[
          'publish',
          ...reports,
          '--manifest',
          join(out, `rhythm-effnet-${before.card.version}.json`),
        ],
        ...['--version', '9.0.0'],
      ]);
      const { card } = await loadModel(await findManifest(out));
      expect(card).toMatchObject({ version: '9.0.0', sha256: before.card.sha256 });
      expect(card.recordingHead?.weight.flat().every(Number.isFinite)).toBe(true);
    });

    test.skipIf(!hasLightning)(
      hasLightning
        ? 'learns the same network with Lightning as in the plain loop'
        : 'learns the same network with Lightning (skipped: lightning and hydra are not installed)',
      async () => {
        const out = join(base, 'lightning');
        await runPython('rhythmark_training.experiment', [
          ...[`dataset=${join(base, 'sets')}`, `run=${join(out, 'run')}`, `out=${out}`],
          ...[`golden=${join(out, 'golden.json')}`, `reports=${join(out, 'reports')}`],
          ...['train.epochs=2', 'train.shares.ptbxl-rhythm=0', 'train.shares.mitdb-ds1=0'],
          ...['train.second.epochs=1', 'train.second.batch=64', 'train.second.together=3'],
          ...['device=cpu', 'held_out_every=1'],
        ]);
        const plain = await goldenOf('rhythm-effnet');
        const lightning = readGolden(join(out, 'golden.json'));
        expect(lightning.cases).toEqual(plain.cases);
        expect(await readdir(join(out, 'reports'))).toContain('rhythm-effnet-publish-curve.png');
      },
    );
  },
);

async function probabilitiesOf(model: CheckedModel, golden: Golden): Promise<number[]> {
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
  await session.release();
  return [...(answer[model.outputName]?.data ?? [])].map(Number);
}

function largestDifference(values: readonly number[], expected: readonly number[]): number {
  expect(values).toHaveLength(expected.length);
  return Math.max(...expected.map((p, at) => Math.abs(p - (values[at] ?? NaN))));
}

function sumOf(row: readonly number[]): number {
  return row.reduce((sum, each) => sum + each, 0);
}
