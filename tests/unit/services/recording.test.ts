import { existsSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Input } from '../../../src-main/contract/api.ts';
import type { LeadSignal } from '../../../src-main/contract/domain.ts';
import type { RhythmarkError } from '../../../src-main/contract/errors.ts';
import { ModelVerdicts } from '../../../src-main/review/model-verdicts.ts';
import { inContext } from '../../../src-main/rhythm/context.ts';
import {
  gate,
  GivenServices,
  MODEL,
  StandInAnalyst,
  temporaryFolder,
  writeRecording,
} from './given.ts';

const OFF = { highPassHz: 0, lowPassHz: 0, notchHz: 0 };

function view(id: string, fromS: number, toS: number, columns: number): Input<'recording.signal'> {
  return { id, leads: [0], fromS, toS, columns, filters: OFF };
}

async function one(given: GivenServices, input: Input<'recording.signal'>): Promise<LeadSignal> {
  const [signal] = await given.call('recording.signal', input);
  if (!signal) throw new Error('no signal');
  return signal;
}

async function givenRecording(durationS = 30, samplingHz = 250) {
  const folder = join(temporaryFolder(), 'ward');
  const path = writeRecording(folder, 'a', { durationS, samplingHz });
  const given = new GivenServices();
  const [id = ''] = await given.add(folder);
  await given.whenIdle();
  return { given, id, path, folder };
}

/** The sample that `writeRecording` wrote, in mV. */
function written(n: number, samplingHz = 250): number {
  return (Math.round(200 * Math.sin((2 * Math.PI * n) / samplingHz)) + (n % 7)) / 200;
}

describe('a view of few samples', () => {
  test("has them all, one more than asked for at the end, in the lead's unit", async () => {
    const { given, id } = await givenRecording();
    const signal = await one(given, view(id, 2, 4, 1000));
    expect(signal).toMatchObject({
      kind: 'samples',
      samplingHz: 250,
      fromSample: 500,
      filters: OFF,
    });
    if (signal.kind !== 'samples') return;
    expect(signal.values).toHaveLength(501);
    expect(signal.values[7]).toBeCloseTo(written(507), 6);
  });

  test('ends with the recording, and is empty beyond it', async () => {
    const { given, id } = await givenRecording();
    expect(await one(given, view(id, 29, 40, 1000))).toMatchObject({ fromSample: 7250 });
    const beyond = await one(given, view(id, 31, 40, 1000));
    expect(beyond).toMatchObject({ kind: 'samples', values: new Float32Array(0) });
    const before = await one(given, view(id, -5, 1, 1000));
    expect(before).toMatchObject({ fromSample: 0 });
  });

  test('is filtered as asked where the rate carries it, and says what was done', async () => {
    const { given, id } = await givenRecording();
    const filters = { highPassHz: 0, lowPassHz: 150, notchHz: 50 };
    const signal = await one(given, { ...view(id, 5, 15, 2500), filters });
    expect(signal.filters).toEqual({ highPassHz: 0, lowPassHz: 0, notchHz: 50 });
  });

  test('does not depend on where the view begins, filtered or not', async () => {
    const { given, id } = await givenRecording();
    const filters = { highPassHz: 0.5, lowPassHz: 40, notchHz: 50 };
    const wide = await one(given, { ...view(id, 8, 20, 4000), filters });
    const narrow = await one(given, { ...view(id, 12, 14, 4000), filters });
    if (wide.kind !== 'samples' || narrow.kind !== 'samples') throw new Error('not samples');
    const same = wide.values.subarray(narrow.fromSample - wide.fromSample);
    for (const [n, value] of narrow.values.entries()) expect(value).toBeCloseTo(same[n] ?? NaN, 3);
  });
});

