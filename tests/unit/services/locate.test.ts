/** Files moved and renamed outside the program, found again: real files, the real library. */
import { DatabaseSync } from 'node:sqlite';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { Output } from '../../../src-main/contract/api.ts';
import { relocated, relocationOf } from '../../../src-main/services/relocation.ts';
import { GivenServices, temporaryFolder, writeRecording } from './given.ts';

const PATIENTLY = { timeout: 15_000 };

/** A ward of some recordings, classified; ids by name. */
async function givenWard(...names: string[]) {
  const place = temporaryFolder();
  const folder = join(place, 'june', 'ward');
  for (const name of names) writeRecording(folder, name);
  const given = new GivenServices();
  await given.add(folder);
  await given.whenIdle();
  const rows = await given.call('worklist.list', {});
  const ids = Object.fromEntries(rows.map(({ id, name }) => [name, id]));
  return { given, place, folder, id: (name: string) => ids[name] ?? '' };
}

function locate(given: GivenServices, id: string, path: string) {
  const [token = ''] = given.services.tokensFor([path]);
  return given.call('recording.locate', { id, token });
}

async function states(given: GivenServices): Promise<Record<string, string>> {
  const rows = await given.call('worklist.list', {});
  return Object.fromEntries(rows.map(({ name, folder, status }) => [name, `${folder} ${status}`]));
}

function missing(given: GivenServices, id: string): Promise<boolean> {
  return given.call('recording.open', { id }).then((details) => details.missing);
}

function signalOf(given: GivenServices, id: string) {
  const filters = { highPassHz: 0, lowPassHz: 0, notchHz: 0 };
  return given.result('recording.signal', {
    id,
    leads: [0],
    fromS: 0,
    toS: 5,
    columns: 5000,
    filters,
  });
}

describe('a folder that was moved', () => {
  test('is found whole from one of its recordings, with all that was known of each', async () => {
    const { given, place, folder, id } = await givenWard('a', 'b', 'c');
    const before = await given.call('recording.open', { id: id('b') });
    const jobs = given.analyst.jobs.length;
    mkdirSync(join(place, 'archive'));
    renameSync(join(place, 'june'), join(place, 'archive', 'june'));
    expect(await missing(given, id('a'))).toBe(true);
    expect(await signalOf(given, id('a'))).toMatchObject({ error: { code: 'not-found' } });

    const now = join(place, 'archive', 'june', 'ward');
    const found = await locate(given, id('a'), join(now, 'a.dat'));
    expect(found).toMatchObject({ kind: 'located', row: { id: id('a'), status: 'classified' } });
    expect(await missing(given, id('a'))).toBe(false);
    expect(await signalOf(given, id('a'))).toMatchObject({ ok: true });
    expect(await missing(given, id('b'))).toBe(true);
    expect(await given.call('recording.locateOthers', { id: id('a') })).toEqual({
      located: [id('b'), id('c')],
      replaced: [],
      missing: 0,
    });
    const after = await given.call('recording.open', { id: id('b') });
    expect(after).toEqual(before);
    await given.whenIdle();
    expect(given.analyst.jobs).toHaveLength(jobs); // nothing is classified anew
    expect(existsSync(folder)).toBe(false);
  });

  test('goes back to being missed when that is undone, as one act', async () => {
    const { given, place, id } = await givenWard('a', 'b');
    renameSync(join(place, 'june'), join(place, 'july'));
    await locate(given, id('a'), join(place, 'july', 'ward', 'a.hea'));
    await given.call('recording.locateOthers', { id: id('a') });
    expect(await given.call('recording.putBack', { id: id('a') })).toEqual({ putBack: 2 });
    expect(await missing(given, id('a'))).toBe(true);
    expect(await missing(given, id('b'))).toBe(true);
    expect(await given.call('recording.putBack', { id: id('a') })).toEqual({ putBack: 0 });
    renameSync(join(place, 'july'), join(place, 'june'));
    expect(await missing(given, id('b'))).toBe(false);
  });

  test('leaves missing what is another recording there, or is not there', async () => {
    const { given, place, id } = await givenWard('a', 'b', 'c', 'd');
    const july = join(place, 'july', 'ward');
    renameSync(join(place, 'june'), join(place, 'july'));
    rmSync(join(july, 'c.hea'));
    const samples = readFileSync(join(july, 'b.dat'));
    samples.writeInt16LE(99, 2 * 10);
    writeFileSync(join(july, 'b.dat'), samples);
    await locate(given, id('a'), join(july, 'a.hea'));
    expect(await given.call('recording.locateOthers', { id: id('a') })).toEqual({
      located: [id('d')],
      replaced: [],
      missing: 2,
    });
    expect(await missing(given, id('b'))).toBe(true);
  });
});

