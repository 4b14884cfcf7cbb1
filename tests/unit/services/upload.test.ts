import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RhythmarkError } from '../../../src-main/contract/errors.ts';
import { nameInDrop } from '../../../src-main/services/drop-names.ts';
import { Uploads } from '../../../src-main/services/upload.ts';
import { GivenServices, newUpload, temporaryFolder, writeRecording } from './given.ts';

interface DroppedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Sends files as the page does: in parts, the last of all marked. */
async function drop(given: GivenServices, files: readonly DroppedFile[], partBytes = 4000) {
  const upload = newUpload();
  let answer = null;
  for (const [index, { name, bytes }] of files.entries()) {
    let offset = 0;
    do {
      const part = bytes.subarray(offset, offset + partBytes);
      const end = offset + part.length >= bytes.length;
      const last = end && index === files.length - 1;
      answer = await given.call('worklist.upload', { upload, name, offset, bytes: part, last });
      offset += part.length;
    } while (offset < bytes.length);
  }
  return answer;
}

function recordingFiles(prefix = ''): DroppedFile[] {
  const folder = temporaryFolder();
  writeRecording(folder, 'a');
  return ['a.dat', 'a.hea'].map((name) => ({
    name: prefix + name,
    bytes: new Uint8Array(readFileSync(join(folder, name))),
  }));
}

function droppedFolders(given: GivenServices): string[] {
  const folder = join(given.folder, 'dropped');
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe('a drop on a browser page', () => {
  test.each(['', 'ward/2024/'])(
    'is opened whole when its last part has come (below "%s")',
    async (prefix) => {
      const given = new GivenServices();
      const added = await drop(given, recordingFiles(prefix));
      expect(added).toMatchObject({ added: 1 });
      await given.whenIdle();
      const [row] = await given.call('worklist.list', {});
      expect(row).toMatchObject({ name: 'a', status: 'classified', windowCount: 3 });
      expect(row?.folder).toMatch(prefix === '' ? /^Dropped \d{4}-\d\d-\d\d / : /^2024$/);
    },
  );

  test('that holds no recording leaves nothing behind', async () => {
    const given = new GivenServices();
    const added = await drop(given, [
      { name: 'note.txt', bytes: new TextEncoder().encode('Hello.') },
    ]);
    expect(added).toMatchObject({ added: 0, ignored: 1 });
    expect(droppedFolders(given)).toEqual([]);
  });

  test.each([
    ['../../outside.hea'],
    ['ward/../../outside.hea'],
    ['..'],
    ['/'],
    ['a/'.repeat(40) + 'x'],
  ])('named %j is refused and leaves nothing behind', async (name) => {
    const given = new GivenServices();
    const bytes = new Uint8Array(3);
    await expect(drop(given, [{ name, bytes }])).rejects.toMatchObject({ code: 'bad-request' });
    expect(droppedFolders(given)).toEqual([]);
  });

  test('whose parts are out of order, or two of a name, is given up as a whole', async () => {
    const given = new GivenServices();
    const [first] = recordingFiles();
    const part = { upload: newUpload(), name: 'a.dat', bytes: new Uint8Array(10), last: false };
    await given.call('worklist.upload', { ...part, offset: 0 });
    await expect(given.call('worklist.upload', { ...part, offset: 11 })).rejects.toMatchObject({
      code: 'bad-request',
    });
    await expect(given.call('worklist.upload', { ...part, offset: 10 })).rejects.toMatchObject({
      code: 'bad-request',
    });
    if (!first) throw new Error('no file');
    await expect(drop(given, [first, { ...first, name: 'A.DAT' }])).rejects.toMatchObject({
      code: 'bad-request',
    });
    await expect(
      drop(given, [first, { ...first, name: 'a.dat/inside.hea' }]),
    ).rejects.toMatchObject({ code: 'bad-request' });
    expect(droppedFolders(given)).toEqual([]);
  });

  test('that its page called off, or left unfinished at the end, leaves nothing behind', async () => {
    const given = new GivenServices();
    const abort = new AbortController();
    const part = {
      upload: newUpload(),
      name: 'a.dat',
      offset: 0,
      bytes: new Uint8Array(10),
      last: false,
    };
    await given.call('worklist.upload', part);
    abort.abort();
    await given.result('worklist.upload', { ...part, offset: 10 }, abort.signal);
    await given.call('worklist.upload', { ...part, upload: newUpload() });
    await given.services.close();
    expect(droppedFolders(given)).toEqual([]);
  });

  test('of too many bytes is refused', async () => {
    const uploads = new Uploads(temporaryFolder(), 100);
    const part = { upload: 'u', name: 'a', last: false, bytes: new Uint8Array(60) };
    const { signal } = new AbortController();
    await uploads.keep({ ...part, offset: 0 }, signal);
    await expect(uploads.keep({ ...part, offset: 60 }, signal)).rejects.toMatchObject({
      code: 'too-large',
    } satisfies Partial<RhythmarkError>);
    await uploads.close();
  });

  test('that a killed program left half written is removed at the next start', async () => {
    const folder = temporaryFolder();
    const partial = join(folder, 'dropped', 'x.partial');
    mkdirSync(partial, { recursive: true });
    writeFileSync(join(partial, 'a.dat'), 'half');
    const uploads = new Uploads(folder);
    await uploads.close();
    expect(existsSync(partial)).toBe(false);
  });

  test('is kept byte by byte, in whatever parts it comes', async () => {
    const given = new GivenServices();
    const files = recordingFiles();
    await drop(given, files, 777);
    const [folder = ''] = droppedFolders(given);
    for (const { name, bytes } of files) {
      const kept = readFileSync(join(given.folder, 'dropped', folder, name));
      expect(new Uint8Array(kept)).toEqual(bytes);
    }
  });
});

describe('a dropped name', () => {
  test('never leaves its folder and fits every file system, whatever it is', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 255 }),
      fc.stringMatching(/^[a-z./\\: \0]{0,60}$/),
      fc.constantFrom('con', 'NUL.txt', 'a/lpt1.hea', 'x. ', '...', 'é'.repeat(200) + '.hea'),
    );
    fc.assert(
      fc.property(anything, (name) => {
        let parts: string[];
        try {
          parts = nameInDrop(name);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-request' });
          return;
        }
        for (const part of parts) {
          expect(part).not.toMatch(/^\.{0,2}$|[/\\:*?"<>|]|[. ]$/);
          expect(part).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(201);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('that is an ordinary one stays as it is', () => {
    for (const name of ['100.hea', 'Patient 7 (copy).EDF', 'ward/müller_2024-01-01.dat']) {
      expect(nameInDrop(name).join('/')).toBe(name);
    }
  });

  test('keeps the ending when it is shortened', () => {
    const [name = ''] = nameInDrop(`${'x'.repeat(400)}.hea`);
    expect(name).toMatch(/^x+\.hea$/);
  });
});
