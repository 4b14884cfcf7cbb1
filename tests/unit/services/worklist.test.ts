import {
  chmodSync,
  mkdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RhythmarkError } from '../../../src-main/contract/errors.ts';
import {
  gate,
  GivenServices,
  MODEL,
  StandInAnalyst,
  temporaryFolder,
  writeRecording,
} from './given.ts';

/** Other work on the machine must not fail a test. */
const PATIENTLY = { timeout: 15_000 };

function ward(...names: string[]): string {
  const folder = join(temporaryFolder(), 'ward');
  for (const name of names) writeRecording(folder, name);
  return folder;
}

describe('adding a folder', () => {
  test('lists its recordings, reads their headers and classifies them by itself', async () => {
    const given = new GivenServices();
    const ids = await given.add(ward('a', 'b', 'c'));
    expect(ids).toHaveLength(3);
    await given.whenIdle();
    const rows = await given.call('worklist.list', {});
    expect(rows.map(({ name, folder, status }) => [name, folder, status])).toEqual([
      ['a', 'ward', 'classified'],
      ['b', 'ward', 'classified'],
      ['c', 'ward', 'classified'],
    ]);
    expect(rows[0]).toMatchObject({
      format: 'WFDB',
      durationS: 30,
      leads: ['II'],
      samplingHz: 250,
      windowCount: 3,
      composition: { normal: 30, af: 0, uncertain: 0 },
    });
    expect(new Set(rows[0]?.ribbon)).toEqual(new Set([0]));
  });

  test('tells the window of rows as they come and as they change', async () => {
    const given = new GivenServices();
    const ids = await given.add(ward('a', 'b'));
    await given.whenIdle();
    await expect
      .poll(() => {
        const told = given.events('worklist-changed').flatMap(({ upserted }) => upserted);
        return ids.map((id) => told.findLast((row) => row.id === id)?.status);
      }, PATIENTLY)
      .toEqual(['classified', 'classified']);
  });

  test('counts what is no recording and lists what cannot be read with its reason', async () => {
    const folder = ward('a');
    writeFileSync(join(folder, 'README.txt'), 'Recordings of the ward.');
    writeFileSync(join(folder, 'scan.pdf'), '%PDF-1.7');
    writeFileSync(join(folder, 'broken.hea'), 'broken 1 250 1000\nbroken.dat 16 200 16 0\n');
    const given = new GivenServices();
    const added = await given.call('worklist.add', { tokens: given.services.tokensFor([folder]) });
    expect(added).toMatchObject({ added: 2, ignored: 2 });
    await given.whenIdle();
    const broken = (await given.call('worklist.list', {})).find(({ name }) => name === 'broken');
    expect(broken).toMatchObject({ status: 'failed' });
    expect(broken?.failure?.message).toContain('broken.dat');
  });

  test('twice lists nothing twice and classifies nothing again', async () => {
    const given = new GivenServices();
    const folder = ward('a', 'b');
    const ids = await given.add(folder);
    await given.whenIdle();
    const jobs = given.analyst.jobs.length;
    const tokens = given.services.tokensFor([folder]);
    expect(await given.call('worklist.add', { tokens })).toEqual({
      added: 0,
      alreadyListed: 2,
      ignored: 0,
      ids,
    });
    await given.call('analysis.start', {});
    await given.whenIdle();
    expect(given.analyst.jobs).toHaveLength(jobs);
  });

  test('again after a restart uses the verdicts that are there, unless the file changed', async () => {
    const folder = ward('a', 'b');
    const first = new GivenServices();
    await first.add(folder);
    await first.whenIdle();
    await first.services.close();

    truncateSync(join(folder, 'b.dat'), 5000);
    writeRecording(folder, 'b', { durationS: 20 });
    const later = new Date(statSync(join(folder, 'b.hea')).mtimeMs + 5000);
    utimesSync(join(folder, 'b.hea'), later, later);
    const second = new GivenServices({ libraryFolder: first.folder });
    await second.add(folder);
    await second.whenIdle();
    expect(second.analyst.jobs.map(({ path }) => path)).toEqual([join(folder, 'b.hea')]);
    const rows = await second.call('worklist.list', {});
    expect(rows.map(({ windowCount }) => windowCount)).toEqual([3, 2]);
  });

  test('is told by name where it is gone, and every other folder is listed', async () => {
    const given = new GivenServices();
    const folder = ward('a');
    const gone = join(temporaryFolder(), 'gone');
    await given.add(gone, folder);
    await given.whenIdle();
    const rows = await given.call('worklist.list', {});
    expect(rows.map(({ name, status }) => [name, status])).toEqual([
      ['gone', 'failed'],
      ['a', 'classified'],
    ]);
  });

  test('is remembered among the recent folders', async () => {
    const given = new GivenServices();
    const folder = ward('a');
    await given.add(folder);
    const [recent] = await given.call('files.recent', {});
    expect(recent).toMatchObject({ name: 'ward' });
    const again = await given.call('worklist.add', { tokens: [recent?.token ?? ''] });
    expect(again.alreadyListed).toBe(1);
  });
});