describe('a file that was renamed', () => {
  test('keeps its row, which has the new name', async () => {
    const { given, folder, id } = await givenWard('a', 'b');
    renameSync(join(folder, 'a.hea'), join(folder, 'night.hea'));
    const found = await locate(given, id('a'), join(folder, 'night.hea'));
    expect(found).toMatchObject({ kind: 'located', row: { id: id('a'), name: 'night' } });
    expect(await states(given)).toEqual({ night: 'ward classified', b: 'ward classified' });
    expect(await given.call('recording.locateOthers', { id: id('a') })).toMatchObject({
      located: [],
      missing: 0,
    });
    await given.call('recording.putBack', { id: id('a') });
    expect(Object.keys(await states(given)).sort()).toEqual(['a', 'b']);
  });

  test('and holds several recordings is found for all of them', async () => {
    const folder = join(temporaryFolder(), 'ward');
    mkdirSync(folder);
    const table = (step: number): Uint8Array =>
      strToU8(
        `time [s],II [mV]\n${Array.from({ length: 3000 }, (_, n) => `${(n / 250).toFixed(3)},${Math.sin(n / step).toFixed(3)}`).join('\n')}\n`,
      );
    writeFileSync(
      join(folder, 'both.zip'),
      zipSync({ 'one.csv': table(20), 'two.csv': table(30) }),
    );
    const given = new GivenServices();
    const [first = '', second = ''] = await given.add(folder);
    await given.whenIdle();
    renameSync(join(folder, 'both.zip'), join(folder, 'renamed.zip'));
    await locate(given, first, join(folder, 'renamed.zip'));
    expect(await given.call('recording.locateOthers', { id: first })).toMatchObject({
      located: [second],
      missing: 0,
    });
    expect(await missing(given, second)).toBe(false);
  });
});

describe('another recording', () => {
  test('is told from the one looked for, and changes nothing', async () => {
    const { given, place, folder, id } = await givenWard('a', 'b');
    rmSync(join(folder, 'a.hea'));
    writeRecording(place, 'long', { durationS: 44 });
    const rows = await given.call('worklist.list', {});
    const another = async (path: string) => await locate(given, id('a'), path);
    expect(await another(join(folder, 'b.hea'))).toMatchObject({
      kind: 'another',
      name: 'b',
      differs: 'samples',
    });
    const answer = await another(join(place, 'long.hea'));
    expect(answer).toMatchObject({
      kind: 'another',
      differs: 'length',
      header: { durationS: 44 },
    });
    expect(await given.call('worklist.list', {})).toEqual(rows);
    // A person may still decide to have it on the list as well.
    const { token } = answer as Extract<Output<'recording.locate'>, { kind: 'another' }>;
    expect(await given.call('worklist.add', { tokens: [token] })).toMatchObject({ added: 1 });
  });

  test.each([
    ['a folder', (place: string) => place, 'bad-request'],
    ['no file', (place: string) => join(place, 'nothing'), 'not-found'],
    ['no recording', (place: string) => join(place, 'notes.txt'), 'not-a-recording'],
  ])('nor is %s one', async (_, where, code) => {
    const { given, place, folder, id } = await givenWard('a');
    writeFileSync(join(place, 'notes.txt'), 'Nothing to read here.');
    rmSync(join(folder, 'a.hea'));
    const [token = ''] = given.services.tokensFor([where(place)]);
    const result = await given.result('recording.locate', { id: id('a'), token });
    expect(result).toMatchObject({ ok: false, error: { code } });
    expect(JSON.stringify(result)).not.toContain(place);
  });
});

