/** The list at scale: ten thousand rows, the CinC 2017 folder, the first trace after a click. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { unzipSync } from 'fflate';
import type { WorklistRow } from '../../src-main/contract/domain.ts';
import { openLibraryFile } from '../../src-main/review/library-file.ts';
import { ModelVerdicts } from '../../src-main/review/model-verdicts.ts';
import { Recordings } from '../../src-main/review/recordings.ts';
import { createServices } from '../../src-main/services/create-services.ts';
import { summariesOf } from '../../src-main/services/summaries.ts';
import { WATCH_TIMING } from '../../src-main/services/watched-folder.ts';
import { NO_SHARED_DATA, SHARED_DATA, shared } from '../data.ts';
import { MODEL, StandInAnalyst, writeRecording } from '../unit/services/stand-in-analyst.ts';

export const title =
  'The list: 10,000 rows, files and arrivals, the folder of CinC 2017, the first trace';

const ROWS = 10_000;
const OFF = { highPassHz: 0, lowPassHz: 0, notchHz: 0 };

export async function run(print: (line: string) => void): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'rhythmark-bench-library-'));
  try {
    await listRows(join(root, 'rows'), print);
    await listFiles(join(root, 'files'), print);
    if (SHARED_DATA === null) print(`not measured: ${NO_SHARED_DATA}`);
    else await addFolder(unpacked(root), join(root, 'library'), print);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function listRows(libraryFolder: string, print: (line: string) => void): Promise<void> {
  const bareMs = fillLibrary(libraryFolder);
  const begun = performance.now();
  const services = servicesOn(libraryFolder, () => undefined);
  const openMs = performance.now() - begun;
  const call = caller(services);
  await call('worklist.list', {}); // statements prepared, code compiled
  const listMs = await timed(() => call('worklist.list', {}));
  await services.close();
  print(`open the library of ${count(ROWS)}: ${ms(openMs)}`);
  print(
    `list ${count(ROWS)} classified rows: ${ms(listMs)}, ${ratio(listMs, bareMs)} of SQLite's bare read of them (${ms(bareMs)})`,
  );
}

/** Writes ROWS classified recordings; answers the time of reading all their columns and no more. */
function fillLibrary(folder: string): number {
  const { connection } = openLibraryFile(folder);
  const recordings = new Recordings(connection);
  const verdicts = new ModelVerdicts(connection);
  connection.transaction(() => {
    const { ids } = recordings.add(
      Array.from({ length: ROWS }, (_, n) => ({
        ...{ path: `/ward/r${n}.hea`, part: '', name: `r${n}`, folder: 'ward' },
        ...{ sizeBytes: 18_000, modifiedMs: n },
      })),
    );
    for (const id of ids) {
      const windows = {
        startS: Float64Array.of(0, 10, 20),
        endS: Float64Array.of(10, 20, 30),
        unlike: new Float32Array(3).fill(NaN),
      };
      const probabilities = new Float32Array(15).fill(0.2);
      const found = { leadIndex: 0, ...windows, probabilities };
      verdicts.store(id, MODEL.sha256, found, summariesOf(found, 30, MODEL));
      recordings.setClassified(id);
    }
  });
  const sql = `SELECT * FROM recording JOIN model_summary ON recording = id WHERE reading = 'cinc'`;
  connection.all(sql);
  const begun = performance.now();
  connection.all(sql);
  const bareMs = performance.now() - begun;
  connection.close();
  return bareMs;
}

/** A header and a signal file for each of ROWS recordings, in folders of 500. */
async function listFiles(root: string, print: (line: string) => void): Promise<void> {
  const ward = join(root, 'ward');
  for (let n = 0; n < ROWS; n += 1) {
    writeRecording(join(ward, `day ${Math.floor(n / 500)}`), `r${n}`, { durationS: 2 });
  }
  const bareMs = await timed(async () => {
    for (const entry of await readdir(ward, { recursive: true, withFileTypes: true }))
      await stat(join(entry.parentPath, entry.name));
  });
  const services = servicesOn(join(root, 'library'), () => undefined, NOTHING_CLASSIFIED);
  const listMs = await timed(() =>
    caller(services)('worklist.add', { tokens: services.tokensFor([ward]) }),
  );
  await services.close();
  await arriveIn(join(root, 'inbox of folders'), ward, 'a folder at a time', listMs, print);
  await arriveIn(
    join(root, 'inbox'),
    join(root, 'inbox of folders'),
    'into one folder',
    listMs,
    print,
  );
  print(
    `${count(ROWS)} recordings listed, ${count(2 * ROWS)} files: ${seconds(listMs)}, ${ratio(listMs, bareMs)} of a bare readdir and stat of the same tree (${seconds(bareMs)})`,
  );
}

/**
 * Moves all files below `from` into a folder that is watched, and tells how long it takes until all
 * of them are listed. A file has arrived when it was at rest for a while, which is part of it.
 */
