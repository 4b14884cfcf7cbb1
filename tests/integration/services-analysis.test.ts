/** The services on the real analysis process: what the window says when that process dies. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { JobProgress } from '../../src-main/contract/batch.ts';
import type { WorklistRow } from '../../src-main/contract/domain.ts';
import { ANALYSIS_ENTRY, AnalysisPool } from '../../src-main/rhythm/analysis-pool.ts';
import {
  spawnWithNode,
  type ProcessHandle,
  type SpawnProcess,
} from '../../src-main/rhythm/port.ts';
import { createServices } from '../../src-main/services/create-services.ts';
import { writePlainRecording } from '../fixtures/analysis/recordings.ts';
import { writeTinyModel } from '../fixtures/analysis/tiny-model.ts';

const DAY_S = 24 * 3600;
const HOSTILE_ENTRY = new URL('../fixtures/analysis/hostile-process.ts', import.meta.url);

/** Called with every progress that is told, and the processes started so far. */
type Watch = (progress: JobProgress, processes: readonly ProcessHandle[]) => void;

async function givenWard(
  names: readonly { name: string; durationS: number }[],
  processCount: number,
  watch: Watch,
  spawnReal: SpawnProcess = spawnWithNode(ANALYSIS_ENTRY),
) {
  const root = mkdtempSync(join(tmpdir(), 'rhythmark-services-analysis-'));
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const ward = join(root, 'ward');
  mkdirSync(ward);
  for (const recording of names) await writePlainRecording(ward, recording);
  const processes: ProcessHandle[] = [];
  const manifestPath = await writeTinyModel(join(root, 'model'));
  const analyst = new AnalysisPool({
    spawn: () => {
      const handle = spawnReal();
      processes.push(handle);
      return handle;
    },
    manifestPath,
    processes: processCount,
  });
  const progress: JobProgress[] = [];
  const services = createServices({
    libraryFolder: join(root, 'library'),
    host: 'loopback',
    version: '0.0.0-test',
    analyst,
    modelPlaces: { folders: null, standard: manifestPath },
    announce: (name, payload) => {
      if (name !== 'job-progress' || !('state' in payload) || !('failed' in payload)) return;
      progress.push(payload);
      watch(payload, processes);
    },
  });
  onTestFinished(() => services.close());
  const call = async (method: string, input: unknown): Promise<unknown> => {
    const result = await services.dispatch(method, input, { signal: new AbortController().signal });
    if (result.ok) return result.value;
    throw new Error(result.error.message);
  };
  await call('worklist.add', { tokens: services.tokensFor([ward]) });
  const rows = async () => (await call('worklist.list', {})) as readonly WorklistRow[];
  return { services, progress, rows };
}

function shortOnes(count: number) {
  return Array.from({ length: count }, (_, n) => ({ name: `short${n}`, durationS: 30 }));
}

test('killing the analysis process once costs nothing but a sentence', async () => {
  let killed = false;
  const { services, progress, rows } = await givenWard(
    [{ name: 'long', durationS: DAY_S }, ...shortOnes(30)],
    2,
    ({ current }, processes) => {
      if (killed || !current.some(({ name }) => name === 'long')) return;
      killed = true;
      for (const handle of processes) handle.kill();
    },
  );
  await services.whenIdle();
  expect(killed).toBe(true);
  expect((await rows()).map(({ status }) => status)).toEqual(Array(31).fill('classified'));
  expect(progress.at(-1)).toMatchObject({ state: 'idle', done: 31, failed: 0 });
  expect(progress.at(-1)?.stopped).toMatch(/^(Stopped at|The analysis process stopped)/);
});

test('a recording that kills its process twice is named as failed, and the others go on', async () => {
  const { services, progress, rows } = await givenWard(
    [{ name: 'crash', durationS: 60 }, ...shortOnes(40)],
    1,
    () => undefined,
    spawnWithNode(HOSTILE_ENTRY),
  );
  await services.whenIdle();
  const all = await rows();
  const crash = all.find(({ name }) => name === 'crash');
  expect(crash?.failure?.message).toContain('stopped twice');
  expect(all.filter(({ status }) => status === 'classified')).toHaveLength(40);
  expect(progress.at(-1)?.stopped).toMatch(/^Stopped at crash: .+\./);
});

test('processes that die whatever is asked of them end the run, and every recording waits', async () => {
  const entry = join(mkdtempSync(join(tmpdir(), 'rhythmark-broken-')), 'broken.mjs');
  onTestFinished(() => {
    rmSync(dirname(entry), { recursive: true, force: true });
  });
  writeFileSync(entry, 'throw new Error("no such luck")');
  const { services, progress, rows } = await givenWard(
    shortOnes(40),
    2,
    () => undefined,
    spawnWithNode(entry),
  );
  await services.whenIdle();
  expect((await rows()).map(({ status }) => status)).toEqual(Array(40).fill('waiting'));
  expect(progress.at(-1)).toMatchObject({
    ...{ state: 'idle', done: 0, failed: 0 },
    stopped: expect.stringContaining('stopped 4 times in a row'),
  });
});