describe('a recording whose samples were never looked at', () => {
  /** As the analysis leaves it until samples are compared, with the file gone since. */
  async function givenUntaken() {
    const { given, folder, id } = await givenWard('a');
    await given.services.close();
    const library = new DatabaseSync(join(given.folder, 'library.db'));
    library.exec('UPDATE recording SET fingerprint = NULL');
    library.close();
    const moved = `${folder} 2`;
    renameSync(folder, moved);
    const again = new GivenServices({ libraryFolder: given.folder });
    return { given: again, id: id('a'), path: join(moved, 'a.hea') };
  }

  test('is known by header, size and time of change together', async () => {
    const { given, id, path } = await givenUntaken();
    expect(await locate(given, id, path)).toMatchObject({ kind: 'located' });
  });

  test('cannot be told from a file of another time, and says so', async () => {
    const { given, id, path } = await givenUntaken();
    utimesSync(path, new Date(0), new Date(0));
    expect(await locate(given, id, path)).toMatchObject({ kind: 'another', differs: null });
    expect(await missing(given, id)).toBe(true);
  });

  test('every classified recording has its samples looked at in the end', async () => {
    const { given, id } = await givenWard('a', 'b', 'c');
    await given.services.close();
    const library = new DatabaseSync(join(given.folder, 'library.db'));
    const row = library
      .prepare('SELECT count(*) AS n FROM recording WHERE fingerprint IS NULL')
      .get();
    library.close();
    expect(row).toEqual({ n: 0 });
    expect(id('a')).not.toBe('');
  });
});

describe('a watched folder', () => {
  test('that listed the moved file as an arrival gives its row up, and back on undo', async () => {
    const place = temporaryFolder();
    const [ward, archive] = [join(place, 'ward'), join(place, 'archive')];
    writeRecording(ward, 'a');
    writeRecording(archive, 'z');
    const given = new GivenServices({ watchTiming: { restMs: 20, pollMs: 50 } });
    const [id = ''] = await given.add(ward, archive);
    await given.whenIdle();
    for (const name of ['a.dat', 'a.hea']) renameSync(join(ward, name), join(archive, name));
    const listed = async () =>
      (await given.call('worklist.list', {})).map((row) => `${row.folder}/${row.name}`).sort();
    const both = ['archive/a', 'archive/z', 'ward/a'];
    await expect.poll(listed, PATIENTLY).toEqual(both);
    await given.whenIdle();
    const found = await locate(given, id, join(archive, 'a.hea'));
    expect(found).toMatchObject({ kind: 'located', replaced: [expect.any(String)] });
    expect(await listed()).toEqual(['archive/a', 'archive/z']);
    // The next arrival shows that the folder was looked at again since: it listed nothing twice.
    writeRecording(archive, 'y');
    await expect.poll(listed, PATIENTLY).toEqual(['archive/a', 'archive/y', 'archive/z']);
    // What comes to the former place is a recording of its own.
    writeRecording(ward, 'a', { durationS: 41 });
    await expect.poll(listed, PATIENTLY).toContain('ward/a');
    rmSync(join(ward, 'a.hea'));
    const [row] = await given.call('worklist.list', {});
    expect(row).toMatchObject({ id, durationS: 30, status: 'classified' });
  });

  test('lists the moved file again once locating it was undone', async () => {
    const { given, place, folder, id } = await givenWard('a');
    const moved = join(place, 'moved');
    mkdirSync(moved);
    for (const name of ['a.dat', 'a.hea']) renameSync(join(folder, name), join(moved, name));
    await given.add(moved);
    await given.whenIdle();
    expect(await states(given)).toEqual({ a: 'moved classified' });
    const before = await given.call('worklist.list', {});
    expect(before).toHaveLength(2);
    await locate(given, id('a'), join(moved, 'a.hea'));
    expect(await given.call('worklist.list', {})).toHaveLength(1);
    await given.call('recording.putBack', { id: id('a') });
    expect(await given.call('worklist.list', {})).toEqual(before);
  });
});