async function arriveIn(
  inbox: string,
  from: string,
  how: 'a folder at a time' | 'into one folder',
  listMs: number,
  print: (line: string) => void,
): Promise<void> {
  mkdirSync(inbox);
  const told = new Set<string>();
  const { promise: allListed, resolve } = Promise.withResolvers<undefined>();
  const services = servicesOn(
    `${inbox} library`,
    (rows) => {
      for (const { id } of rows) told.add(id);
      if (told.size >= ROWS) resolve(undefined);
    },
    NOTHING_CLASSIFIED,
  );
  await caller(services)('worklist.add', { tokens: services.tokensFor([inbox]) });
  await setTimeout(WATCH_TIMING.restMs); // the look at the empty folder is over
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const path = join(from, entry.name);
    if (how === 'a folder at a time') renameSync(path, join(inbox, entry.name));
    else for (const name of readdirSync(path)) renameSync(join(path, name), join(inbox, name));
  }
  const cpu = process.cpuUsage();
  const alive = setInterval(() => undefined, 1000); // a watched folder alone keeps no program up
  const ms = await timed(() => allListed);
  clearInterval(alive);
  const { user, system } = process.cpuUsage(cpu);
  await services.close();
  print(
    `${count(ROWS)} recordings arrived in a watched folder, ${how}: on the list ${seconds(ms)} after the last, of which ${seconds(WATCH_TIMING.restMs)} are the rest that a file is given; ${ratio(ms - WATCH_TIMING.restMs, listMs)} of listing them (processor time ${seconds((user + system) / 1000)})`,
  );
}

async function addFolder(
  folder: string,
  libraryFolder: string,
  print: (line: string) => void,
): Promise<void> {
  const names = readdirSync(folder);
  const walkMs = await timed(async () => {
    for (const name of names) statSync(join(folder, name));
  });
  const told = new Set<string>();
  let begun = 0;
  let firstMs = Infinity;
  let allMs = Infinity;
  const expected = names.filter((name) => name.endsWith('.hea')).length;
  const services = servicesOn(libraryFolder, (rows) => {
    firstMs = Math.min(firstMs, performance.now() - begun);
    for (const { id } of rows) told.add(id);
    if (told.size >= expected) allMs = Math.min(allMs, performance.now() - begun);
  });
  const call = caller(services);
  begun = performance.now();
  const added = (await call('worklist.add', { tokens: services.tokensFor([folder]) })) as {
    ids: string[];
  };
  const addMs = performance.now() - begun;
  const clicks: number[] = [];
  for (let n = 0; n < 40; n += 1) {
    const id = added.ids[(n * 179) % added.ids.length] ?? '';
    clicks.push(
      await timed(async () => {
        await call('recording.open', { id });
        const view = { id, leads: [0], fromS: 0, toS: 10, columns: 1200, filters: OFF };
        await call('recording.signal', view);
      }),
    );
  }
  const classifyBegun = performance.now();
  await services.whenIdle();
  const restMs = performance.now() - classifyBegun;
  const cpu = process.cpuUsage();
  await services.close();
  clicks.sort((a, b) => a - b);
  print(
    `add ${count(expected)} recordings: ${ms(addMs)}, ${ratio(addMs, walkMs)} of looking at each file once (${ms(walkMs)})`,
  );
  print(`  first rows told after ${ms(firstMs)}, the last of them after ${ms(allMs)}`);
  print(
    `first trace after a click, while headers are read and recordings classified: median ${ms(clicks[20] ?? NaN)}, slowest of 40 ${ms(clicks.at(-1) ?? NaN)}`,
  );
  print(
    `headers and results of the rest kept after ${ms(restMs)} (processor time of this process so far ${ms((cpu.user + cpu.system) / 1000)})`,
  );
}

function servicesOn(
  libraryFolder: string,
  rows: (rows: readonly WorklistRow[]) => void,
  analysis: Partial<Pick<StandInAnalyst, 'before'>> = {},
) {
  return createServices({
    libraryFolder,
    host: 'loopback',
    version: 'bench',
    analyst: Object.assign(new StandInAnalyst(), analysis),
    modelPlaces: { folders: null, standard: 'stand-in.json' },
    announce: (name, payload) => {
      if (name === 'worklist-changed' && 'upserted' in payload) rows(payload.upserted);
    },
  });
}

/** Listing alone: no job of the analysis begins. */
const NOTHING_CLASSIFIED = { before: () => new Promise<never>(() => undefined) };

function caller(services: ReturnType<typeof servicesOn>) {
  return async (method: string, input: unknown): Promise<unknown> => {
    const result = await services.dispatch(method, input, { signal: new AbortController().signal });
    if (result.ok) return result.value;
    throw new Error(`${method}: ${result.error.message}`);
  };
}

function unpacked(root: string): string {
  const folder = join(root, 'training2017');
  mkdirSync(folder);
  const files = unzipSync(new Uint8Array(readFileSync(shared('cinc2017/training2017-dev.zip'))));
  for (const [name, bytes] of Object.entries(files)) {
    if (!name.endsWith('/')) writeFileSync(join(folder, basename(name)), bytes);
  }
  return folder;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

const seconds = (value: number): string => `${(value / 1000).toFixed(2)} s`;
const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const ratio = (a: number, b: number): string => `${(a / b).toFixed(1)} x`;
const count = (value: number): string => value.toLocaleString('en');
