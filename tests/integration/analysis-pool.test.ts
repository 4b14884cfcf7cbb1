import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { MODEL_OUTPUTS } from '../../src-main/contract/domain.ts';
import { openRegularFile } from '../../src-main/formats/byte-source.ts';
import { ANALYSIS_ENTRY, AnalysisPool } from '../../src-main/rhythm/analysis-pool.ts';
import type { ClassifyJob, Findings, PoolState } from '../../src-main/rhythm/job.ts';
import {
  spawnWithNode,
  type ProcessHandle,
  type SpawnProcess,
} from '../../src-main/rhythm/port.ts';
import { PATIENCE, type Patience } from '../../src-main/rhythm/supervised-process.ts';
import { inContext } from '../../src-main/rhythm/context.ts';
import { openEnvelope } from '../../src-main/signal/envelope-file.ts';
import { writePlainRecording } from '../fixtures/analysis/recordings.ts';
import { PARTS, TELLING, TINY, writeTinyModel } from '../fixtures/analysis/tiny-model.ts';

/** Reads one number of evidence a window. */
const HEAD = {
  together: 6,
  floor: 0.001,
  weight: Array.from({ length: 4 }, () => new Array<number>(3 * 6).fill(0)),
  bias: [0, 0, 0, 0],
};

const HOSTILE_ENTRY = new URL('../fixtures/analysis/hostile-process.ts', import.meta.url);
const NO_VERDICTS = {
  startS: new Float64Array(0),
  probabilities: new Float32Array(0),
  alone: new Float32Array(0),
};
const NO_MESSAGES = { onFindings: () => undefined };