describe('a recording that could not be read where it was', () => {
  test('is read and classified when it is located, which undoing keeps', async () => {
    const place = temporaryFolder();
    const [ward, other] = [join(place, 'ward'), join(place, 'other')];
    writeRecording(ward, 'a');
    mkdirSync(other);
    renameSync(join(ward, 'a.dat'), join(other, 'a.dat'));
    const given = new GivenServices();
    const [id = ''] = await given.add(ward);
    await given.whenIdle();
    expect(await states(given)).toEqual({ a: 'ward failed' });
    copyFileSync(join(ward, 'a.hea'), join(other, 'a.hea'));
    expect(await locate(given, id, join(other, 'a.hea'))).toMatchObject({ kind: 'located' });
    await given.whenIdle();
    expect(await states(given)).toEqual({ a: 'other classified' });
    await given.call('recording.putBack', { id });
    expect(await states(given)).toEqual({ a: 'ward classified' });
  });
});

describe('the dialog', () => {
  test("is the host's own, begins where the recording was, and may be dismissed", async () => {
    const place = temporaryFolder();
    writeRecording(join(place, 'june', 'ward'), 'a');
    const asked: string[][] = [];
    let answer: string | null = null;
    const nothing = (): Promise<null> => Promise.resolve(null);
    const locateDialog = (name: string, near: string): Promise<string | null> => {
      asked.push([name, near]);
      return Promise.resolve(answer);
    };
    const dialogs = { open: nothing, save: nothing, locate: locateDialog };
    const given = new GivenServices({ dialogs });
    const [id = ''] = await given.add(place);
    await given.whenIdle();
    renameSync(join(place, 'june'), join(place, 'july'));
    expect(await given.call('recording.locate', { id })).toEqual({ kind: 'dismissed' });
    expect(asked).toEqual([['a', place]]);
    answer = join(place, 'july', 'ward', 'a.hea');
    expect(await given.call('recording.locate', { id })).toMatchObject({ kind: 'located' });
  });

  test("is the page's where the host has none, and begins at what is left of the way", async () => {
    const { given, place, id } = await givenWard('a');
    renameSync(join(place, 'june'), join(place, 'july'));
    await expect(given.call('recording.locate', { id: id('a') })).rejects.toMatchObject({
      code: 'unsupported',
    });
    const listing = await given.call('files.list', { near: id('a') });
    expect(listing.entries.map(({ name }) => name)).toEqual(['july']);
  });
});

describe('which folder moved', () => {
  const path = fc
    .array(fc.constantFrom('a', 'b', 'ward', 'x.hea'), { minLength: 1, maxLength: 5 })
    .map((names) => `/${names.join('/')}`);

  test('maps the file that told it to where it was found', () => {
    fc.assert(
      fc.property(path, path, fc.constantFrom('1.hea', '2.hea'), (from, to, name) => {
        const [old, now] = [`${from}/${name}`, `${to}/${name}`];
        const moved = relocationOf(old, now);
        expect(moved === null).toBe(old === now);
        if (moved) expect(relocated(old, moved)).toBe(now);
      }),
    );
  });

  test('is the highest that differs; a file renamed in its folder tells of none', () => {
    expect(relocationOf('/a/b/ward/1.hea', '/z/b/ward/1.hea')).toEqual({ from: '/a', to: '/z' });
    expect(relocationOf('/a/ward/1.hea', '/z/ward/2.hea')).toEqual({ from: '/a', to: '/z' });
    expect(relocationOf('/1.hea', '/z/1.hea')).toEqual({ from: '', to: '/z' });
    expect(relocationOf('/a/ward/1.hea', '/a/ward/2.hea')).toBeNull();
    expect(relocated('/a2/1.hea', { from: '/a', to: '/z' })).toBeNull();
  });
});
