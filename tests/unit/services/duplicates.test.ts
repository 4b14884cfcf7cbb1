/** Recordings that hold the same are found by what they hold, said, and never taken away. */
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gate, GivenServices, StandInAnalyst, temporaryFolder, writeRecording } from './given.ts';

/** A record of the name `to` with the very samples of `from`: its header names other files. */
function copyRecord(folder: string, from: string, to: string): void {
  copyFileSync(join(folder, `${from}.dat`), join(folder, `${to}.dat`));
  const own = new RegExp(`\\b${from}\\b`, 'g');
  const header = readFileSync(join(folder, `${from}.hea`), 'utf8').replaceAll(own, to);
  writeFileSync(join(folder, `${to}.hea`), header);
}

async function sameAs(given: GivenServices): Promise<Record<string, string | null>> {
  const rows = await given.call('worklist.list', {});
  return Object.fromEntries(rows.map((row) => [row.name, row.sameAs?.name ?? null]));
}

function digestJobs(given: GivenServices): string[] {
  return given.analyst.jobs.filter(({ kind }) => kind === 'digest').map(({ path }) => path);
}

test('a copy under another name is the same as the one listed first', async () => {
  const folder = temporaryFolder();
  writeRecording(folder, 'night');
  writeRecording(folder, 'other', { durationS: 40 });
  copyRecord(folder, 'night', 'zz-copy-of-it');
  const given = new GivenServices();
  await given.add(folder);
  await given.whenIdle();
  expect(await sameAs(given)).toEqual({ night: null, other: null, 'zz-copy-of-it': 'night' });
});

test('one sample in the middle makes another recording', async () => {
  const folder = temporaryFolder();
  writeRecording(folder, 'a', { durationS: 60 });
  copyRecord(folder, 'a', 'b');
  const samples = readFileSync(join(folder, 'b.dat'));
  samples.writeInt16LE(77, 2 * 4001); // between the places that the fingerprint looks at
  writeFileSync(join(folder, 'b.dat'), samples);
  const given = new GivenServices();
  await given.add(folder);
  await given.whenIdle();
  expect(digestJobs(given)).toHaveLength(2);
  expect(await sameAs(given)).toEqual({ a: null, b: null });
});

test('only recordings that agree in length, leads and some samples are read whole', async () => {
  const folder = temporaryFolder();
  writeRecording(folder, 'a');
  writeRecording(folder, 'b', { durationS: 31 });
  writeRecording(folder, 'c', { samplingHz: 300, durationS: 30 });
  const given = new GivenServices();
  await given.add(folder);
  await given.whenIdle();
  expect(digestJobs(given)).toEqual([]);
});

test('what was found is there at the next start without reading again', async () => {
  const folder = temporaryFolder();
  writeRecording(folder, 'a');
  copyRecord(folder, 'a', 'b');
  const first = new GivenServices();
  await first.add(folder);
  await first.whenIdle();
  await first.services.close();
  const second = new GivenServices({ libraryFolder: first.folder });
  await second.whenIdle();
  expect(await sameAs(second)).toEqual({ a: null, b: 'a' });
  expect(digestJobs(second)).toEqual([]);
});

test('taking the first off the list makes the next one the first, and back', async () => {
  const folder = temporaryFolder();
  writeRecording(folder, 'a');
  copyRecord(folder, 'a', 'b');
  copyRecord(folder, 'a', 'c');
  const given = new GivenServices();
  const [first = ''] = await given.add(folder);
  await given.whenIdle();
  expect(await sameAs(given)).toEqual({ a: null, b: 'a', c: 'a' });
  await given.call('worklist.remove', { ids: [first] });
  expect(await sameAs(given)).toEqual({ b: null, c: 'b' });
  await given.call('worklist.restore', { ids: [first] });
  expect(await sameAs(given)).toEqual({ a: null, b: 'a', c: 'a' });
});

test('a file that is written anew is no longer the same', async () => {
  const folder = temporaryFolder();
  writeRecording(folder, 'a');
  copyRecord(folder, 'a', 'b');
  const given = new GivenServices();
  await given.add(folder);
  await given.whenIdle();
  writeRecording(folder, 'b', { durationS: 50 });
  await given.add(folder);
  await given.whenIdle();
  expect(await sameAs(given)).toEqual({ a: null, b: null });
});

test('comparing can be cancelled, says how far it is, and goes on with the next listing', async () => {
  const analyst = new StandInAnalyst();
  const reached = gate();
  const held = gate();
  analyst.before = (job) => {
    if (job.kind !== 'digest') return undefined;
    reached.open();
    return held.passed;
  };
  const folder = temporaryFolder();
  writeRecording(folder, 'a');
  copyRecord(folder, 'a', 'b');
  const given = new GivenServices({ analyst });
  await given.add(folder);
  await reached.passed;
  expect(await given.call('content.progress', {})).toMatchObject({ state: 'comparing', total: 2 });
  await given.call('content.cancel', {});
  await given.whenIdle();
  expect(await given.call('content.progress', {})).toMatchObject({ state: 'idle', total: 0 });
  expect(await sameAs(given)).toEqual({ a: null, b: null });
  held.open();
  await given.add(folder);
  await given.whenIdle();
  expect(await sameAs(given)).toEqual({ a: null, b: 'a' });
});

test('a recording that vanished before it was compared stops nothing', async () => {
  const analyst = new StandInAnalyst();
  const folder = temporaryFolder();
  writeRecording(folder, 'a');
  copyRecord(folder, 'a', 'b');
  copyRecord(folder, 'a', 'c');
  analyst.before = (job) => {
    if (job.kind === 'digest' && job.path.endsWith('a.hea')) {
      renameSync(join(folder, 'a.hea'), join(folder, 'a.gone'));
    }
  };
  const given = new GivenServices({ analyst });
  await given.add(folder);
  await given.whenIdle();
  expect(await sameAs(given)).toEqual({ a: null, b: null, c: 'b' });
});
