import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { JobProgress } from '../../../src-main/contract/batch.ts';
import { RhythmarkError } from '../../../src-main/contract/errors.ts';
import { openLibraryFile } from '../../../src-main/review/library-file.ts';
import type { Library } from '../../../src-main/review/library.ts';
import { ModelVerdicts } from '../../../src-main/review/model-verdicts.ts';
import { Preferences } from '../../../src-main/review/preferences.ts';
import { Recordings } from '../../../src-main/review/recordings.ts';
import { FilesLeftAlone } from '../../../src-main/review/left-alone.ts';
import { SameContent } from '../../../src-main/review/same-content.ts';
import { WatchedFolders } from '../../../src-main/review/watched-folders.ts';
import { Whereabouts } from '../../../src-main/review/whereabouts.ts';
import type { AnalysisJob, AnalysisResult } from '../../../src-main/rhythm/job.ts';
import { Analysis } from '../../../src-main/services/analysis.ts';
import { AnalysisQueue } from '../../../src-main/services/analysis-queue.ts';
import { stoppedAt, stoppedWith } from '../../../src-main/services/job-words.ts';
import {
  gate,
  GivenServices,
  MODEL,
  StandInAnalyst,
  temporaryFolder,
  writeRecording,
} from './given.ts';

function ward(count: number, durationS = 30): string {
  const folder = join(temporaryFolder(), 'ward');
  for (let n = 1; n <= count; n += 1) writeRecording(folder, `r${n}`, { durationS });
  return folder;
}

/** Other work on the machine must not fail a test. */
const PATIENTLY = { timeout: 15_000 };

const nameOf = (path: string): string => path.replace(/.*\/|\.hea$/g, '');

async function statuses(given: GivenServices): Promise<string[]> {
  return (await given.call('worklist.list', {})).map(({ status }) => status);
}

/** Without those in a row that are the same: how often one state is told depends on the machine. */
function changesOf(told: readonly JobProgress[]): JobProgress['state'][] {
  const states = told.map(({ state }) => state);
  return states.filter((state, at) => state !== states[at - 1]);
}

/** Finishes what it has begun, whoever gives it up: as a process does within a run of the network. */
class DeafAnalyst extends StandInAnalyst {
  override run(job: AnalysisJob): Promise<AnalysisResult> {
    return super.run(job);
  }
}