describe('a view of many samples', () => {
  test('is a min/max envelope that holds every sample', async () => {
    const { given, id } = await givenRecording(60);
    const signal = await one(given, view(id, 0, 60, 100));
    expect(signal).toMatchObject({ kind: 'envelope', samplesPerBin: 150, fromSample: 0 });
    if (signal.kind !== 'envelope') return;
    for (let n = 0; n < 15_000; n += 1) {
      const bin = Math.floor(n / signal.samplesPerBin);
      expect(signal.min[bin]).toBeLessThanOrEqual(written(n) + 1e-6);
      expect(signal.max[bin]).toBeGreaterThanOrEqual(written(n) - 1e-6);
    }
  });

  test('of a long recording is drawn from a stored envelope, built before anything is classified', async () => {
    const folder = join(temporaryFolder(), 'ward');
    writeRecording(folder, 'long', { durationS: 3600, samplingHz: 1000 });
    const analyst = new StandInAnalyst();
    const classifying = gate();
    analyst.before = ({ kind }) => (kind === 'classify' ? classifying.passed : undefined);
    const given = new GivenServices({ analyst });
    const [id = ''] = await given.add(folder);
    await given.call('recording.open', { id });
    const signal = await one(given, view(id, 0, 3600, 500));
    expect(signal).toMatchObject({ kind: 'envelope', fromSample: 0 });
    if (signal.kind !== 'envelope') return;
    expect(signal.max.length).toBeLessThanOrEqual(500);
    expect(Math.max(...signal.max)).toBeGreaterThan(0.99);
    expect(analyst.jobs.filter(({ kind }) => kind === 'envelope')).toHaveLength(1);
    const cache = join(given.folder, 'cache');
    expect(readdirSync(cache).filter((name) => name.endsWith('.env'))).toHaveLength(1);

    // A closer look still reads the samples themselves, and the envelope is made once only.
    expect(await one(given, view(id, 100, 110, 4000))).toMatchObject({ kind: 'samples' });
    await one(given, view(id, 0, 3500, 500));
    expect(analyst.jobs.filter(({ kind }) => kind === 'envelope')).toHaveLength(1);
    classifying.open();
    await given.whenIdle();
  });

  test('survives a damaged envelope: it is made again', async () => {
    const folder = join(temporaryFolder(), 'ward');
    writeRecording(folder, 'long', { durationS: 3600, samplingHz: 1000 });
    const first = new GivenServices();
    const [id = ''] = await first.add(folder);
    await first.call('recording.open', { id });
    const before = await one(first, view(id, 0, 3600, 300));
    await first.whenIdle();
    await first.services.close();
    const cache = join(first.folder, 'cache');
    const [name = ''] = readdirSync(cache);
    writeFileSync(join(cache, name), 'not an envelope');

    const second = new GivenServices({ libraryFolder: first.folder });
    expect(await one(second, view(id, 0, 3600, 300))).toEqual(before);
  });

  test('that nobody waits for any more answers cancelled', async () => {
    const folder = join(temporaryFolder(), 'ward');
    writeRecording(folder, 'long', { durationS: 3600, samplingHz: 1000 });
    const analyst = new StandInAnalyst();
    const held = gate();
    analyst.before = () => held.passed;
    const given = new GivenServices({ analyst });
    const [id = ''] = await given.add(folder);
    const abort = new AbortController();
    const waiting = given.result('recording.signal', view(id, 0, 3600, 300), abort.signal);
    abort.abort();
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    held.open();
    expect(await one(given, view(id, 0, 3600, 300))).toMatchObject({ kind: 'envelope' });
  });
});

describe('what a model keeps for the verdict on a recording', () => {
  test('stays in the library: the window gets verdicts without it', async () => {
    const analyst = new StandInAnalyst();
    analyst.evidence = [1, 2];
    const stored = vi.spyOn(ModelVerdicts.prototype, 'store');
    const given = new GivenServices({ analyst });
    const folder = join(temporaryFolder(), 'ward');
    writeRecording(folder, 'a', { durationS: 30, samplingHz: 250 });
    const [id = ''] = await given.add(folder);
    await given.whenIdle();
    const kept = stored.mock.calls[0]?.[2].evidence ?? [];
    stored.mockRestore();
    expect(Array.from(kept)).toEqual([1, 2, 1, 2, 1, 2]);
    const { verdicts } = await given.call('recording.open', { id });
    expect(verdicts?.startS).toHaveLength(3);
    expect(verdicts).not.toHaveProperty('evidence');
  });
});

describe('what a model that judges windows in context says of each by itself', () => {
  test('is kept, and goes to the window; other verdicts of the same network are not taken for it', async () => {
    const analyst = new StandInAnalyst();
    analyst.windowContext = { belief: 0.5, sureness: [0.9, 0.8] as const };
    analyst.become({ model: { ...MODEL, context: analyst.windowContext } });
    const given = new GivenServices({ analyst });
    const folder = join(temporaryFolder(), 'ward');
    writeRecording(folder, 'a', { durationS: 30, samplingHz: 250 });
    const [id = ''] = await given.add(folder);
    await given.whenIdle();
    const { verdicts } = await given.call('recording.open', { id });
    expect(Array.from(verdicts?.alone?.subarray(5, 10) ?? [])).toEqual(
      analyst.answer.map(Math.fround),
    );
    expect(verdicts?.probabilities).toEqual(
      inContext(verdicts?.alone ?? new Float32Array(0), analyst.windowContext),
    );
    expect(verdicts?.probabilities).not.toEqual(verdicts?.alone);

    analyst.become({ model: MODEL });
    expect((await given.call('recording.open', { id })).verdicts).toBeNull();
  });
});

