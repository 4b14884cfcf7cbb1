/** What the command line does where no analysis process lives: the one end that is no file's fault. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classifyRun, type ClassifyRequest } from '../../src-main/cli/classify-run.ts';
import type { Terminal } from '../../src-main/cli/terminal.ts';
import { ANALYSIS_ENTRY, AnalysisPool } from '../../src-main/rhythm/analysis-pool.ts';
import { spawnWithNode, type SpawnProcess } from '../../src-main/rhythm/port.ts';
import { loadModel } from '../../src-main/rhythm/manifest.ts';
import { evaluateDataset } from '../../src-main/services/evaluate.ts';
import { writePlainRecording } from '../fixtures/analysis/recordings.ts';
import { writeTinyModel } from '../fixtures/analysis/tiny-model.ts';
import { writeCinc } from '../fixtures/evaluation/labelled-sets.ts';

let folder = '';
let manifestPath = '';
let request: ClassifyRequest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-classify-'));
  for (const at of [1, 2, 3]) {
    await writePlainRecording(join(folder, 'ward'), { name: `r${at}`, durationS: 30 });
  }
  manifestPath = await writeTinyModel(join(folder, 'model'));
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
    model: manifestPath,
  };
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const NONE: SpawnProcess = () => {
  throw new Error('EAGAIN');
};

describe('rhythmark classify without a process that lives', () => {
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

describe('rhythmark evaluate without a process that lives', () => {
  it('stops, instead of scoring what came before', async () => {
    await writeCinc(join(folder, 'cinc'), { A00001: 'N', A00002: 'A' });
    const pool = new AnalysisPool({ spawn: NONE, manifestPath, processes: 1 });
    const evaluation = evaluateDataset(join(folder, 'cinc'), {
      analyst: pool,
      model: await loadModel(manifestPath),
      program: '0.0.0-test',
      leads: { kind: 'auto' },
      readings: ['cinc'],
      prevalence: 0.05,
      limit: Infinity,
      atOnce: 2,
      signal: new AbortController().signal,
    });
    await expect(evaluation).rejects.toMatchObject({ code: 'analysis-stopped' });
    await pool.close();
  });
});
