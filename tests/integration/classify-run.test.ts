/** `rhythmark classify` where no analysis process lives: the one end of a run that is no file's fault. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classifyRun, type ClassifyRequest } from '../../src-main/cli/classify-run.ts';
import type { Terminal } from '../../src-main/cli/terminal.ts';
import { ANALYSIS_ENTRY } from '../../src-main/rhythm/analysis-pool.ts';
import { spawnWithNode, type SpawnProcess } from '../../src-main/rhythm/port.ts';
import { writePlainRecording } from '../fixtures/analysis/recordings.ts';
import { writeTinyModel } from '../fixtures/analysis/tiny-model.ts';

let folder = '';
let request: ClassifyRequest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-classify-'));
  for (const at of [1, 2, 3]) {
    await writePlainRecording(join(folder, 'ward'), { name: `r${at}`, durationS: 30 });
  }
  request = {
    paths: [join(folder, 'ward')],
    out: join(folder, 'labels.csv'),
    per: 'recording',
    format: 'csv',
    leads: { kind: 'auto' },
    reading: 'cinc',
    jobs: 1,
    shard: { index: 1, count: 1 },
    begin: 'anew',
    model: await writeTinyModel(join(folder, 'model')),
  };
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a run whose processes all die', () => {
  const NONE: SpawnProcess = () => {
    throw new Error('EAGAIN');
  };

  it('stops and blames no recording, and goes on when they live again', async () => {
    const complaints: string[] = [];
    const terminal: Terminal = {
      print: () => undefined,
      complain: (message) => complaints.push(message),
      progress: () => undefined,
      clearProgress: () => undefined,
    };
    await expect(classifyRun(request, terminal, NONE)).rejects.toMatchObject({
      code: 'analysis-stopped',
      message: expect.stringMatching(/^Stopped, with 0 of 3 .* could not be started.*--resume/),
    });
    expect(complaints).toEqual([]);
    expect(await readdir(folder)).not.toContain('labels.csv');

    const resumed = { ...request, begin: 'resume' } as const;
    expect(await classifyRun(resumed, terminal, spawnWithNode(ANALYSIS_ENTRY))).toBe(0);
    expect(complaints).toEqual([]);
    expect(await readdir(folder)).toContain('labels.csv');
  });
});