describe('a recording whose file', () => {
  test('vanished can still be opened with what is known, and its signal says that it is gone', async () => {
    const { given, id, folder } = await givenRecording();
    rmSync(folder, { recursive: true });
    expect((await given.call('recording.open', { id })).verdicts?.startS).toHaveLength(3);
    await expect(one(given, view(id, 0, 10, 1000))).rejects.toMatchObject({
      code: 'not-found',
      message: 'The recording is no longer where it was.',
    } satisfies Partial<RhythmarkError>);
  });

  test('was replaced by another is read and classified anew', async () => {
    const { given, id, folder } = await givenRecording();
    expect((await given.call('recording.open', { id })).header.durationS).toBe(30);
    writeRecording(folder, 'a', { durationS: 50 });
    const opened = await given.call('recording.open', { id });
    expect(opened.header.durationS).toBe(50);
    await given.whenIdle();
    expect(given.analyst.jobs).toHaveLength(2);
    expect((await given.call('recording.open', { id })).verdicts?.startS).toHaveLength(5);
  });

  test('is on no list is not found', async () => {
    const given = new GivenServices();
    for (const id of ['nobody', '../../etc/passwd']) {
      await expect(given.call('recording.open', { id })).rejects.toMatchObject({
        code: 'not-found',
      });
      await expect(one(given, view(id, 0, 1, 10))).rejects.toMatchObject({ code: 'not-found' });
    }
  });
});

describe('many views at once', () => {
  test('of many recordings each get their own, and few files stay open', async () => {
    const folder = join(temporaryFolder(), 'ward');
    const lengths = Array.from({ length: 12 }, (_, n) => 20 + n);
    for (const [n, durationS] of lengths.entries()) {
      writeRecording(folder, `r${String(n).padStart(2, '0')}`, { durationS });
    }
    const given = new GivenServices();
    const ids = await given.add(folder);
    const signals = await Promise.all(
      [...ids, ...ids].map((id) => one(given, view(id, 0, 100, 10_000))),
    );
    expect(
      signals.map((signal) => (signal.kind === 'samples' ? signal.values.length : -1)),
    ).toEqual([...lengths, ...lengths].map((s) => s * 250));
    await given.whenIdle();
    expect(openFilesIn(folder)).toBeLessThanOrEqual(4);
    await given.services.close();
    expect(openFilesIn(folder)).toBe(0);
  });

  test('refuse leads that are not there and times that run backwards', async () => {
    const { given, id } = await givenRecording();
    await expect(one(given, { ...view(id, 0, 1, 10), leads: [1] })).rejects.toMatchObject({
      code: 'bad-request',
    });
    await expect(one(given, view(id, 5, 5, 10))).rejects.toMatchObject({ code: 'bad-request' });
  });
});

/** Where the system tells (Linux); 0 elsewhere. */
function openFilesIn(folder: string): number {
  const descriptors = '/proc/self/fd';
  if (!existsSync(descriptors)) return 0;
  return readdirSync(descriptors).filter((name) => {
    try {
      return readlinkSync(join(descriptors, name)).startsWith(folder);
    } catch {
      return false; // closed since it was listed
    }
  }).length;
}

describe('what a verdict is the mean of', () => {
  const LOGITS = Float32Array.from({ length: 10 }, (_, n) => n / 4);

  test('is told of one window, before all other work, and by a job of its own', async () => {
    const { given, id } = await givenRecording(60);
    given.analyst.activation = LOGITS;
    given.analyst.become({ model: { ...MODEL, activationParts: 2 } });
    const map = await given.call('recording.activation', { id, lead: 0, index: 2 });
    expect(map).toEqual({ leadIndex: 0, startS: 20, endS: 30, parts: 2, logits: LOGITS });
    expect(given.analyst.jobs.at(-1)).toMatchObject({ kind: 'activation', window: 2 });
    const ids = given.analyst.jobs.map((job) => job.id);
    await given.call('recording.activation', { id, lead: 0, index: 2 });
    expect(ids).not.toContain(given.analyst.jobs.at(-1)?.id);
  });

  test('is not told where the model does not tell it, without any work', async () => {
    const { given, id } = await givenRecording();
    const jobs = given.analyst.jobs.length;
    expect(await given.call('recording.activation', { id, lead: 0, index: 0 })).toBeNull();
    expect(given.analyst.jobs).toHaveLength(jobs);
  });

  test('is not told of a window or a lead that is not there', async () => {
    const { given, id } = await givenRecording();
    given.analyst.activation = LOGITS;
    given.analyst.become({ model: { ...MODEL, activationParts: 2 } });
    expect(await given.call('recording.activation', { id, lead: 0, index: 3 })).toBeNull();
    expect(await given.call('recording.activation', { id, lead: 1, index: 0 })).toBeNull();
  });

  test('is given up when the page has moved on', async () => {
    const { given, id } = await givenRecording();
    given.analyst.become({ model: { ...MODEL, activationParts: 2 } });
    const held = gate();
    given.analyst.before = () => held.passed;
    const abort = new AbortController();
    const waiting = given.result('recording.activation', { id, lead: 0, index: 0 }, abort.signal);
    abort.abort();
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    held.open();
  });
});