describe('the analysis', () => {
  test('counts what is done, and is idle when all is', async () => {
    const given = new GivenServices();
    await given.add(ward(5));
    await given.whenIdle();
    expect(await given.call('analysis.progress', {})).toEqual({
      state: 'idle',
      done: 5,
      failed: 0,
      total: 5,
      current: [],
      windowsPerS: null,
      secondsLeft: null,
      stopped: null,
    });
    expect(given.events('job-progress').at(-1)).toMatchObject({ state: 'idle', done: 5 });
  });

  test('takes what a person looks at before all that waits, and its picture before all work', async () => {
    const analyst = new StandInAnalyst();
    const held = gate();
    analyst.before = () => held.passed;
    const given = new GivenServices({ analyst });
    const ids = await given.add(ward(60));
    const last = ids.at(-1) ?? '';
    expect(analyst.jobs.some(({ id }) => id === last)).toBe(false);
    expect(analyst.gaveWay).toBe(0);
    await given.call('recording.open', { id: last });
    expect(analyst.gaveWay).toBe(1);
    expect(analyst.jobs.at(-1)?.id).toBe(last);
    expect(analyst.raised).toContain(last);
    held.open();
    await given.whenIdle();
  });

  test('has only so much in its hands that a pause is soon one, and goes on after it', async () => {
    const analyst = new StandInAnalyst();
    const held = gate();
    analyst.before = () => held.passed;
    const given = new GivenServices({ analyst });
    await given.add(ward(60));
    expect(analyst.jobs.length).toBeLessThanOrEqual(32);
    await given.call('analysis.pause', {});
    expect(given.events('job-progress').at(-1)).toMatchObject({ state: 'paused' });
    const begun = analyst.jobs.length;
    held.open();
    await given.whenIdle();
    expect(analyst.jobs).toHaveLength(begun);
    // What the pause found in work is stored after it, and told.
    const last = () => given.events('job-progress').at(-1);
    await expect.poll(last, PATIENTLY).toMatchObject({ state: 'paused', done: begun });
    await given.call('analysis.resume', {});
    expect(given.events('job-progress').at(-1)).toMatchObject({ state: 'running' });
    await given.whenIdle();
    expect(await statuses(given)).toEqual(Array(60).fill('classified'));
  });

  test('tells what an act on it leads to, and never answers what later news may overtake', async () => {
    const analyst = new StandInAnalyst();
    const held = gate();
    analyst.before = () => held.passed;
    const given = new GivenServices({ analyst });
    await given.add(ward(3));
    const before = given.events('job-progress').length;
    for (const act of ['pause', 'resume', 'cancel', 'start']) {
      expect(await given.result(`analysis.${act}`, {}), act).toEqual({ ok: true, value: null });
      if (act === 'cancel') await given.whenIdle();
    }
    held.open();
    await given.whenIdle();
    const changes = changesOf(given.events('job-progress').slice(before));
    expect(changes).toEqual(['paused', 'running', 'cancelling', 'idle', 'running', 'idle']);
  });

  test('that is being cancelled takes nothing on, and ends', async () => {
    const analyst = new DeafAnalyst();
    const held = gate();
    analyst.before = () => held.passed;
    const given = new GivenServices({ analyst });
    await given.add(ward(1));
    await given.call('analysis.cancel', {});
    const later = join(temporaryFolder(), 'later');
    writeRecording(later, 'late');
    await given.add(later);
    expect(given.events('job-progress').at(-1)).toMatchObject({ state: 'cancelling' });
    held.open();
    await given.whenIdle();
    expect(given.events('job-progress').at(-1)).toMatchObject({ state: 'idle' });
    expect(await statuses(given)).toEqual(['classified', 'waiting']);
  });

  test('says cancelling at once, and rows that were not done wait again', async () => {
    const analyst = new StandInAnalyst();
    const held = gate();
    let begun = 0;
    analyst.before = () => ((begun += 1) <= 3 ? undefined : held.passed);
    const given = new GivenServices({ analyst });
    await given.add(ward(10));
    await expect.poll(() => statuses(given), PATIENTLY).toContain('classified');
    const before = given.events('job-progress').length;
    await given.call('analysis.cancel', {});
    await given.whenIdle();
    const told = given.events('job-progress').slice(before);
    expect(changesOf(told)).toEqual(['cancelling', 'idle']);
    held.open();
    const after = await statuses(given);
    expect(after.filter((status) => status === 'classified').length).toBeGreaterThan(0);
    expect(new Set(after)).toEqual(new Set(['classified', 'waiting']));
    const progress = await given.call('analysis.progress', {});
    expect(progress).toMatchObject({ state: 'idle', failed: 0 });
    expect(progress.total).toBe(progress.done);

    analyst.before = () => undefined;
    await given.call('analysis.start', {});
    await given.whenIdle();
    expect(await statuses(given)).toEqual(Array(10).fill('classified'));
  });

  test('gives a failed recording its reason, goes on with the others, and tries it again when asked', async () => {
    const analyst = new StandInAnalyst();
    analyst.before = ({ path }) => {
      if (nameOf(path) === 'r2')
        throw new RhythmarkError('damaged-file', 'It is cut off.', 'byte 7');
    };
    const given = new GivenServices({ analyst });
    const ids = await given.add(ward(3));
    await given.whenIdle();
    expect((await given.call('worklist.list', {}))[1]).toMatchObject({
      status: 'failed',
      failure: { message: 'It is cut off.', detail: 'byte 7' },
    });
    expect(await given.call('analysis.progress', {})).toMatchObject({
      done: 2,
      failed: 1,
      total: 3,
    });
    await given.call('analysis.start', {});
    expect(analyst.jobs).toHaveLength(3); // not without being asked
    analyst.before = () => undefined;
    await given.call('analysis.start', { ids: [ids[1] ?? ''] });
    await given.whenIdle();
    expect(await statuses(given)).toEqual(['classified', 'classified', 'classified']);
  });

  test('names the recording at which its process stopped, and the others go on', async () => {
    const analyst = new StandInAnalyst();
    analyst.before = ({ path, id }) => {
      if (nameOf(path) !== 'r2') return;
      const stopped = {
        ...{ reason: 'out of memory', message: 'It stopped.', detail: '', jobIds: [id] },
        outcome: 'begun-again' as const,
      };
      analyst.become({ stopped });
      throw new RhythmarkError('analysis-stopped', 'The analysis process stopped twice.');
    };
    const given = new GivenServices({ analyst });
    await given.add(ward(60));
    await given.whenIdle();
    const progress = await given.call('analysis.progress', {});
    expect(progress).toMatchObject({ state: 'idle', done: 59, failed: 1 });
    expect(progress.stopped).toBe('Stopped at r2: out of memory.'); // no other goes on any more
    expect(given.events('job-progress').map((one) => one.stopped)).toContainEqual(
      expect.stringMatching(
        /^Stopped at r2: out of memory\. It was begun again\. The other \d+ go on\.$/,
      ),
    );
    expect((await statuses(given)).filter((status) => status === 'failed')).toHaveLength(1);
    expect(stoppedAt('H24-0151', 'out of memory', 39)).toEqual({
      what: 'Stopped at H24-0151: out of memory.',
      others: ' The other 39 go on.',
    });
  });

  test('says of a recording whose process stopped once that it was begun again', () => {
    const stopped = {
      ...{ reason: 'it crashed', message: 'It stopped.', detail: '', jobIds: [] },
      outcome: 'begun-again' as const,
    };
    const what = 'Stopped at r2: it crashed. It was begun again.';
    expect(stoppedWith(['r2'], stopped, 0)).toEqual({ what, others: '' });
    expect(stoppedWith(['r2'], stopped, 1)).toEqual({ what, others: ' The other one goes on.' });
    expect(stoppedWith(['r2'], stopped, 1200)).toEqual({ what, others: ' The other 1,200 go on.' });
    // which it was is not known
    expect(stoppedWith(['r2', 'r3'], stopped, 9)).toEqual({ what: 'It stopped.', others: '' });
  });

  test('tells how many processes do it, except while there is none', async () => {
    const analyst = new StandInAnalyst();
    const given = new GivenServices({ analyst });
    const provider = async () => (await given.call('app.about', {})).provider;
    expect(await provider()).toBe('CPU, 1 process');
    analyst.become({ processes: 0 });
    expect(await provider()).toBe('CPU');
  });

  test('that is paused says nothing of a process that had no work, and of others only those in work', async () => {
    const analyst = new StandInAnalyst();
    const held = gate();
    analyst.before = () => held.passed;
    const given = new GivenServices({ analyst });
    await given.add(ward(60));
    await given.call('analysis.pause', {});
    const stopped = {
      ...{ reason: 'it crashed', message: 'It stopped.', detail: '' },
      outcome: 'begun-again' as const,
    };
    analyst.become({ stopped: { ...stopped, jobIds: [] } });
    const last = () => given.events('job-progress').at(-1);
    expect(last()).toMatchObject({ state: 'paused', stopped: null });
    const [job] = analyst.jobs;
    analyst.become({ stopped: { ...stopped, jobIds: [job?.id ?? ''] } });
    const others = analyst.jobs.length - 1;
    expect(last()?.stopped).toMatch(new RegExp(`begun again\\. The other ${others} go on\\.$`));
    await given.call('analysis.cancel', {});
    expect(last()).toMatchObject({ stopped: expect.stringMatching(/begun again\.$/) as string });
    held.open();
    await given.whenIdle();
    expect(last()?.stopped).toMatch(/begun again\.$/);
  });

  test('that no process can do is ended, and no recording is blamed for it', async () => {
    const analyst = new StandInAnalyst();
    const message = 'The analysis process stopped 4 times in a row: it crashed.';
    const held = gate();
    analyst.before = async () => {
      await held.passed;
      throw new RhythmarkError('analysis-stopped', message);
    };
    const given = new GivenServices({ analyst });
    const ids = await given.add(ward(60));
    const jobIds = analyst.jobs.map(({ id }) => id);
    analyst.become({
      stopped: { ...{ reason: 'it crashed', message, detail: '', jobIds }, outcome: 'given-up' },
    });
    held.open();
    await given.whenIdle();
    expect(await statuses(given)).toEqual(ids.map(() => 'waiting'));
    expect(await given.call('analysis.progress', {})).toMatchObject({
      ...{ state: 'idle', done: 0, failed: 0, total: 0 },
      stopped: message,
    });
  });

  test('without a model leaves every recording waiting and says why', async () => {
    const analyst = new StandInAnalyst();
    const reason = 'The models folder holds no model. Install Rhythmark again.';
    analyst.become({ model: null, modelFailure: { code: 'model-unavailable', message: reason } });
    analyst.before = () => {
      throw new RhythmarkError('model-unavailable', reason);
    };
    const given = new GivenServices({ analyst });
    const ids = await given.add(ward(3));
    await given.whenIdle();
    expect(await statuses(given)).toEqual(['waiting', 'waiting', 'waiting']);
    expect(await given.call('analysis.progress', {})).toMatchObject({
      state: 'idle',
      stopped: reason,
    });
    expect((await given.call('app.about', {})).modelFailure).toBe(reason);
    expect((await given.call('recording.open', { id: ids[0] ?? '' })).verdicts).toBeNull();
  });

  test('streams the windows of the recording that is looked at, in step with what opening it answers', async () => {
    const analyst = new StandInAnalyst();
    const held = gate();
    analyst.before = () => held.passed;
    const given = new GivenServices({ analyst });
    const [id = ''] = await given.add(ward(1, 3600));
    const opened = await given.call('recording.open', { id });
    expect(opened.verdicts).toBeNull();
    held.open();
    await given.whenIdle();
    let rows = 0;
    for (const found of given.events('windows-found')) {
      expect(found).toMatchObject({ id, first: rows });
      rows += found.startS.length;
    }
    expect(rows).toBe(360);
    const after = await given.call('recording.open', { id });
    expect(after.verdicts?.startS).toHaveLength(360);
    expect(after.row).toMatchObject({ status: 'classified', windowCount: 360 });
  });

  test('tells of windows that are judged in context what each says by itself', async () => {
    const analyst = new StandInAnalyst();
    analyst.windowContext = { belief: 0.5, sureness: [0.9, 0.8] as const };
    const held = gate();
    analyst.before = () => held.passed;
    const given = new GivenServices({ analyst });
    const [id = ''] = await given.add(ward(1, 3600));
    await given.call('recording.open', { id });
    held.open();
    await given.whenIdle();
    let rows = 0;
    for (const { first, startS, probabilities, alone } of given.events('windows-found')) {
      expect(first).toBe(rows);
      rows += startS.length;
      expect(probabilities).toHaveLength(5 * startS.length);
      expect(Array.from(alone ?? [])).toEqual(
        Array.from(startS).flatMap(() => analyst.answer.map(Math.fround)),
      );
    }
    expect(rows).toBe(360);
  });

  test('tells who looks at a short recording of its windows as well, and of nothing that is not shown', async () => {
    const analyst = new StandInAnalyst();
    analyst.evidence = [1, 2];
    const held = gate();
    analyst.before = () => held.passed;
    const given = new GivenServices({ analyst });
    const [id = ''] = await given.add(ward(1));
    await given.call('recording.open', { id });
    held.open();
    await given.whenIdle();
    expect(given.events('windows-found')).toMatchObject([{ id, first: 0, leadIndex: 0 }]);
    for (const found of given.events('windows-found')) expect(found).not.toHaveProperty('evidence');
  });

  test('says of a recording that is gone before its turn where it is missed', async () => {
    const analyst = new StandInAnalyst();
    const held = gate();
    analyst.before = () => held.passed;
    const given = new GivenServices({ analyst });
    const folder = ward(2);
    await given.add(folder);
    for (const name of ['r2.hea', 'r2.dat']) rmSync(join(folder, name));
    held.open();
    await given.whenIdle();
    const [first, second] = await given.call('worklist.list', {});
    expect(first?.status).toBe('classified');
    // Which file is missed first depends on whether the header had been read by then.
    expect(second?.failure?.message).toMatch(/no longer where it was|needs the file r2\.dat/);
  });

  test('keeps what a full disk did not take waiting, says so, and goes on when there is room', async () => {
    const { connection } = openLibraryFile(temporaryFolder());
    const library: Library = {
      recordings: new Recordings(connection),
      modelVerdicts: new ModelVerdicts(connection),
      preferences: new Preferences(connection),
      sameContent: new SameContent(connection),
      leftAlone: new FilesLeftAlone(connection),
      watchedFolders: new WatchedFolders(connection),
      whereabouts: new Whereabouts(connection),
      notice: null,
      transaction: (work) => connection.transaction(work),
      close: () => {
        connection.close();
      },
    };
    onTestFinished(() => {
      library.close();
    });
    const path = writeRecording(temporaryFolder(), 'long', { durationS: 3600 });
    const at = { part: '', folder: 'ward', sizeBytes: 1, modifiedMs: 1 };
    const { ids } = library.recordings.add([{ path, name: 'long', ...at }]);
    const analysis = new Analysis({
      library,
      analyst: new StandInAnalyst(),
      announce: () => undefined,
      model: () => MODEL,
      rowsChanged: () => undefined,
      envelopes: { pathForPass: () => null, adopt: () => Promise.resolve() },
      answered: () => Promise.resolve(false),
    });
    // SQLite's own limit stands for the disk's: the result code is the same.
    const pages = Number(connection.get('PRAGMA page_count')?.['page_count']);
    connection.exec(`PRAGMA max_page_count = ${pages + 1}`);
    analysis.enqueue(library.recordings.listed());
    await expect.poll(() => analysis.progress().state, PATIENTLY).toBe('paused');
    expect(analysis.progress().stopped).toContain('The disk that holds the library is full.');
    expect(library.recordings.get(ids[0] ?? '')?.status).toBe('waiting');

    connection.exec('PRAGMA max_page_count = 100000');
    analysis.resume();
    await analysis.whenIdle();
    expect(analysis.progress()).toMatchObject({ state: 'idle', done: 1, stopped: null });
    expect(library.modelVerdicts.read(ids[0] ?? '', MODEL.sha256)?.startS).toHaveLength(360);
    await analysis.close();
  });
});

describe('the queue', () => {
  test('gives out everything once, what was looked at last first', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { minLength: 1 });
    fc.assert(
      fc.property(ids, fc.array(fc.integer({ min: 0, max: 30 }).map(String)), (added, looked) => {
        const queue = new AnalysisQueue();
        for (const id of added) queue.add({ id, name: id, durationS: null });
        for (const id of looked) queue.lookAt(id);
        const taken: string[] = [];
        for (let one = queue.take(); one; one = queue.take()) taken.push(one.id);
        const first = [...new Set(looked.toReversed().filter((id) => added.includes(id)))];
        expect(taken).toEqual([...first, ...added.filter((id) => !first.includes(id))]);
        expect(queue.size).toBe(0);
      }),
    );
  });
});
