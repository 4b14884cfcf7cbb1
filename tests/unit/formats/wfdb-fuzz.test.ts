/** Damaged WFDB records, annotation files, FLAC streams and text files; see fuzz.ts. */
import { describe, expect, it } from 'vitest';
import { wfdb } from '../../../src-main/formats/wfdb/index.ts';
import { fuzz, silentTruncations, type Seed } from './fuzz.ts';
import { textTarget, wfdbTarget } from './fuzz-seeds.ts';
import { requestFor } from './in-memory.ts';

/** Few here, for speed; tests/integration/format-fuzz.test.ts takes ten thousand. */
const INPUTS = 300;

/** Opens a record and reads all of it, as fuzz.ts does. */
async function readWhole(seed: Seed): Promise<void> {
  const files = { [seed.name]: seed.bytes, ...Object.fromEntries(seed.beside ?? []) };
  const reader = await wfdb.open(requestFor(files));
  for (const [index, lead] of reader.header.leads.entries())
    await reader.read([index], 0, lead.sampleCount);
}

describe('A damaged WFDB record', () => {
  it('is read or refused with a reason, never worse', async () => {
    const report = await fuzz(await wfdbTarget(), INPUTS);
    expect(report.wrong).toEqual([]);
    expect(report.opened).toBeGreaterThan(0);
    expect(report.refused).toBeGreaterThan(0);
  });

  it('is never taken for whole when its header is cut off', async () => {
    expect(await silentTruncations(await wfdbTarget(), 60)).toEqual([]);
  });

  it('is never taken for whole when a signal file is cut off', async () => {
    for (const seed of (await wfdbTarget()).seeds) {
      const files = [...(seed.beside ?? [])].filter(([name]) => !/\.(?:hea|atr)$/.test(name));
      for (const [name, bytes] of files)
        for (const cut of [0, 1, 50, bytes.length >> 1, bytes.length - 40, bytes.length - 1]) {
          const beside = new Map(seed.beside).set(name, bytes.subarray(0, Math.max(0, cut)));
          await expect(readWhole({ ...seed, beside })).rejects.toMatchObject({
            code: 'damaged-file',
          });
        }
    }
  });
});

describe('A damaged text file', () => {
  it('is read or refused with a reason, never worse', async () => {
    const report = await fuzz(textTarget(), INPUTS / 3);
    expect(report.wrong).toEqual([]);
    expect(report.opened).toBeGreaterThan(0);
  });

  it('is never taken for whole when it is cut off within a line', async () => {
    expect(await silentTruncations(textTarget(), 60)).toEqual([]);
  });
});
