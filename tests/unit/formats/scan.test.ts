import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listParts, openRecording, scan, type ScanItem } from '../../../src-main/formats/index.ts';

let folder = '';
const inFolder = (...names: string[]) => join(folder, ...names);

async function put(name: string, content: string | Uint8Array): Promise<void> {
  await mkdir(join(inFolder(name), '..'), { recursive: true });
  await writeFile(inFolder(name), content);
}

async function found(...paths: string[]): Promise<ScanItem[]> {
  const items: ScanItem[] = [];
  for await (const item of scan(paths.length > 0 ? paths : [folder])) items.push(item);
  return items;
}

/** Paths relative to the folder, by what was said about them. */
function told(items: readonly ScanItem[], kind: ScanItem['kind']): string[] {
  return items
    .filter((item) => item.kind === kind)
    .map(({ path }) => path.slice(folder.length + 1).replaceAll('\\', '/'));
}

const samples = new Uint8Array(Int16Array.of(1, 2, 3, 4).buffer);
const header = (name: string, file = `${name}.dat`) => `${name} 1 250 4\n${file} 16 200\n`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-scan-'));
  for (const name of ['r2', 'r10', 'r1']) {
    await put(`${name}.hea`, header(name));
    await put(`${name}.dat`, samples);
  }
  await put('r1.atr', 'anything');
  await put('copy.hea', header('copy', 'shared.signal'));
  await put('shared.signal', samples);
  await put('multi/long.hea', 'long/3 1 250 8\nlong_1 4\n~ 0\nother_2 4\n');
  await put('multi/long_1.hea', header('long_1'));
  await put('multi/long_1.dat', samples);
  await put('multi/other_2.hea', header('other_2'));
  await put('multi/other_2.dat', samples);
  await put('multi/long.pdf', '%PDF-1.7');
  await put('notes/README.md', '# Notes');
  await put('notes/report.pdf', '%PDF-1.7 and more');
  await put('notes/labels.csv', 'A1,N\nA2,A\nA3,O\nA4,N\nA5,N\nA6,N\n');
  await put('notes/empty.txt', '');
  await put('.git/r.hea', header('r'));
  await put(
    'table.csv',
    `time,ecg\n${Array.from({ length: 9 }, (_, i) => `${i / 100},${i % 3}`).join('\n')}\n`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('Looking for recordings', () => {
  it('lists each recording once, in order, with its sidecars', async () => {
    const items = await found();
    expect(told(items, 'recording')).toEqual([
      ...['copy.hea', 'r1.hea', 'r2.hea', 'r10.hea', 'table.csv', 'multi/long.hea'],
    ]);
    expect(told(items, 'unreadable')).toEqual([]);
    expect(items.find(({ path }) => path.endsWith('r1.hea'))).toMatchObject({
      ...{ name: 'r1', part: '', format: 'WFDB' },
      sizeBytes: header('r1').length + samples.length + 'anything'.length,
    });
  });

  it('counts what is no recording, with the reason', async () => {
    const items = await found(inFolder('notes'));
    expect(told(items, 'recording')).toEqual([]);
    expect(told(items, 'ignored').sort()).toEqual([
      ...['notes/README.md', 'notes/empty.txt', 'notes/labels.csv', 'notes/report.pdf'],
    ]);
  });

  it('lists an empty file that only a recorder writes: left out, a recording would be missing unseen', async () => {
    await put('failed/empty.edf', '');
    await put('failed/empty.dat', '');
    const items = await found(inFolder('failed'));
    expect(told(items, 'recording')).toEqual(['failed/empty.edf']);
    expect(told(items, 'ignored')).toEqual(['failed/empty.dat']);
    await rm(inFolder('failed'), { recursive: true });
  });

  it('takes files by themselves, any of a recording for it, and none twice', async () => {
    const names = ['r1.dat', 'r1.atr', 'r1.hea', 'notes/report.pdf', 'r2.dat', 'gone.edf'];
    const items = await found(...names.map((name) => inFolder(name)));
    expect(told(items, 'recording')).toEqual(['r1.hea', 'r2.hea']);
    expect(items.filter(({ kind }) => kind === 'ignored')).toMatchObject([
      { reason: expect.stringContaining('This is a PDF document') as string },
    ]);
    expect(told(items, 'unreadable')).toEqual(['gone.edf']);
  });

  it.skipIf(process.platform === 'win32')(
    'follows no link out of the folder, and no circle',
    async () => {
      await mkdir(inFolder('links'));
      await symlink(inFolder('multi'), inFolder('links', 'out'));
      await symlink(inFolder('links'), inFolder('links', 'circle'));
      await symlink(inFolder('nowhere'), inFolder('links', 'broken'));
      await put('links/own.hea', header('own', '../r1.dat'));
      expect(told(await found(inFolder('links')), 'recording')).toEqual(['links/own.hea']);
      const all = told(await found(), 'recording');
      expect(all.filter((path) => path.includes('long'))).toHaveLength(1);
      await rm(inFolder('links'), { recursive: true });
    },
  );

  it('tells of a folder that cannot be read and goes on', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has other permissions');
    skip(process.getuid?.() === 0, 'permissions do not bind the superuser');
    await mkdir(inFolder('closed'));
    await chmod(inFolder('closed'), 0);
    const items = await found();
    expect(told(items, 'unreadable')).toEqual(['closed']);
    expect(told(items, 'recording').length).toBeGreaterThan(0);
    await chmod(inFolder('closed'), 0o700);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const listing = async () => {
      for await (const item of scan([folder], { signal: controller.signal }))
        if (item.path !== '') controller.abort();
    };
    await expect(listing()).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('Opening a path', () => {
  it.each([
    ['a.pdf', '%PDF-1.4', 'This is a PDF document, not a recording.'],
    ['a.png', '\x89PNG\r\n\x1a\n', 'a PNG picture'],
    ['a.jpg', '\xff\xd8\xff\xe0', 'a JPEG picture'],
    ['a.docx', `PK\x03\x04${'\0'.repeat(26)}[Content_Types].xml`, 'an Office document'],
    ['a.exe', 'MZ\x90\0', 'a Windows program'],
    ['a.mp4', '\0\0\0\x18ftypmp42', 'a video'],
    ['a.gz', '\x1f\x8b\x08', 'a gzip-compressed file'],
    ['a.html', '<!doctype html><p>', 'a web page'],
    ['a.bin', '\x01\x02\x03', 'in no ECG format that Rhythmark reads'],
    ['a.edf', '', 'This file is empty'],
  ])('of %s says what it is', async (name, content, message) => {
    await put(`kinds/${name}`, Buffer.from(content, 'latin1'));
    await expect(openRecording(inFolder('kinds', name))).rejects.toMatchObject({
      code: 'not-a-recording',
      message: expect.stringContaining(message) as string,
    });
  });

  it('of a signal file without its header names the header', async () => {
    await put('alone/100.dat', samples);
    await expect(openRecording(inFolder('alone', '100.dat'))).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('100.hea is not beside it') as string,
    });
  });

  it('of a folder says so, and of nothing passes on what the system says', async () => {
    await expect(openRecording(folder)).rejects.toThrow('This is a folder');
    await expect(openRecording(inFolder('gone.hea'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('lists the one recording that most files hold', async () => {
    expect(await listParts(inFolder('r1.hea'))).toEqual([{ part: '', name: '' }]);
  });
});
