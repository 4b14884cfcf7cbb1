/** The import report of a list: every file is accounted for, by a code that scripts can rely on. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GivenServices, temporaryFolder, writeRecording } from './given.ts';

async function mixedFolder(): Promise<GivenServices> {
  const folder = join(temporaryFolder(), 'ward');
  writeRecording(folder, 'good');
  copyFileSync(join(folder, 'good.dat'), join(folder, 'copy.dat'));
  writeFileSync(
    join(folder, 'copy.hea'),
    readFileSync(join(folder, 'good.hea'), 'utf8').replaceAll('good', 'copy'),
  );
  writeRecording(folder, 'longer');
  writeFileSync(join(folder, 'longer.dat'), new Uint8Array(20_000)); // 15,000 are promised
  writeFileSync(join(folder, 'broken.hea'), 'broken 1 250 1000\nbroken.dat 16 200 16 0\n');
  writeFileSync(join(folder, 'scan.pdf'), '%PDF-1.7');
  const given = new GivenServices();
  await given.add(folder);
  await given.whenIdle();
  return given;
}

test('counts what was refused, ignored, assumed and read, with names to look at', async () => {
  const given = await mixedFolder();
  const { counts, unread } = await given.call('import.summary', {});
  expect(unread).toBe(0);
  expect(counts.map(({ kind, code, count, examples }) => [kind, code, count, examples])).toEqual([
    ['refused', 'not-found', 1, ['broken']],
    ['ignored', 'wfdb-extra-samples', 1, ['longer']],
    ['ignored', 'no-recording', 1, ['scan.pdf']],
    ['read', 'read', 3, ['copy', 'good', 'longer']],
    ['read', 'same-content', 1, ['good']],
  ]);
});

test('says of refusals for several reasons what they have in common', async () => {
  const folder = join(temporaryFolder(), 'ward');
  writeRecording(folder, 'good');
  for (const name of ['first', 'second']) {
    writeFileSync(join(folder, `${name}.hea`), `${name} 1 250 1000\n${name}.dat 16 200 16 0\n`);
  }
  const given = new GivenServices();
  await given.add(folder);
  await given.whenIdle();
  const { counts } = await given.call('import.summary', {});
  expect(counts[0]).toMatchObject({ code: 'not-found', count: 2, examples: ['first', 'second'] });
  expect(counts[0]?.meaning).toBe('The file, or one that it needs beside it, is not there.');
});

test('is written with a row for every file and note, as CSV and as JSON', async () => {
  const given = await mixedFolder();
  const csv = await given.call('export.imports', { format: 'csv' });
  if (csv.kind !== 'download') throw new Error(csv.kind);
  const lines = csv.text.trimEnd().split('\r\n');
  expect(lines[0]).toBe('recording,path,kind,code,message,place');
  expect(lines).toHaveLength(1 + 7);
  expect(csv.text).toContain('good,ward/good.hea,read,same-content,"Same as copy, by content.",');
  const json = await given.call('export.imports', { format: 'json' });
  if (json.kind !== 'download') throw new Error(json.kind);
  const rows: unknown = JSON.parse(json.text);
  expect(rows).toHaveLength(7);
  expect(rows).toContainEqual(
    expect.objectContaining({ recording: 'broken', kind: 'refused', code: 'not-found' }),
  );
});

test('of some recordings only says nothing of the rest of their folder', async () => {
  const given = await mixedFolder();
  const rows = await given.call('worklist.list', {});
  const good = rows.find(({ name }) => name === 'good');
  const { counts } = await given.call('import.summary', { ids: [good?.id ?? ''] });
  expect(counts.map(({ code }) => code)).toEqual(['read', 'same-content']);
});

test('a refusal keeps its code over a restart', async () => {
  const first = await mixedFolder();
  await first.services.close();
  const second = new GivenServices({ libraryFolder: first.folder });
  const { counts } = await second.call('import.summary', {});
  expect(counts[0]).toMatchObject({ kind: 'refused', code: 'not-found', count: 1 });
  expect(counts).toContainEqual(expect.objectContaining({ code: 'no-recording', count: 1 }));
});