let folder = '';
let manifestPath = '';
let short: string[] = [];
let long = '';
let twoLeads = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-pool-'));
  manifestPath = await writeTinyModel(join(folder, 'model'));
  short = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      writePlainRecording(folder, { name: `short${at}`, durationS: 30 + (at % 3) * 7 }),
    ),
  );
  long = await writePlainRecording(folder, { name: 'long', durationS: 4 * 3600 });
  twoLeads = await writePlainRecording(folder, {
    name: 'two',
    durationS: 700,
    leads: ['V1', 'II'],
    samplingHz: 360,
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const open = new Set<AnalysisPool>();

afterEach(async () => {
  await Promise.all(Array.from(open, (pool) => pool.close()));
  open.clear();
});

/** A pool that is closed after the test, with the processes that it started. */
function poolOf(options: {
  readonly entry?: URL;
  readonly processes?: number;
  readonly patience?: Patience;
  readonly manifestPath?: string;
  /** So many processes, the first, get no job that is sent to them: it stays in work for ever. */
  readonly idlers?: number;
}) {
  const handles: ProcessHandle[] = [];
  const spawnReal = spawnWithNode(options.entry ?? ANALYSIS_ENTRY);
  const spawn: SpawnProcess = () => {
    const handle = spawnReal();
    handles.push(handle);
    return handles.length > (options.idlers ?? 0) ? handle : withoutJobs(handle);
  };
  const pool = new AnalysisPool({
    spawn,
    manifestPath: options.manifestPath ?? manifestPath,
    processes: options.processes ?? 2,
    ...(options.patience ? { patience: options.patience } : {}),
  });
  open.add(pool);
  return { pool, handles };
}

function withoutJobs(handle: ProcessHandle): ProcessHandle {
  return {
    ...handle,
    post: (messages) => handle.post(messages.filter(({ type }) => type !== 'job')),
  };
}

function jobOf(path: string, changes: Partial<ClassifyJob> = {}): ClassifyJob {
  return {
    kind: 'classify',
    id: path,
    path,
    part: '',
    textChoice: null,
    leads: { kind: 'auto' },
    envelopePath: null,
    ...changes,
  };
}

describe('the analysis pool', () => {
  it('classifies every window of many short recordings', async () => {
    const { pool } = poolOf({});
    const results = await Promise.all(short.map((path) => pool.run(jobOf(path))));
    results.forEach(({ header, verdicts }, at) => {
      const durationS = 30 + (at % 3) * 7;
      // 30, 37 and 44 s: three windows, and a tail of 7 s is one more; 4 s are too few.
      expect(header.durationS).toBe(durationS);
      const tail = durationS === 37 ? 1 : 0;
      expect(verdicts[0]?.startS).toHaveLength(Math.floor(durationS / 10) + tail);
      expect(verdicts[0]?.probabilities.every(Number.isFinite)).toBe(true);
    });
    expect(pool.state).toMatchObject({
      queued: 0,
      running: 0,
      model: { name: 'tiny', threshold: 0.5 },
      provider: 'CPU',
      modelFailure: null,
      stopped: null,
    });
  });

  it('goes on with another model, and begins again with it what was in work', async () => {
    const other = await writeTinyModel(join(folder, 'other'), {
      weights: [1, 0, 0, 0, 0],
      manifest: { name: 'other' },
    });
    const { pool, handles } = poolOf({});
    await pool.run(jobOf(short[0] ?? ''));
    const began = Promise.withResolvers<undefined>();
    const running = pool.run(jobOf(long), {
      onFindings: () => {
        began.resolve(undefined);
      },
    });
    await began.promise;
    // In one go: a short one would be done by the first model before the change.
    const queued = short.map((path) => pool.run(jobOf(path)));
    pool.useModel(other);
    expect(pool.state).toMatchObject({ model: null, modelFailure: null, stopped: null });
    // The highest sample speaks for normal now, for AF before: not one window is the first model's.
    for (const { verdicts } of await Promise.all([running, ...queued])) {
      const p = verdicts[0]?.probabilities ?? new Float32Array();
      expect(p.length).toBeGreaterThan(0);
      expect(p.every((value, at) => at % 5 === 0 || value <= (p[at - (at % 5)] ?? 0))).toBe(true);
    }
    expect(pool.state).toMatchObject({ model: { name: 'other' }, processes: 2, stopped: null });
    expect(handles).toHaveLength(4); // two of each model, and none that died
  });

  it('says why another model cannot be used, and goes on with the one before', async () => {
    const damaged = await writeTinyModel(join(folder, 'damaged'), TINY);
    await writeFile(damaged, '{');
    const { pool } = poolOf({});
    pool.start();
    pool.useModel(damaged);
    await new Promise<void>((resolve) => {
      pool.onState(({ modelFailure }) => {
        if (modelFailure !== null) resolve();
      });
    });
    expect(pool.state.modelFailure?.message).toContain('damaged');
    pool.useModel(manifestPath);
    await pool.run(jobOf(short[0] ?? ''));
    expect(pool.state).toMatchObject({ model: { name: 'tiny' }, modelFailure: null });
  });

  it('loads a model again that could not be loaded, when it is asked for again', async () => {
    const models = join(folder, 'empty');
    const { pool } = poolOf({ manifestPath: models });
    await expect(pool.run(jobOf(short[0] ?? ''))).rejects.toMatchObject({
      code: 'model-unavailable',
      message: expect.stringContaining(`${models} is missing`),
    });
    await writeTinyModel(models, TINY);
    pool.useModel(models);
    await pool.run(jobOf(short[0] ?? ''));
    expect(pool.state).toMatchObject({ model: { name: 'tiny' }, modelFailure: null });
    pool.useModel(models); // nothing to load again
    expect(pool.state).toMatchObject({ model: { name: 'tiny' }, queued: 0, running: 0 });
  });

  it('tells how unlike the training data each window is where the model does, else NaN', async () => {
    const [first = ''] = short;
    const silent = await poolOf({}).pool.run(jobOf(first));
    expect(silent.verdicts[0]?.unlike).toEqual(new Float32Array(3).fill(NaN));

    const manifest = await writeTinyModel(join(folder, 'telling'), TELLING);
    const { pool } = poolOf({ manifestPath: manifest });
    const all = await Promise.all(short.map((path) => pool.run(jobOf(path))));
    for (const { verdicts } of all) {
      // The highest sample of a scaled window: what this model calls its distance.
      expect(verdicts[0]?.unlike.every((distance) => distance > 1 && distance <= 6)).toBe(true);
    }
    expect(pool.state.model).toMatchObject({
      unlikeThreshold: 3,
      activationParts: PARTS,
      predictionSets: { coverage: 0.9, rhythm: { normal: 0.4 } },
    });
  });

  it('gives what each window contributes to the verdict on the recording where the model does', async () => {
    const [first = ''] = short;
    const silent = await poolOf({}).pool.run(jobOf(first));
    expect(silent.verdicts[0]).not.toHaveProperty('evidence');

    const manifest = await writeTinyModel(join(folder, 'telling'), TELLING);
    const { pool } = poolOf({ manifestPath: manifest });
    // The long one comes in many blocks, each with its place in the whole.
    const paths = [...short, long];
    for (const { verdicts } of await Promise.all(paths.map((path) => pool.run(jobOf(path))))) {
      const { evidence = new Float32Array(0), probabilities = new Float32Array(0) } =
        verdicts[0] ?? {};
      expect(probabilities.length).toBeGreaterThan(0);
      // This model's evidence is its map, whose mean over the parts is what softmax gets.
      const logits = Array.from(probabilities, (_, at) =>
        mean(evidence.subarray(at * PARTS, (at + 1) * PARTS)),
      );
      const worst = logits.map((logit, at) => {
        const row = at - (at % MODEL_OUTPUTS.length);
        const others = logits.slice(row, row + MODEL_OUTPUTS.length);
        const total = others.reduce((sum, other) => sum + Math.exp(other), 0);
        return Math.abs(Math.exp(logit) / total - (probabilities[at] ?? NaN));
      });
      expect(Math.max(...worst)).toBeLessThan(1e-5);
    }
  });

  it('tells on demand what the verdict on a window is the mean of', async () => {
    const manifest = await writeTinyModel(join(folder, 'telling'), TELLING);
    const { pool } = poolOf({ manifestPath: manifest });
    const [verdicts] = (await pool.run(jobOf(long))).verdicts;
    const source = { path: long, part: '', textChoice: null };
    const window = 700; // in a block further on, with signal on either side
    const { activation } = await pool.run(
      { kind: 'activation', id: 'map', ...source, leadIndex: 0, window },
      { priority: 'looked-at' },
    );
    expect(activation).toMatchObject({ startS: 7000, endS: 7010, parts: PARTS });
    const means = Array.from({ length: 5 }, (_, output) => {
      const row = activation?.logits.subarray(output * PARTS, (output + 1) * PARTS);
      return [...(row ?? [])].reduce((sum, logit) => sum + logit, 0) / PARTS;
    });
    const sum = means.reduce((total, logit) => total + Math.exp(logit), 0);
    means.forEach((logit, output) => {
      const p = verdicts?.probabilities[window * 5 + output];
      expect(Math.exp(logit) / sum).toBeCloseTo(p ?? NaN, 5);
    });

    const silent = poolOf({}).pool;
    const none = await silent.run({
      ...{ kind: 'activation', id: 'none', ...source },
      ...{ leadIndex: 0, window },
    });
    expect(none.activation).toBeNull();
  });

  it('gives no verdict where the distance is no number', async () => {
    const model = { ...TELLING, distance: NaN };
    const manifest = await writeTinyModel(join(folder, 'no-distance'), model);
    const { pool } = poolOf({ manifestPath: manifest });
    await expect(pool.run(jobOf(short[0] ?? ''))).rejects.toMatchObject({
      code: 'model-unavailable',
    });
  });

  it('judges windows together with their neighbours where the model does, the last of a block as well', async () => {
    const context = { belief: 0.5, sureness: [0.9, 0.8] as const };
    const manifest = await writeTinyModel(join(folder, 'context'), {
      ...TINY,
      manifest: { context },
    });
    const { pool } = poolOf({ manifestPath: manifest });
    const found: Findings[] = [];
    const [first = ''] = short;
    const jobs = [
      jobOf(long),
      jobOf(first),
      jobOf(twoLeads, { leads: { kind: 'all' } }), // blocks of the two leads alternate
    ];
    const inContextOf = await Promise.all(
      jobs.map((job) =>
        pool.run(job, { onFindings: (one) => job.path === long && found.push(one) }),
      ),
    );
    const byThemselves = poolOf({}).pool;
    const aloneOf = await Promise.all(jobs.map((job) => byThemselves.run(job)));
    inContextOf.forEach(({ verdicts }, at) => {
      expect(verdicts).toHaveLength(at === 2 ? 2 : 1);
      verdicts.forEach(({ probabilities, alone }, lead) => {
        const said = aloneOf[at]?.verdicts[lead]?.probabilities ?? new Float32Array(0);
        expect(said.length).toBeGreaterThan(5);
        expect(alone).toEqual(said);
        expect(probabilities).toEqual(inContext(said, context));
        expect(probabilities).not.toEqual(said);
      });
    });
    // Each window is told once, when it is final.
    const [{ startS, probabilities, alone = new Float32Array(0) } = NO_VERDICTS] =
      inContextOf[0]?.verdicts ?? [];
    expect(found.length).toBeGreaterThan(2);
    expect(found.flatMap((one) => [...one.startS])).toEqual([...startS]);
    expect(found.flatMap((one) => [...one.probabilities])).toEqual([...probabilities]);
    expect(found.flatMap((one) => [...(one.alone ?? [])])).toEqual([...alone]);
    expect(pool.state.model).toMatchObject({ context });
  });

  it('gives no verdict where the graph has not the outputs that its manifest names', async () => {
    const manifest = await writeTinyModel(join(folder, 'promising'), {
      ...TINY,
      manifest: TELLING.manifest ?? {},
    });
    const { pool } = poolOf({ manifestPath: manifest });
    await expect(pool.run(jobOf(short[0] ?? ''))).rejects.toMatchObject({
      code: 'model-unavailable',
    });
  });

  it('gives a recording the same verdicts alone and among others', async () => {
    const { pool } = poolOf({});
    const [first = ''] = short;
    const alone = await pool.run(jobOf(first));
    const [among] = await Promise.all(short.map((path) => pool.run(jobOf(path))));
    expect(among?.verdicts).toEqual(alone.verdicts);
  });

  it('starts one process for one recording', async () => {
    const { pool, handles } = poolOf({ processes: 4 });
    await pool.run(jobOf(short[0] ?? ''));
    expect(handles).toHaveLength(1);
  });

  it('streams the findings of a long recording, which add up to its result', async () => {
    const { pool } = poolOf({});
    const found: Findings[] = [];
    const fractions: number[] = [];
    const { verdicts } = await pool.run(jobOf(long), {
      onFindings: (findings) => found.push(findings),
      onProgress: (fraction) => fractions.push(fraction),
    });
    expect(found.length).toBeGreaterThan(2);
    expect(found.map(({ first }) => first)).toEqual(
      found.map((_, at) => found.slice(0, at).reduce((sum, { startS }) => sum + startS.length, 0)),
    );
    expect(found.flatMap(({ probabilities }) => [...probabilities])).toEqual([
      ...(verdicts[0]?.probabilities ?? []),
    ]);
    expect(found.every(({ windowCount }) => windowCount === 1440)).toBe(true);
    expect(fractions.length).toBeGreaterThan(0);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
  });

  it('reads the lead that is asked for, and all of them', async () => {
    const { pool } = poolOf({});
    const leadsOf = async (leads: ClassifyJob['leads']) => {
      const { verdicts } = await pool.run(jobOf(twoLeads, { leads }));
      return verdicts.map(({ leadIndex, startS }) => [leadIndex, startS.length]);
    };
    expect(await leadsOf({ kind: 'auto' })).toEqual([[1, 70]]);
    expect(await leadsOf({ kind: 'named', name: 'v1' })).toEqual([[0, 70]]);
    expect(await leadsOf({ kind: 'all' })).toEqual([
      [0, 70],
      [1, 70],
    ]);
    await expect(leadsOf({ kind: 'named', name: 'aVF' })).rejects.toMatchObject({
      code: 'bad-request',
    });
  });

  it('builds the same envelope in the pass that classifies as by itself', async () => {
    const { pool } = poolOf({});
    const beside = join(folder, 'beside.env');
    const alone = join(folder, 'alone.env');
    await pool.run(jobOf(twoLeads, { envelopePath: beside }));
    const result = await pool.run({
      kind: 'envelope',
      id: 'envelope',
      path: twoLeads,
      part: '',
      textChoice: null,
      envelopePath: alone,
    });
    expect(result.verdicts).toEqual([]);
    const [a, b] = [await openRegularFile(beside), await openRegularFile(alone)];
    const whole = (await a.read(0, a.size)).slice();
    expect(Buffer.compare(whole, await b.read(0, b.size))).toBe(0);
    expect((await openEnvelope(a)).sampleCounts).toEqual([700 * 360, 700 * 360]);
    await Promise.all([a.close(), b.close()]);
  });

  it('leaves no envelope of a recording that was cancelled or cannot be read', async () => {
    const { pool } = poolOf({});
    const envelopes = join(folder, 'envelopes');
    await writePlainRecording(envelopes, { name: 'torn', durationS: 60 });
    await writeFile(join(envelopes, 'torn.dat'), new Uint8Array(100));
    const stop = new AbortController();
    const cancelled = pool.run(jobOf(long, { envelopePath: join(envelopes, 'long.env') }), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    await pool
      .run(jobOf(join(envelopes, 'torn.hea'), { envelopePath: join(envelopes, 'torn.env') }))
      .catch(() => undefined);
    await pool.close();
    expect((await readdir(envelopes)).filter((name) => name.includes('.part'))).toEqual([]);
    expect(await readdir(envelopes)).not.toContain('long.env');
  });
});

describe('a recording that cannot be read', () => {
  it('fails with the reader’s reason and leaves the others alone', async () => {
    const { pool, handles } = poolOf({ processes: 1 });
    const empty = join(folder, 'empty.hea');
    await writeFile(empty, '');
    const outcomes = await Promise.allSettled(
      [empty, join(folder, 'missing.hea'), ...short].map((path) => pool.run(jobOf(path))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      ...short.map(() => 'fulfilled'),
    ]);
    expect(handles).toHaveLength(1);
  });
});

describe('cancelling', () => {
  it('takes a waiting recording off the queue at once', async () => {
    const { pool } = poolOf({ processes: 1 });
    const stop = new AbortController();
    const waiting = pool.run(jobOf(long), { signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(pool.state.queued).toBe(0);
  });

  it('stops one in work and lets the next one through', async () => {
    const { pool } = poolOf({ processes: 1 });
    const stop = new AbortController();
    const stopped = pool.run(jobOf(long), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const { verdicts } = await pool.run(jobOf(short[0] ?? ''));
    expect(verdicts).toHaveLength(1);
  });

  it('is what closing does to everything that is left', async () => {
    const { pool } = poolOf({});
    const left = [long, ...short].map((path, at) => pool.run(jobOf(path, { id: `${at}` })));
    const outcomes = Promise.allSettled(left);
    await pool.close();
    expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
    await expect(pool.run(jobOf(short[0] ?? ''))).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('what a person looks at', () => {
  it('goes before the recordings that wait, and before a long one in work', async () => {
    const { pool } = poolOf({ processes: 1 });
    const order: string[] = [];
    const began = Promise.withResolvers<undefined>();
    const note = (name: string) => () => void order.push(name);
    const first = pool
      .run(jobOf(long, { id: 'long' }), { onProgress: () => began.resolve(undefined) })
      .then(note('long'));
    await began.promise;
    const others = short.map((path) => pool.run(jobOf(path)).then(note('short')));
    const looked = pool.run(jobOf(twoLeads), { priority: 'looked-at' }).then(note('looked at'));
    await Promise.all([first, looked, ...others]);
    // One short recording may have been on its way already.
    expect(order.indexOf('looked at')).toBeLessThan(2);
    expect(order.indexOf('looked at')).toBeLessThan(order.indexOf('long'));
  });

  it('may be told while the recording is waiting', async () => {
    const { pool } = poolOf({ processes: 1 });
    const order: number[] = [];
    const runs = short.map((path, at) =>
      pool.run(jobOf(path, { id: `${at}` })).then(() => order.push(at)),
    );
    pool.raise('19');
    pool.raise('no such job');
    await Promise.all(runs);
    expect(order.indexOf(19)).toBeLessThan(4);
  });
});

describe('a process that dies', () => {
  it('takes no recording with it: those in work are tried again, the others go on', async () => {
    const { pool, handles } = poolOf({ processes: 1 });
    const states: PoolState[] = [];
    pool.onState((state) => states.push(state));
    let isKilled = false;
    const runs = [long, ...short].map((path) =>
      pool.run(jobOf(path), {
        ...NO_MESSAGES,
        onProgress: () => {
          if (!isKilled) handles[0]?.kill();
          isKilled = true;
        },
      }),
    );
    const results = await Promise.all(runs);
    expect(results).toHaveLength(1 + short.length);
    expect(results[0]?.verdicts[0]?.probabilities.every(Number.isFinite)).toBe(true);
    expect(handles).toHaveLength(2);
    const stopped = states.map((state) => state.stopped).find((found) => found !== null);
    expect(stopped?.jobIds).toContain(long);
    expect(stopped?.message).toContain('started again');
    expect(pool.state.stopped).toBeNull();
  });

  it('twice with the same recording fails that one, and only that', async () => {
    const { pool } = poolOf({ entry: HOSTILE_ENTRY });
    const crash = await writePlainRecording(folder, { name: 'crash', durationS: 30 });
    const outcomes = await Promise.allSettled(
      [...short.slice(0, 6), crash, ...short.slice(6)].map((path) => pool.run(jobOf(path))),
    );
    const failed = outcomes.filter(({ status }) => status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(outcomes[6]).toMatchObject({
      status: 'rejected',
      reason: { code: 'analysis-stopped', message: expect.stringContaining('twice') },
    });
  });

  it('in the same moment as the other, twice over, was ended from outside: no recording is failed', async () => {
    const { pool, handles } = poolOf({ processes: 2, idlers: 4 });
    const [one = '', another = ''] = short;
    let killed = 0;
    // Twice, when both are up and each recording is in one of them.
    pool.onState(({ processes, running }) => {
      if (killed === 4 || processes < 2 || running < 2) return;
      for (const handle of handles.slice(killed)) handle.kill();
      killed = handles.length;
    });
    const results = await Promise.all([one, another].map((path) => pool.run(jobOf(path))));
    expect(results.map(({ verdicts }) => verdicts.length)).toEqual([1, 1]);
    expect(killed).toBe(4);
    expect(pool.state.stopped).toBeNull();
  });

  it('because it hangs is ended by force, and told from one that works', async () => {
    const { pool } = poolOf({
      entry: HOSTILE_ENTRY,
      patience: { ...PATIENCE, silenceMs: 3_000 },
    });
    const hang = await writePlainRecording(folder, { name: 'hang', durationS: 30 });
    const outcomes = await Promise.allSettled(
      [hang, ...short].map((path) => pool.run(jobOf(path))),
    );
    expect(outcomes[0]).toMatchObject({
      status: 'rejected',
      reason: { code: 'analysis-stopped', message: expect.stringContaining('no answer for 3 s') },
    });
    expect(outcomes.slice(1).every(({ status }) => status === 'fulfilled')).toBe(true);
  });

  it('at its start again and again is given up with its last words, and tried anew when asked', async () => {
    const entry = pathToFileURL(join(folder, 'broken.mjs'));
    await writeFile(entry, 'throw new Error("no such luck")');
    const { pool, handles } = poolOf({ entry, processes: 1 });
    const failure = {
      code: 'analysis-stopped',
      message: expect.stringContaining('4 times'),
      detail: expect.stringContaining('no such luck'),
    };
    await expect(pool.run(jobOf(short[0] ?? ''))).rejects.toMatchObject(failure);
    expect(handles).toHaveLength(4);
    await expect(pool.run(jobOf(short[0] ?? ''))).rejects.toMatchObject(failure);
    expect(handles).toHaveLength(8);
  });

  it('or cannot even be started is given up, and leaves nothing waiting', async () => {
    const spawn: SpawnProcess = () => {
      throw new Error('EAGAIN');
    };
    const pool = new AnalysisPool({ spawn, manifestPath, processes: 2 });
    open.add(pool);
    await expect(pool.run(jobOf(short[0] ?? ''))).rejects.toMatchObject({
      code: 'analysis-stopped',
      message: expect.stringContaining('could not be started'),
    });
    expect(pool.state).toMatchObject({ queued: 0, running: 0 });
  });

  it('while nothing is asked of it is not started again until something is', async () => {
    const { pool, handles } = poolOf({ processes: 1 });
    await pool.run(jobOf(short[0] ?? ''));
    handles[0]?.kill();
    await vi.waitFor(() => expect(pool.state.processes).toBe(0));
    expect(handles).toHaveLength(1);
    await pool.run(jobOf(short[1] ?? ''));
    expect(handles).toHaveLength(2);
  });
});

describe('a model that cannot be used', () => {
  const shapes = [
    ['is not there', { missing: true }, 'cannot be read'],
    ['was exchanged', { sha256: '0'.repeat(64) }, 'damaged or was exchanged'],
    ['was trained on other signals', { input: 'other' }, 'prepared in another way'],
    ['is of another schema', { manifestVersion: 2 }, 'does not fit this version'],
    ['reads evidence that it does not give', { recordingHead: HEAD }, 'does not fit this'],
  ] as const;

  it.each(shapes)('because it %s is refused in words', async (_, change, words) => {
    const place = join(folder, `model-${words.length}`);
    const manifest =
      'input' in change
        ? {
            input: {
              name: 'signal',
              shape: ['batch', 1, 1, 2500],
              type: 'float32',
              samplingHz: 250,
              preprocessing: 'other',
            },
          }
        : change;
    const path = await writeTinyModel(place, { weights: [0, 1, 0, 0, 0], manifest });
    if ('missing' in change) await rm(path);
    const { pool } = poolOf({ manifestPath: path, processes: 1 });
    await expect(pool.run(jobOf(short[0] ?? ''))).rejects.toMatchObject({
      code: 'model-unavailable',
      message: expect.stringContaining(words),
    });
    expect(pool.state).toMatchObject({ model: null, modelFailure: { code: 'model-unavailable' } });
  });

  it('because it answers NaN gives no verdict', async () => {
    const path = await writeTinyModel(join(folder, 'nan'), { weights: [0, NaN, 0, 0, 0] });
    const { pool } = poolOf({ manifestPath: path, processes: 1 });
    await expect(pool.run(jobOf(short[0] ?? ''))).rejects.toMatchObject({
      code: 'model-unavailable',
    });
  });

  it('does not keep envelopes from being built', async () => {
    const { pool } = poolOf({ manifestPath: join(folder, 'nowhere.json'), processes: 1 });
    const envelopePath = join(folder, 'no-model.env');
    const job = { id: 'e', path: twoLeads, part: '', textChoice: null, envelopePath };
    await expect(pool.run({ kind: 'envelope', ...job })).resolves.toMatchObject({ verdicts: [] });
  });
});

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
