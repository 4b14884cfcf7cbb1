import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallFile, statOf } from '../../../src-main/formats/at-once.ts';
import { openRegularFile } from '../../../src-main/formats/byte-source.ts';
import { scan, type ScanItem } from '../../../src-main/formats/scan.ts';

const WAYS = ['aside', 'here'] as const;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-at-once-'));
  await writeFile(join(folder, 'a.hea'), 'a 1 250 4\na.dat 16 200 16 0 0 0 0 I\n');
  await writeFile(join(folder, 'a.dat'), Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0));
  await writeFile(join(folder, 'long.bin'), new Uint8Array(300_000).fill(7));
  await mkdir(join(folder, 'inner'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(WAYS)('a file whose reader waits %s', (waiting) => {
  test.each(['a.dat', 'long.bin'])('%s gives its bytes, fewer at its end', async (name) => {
    const source = await openRegularFile(join(folder, name), waiting);
    const last = await source.read(source.size - 3, 10);
    await source.close();
    expect([...last]).toEqual(name === 'a.dat' ? [0, 4, 0] : [7, 7, 7]);
  });

  test('a folder is refused as no recording, a missing file as the system says it', async () => {
    await expect(openRegularFile(join(folder, 'inner'), waiting)).rejects.toMatchObject({
      code: 'not-a-recording',
    });
    await expect(openRegularFile(join(folder, 'none'), waiting)).rejects.toMatchObject({
      code: 'ENOENT',
    });
    await expect(statOf(join(folder, 'none'), waiting)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

test('a file that is longer than asked for is left to the way that reads it piece by piece', () => {
  expect(smallFile(join(folder, 'long.bin'), 299_999)).toBeNull();
});

test('a folder is found to hold the same, whoever waits', async () => {
  const found = await Promise.all(WAYS.map((waiting) => all(scan([folder], { waiting }))));
  expect(found[1]).toEqual(found[0]);
  expect(found[0]?.some((item) => item.kind === 'recording')).toBe(true);
});

async function all(items: AsyncIterable<ScanItem>): Promise<ScanItem[]> {
  const list: ScanItem[] = [];
  for await (const item of items) list.push(item);
  return list;
}
