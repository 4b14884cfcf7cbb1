/** Recordings that arrive in an opened folder: real files, real notices of the system, no sleeps. */
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GivenServices, temporaryFolder, writeRecording } from './given.ts';

/** Other work on the machine must not fail a test. */
const PATIENTLY = { timeout: 15_000 };
const watchTiming = { restMs: 20, pollMs: 50 };

function watching(options: ConstructorParameters<typeof GivenServices>[0] = {}): GivenServices {
  return new GivenServices({ watchTiming, ...options });
}

async function listed(given: GivenServices): Promise<string[]> {
  const rows = await given.call('worklist.list', {});
  return rows.map(({ name, status }) => `${name} ${status}`).sort();
}

async function state(given: GivenServices): Promise<string | undefined> {
  return (await given.call('folders.watched', {}))[0]?.state;
}

async function openedWard(): Promise<{ given: GivenServices; folder: string }> {
  const folder = join(temporaryFolder(), 'ward');
  writeRecording(folder, 'first');
  const given = watching();
  await given.add(folder);
  await given.whenIdle();
  return { given, folder };
}

test('a recording that arrives is listed, classified and told of', async () => {
  const { given, folder } = await openedWard();
  writeRecording(folder, 'second');
  await expect
    .poll(() => listed(given), PATIENTLY)
    .toEqual(['first classified', 'second classified']);
  await expect
    .poll(() => given.events('arrived'), PATIENTLY)
    .toContainEqual({ folder: 'ward', count: 1 });
});

test('a folder that arrives is watched as well, down to its own new recordings', async () => {
  const { given, folder } = await openedWard();
  const below = join(folder, 'june', 'week 1');
  writeRecording(below, 'second');
  await expect.poll(() => listed(given), PATIENTLY).toContain('second classified');
  writeRecording(below, 'third');
  await expect.poll(() => listed(given), PATIENTLY).toContain('third classified');
});

test('a signal file that arrives after its header makes one recording of the two', async () => {
  const { given, folder } = await openedWard();
  const elsewhere = temporaryFolder();
  writeRecording(elsewhere, 'late');
  writeFileSync(join(folder, 'late.hea'), readFileSync(join(elsewhere, 'late.hea')));
  await expect.poll(() => listed(given), PATIENTLY).toContain('late failed');
  renameSync(join(elsewhere, 'late.dat'), join(folder, 'late.dat'));
  await expect
    .poll(() => listed(given), PATIENTLY)
    .toEqual(['first classified', 'late classified']);
});

test('a file that grows is read again when it rests', async () => {
  const { given, folder } = await openedWard();
  const elsewhere = temporaryFolder();
  writeRecording(elsewhere, 'slow');
  const bytes = readFileSync(join(elsewhere, 'slow.dat'));
  writeFileSync(join(folder, 'slow.dat'), bytes.subarray(0, 1000));
  writeFileSync(join(folder, 'slow.hea'), readFileSync(join(elsewhere, 'slow.hea')));
  await expect.poll(() => listed(given), PATIENTLY).toContain('slow failed');
  appendFileSync(join(folder, 'slow.dat'), bytes.subarray(1000));
  await expect.poll(() => listed(given), PATIENTLY).toContain('slow classified');
});

test('renaming lists the new name, deleting takes nothing off the list', async () => {
  const { given, folder } = await openedWard();
  writeRecording(folder, 'gone');
  await expect.poll(() => listed(given), PATIENTLY).toContain('gone classified');
  rmSync(join(folder, 'gone.dat'));
  rmSync(join(folder, 'gone.hea'));
  writeRecording(folder, 'night');
  await expect.poll(() => listed(given), PATIENTLY).toContain('night classified');
  const header = readFileSync(join(folder, 'night.hea'), 'utf8').replaceAll('night', 'named');
  writeFileSync(join(folder, 'named.hea'), header);
  renameSync(join(folder, 'night.dat'), join(folder, 'named.dat'));
  rmSync(join(folder, 'night.hea'));
  await expect.poll(() => listed(given), PATIENTLY).toContain('named classified');
  expect(await listed(given)).toContain('gone classified');
});

