/** The model's verdict on a recording as a whole, as the rows of the list carry it. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MODEL_OUTPUTS, RHYTHM_CLASSES } from '../../../src-main/contract/domain.ts';
import type { ModelCard, RecordingHead } from '../../../src-main/contract/model-card.ts';
import { openLibraryFile } from '../../../src-main/review/library-file.ts';
import {
  gate,
  GivenServices,
  MODEL,
  StandInAnalyst,
  temporaryFolder,
  writeRecording,
} from './given.ts';

/** Calls every recording Other with e^2 / (e^2 + 3) = 0.711, whatever its windows say. */
const HEAD: RecordingHead = {
  together: 6,
  floor: 0.001,
  weight: RHYTHM_CLASSES.map(() => new Array<number>(3 * MODEL_OUTPUTS.length).fill(0)),
  bias: [0, 0, 2, 0],
};
const WITH_HEAD: ModelCard = { ...MODEL, recordingHead: HEAD };
const OTHER = Math.exp(2) / (Math.exp(2) + 3);

function analystWith(model: ModelCard): StandInAnalyst {
  const analyst = new StandInAnalyst();
  analyst.become({ model });
  // Normal; three quarters of what is Other is ectopy.
  analyst.answer = [0.45, 0.05, 0.3, 0.1, 0.1];
  return analyst;
}

async function classified(given: GivenServices, ...seconds: number[]) {
  const folder = join(temporaryFolder(), 'ward');
  for (const durationS of seconds) writeRecording(folder, `${durationS}s`, { durationS });
  await given.add(folder);
  await given.whenIdle();
}

async function verdicts(given: GivenServices) {
  const rows = await given.call('worklist.list', {});
  return Object.fromEntries(rows.map(({ name, verdict }) => [name, verdict]));
}

test('is read from all windows together, of as many as the model reads at once', async () => {
  const given = new GivenServices({ analyst: analystWith(WITH_HEAD) });
  await classified(given, 10, 30, 64, 65);
  const found = await verdicts(given);
  const other = { label: 'other', uncertain: false, ectopyDecides: true };
  // One window alone is its own verdict, Normal with 0.45.
  expect(found['10s']).toMatchObject({ label: 'normal', uncertain: true });
  expect(found['30s']).toEqual({ ...other, confidence: expect.closeTo(OTHER) as number });
  expect(found['64s']).toEqual(found['30s']);
  expect(found['65s']).toBeNull();
});

test('is the one that opening the recording gives', async () => {
  const given = new GivenServices({ analyst: analystWith(WITH_HEAD) });
  await classified(given, 30);
  const [row] = await given.call('worklist.list', {});
  const { row: opened } = await given.call('recording.open', { id: row?.id ?? '' });
  expect(opened.verdict).toEqual(row?.verdict);
});

test('is under the reading in force', async () => {
  const given = new GivenServices({ analyst: analystWith(WITH_HEAD) });
  await classified(given, 30);
  await given.call('settings.set', { reading: 'rhythm' });
  // Normal (1 of e^2 + 3) and the three quarters of Other that are ectopy.
  const confidence = expect.closeTo((1 - OTHER) / 3 + 0.75 * OTHER) as number;
  expect((await verdicts(given))['30s']).toEqual({
    ...{ label: 'normal', confidence, uncertain: false, ectopyDecides: true },
  });
});

test('is uncertain under the threshold', async () => {
  const given = new GivenServices({ analyst: analystWith({ ...WITH_HEAD, threshold: 0.8 }) });
  await classified(given, 30);
  expect((await verdicts(given))['30s']).toMatchObject({ label: 'other', uncertain: true });
});

test('is only of a single window where the model has no head for recordings', async () => {
  const given = new GivenServices({ analyst: analystWith(MODEL) });
  await classified(given, 10, 30);
  const found = await verdicts(given);
  expect(found['10s']).toMatchObject({ label: 'normal' });
  expect(found['30s']).toBeNull();
});

test('is not there before all of the recording is classified', async () => {
  const analyst = analystWith(WITH_HEAD);
  const working = gate();
  analyst.before = () => working.passed;
  const given = new GivenServices({ analyst });
  const folder = join(temporaryFolder(), 'ward');
  writeRecording(folder, 'a');
  await given.add(folder);
  expect(await verdicts(given)).toEqual({ a: null });
  working.open();
  await given.whenIdle();
  expect((await verdicts(given))['a']).not.toBeNull();
});

test('comes to what was classified before there was one, without classifying again', async () => {
  const first = new GivenServices({ analyst: analystWith(WITH_HEAD) });
  await classified(first, 30);
  await first.services.close();
  const { connection } = openLibraryFile(first.folder);
  connection.exec('UPDATE model_summary SET whole = NULL, head = NULL');
  connection.close();

  const analyst = analystWith(WITH_HEAD);
  const second = new GivenServices({ libraryFolder: first.folder, analyst });
  expect((await verdicts(second))['30s']).toMatchObject({ label: 'other' });
  expect(analyst.jobs).toEqual([]);
});

test('is made anew by another head of the same network, without classifying again', async () => {
  const first = new GivenServices({ analyst: analystWith(WITH_HEAD) });
  await classified(first, 30);
  await first.services.close();

  const recordingHead = { ...HEAD, bias: [0, 5, 0, 0] };
  const analyst = analystWith({ ...MODEL, recordingHead });
  const second = new GivenServices({ libraryFolder: first.folder, analyst });
  expect((await verdicts(second))['30s']).toMatchObject({ label: 'af' });
  expect(analyst.jobs).toEqual([]);
});
