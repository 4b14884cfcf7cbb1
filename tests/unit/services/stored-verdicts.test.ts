/** What the disk damaged of a model's verdicts: noticed, said, and classified again. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLibraryFile } from '../../../src-main/review/library-file.ts';
import { GivenServices, MODEL, temporaryFolder, writeRecording } from './given.ts';

const LOST = expect.stringContaining('damaged on the disk: classify it again') as string;

/** A library with the recordings a and b, classified, and closed; then `damage` is done to its tables. */
async function damagedLibrary(damage: string): Promise<string> {
  const root = temporaryFolder();
  const libraryFolder = join(root, 'library');
  const first = new GivenServices({ libraryFolder });
  for (const name of ['a', 'b']) await first.add(writeRecording(join(root, 'ward'), name));
  await first.whenIdle();
  expect(await rowsOf(first)).toEqual({ a: ['classified', null], b: ['classified', null] });
  await first.services.close();
  const { connection } = openLibraryFile(libraryFolder);
  // What another model has found of the same recordings.
  connection.exec(
    `INSERT INTO model_verdict SELECT recording, lead, 'another', start_s, end_s, probabilities, unlike,
       evidence, alone FROM model_verdict`,
  );
  connection.exec(
    `CREATE TEMP VIEW a AS SELECT id FROM recording WHERE name = 'a';
     ${damage} WHERE model_sha256 = '${MODEL.sha256}' AND recording = (SELECT id FROM a)`,
  );
  connection.close();
  return libraryFolder;
}

async function rowsOf(given: GivenServices) {
  const rows = await given.call('worklist.list', {});
  return Object.fromEntries(
    rows.map(({ name, status, failure }) => [name, [status, failure?.message ?? null]]),
  );
}

async function idOf(given: GivenServices, wanted: string): Promise<string> {
  const rows = await given.call('worklist.list', {});
  return rows.find(({ name }) => name === wanted)?.id ?? '';
}

async function exportedOf(given: GivenServices): Promise<string> {
  const file = await given.call('export.labels', { per: 'recording', format: 'csv' });
  if (file.kind !== 'download') throw new Error(`not a download: ${file.kind}`);
  return file.text;
}

/** Windows that each model has on a. */
async function windowsOfA(libraryFolder: string, given: GivenServices): Promise<unknown> {
  await given.services.close();
  const { connection } = openLibraryFile(libraryFolder);
  const rows = connection.all(
    `SELECT model_sha256 AS model, length(probabilities) / 20 AS windows FROM model_verdict
     JOIN recording ON recording.id = recording WHERE name = 'a' ORDER BY model`,
  );
  connection.close();
  return Object.fromEntries(rows.map(({ model, windows }) => [String(model), windows]));
}

const BOTH = { [MODEL.sha256]: 3, another: 3 };
const CLASSIFIED = { a: ['classified', null], b: ['classified', null] };

describe('verdicts that are not as long as they must be', () => {
  test.each([
    ['probabilities', 'substr(probabilities, 1, 7)'],
    ['end_s', "x''"],
    ['start_s', 'zeroblob(25)'],
    ['unlike', 'zeroblob(1)'],
    ['alone', 'zeroblob(59)'],
    ['evidence', 'zeroblob(13)'],
  ])('of %s are lost: the row says so, and classifying brings them back', async (column, to) => {
    const libraryFolder = await damagedLibrary(`UPDATE model_verdict SET ${column} = ${to}`);
    const given = new GivenServices({ libraryFolder });
    expect(await rowsOf(given)).toEqual({ a: ['waiting', LOST], b: ['classified', null] });
    const exported = await exportedOf(given);
    expect(exported).toMatch(/^a,.*,failed,.*damaged on the disk/m);
    expect(exported).toMatch(/^b,.*,classified,/m);

    await given.call('analysis.start', {});
    await given.whenIdle();
    expect(given.analyst.jobs).toHaveLength(1);
    expect(await rowsOf(given)).toEqual(CLASSIFIED);
    expect(await windowsOfA(libraryFolder, given)).toEqual(BOTH);
  });
});

describe('verdicts that no model gives', () => {
  /** Three rows of five, of which only the first number is not 0. */
  const beginningWith = (float32: string) => `x'${float32}${'00'.repeat(14 * 4)}'`;
  const INFINITE = beginningWith('0000807f');
  const NOT_A_NUMBER = beginningWith('0000c07f');

  test.each([
    ['a probability that is none', 'probabilities', INFINITE],
    ['a window that ends before it begins', 'end_s', 'zeroblob(length(end_s))'],
    ['windows at one time', 'start_s', 'zeroblob(length(start_s))'],
    ['a row that is no signal in part', 'probabilities', NOT_A_NUMBER],
  ])('%s: opening the recording classifies it again', async (_, column, to) => {
    const libraryFolder = await damagedLibrary(`UPDATE model_verdict SET ${column} = ${to}`);
    const given = new GivenServices({ libraryFolder });
    const id = await idOf(given, 'a');
    const { verdicts, row } = await given.call('recording.open', { id });
    expect(verdicts).toBeNull();
    expect(row.status).not.toBe('classified');
    await given.whenIdle();
    expect(await rowsOf(given)).toEqual(CLASSIFIED);
    const again = await given.call('recording.open', { id });
    expect(again.verdicts?.startS).toEqual(Float64Array.of(0, 10, 20));
    await given.whenIdle();
    expect(given.analyst.jobs).toHaveLength(1);
    expect(await windowsOfA(libraryFolder, given)).toEqual(BOTH);
  });

  test('are not exported, and the window hears of it', async () => {
    const libraryFolder = await damagedLibrary(
      `UPDATE model_verdict SET probabilities = ${INFINITE}`,
    );
    const given = new GivenServices({ libraryFolder });
    expect(await exportedOf(given)).toMatch(/^a,.*,failed,.*damaged on the disk/m);
    expect(await rowsOf(given)).toEqual({ a: ['waiting', LOST], b: ['classified', null] });
    await expect
      .poll(() => given.events('worklist-changed').flatMap(({ upserted }) => upserted), {
        timeout: 30_000,
      })
      .toContainEqual(expect.objectContaining({ name: 'a', status: 'waiting' }));
  });
});

describe('a summary that cannot be shown', () => {
  test('is made again from the verdicts, without classifying', async () => {
    const libraryFolder = await damagedLibrary(
      `UPDATE model_summary SET ribbon = substr(ribbon, 2), composition = '{'`,
    );
    const given = new GivenServices({ libraryFolder });
    expect(await rowsOf(given)).toEqual(CLASSIFIED);
    expect(given.analyst.jobs).toEqual([]);
  });

  test('never leaves a recording waiting for good', async () => {
    const libraryFolder = await damagedLibrary(`UPDATE model_summary SET composition = '{}'`);
    const given = new GivenServices({ libraryFolder });
    expect(await rowsOf(given)).toMatchObject({ a: ['waiting', null] });
    await given.call('analysis.start', {});
    await given.whenIdle();
    expect(await rowsOf(given)).toEqual(CLASSIFIED);
  });
});
