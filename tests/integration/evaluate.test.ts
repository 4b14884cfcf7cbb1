import { spawn, type ChildProcess } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_SHARED_DATA, shared, SHARED_DATA } from '../data.ts';
import { writeTinyModel } from '../fixtures/analysis/tiny-model.ts';
import {
  writeCachetHdf5,
  writeCachetUnisens,
  writeCinc,
} from '../fixtures/evaluation/labelled-sets.ts';

const PROGRAM = fileURLToPath(new URL('../../src-main/cli.ts', import.meta.url));
const FILES = [
  'evaluation.html',
  'evaluation.json',
  'evaluation.txt',
  'patients.csv',
  'recordings.csv',
];

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-evaluate-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function start(...args: readonly string[]): ChildProcess {
  const options = ['--disable-warning=ExperimentalWarning', PROGRAM, 'evaluate', ...args];
  return spawn(process.execPath, options, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function outcomeOf(child: ChildProcess) {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, errors: err.split('\n').filter((line) => line !== '') };
}

const run = (...args: readonly string[]) => outcomeOf(start(...args));

async function json(name: string) {
  return JSON.parse(await readFile(join(folder, name, 'evaluation.json'), 'utf8'));
}

describe('rhythmark evaluate', () => {
  it('scores a CACHET-CADB HDF5 file by its segments, and calls it external', async () => {
    await writeCachetHdf5(join(folder, 'cachet.hdf5'), [1, 2, 2, 3, 4, 1]);
    const { code, out, errors } = await run('cachet.hdf5', '--out', 'h5', '--reading', 'rhythm');
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    expect(out).toContain('Research use only - not a medical device');
    expect(out).toContain('External: ');
    expect(out).toMatch(/SHA-256 +[0-9a-f]{64}/);
    expect((await readdir(join(folder, 'h5'))).sort()).toEqual(FILES);
    const evaluation = await json('h5');
    expect(evaluation).toMatchObject({
      notice: 'Research use only - not a medical device',
      dataset: { kind: 'CACHET-CADB', recordings: 6, subjects: 'recordings', failures: [] },
      provenance: { kind: 'external' },
      prevalence: 0.05,
    });
    expect(evaluation.scores).toHaveLength(1);
    const [score] = evaluation.scores;
    expect(score).toMatchObject({ level: 'window', reading: 'rhythm', compared: 6 });
    const references = score.all.classes.map((one: { reference: number }) => one.reference);
    expect(references).toEqual([2, 2, 1, 1]);
    const rows = parse(await readFile(join(folder, 'h5', 'recordings.csv'), 'utf8'), {
      columns: true,
    });
    expect(rows).toHaveLength(6);
    expect(rows[0]).toMatchObject({ recording: 'cachet segment 1', windows_compared: '1' });
  });

  it('scores Unisens folders by patient, and leaves out what has no known class', async () => {
    await writeCachetUnisens(join(folder, 'cadb', 'P1', 'rec1'), 40, [
      [0, 20, '2'],
      [20, 30, 'PAT'],
    ]);
    await writeCachetUnisens(join(folder, 'cadb', 'P1', 'rec2'), 20, [[0, 20, 'NSR']]);
    await writeCachetUnisens(join(folder, 'cadb', 'P2', 'rec1'), 20, [[0, 20, '2.0']]);
    const { code, errors } = await run('cadb', '--out', 'unisens');
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    const { dataset, scores } = await json('unisens');
    expect(dataset).toMatchObject({
      recordings: 3,
      subjects: 'patients',
      comparable: ['rhythm'],
      notCompared: [
        { reason: 'class “PAT” is not known here', windows: 1 },
        { reason: 'class changes or is not stated', windows: 1 },
      ],
    });
    expect(scores.map((one: { reading: string }) => one.reading)).toEqual(['rhythm', 'cinc']);
    expect(scores[0]).toMatchObject({ compared: 6, subjects: 2 });
    const patients = parse(await readFile(join(folder, 'unisens', 'patients.csv'), 'utf8'), {
      columns: true,
    });
    expect(patients).toMatchObject([
      { reading: 'rhythm', patient: 'P1', recordings: '2', windows_compared: '4' },
      { reading: 'rhythm', patient: 'P2', recordings: '1', windows_compared: '2' },
      { reading: 'cinc', patient: 'P1' },
      { reading: 'cinc', patient: 'P2' },
    ]);
  });

  it('scores CinC 2017 by recording and by window, and says that it was learned from', async () => {
    await writeCinc(join(folder, 'cinc'), { A00001: 'N', A00002: 'A', A00003: 'O', A00004: '~' });
    const { code, out } = await run('cinc', '--format', 'json');
    expect(code).toBe(0);
    const { scores, provenance, recordings } = JSON.parse(out);
    expect(provenance.statement).toMatch(/^Not an external result/);
    expect(
      scores.map((one: { level: string; reading: string }) => `${one.level} ${one.reading}`),
    ).toEqual(['recording cinc', 'window cinc', 'recording rhythm', 'window rhythm']);
    expect(scores[0].compared).toBe(4);
    expect(scores[1].compared).toBe(8);
    expect(recordings).toHaveLength(8);
    const limited = JSON.parse((await run('cinc', '--format', 'json', '--limit', '2')).out);
    expect(limited.dataset).toMatchObject({ recordings: 4, taken: 2 });
  });

  it('makes a page that loads nothing, runs nothing and escapes names', async () => {
    await writeCinc(join(folder, '<b>&"set'), { A00001: 'N', A00002: 'A' });
    const { code, out } = await run('<b>&"set', '--format', 'html');
    expect(code).toBe(0);
    expect(out).toContain("default-src 'none'");
    expect(out).not.toMatch(/<script|javascript:|\son\w+=|\ssrc=|\shref=|url\(|@import| style=/i);
    expect(out).toContain('Research use only - not a medical device');
    expect(out.match(/<svg /g)).toHaveLength(12);
    for (const number of out.matchAll(/ (?:x|y|x1|x2|y1|y2|cx|cy|width|height)="([^"]*)"/g)) {
      expect(number[1]).not.toMatch(/NaN|Infinity|-/);
    }
  });

  it('goes on past a recording that cannot be read, with exit status 1', async () => {
    const set = join(folder, 'damaged');
    await writeCinc(set, { A00001: 'N', A00002: 'A' });
    await writeFile(join(set, 'A00002.hea'), 'A00002 1 300\n');
    const { code, out } = await run('damaged', '--format', 'json');
    expect(code).toBe(1);
    const { dataset, scores } = JSON.parse(out);
    expect(dataset.failures).toMatchObject([{ recording: 'A00002' }]);
    expect(scores[0].compared).toBe(1);
  });

  it('scores another model by its file, and refuses one that nobody knows', async () => {
    await writeCachetHdf5(join(folder, 'other.hdf5'), [1, 2, 2, 3]);
    const manifest = await writeTinyModel(join(folder, 'tiny'));
    const { code, out } = await run('other.hdf5', '--model', manifest, '--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(out).model).toMatchObject({ name: 'tiny', version: '1.0.0' });
    const unknown = await run('other.hdf5', '--model', 'nobody');
    expect(unknown).toMatchObject({ code: 2, out: '' });
    expect(unknown.errors[0]).toContain('nobody');
  });

  it('prints a report whose lines fit a page', async () => {
    const { out } = await run('cinc');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(out).toContain('PPV at 5 % AF');
  });
});

describe('rhythmark evaluate refuses', () => {
  const cases: readonly (readonly [string, RegExp, () => Promise<string>])[] = [
    [
      'an empty folder',
      /no labelled set/,
      async () => {
        await mkdir(join(folder, 'empty'));
        return 'empty';
      },
    ],
    ['a path that is not there', /no file or folder/, () => Promise.resolve('nowhere')],
    [
      'labels without recordings',
      /none of the recordings/,
      async () => {
        await mkdir(join(folder, 'orphans'));
        await writeFile(join(folder, 'orphans', 'REFERENCE-v3.csv'), 'A00001,N\n');
        return 'orphans';
      },
    ],
    [
      'a label of an unknown class',
      /“X” as the label of A00002/,
      async () => {
        await writeCinc(join(folder, 'unknown'), { A00001: 'N' });
        await appendFile(join(folder, 'unknown', 'REFERENCE-v3.csv'), 'A00002,X\n');
        return 'unknown';
      },
    ],
    [
      'a CACHET-CADB file of classes that it does not have, naming them,',
      /No window of .* 1 without: class “7” is not known here\. 1 without: no annotations\./,
      async () => {
        await writeCachetHdf5(join(folder, 'classless.h5'), [7, 0]);
        return 'classless.h5';
      },
    ],
    [
      'an HDF5 file without labels',
      /no labelled set/,
      async () => {
        const { default: h5wasm } = await import('h5wasm/node');
        await h5wasm.ready;
        const file = new h5wasm.File(join(folder, 'plain.h5'), 'w');
        file.create_dataset({ name: 'ecg', data: new Float32Array(5000) });
        file.close();
        return 'plain.h5';
      },
    ],
    [
      'Unisens annotations without columns',
      /no columns Start, End and Class/,
      async () => {
        await writeCachetUnisens(join(folder, 'columnless'), 20, []);
        await writeFile(join(folder, 'columnless', 'annotation.csv'), 'a,b\n1,2\n');
        return 'columnless';
      },
    ],
    [
      'a text file',
      /no labelled set/,
      async () => {
        await writeFile(join(folder, 'notes.txt'), 'no recording\n');
        return 'notes.txt';
      },
    ],
  ];

  it.each(cases)('%s with one line, and writes nothing', async (_, message, make) => {
    const { code, out, errors } = await run(await make(), '--out', 'nothing');
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(message);
    expect(await readdir(folder)).not.toContain('nothing');
  });

  const wrong: readonly (readonly [string, readonly string[]])[] = [
    ['no dataset', []],
    ['two datasets', ['a', 'b']],
    ['a reading that is none', ['a', '--reading', 'both']],
    ['a prevalence of nothing', ['a', '--prevalence', '0']],
    ['a prevalence in percent', ['a', '--prevalence', '5']],
    ['no recordings', ['a', '--limit', '0']],
    ['an output that is a file', ['cinc', '--out', 'cinc/REFERENCE-v3.csv']],
  ];

  it.each(wrong)('%s with exit status 2', async (_, args) => {
    const { code, errors } = await run(...args);
    expect(code).toBe(2);
    expect(errors).toHaveLength(1);
  });

  it('to write anything once it is interrupted', async () => {
    await writeCinc(
      join(folder, 'long'),
      Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`A${at + 10_000}`, 'N'])),
    );
    const child = start('long', '--out', 'stopped', '--jobs', '1');
    const ended = outcomeOf(child);
    // Its folder appears once it listens to signals; the work then takes longer than this turn.
    while (!(await readdir(folder)).includes('stopped')) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    while ((await readdir(join(folder, 'stopped'))).length < FILES.length) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    child.kill('SIGINT');
    const { code, out, errors } = await ended;
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(errors).toEqual(['rhythmark: Stopped. Nothing was written.']);
    expect(await readdir(folder)).not.toContain('stopped');
  });
});

describe.skipIf(SHARED_DATA === null)(
  `on real recordings (skipped where ${NO_SHARED_DATA})`,
  () => {
    it('gives CPSC 2021 the AF figures of the model card', async () => {
      const { code, out } = await run(shared('cpsc2021'), '--lead', 'all', '--format', 'json');
      expect(code).toBe(0);
      const { scores, model } = JSON.parse(out);
      const manifest = JSON.parse(
        await readFile(
          fileURLToPath(
            new URL(`../../models/${model.name}-${model.version}.json`, import.meta.url),
          ),
          'utf8',
        ),
      );
      const [, af] = scores[0].all.classes;
      expect(af.sensitivity.value).toBeCloseTo(manifest.metrics.cpsc2021.afSensitivity, 2);
      expect(af.specificity.value).toBeCloseTo(manifest.metrics.cpsc2021.afSpecificity, 2);
    });
  },
);
