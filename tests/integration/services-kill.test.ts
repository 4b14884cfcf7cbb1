import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openLibrary } from '../../src-main/review/library.ts';
import { MODEL, writeRecording } from '../unit/services/stand-in-analyst.ts';

const VICTIM = fileURLToPath(new URL('services-victim.ts', import.meta.url));
const RECORDINGS = 300;

interface Life {
  /** Ids in the order told, with the last status told of each. */
  readonly told: ReadonlyMap<string, string>;
  readonly end: 'killed' | 'closed';
}

/** Starts the program and kills it once it has told of so many rows; never where that is infinite. */
function live(library: string, folder: string, rowsToLive: number): Promise<Life> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', VICTIM, library, folder],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const told = new Map<string, string>();
    let rows = 0;
    let rest = '';
    let closed = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === 'closed') closed = true;
        const [id = '', status] = line.split(' ');
        if (status === undefined) continue;
        told.set(id, status);
        rows += 1;
      }
      if (rows >= rowsToLive) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', () => {
      resolve({ told, end: closed ? 'closed' : 'killed' });
    });
  });
}

test('a program killed while it adds and classifies loses nothing that it had told', async () => {
  const root = mkdtempSync(join(tmpdir(), 'rhythmark-kill-'));
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const ward = join(root, 'ward');
  const folder = join(root, 'library');
  for (let n = 0; n < RECORDINGS; n += 1) writeRecording(ward, `r${n}`, { durationS: 12 });

  let classifiedBefore = 0;
  // From the first rows being listed to the last being classified.
  for (const rowsToLive of [1, 40, RECORDINGS, RECORDINGS + 60, RECORDINGS + 150, 2 * RECORDINGS]) {
    const { told } = await live(folder, ward, rowsToLive);
    const library = openLibrary(folder);
    expect(library.notice).toBeNull();
    const stored = new Map(library.recordings.listed().map((one) => [one.id, one]));
    for (const [id, status] of told) {
      expect(stored.has(id)).toBe(true);
      if (status === 'classified') expect(stored.get(id)?.status).toBe('classified');
    }
    const classified = [...stored.values()].filter(({ status }) => status === 'classified');
    expect(classified.length).toBeGreaterThanOrEqual(classifiedBefore);
    classifiedBefore = classified.length;
    for (const { id } of classified) {
      expect(library.modelVerdicts.read(id, MODEL.sha256)?.startS).toHaveLength(1);
      const summary = library.modelVerdicts.summary(id, MODEL.sha256, 'cinc', MODEL.threshold);
      expect(summary?.windowCount).toBe(1);
    }
    expect([...stored.values()].filter(({ status }) => status === 'failed')).toEqual([]);
    library.close();
  }

  const last = await live(folder, ward, Infinity);
  expect(last.end).toBe('closed');
  const library = openLibrary(folder);
  const listed = library.recordings.listed();
  expect(listed).toHaveLength(RECORDINGS);
  expect(new Set(listed.map(({ status }) => status))).toEqual(new Set(['classified']));
  library.close();
  expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
});