describe('taking rows off the list', () => {
  test('can be undone, with all that was known of them', async () => {
    const given = new GivenServices();
    const ids = await given.add(ward('a', 'b'));
    await given.whenIdle();
    const before = await given.call('worklist.list', {});
    expect(await given.call('worklist.remove', { ids: [...ids, 'unknown'] })).toEqual({
      removed: 2,
    });
    expect(await given.call('worklist.list', {})).toEqual([]);
    expect(await given.call('worklist.restore', { ids: [...ids] })).toEqual({ restored: 2 });
    expect(await given.call('worklist.list', {})).toEqual(before);
  });

  test('stops classifying them, and putting them back goes on with it', async () => {
    const analyst = new StandInAnalyst();
    const held = gate();
    analyst.before = () => held.passed;
    const given = new GivenServices({ analyst });
    const ids = await given.add(ward('a', 'b', 'c'));
    await given.call('worklist.remove', { ids: [...ids] });
    expect(await given.call('analysis.progress', {})).toMatchObject({ state: 'idle', total: 0 });
    held.open();
    await given.call('worklist.restore', { ids: [...ids] });
    await given.whenIdle();
    const rows = await given.call('worklist.list', {});
    expect(rows.map(({ status }) => status)).toEqual(['classified', 'classified', 'classified']);
  });
});

describe('another model', () => {
  test('makes what the old one classified wait again, and its verdicts stay', async () => {
    const first = new GivenServices();
    const folder = ward('a');
    await first.add(folder);
    await first.whenIdle();
    await first.services.close();

    const analyst = new StandInAnalyst();
    analyst.become({ model: { ...MODEL, sha256: 'b'.repeat(64) } });
    const second = new GivenServices({ libraryFolder: first.folder, analyst });
    expect((await second.call('worklist.list', {}))[0]).toMatchObject({
      status: 'waiting',
      composition: null,
    });
    await second.services.close();

    const third = new GivenServices({ libraryFolder: first.folder });
    expect((await third.call('worklist.list', {}))[0]).toMatchObject({ status: 'classified' });
  });

  test('with the same network and another threshold is counted anew without classifying', async () => {
    const analyst = new StandInAnalyst();
    analyst.answer = [0.7, 0.1, 0.1, 0.05, 0.05];
    const first = new GivenServices({ analyst });
    await first.add(ward('a'));
    await first.whenIdle();
    await first.services.close();

    const stricter = new StandInAnalyst();
    stricter.become({ model: { ...MODEL, threshold: 0.8 } });
    const second = new GivenServices({ libraryFolder: first.folder, analyst: stricter });
    expect((await second.call('worklist.list', {}))[0]?.composition).toMatchObject({
      normal: 30,
      uncertain: 30,
    });
    expect(stricter.jobs).toEqual([]);
  });
});

describe('the reading in force', () => {
  test('changes every row at once and for good', async () => {
    const analyst = new StandInAnalyst();
    analyst.answer = [0.3, 0, 0.6, 0.1, 0]; // ectopy in sinus rhythm
    const given = new GivenServices({ analyst });
    await given.add(ward('a'));
    await given.whenIdle();
    const composition = async () => (await given.call('worklist.list', {}))[0]?.composition;
    expect(await composition()).toMatchObject({ other: 30, normal: 0 });
    await given.call('settings.set', { reading: 'rhythm' });
    expect(await composition()).toMatchObject({ other: 0, normal: 30 });
    expect(given.events('settings-changed').at(-1)).toMatchObject({ reading: 'rhythm' });
  });
});

describe('a dialog of the system', () => {
  test('adds what was chosen, nothing when it was dismissed, and is not there in a browser', async () => {
    const folder = ward('a');
    let answer: string[] | null = null;
    const nothing = (): Promise<null> => Promise.resolve(null);
    const dialogs = { open: () => Promise.resolve(answer), save: nothing, locate: nothing };
    const given = new GivenServices({ dialogs });
    expect(await given.call('files.openDialog', { kind: 'folder' })).toBeNull();
    answer = [folder];
    expect(await given.call('files.openDialog', { kind: 'folder' })).toMatchObject({ added: 1 });
    const browser = new GivenServices();
    await expect(browser.call('files.openDialog', { kind: 'files' })).rejects.toMatchObject({
      code: 'unsupported',
    } satisfies Partial<RhythmarkError>);
  });
});

