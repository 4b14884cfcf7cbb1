import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  listParts,
  openRecording,
  previewRecording,
  scan,
} from '../../../src-main/formats/index.ts';
import { fuzz } from './fuzz.ts';
import { zip } from '../../../src-main/formats/zip/index.ts';
import { writtenRecord } from './written-record.ts';
import { NO_SHARED_DATA, shared, SHARED_DATA } from '../../data.ts';

let folder = '';
let files = 0;
let record: Awaited<ReturnType<typeof writtenRecord>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-zip-'));
  record = await writtenRecord([212, 16], 3000);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function archive(members: Zippable): Promise<string> {
  const path = join(folder, `a${files++}.zip`);
  await writeFile(path, zipSync(members));
  return path;
}

/** A written record under a folder of the archive. */
function recordIn(prefix: string): Zippable {
  const members: Zippable = { [`${prefix}r.hea`]: record.bytes };
  for (const [name, bytes] of record.beside) members[prefix + name] = bytes;
  return members;
}

const table = (header: string) =>
  Buffer.from(header + Array.from({ length: 40 }, (_, i) => `${i / 100},${i % 7}\n`).join(''));

describe('A ZIP archive', () => {
  it('lists its recordings as parts, folder by folder, and reads each in place', async () => {
    const path = await archive({
      ...recordIn('b/'),
      ...recordIn('a/deep/'),
      'table.csv': table('time,ecg\n'),
      'README.md': Buffer.from('# Nothing'),
      '__MACOSX/b/._r.hea': record.bytes,
      'empty/': new Uint8Array(0),
    });
    const parts = await listParts(path);
    expect(parts).toEqual([
      { part: 'table.csv', name: 'table' },
      { part: 'a/deep/r.hea', name: 'r' },
      { part: 'b/r.hea', name: 'r' },
    ]);
    const reader = await openRecording(path, { part: 'b/r.hea' });
    expect(reader.header.format).toBe('WFDB');
    expect(await reader.readStored([0, 1], 0, 3000)).toEqual(record.samples);
    expect(await reader.annotations()).toEqual([]);
    await reader.close();
    const first = await openRecording(path);
    expect(first.header.format).toBe('Text');
    await first.close();
  });

  it('with stored members reads a window without reading the rest', async () => {
    const members = recordIn('');
    for (const [name, bytes] of Object.entries(members))
      members[name] = [bytes as Uint8Array, { level: 0 }];
    const reader = await openRecording(await archive(members));
    expect(await reader.readStored([1], 2000, 2100)).toEqual([
      record.samples[1]?.slice(2000, 2100),
    ]);
    await reader.close();
  });

  it('is listed by a scan with its parts, or ignored when there is no recording in it', async () => {
    const full = await archive(recordIn('x/'));
    const none = await archive({ 'notes.txt': Buffer.from('Only words here.\n') });
    const items = [];
    for await (const item of scan([full, none])) items.push(item);
    expect(items).toMatchObject([
      { kind: 'recording', path: full, part: 'x/r.hea', name: 'r' },
      { kind: 'ignored', path: none, reason: 'There is no recording in this archive.' },
    ]);
  });

  it('passes on what a text file in it leaves open', async () => {
    const bytes = Buffer.from(Array.from({ length: 40 }, (_, i) => `${(i * 3) % 7}.5\n`).join(''));
    const path = await archive({ 'ecg.txt': bytes });
    await expect(openRecording(path)).rejects.toMatchObject({ code: 'needs-choice' });
    expect(await previewRecording(path)).toMatchObject({ open: ['samplingHz'] });
  });

  it('that is a bomb is refused before it is expanded', async () => {
    const path = await archive({ 'r.hea': record.bytes, 'r.d0': new Uint8Array(80 << 20) });
    await expect(openRecording(path, { part: 'r.hea' })).rejects.toMatchObject({
      code: 'too-large',
    });
  });

  it('whose member names another size than it has is refused', async () => {
    const bytes = zipSync({ 'r.csv': table('time,ecg\n') });
    // The uncompressed size in the directory entry, 24 bytes after its mark.
    const entry = Buffer.from(bytes).indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    new DataView(bytes.buffer).setUint32(entry + 24, 5, true);
    const path = join(folder, 'lies.zip');
    await writeFile(path, bytes);
    await expect(openRecording(path, { part: 'r.csv' })).rejects.toThrow('not what was packed');
  });

  it('whose recording names a file outside of its folder is refused', async () => {
    const header = Buffer.from('r 1 250 1\n../secret.dat 16 200\n');
    const path = await archive({ 'x/r.hea': header, 'secret.dat': new Uint8Array(2) });
    await expect(openRecording(path)).rejects.toThrow("does not lie in the recording's folder");
  });

  it('that is cut off anywhere is refused', async () => {
    const bytes = zipSync(recordIn(''));
    for (const cut of [30, 200, bytes.length >> 1, bytes.length - 30, bytes.length - 1]) {
      const path = join(folder, 'cut.zip');
      await writeFile(path, bytes.subarray(0, cut));
      await expect(openRecording(path)).rejects.toMatchObject({ code: 'damaged-file' });
    }
  });

  it('that is damaged is read or refused with a reason, never worse', async () => {
    const bytes = zipSync({ ...recordIn('a/'), 'table.csv': table('time,ecg\n') });
    const report = await fuzz({ format: zip, seeds: [{ name: 'a.zip', bytes }] }, 300);
    expect(report.wrong).toEqual([]);
  });
});

describe.skipIf(SHARED_DATA === null)(
  `The CinC 2017 archive${SHARED_DATA === null ? `: ${NO_SHARED_DATA}` : ''}`,
  () => {
    it('opens in place: 7,249 recordings', async () => {
      const path = shared('cinc2017/training2017-dev.zip');
      const parts = await listParts(path);
      expect(parts).toHaveLength(7249);
      const reader = await openRecording(path, { part: parts[7000]?.part ?? '' });
      expect(reader.header.leads).toMatchObject([{ name: 'ECG', samplingHz: 300 }]);
      await reader.close();
    });
  },
);