test('what was taken off the list stays off, and what is no recording is left alone', async () => {
  const { given, folder } = await openedWard();
  const [first] = await given.call('worklist.list', {});
  await given.call('worklist.remove', { ids: [first?.id ?? ''] });
  writeRecording(folder, 'first', { durationS: 40 });
  writeFileSync(join(folder, 'notes.txt'), 'Nothing to read here.');
  writeRecording(folder, 'second');
  await expect.poll(() => listed(given), PATIENTLY).toEqual(['second classified']);
});

test('hundreds that arrive at once are all listed', async () => {
  const { given, folder } = await openedWard();
  for (let n = 0; n < 400; n += 1) writeRecording(folder, `r${n}`, { durationS: 10 });
  await expect
    .poll(async () => (await listed(given)).filter((row) => row.endsWith('classified')).length, {
      timeout: 60_000,
    })
    .toBe(401);
}, 90_000);

test('a folder that is away is said, and what it brings back is found', async () => {
  const { given, folder } = await openedWard();
  const away = `${folder}-unplugged`;
  renameSync(folder, away);
  await expect.poll(() => state(given), PATIENTLY).toBe('away');
  expect(given.events('folders-changed').at(-1)).toMatchObject([{ name: 'ward', state: 'away' }]);
  writeRecording(away, 'second');
  renameSync(away, folder);
  await expect.poll(() => listed(given), PATIENTLY).toContain('second classified');
  expect(await state(given)).toBe('watching');
  writeRecording(folder, 'third');
  await expect.poll(() => listed(given), PATIENTLY).toContain('third classified');
});

test('links that lead round in a circle or out of the folder are not followed', async () => {
  const { given, folder } = await openedWard();
  const outside = temporaryFolder();
  writeRecording(outside, 'outside');
  mkdirSync(join(folder, 'below'));
  symlinkSync('..', join(folder, 'below', 'round'), 'junction');
  symlinkSync(outside, join(folder, 'out'), 'junction');
  writeRecording(join(folder, 'below'), 'second');
  await expect
    .poll(() => listed(given), PATIENTLY)
    .toEqual(['first classified', 'second classified']);
});

test('a folder that may not be read is said, and the rest goes on', async ({ skip }) => {
  skip(process.platform === 'win32', 'Windows has other permissions');
  skip(process.getuid?.() === 0, 'permissions do not bind the superuser');
  const { given, folder } = await openedWard();
  chmodSync(folder, 0o000);
  await expect.poll(() => state(given), PATIENTLY).toBe('denied');
  chmodSync(folder, 0o755);
  writeRecording(folder, 'second');
  await expect.poll(() => listed(given), PATIENTLY).toContain('second classified');
});

test('arrivals while the program was closed are found at its next start', async () => {
  const { given, folder } = await openedWard();
  await given.services.close();
  writeRecording(folder, 'second');
  const again = watching({ libraryFolder: given.folder });
  await expect
    .poll(() => listed(again), PATIENTLY)
    .toEqual(['first classified', 'second classified']);
});

test('switched off, nothing is watched, which is remembered; a folder can be let go alone', async () => {
  const { given, folder } = await openedWard();
  await given.call('settings.set', { watchFolders: false });
  expect(await state(given)).toBe('off');
  await given.services.close();
  writeRecording(folder, 'second');
  const again = watching({ libraryFolder: given.folder });
  expect(await state(again)).toBe('off');
  expect(await listed(again)).toEqual(['first classified']);
  await again.call('settings.set', { watchFolders: true });
  await expect.poll(() => listed(again), PATIENTLY).toContain('second classified');
  const [row] = await again.call('folders.watched', {});
  expect(await again.call('folders.unwatch', { token: row?.token ?? '' })).toEqual([]);
});

test('after classifying was cancelled, what arrives is listed and waits to be asked for', async () => {
  const { given, folder } = await openedWard();
  await given.call('analysis.cancel', {});
  writeRecording(folder, 'second');
  await expect.poll(() => listed(given), PATIENTLY).toContain('second waiting');
  await given.call('analysis.start', {});
  writeRecording(folder, 'third');
  await expect
    .poll(() => listed(given), PATIENTLY)
    .toEqual(['first classified', 'second classified', 'third classified']);
});