describe("the page's own chooser", () => {
  test('lists folders first, in the order that people count, without hidden files', async () => {
    const given = new GivenServices();
    const folder = temporaryFolder();
    for (const name of ['ward 10', 'ward 9']) mkdirSync(join(folder, name));
    for (const name of ['b2.hea', 'b10.hea', 'A.hea', '.hidden'])
      writeFileSync(join(folder, name), '');
    const [token = ''] = given.services.tokensFor([folder]);
    const listing = await given.call('files.list', { token });
    expect(listing.entries.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'folder ward 9',
      'folder ward 10',
      'file A.hea',
      'file b2.hea',
      'file b10.hea',
    ]);
    expect(listing.token).toBe(token);
    const parent = listing.parents.at(-1)?.token ?? '';
    const above = await given.call('files.list', { token: parent });
    expect(above.entries.some((entry) => entry.token === token)).toBe(true);
  });

  test('begins at home, and says what is wrong with a folder that is gone or none', async () => {
    const given = new GivenServices();
    expect((await given.call('files.list', {})).parents.length).toBeGreaterThan(0);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'x.hea'), '');
    const tokens = given.services.tokensFor([folder, join(folder, 'x.hea')]);
    await expect(given.call('files.list', { token: tokens[1] })).rejects.toMatchObject({
      code: 'bad-request',
    });
    rmSync(folder, { recursive: true });
    await expect(given.call('files.list', { token: tokens[0] })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(given.call('files.list', { token: folder })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('takes a typed path: what it names, what it begins, how far all agree', async () => {
    const given = new GivenServices();
    const folder = temporaryFolder();
    for (const name of ['Ward 10', 'ward 9', 'other']) mkdirSync(join(folder, name));
    for (const name of ['a1.hea', 'a10.hea', '.hidden']) writeFileSync(join(folder, name), '');
    const [from = ''] = given.services.tokensFor([folder]);
    const typed = async (text: string) => {
      const { entry, completions, completed } = await given.call('files.typed', {
        typed: text,
        from,
      });
      return {
        entry: entry && `${entry.kind} ${entry.name}`,
        texts: completions.map(({ text: whole }) => whole.replace(folder, '')),
        completed: completed.replace(folder, ''),
      };
    };
    const wards = ['/ward 9/', '/Ward 10/'];
    expect(await typed(`${folder}/wa`)).toEqual({
      ...{ entry: null, texts: wards, completed: '/ward ' },
    });
    // As a file manager copies it.
    expect(await typed(`'${folder}/OTH'\n`)).toEqual({
      ...{ entry: null, texts: ['/other/'], completed: '/other/' },
    });
    expect(await typed(`file://${folder}/ward%209/`)).toMatchObject({ entry: 'folder ward 9' });
    expect(await typed('a1')).toEqual({
      ...{ entry: null, texts: ['a1.hea', 'a10.hea'], completed: 'a1' },
    });
    expect(await typed('a1.hea')).toMatchObject({ entry: 'file a1.hea' });
    expect((await typed('./')).texts).toEqual(
      ['a1.hea', 'a10.hea', 'other/', 'ward 9/', 'Ward 10/'].map((name) => `./${name}`),
    );
    expect((await typed('.h')).texts).toEqual(['.hidden']);
    expect((await typed('ward 9/..')).entry).toBe(`folder ${basename(folder)}`);
    expect((await typed('~')).completed).toMatch(/^~\//);
  });

  test('says of a typed path what is wrong with it', async () => {
    const given = new GivenServices();
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'x.hea'), '');
    const typed = (text: string) => given.call('files.typed', { typed: text });
    await expect(typed(`${folder}/nowhere/x`)).rejects.toMatchObject({ code: 'not-found' });
    await expect(typed(`${folder}/x.hea/y`)).rejects.toMatchObject({ code: 'bad-request' });
    for (const none of [
      '  ',
      '\0',
      'file:///a%00b',
      '/a\0b',
      'file://%',
      '""',
      `/${'x'.repeat(4000)}/y`,
    ])
      await expect(typed(none), none).rejects.toMatchObject({ code: 'bad-request' });
  });

  test('names a file in a folder that may not be listed', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'permissions do not bind the superuser');
    const given = new GivenServices();
    const folder = temporaryFolder();
    const file = join(folder, 'x.hea');
    writeFileSync(file, '');
    chmodSync(folder, 0o100);
    const found = await given.call('files.typed', { typed: file });
    chmodSync(folder, 0o700);
    expect(found).toMatchObject({ entry: { name: 'x.hea' }, completions: [], completed: file });
  });
});
