import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MODEL_SAMPLING_HZ, MODEL_WINDOW_SAMPLES } from '../../../src-main/contract/conventions.ts';
import { MODEL_OUTPUTS, RHYTHM_CLASSES } from '../../../src-main/contract/domain.ts';
import { TRAINING_LABELS } from '../../../src-main/services/dataset/training-label.ts';
import { DATASET_VERSION } from '../../../src-main/services/dataset/training-folder.ts';

function trainingFile(name: string): string {
  return readFileSync(new URL(`../../../models/training/${name}`, import.meta.url), 'utf8');
}

/** The quoted words of a Python tuple that is assigned to `name` at the start of a line. */
function tupleOf(source: string, name: string): string[] {
  const body = new RegExp(`^${name} = \\(([^)]*)\\)`, 'm').exec(source)?.[1] ?? '';
  return [...body.matchAll(/"([^"]*)"/g)].map((hit) => hit[1] ?? '');
}

test('Python names outputs, classes and labels as the program does, in its order', () => {
  const classes = trainingFile('rhythmark_training/classes.py');
  expect(tupleOf(classes, 'OUTPUTS')).toEqual(MODEL_OUTPUTS);
  expect(tupleOf(classes, 'CLASSES')).toEqual(RHYTHM_CLASSES);
  const labels = [...classes.matchAll(/^ {4}"([^"]+)": \(/gm)].map((hit) => hit[1]);
  expect(labels).toEqual(TRAINING_LABELS.filter((label) => label !== ''));
  expect(classes).toContain(`SAMPLING_HZ = ${MODEL_SAMPLING_HZ}\n`);
  expect(classes).toContain(`WINDOW_SAMPLES = ${MODEL_WINDOW_SAMPLES}\n`);
});

test('Python reads the version of the training folder that the program writes', () => {
  expect(trainingFile('rhythmark_training/sets.py')).toContain(
    `DATASET_VERSION = ${DATASET_VERSION}\n`,
  );
});

test('every package that training needs is pinned, the same for pip and for uv', () => {
  const project = trainingFile('pyproject.toml');
  const listed = (key: string): string[] =>
    [
      ...(new RegExp(`^${key} = \\[([^\\]]*)\\]`, 'm').exec(project)?.[1] ?? '').matchAll(
        /"([^"]+)"/g,
      ),
    ]
      .map((hit) => hit[1] ?? '')
      .sort();
  const constraints = trainingFile('constraints.txt')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .sort();
  expect(listed('constraint-dependencies')).toEqual(constraints);
  for (const pin of [...constraints, ...listed('dependencies'), ...listed('requires')]) {
    expect(pin).toMatch(/^[A-Za-z0-9_.-]+==[0-9][0-9A-Za-z.]*$/);
  }
});
