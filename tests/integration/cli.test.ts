import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { NO_SHARED_DATA, shared, SHARED_DATA } from '../data.ts';
import { writePlainRecording } from '../fixtures/analysis/recordings.ts';
import { writeCachetHdf5 } from '../fixtures/evaluation/labelled-sets.ts';
import { TINY, writeTinyModel } from '../fixtures/analysis/tiny-model.ts';

const PROGRAM = fileURLToPath(new URL('../../src-main/cli.ts', import.meta.url));

let folder = '';
let model = '';
let ward = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-cli-'));
  model = await writeTinyModel(join(folder, 'model'));
  ward = join(folder, 'ward');
  for (const at of [10, 9, 1]) {
    await writePlainRecording(ward, { name: `r${at}`, durationS: 30, leads: ['V1', 'II'] });
  }
  await writeFile(join(ward, 'README.md'), 'not a recording');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function start(args: readonly string[], model_ = model): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, ...args], {
    cwd: folder,
    env: {
      ...process.env,
      RHYTHMARK_MODEL: model_,
      RHYTHMARK_LIBRARY: join(folder, 'library'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly errors: readonly string[];
}

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, errors: err.split('\n').filter((line) => line !== '') };
}

const run = (...args: string[]) => outcomeOf(start(args));

async function rowsOf(path: string): Promise<Record<string, string>[]> {
  return parse(await readFile(path, 'utf8'), { columns: true });
}

describe('rhythmark', () => {
  it('describes itself and every command with examples', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    const commands = [
      ...['classify', 'info', 'read', 'annotations', 'convert', 'dataset', 'evaluate', 'serve'],
    ];
    for (const command of commands) expect(out).toContain(`  ${command} `);
    expect(out).toContain('Research use only');
    for (const command of commands) {
      const help = await run(command, '--help');
      expect(help.code).toBe(0);
      expect(help.out).toContain('Examples:');
    }
    expect(out).not.toMatch(/ (beats|report) /);
    // As wide as the narrowest terminals.
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('prints its version', async () => {
    expect((await run('--version')).out).toMatch(/^rhythmark \d+\.\d+\.\d+\n$/);
  });

  const wrong: readonly (readonly [string, readonly string[]])[] = [
    ['no command', []],
    ['an unknown command', ['clasify']],
    ['a name from the prototype', ['constructor']],
    ['an unknown option', ['classify', 'ward', '--out', 'x.csv', '--fast']],
    ['no input', ['classify', '--out', 'x.csv']],
    ['an empty input', ['classify', '', '--out', 'x.csv']],
    ['no output', ['classify', 'ward']],
    ['an option without its value', ['classify', 'ward', '--out']],
    ['a subject that does not exist', ['classify', 'ward', '--out', 'x.csv', '--per', 'beat']],
    ['a format that does not exist', ['classify', 'ward', '--out', 'x.csv', '--format', 'xml']],
    ['no jobs', ['classify', 'ward', '--out', 'x.csv', '--jobs', '0']],
    ['half a job', ['classify', 'ward', '--out', 'x.csv', '--jobs', '1.5']],
    ['a shard beyond the last', ['classify', 'ward', '--out', 'x.csv', '--shard', '3/2']],
    ['a shard that is no number', ['classify', 'ward', '--out', 'x.csv', '--shard', '1e9/1e9']],
    ['an empty lead', ['classify', 'ward', '--out', 'x.csv', '--lead', '']],
    ['a time before the start', ['read', 'ward/r1.hea', '--out', 'x.csv', '--from', '-1']],
    ['a time that is none', ['read', 'ward/r1.hea', '--out', 'x.csv', '--to', 'Infinity']],
    [
      'an end before the start',
      ['read', 'ward/r1.hea', '--out', 'x.csv', '--from', '5', '--to', '2'],
    ],
    ['two files to read', ['read', 'a.hea', 'b.hea', '--out', 'x.csv']],
    ['a file to serve', ['serve', 'ward']],
    ['a port that is none', ['serve', '--port', '70000']],
  ];

  it.each(wrong)('refuses %s with one line and exit status 2', async (_, args) => {
    const { code, errors } = await run(...args);
    expect(code).toBe(2);
    expect(errors.length).toBeLessThanOrEqual(1);
    expect(await readdir(folder)).not.toContain('x.csv');
  });
});

describe('rhythmark classify', () => {
  it('labels every window of a folder, in the order of its names, numbers by value', async () => {
    const { code, errors, out } = await run('classify', 'ward', '--out', 'w.csv');
    expect({ code, errors, out }).toEqual({ code: 0, errors: [], out: '' });
    const rows = await rowsOf(join(folder, 'w.csv'));
    expect(rows.map(({ recording, start_s }) => `${recording} ${start_s}`)).toEqual(
      ['r1', 'r9', 'r10'].flatMap((name) => [`${name} 0`, `${name} 10`, `${name} 20`]),
    );
    expect(rows[0]).toMatchObject({
      path: join('ward', 'r1.hea'),
      lead: 'II',
      model: 'tiny 1.0.0',
    });
  });

  it('takes another model by its file, or by its name from the library’s models folder', async () => {
    const own = join(folder, 'library', 'models');
    await writeTinyModel(own, { weights: [1, 0, 0, 0, 0], manifest: { name: 'ward' } });
    const said: (string | undefined)[] = [];
    for (const which of ['ward', 'ward 1.0.0', join(own, 'tiny.json'), join(own, 'tiny.onnx')]) {
      const args = ['classify', 'ward/r1.hea', '--out', 'm.csv', '--model', which];
      expect(await run(...args)).toMatchObject({ code: 0, errors: [] });
      said.push((await rowsOf(join(folder, 'm.csv')))[0]?.['model']);
    }
    expect(said).toEqual(['ward 1.0.0', 'ward 1.0.0', 'ward 1.0.0', 'ward 1.0.0']);
    const unknown = await run('classify', 'ward', '--out', 'n.csv', '--model', 'ward 2');
    expect(unknown.code).toBe(2);
    expect(unknown.errors).toEqual([
      expect.stringMatching(/There is no model "ward 2"\. Models: rhythm-.*, ward 1\.0\.0\.$/),
    ]);
    await writeFile(join(own, 'tiny.onnx'), 'damaged');
    const damaged = await run('classify', 'ward', '--out', 'n.csv', '--model', 'ward');
    expect(damaged.errors.join()).toMatch(/tiny\.json \(The model file tiny\.onnx is damaged/);
    const byFile = ['--model', join(own, 'tiny.json')];
    expect((await run('classify', 'ward', '--out', 'n.csv', ...byFile)).code).toBe(1);
    expect(existsSync(join(folder, 'n.csv'))).toBe(false);
  });

  it('keeps the order of the arguments, and names a recording once', async () => {
    const args = ['ward/r9.hea', 'ward/r1.dat', 'ward', '--per', 'recording', '--out', 'o.csv'];
    expect((await run('classify', ...args)).code).toBe(0);
    const rows = await rowsOf(join(folder, 'o.csv'));
    expect(rows.map(({ recording }) => recording)).toEqual(['r9', 'r1', 'r10']);
  });

  it('says beside the table how it was made, and leaves nothing else behind', async () => {
    const place = join(folder, 'clean');
    await mkdir(place);
    await run('classify', 'ward', '--reading', 'rhythm', '--out', join(place, 'c.csv'));
    expect((await readdir(place)).sort()).toEqual(['c.csv', 'c.csv.about.json']);
    const about = JSON.parse(await readFile(join(place, 'c.csv.about.json'), 'utf8'));
    expect(about).toMatchObject({
      notice: 'Research use only - not a medical device',
      reading: 'rhythm',
      model: { name: 'tiny', threshold: 0.5 },
    });
  });

  it('goes on past files that cannot be read, and says which and why', async () => {
    const mixed = join(folder, 'mixed');
    await writePlainRecording(mixed, { name: 'b', durationS: 30 });
    await writeFile(join(mixed, 'a.hea'), 'a 1 250 7500\nnowhere.dat 16 200 16 0 0 0 0 II\n');
    await writeFile(join(mixed, 'c.hea'), '');
    const args = ['mixed', 'gone.hea', '--per', 'recording', '--out', 'm.csv'];
    const { code, errors } = await run('classify', ...args);
    expect(code).toBe(1);
    const rows = await rowsOf(join(folder, 'm.csv'));
    const told = rows.map(({ recording, status }) => `${recording} ${status}`);
    expect(told).toContain('a failed');
    expect(told).toContain('b classified');
    expect(told).toContain('gone failed');
    const failed = rows.filter(({ status }) => status === 'failed');
    expect(errors).toHaveLength(failed.length);
    expect(failed.every(({ error, label }) => error !== '' && label === '')).toBe(true);
    expect(errors.some((line) => line.includes('nowhere.dat'))).toBe(true);
  });

  it('has a row for each lead with --lead all, and one for the recording', async () => {
    await run('classify', 'ward/r1.hea', '--lead', 'all', '--out', 'l.csv');
    const leads = (await rowsOf(join(folder, 'l.csv'))).map(({ lead }) => lead);
    expect(leads).toEqual(['V1', 'V1', 'V1', 'II', 'II', 'II']);
    const args = ['--lead', 'all', '--per', 'recording', '--out', 'l.json'];
    await run('classify', 'ward/r1.hea', ...args);
    expect(JSON.parse(await readFile(join(folder, 'l.json'), 'utf8')).rows).toHaveLength(1);
  });

  it('fails a recording that has no such lead, with those that it has', async () => {
    const { code, errors } = await run('classify', 'ward/r1.hea', '--lead', 'V9', '--out', 'v.csv');
    expect(code).toBe(1);
    expect(errors[0]).toContain('It has V1, II.');
  });

  it('splits into shards that together are the whole', async () => {
    const names = async (shard: string) => {
      const out = `${shard.replace('/', '-')}.csv`;
      await run('classify', 'ward', '--per', 'recording', '--shard', shard, '--out', out);
      return (await rowsOf(join(folder, out))).map(({ recording }) => recording);
    };
    expect([await names('1/2'), await names('2/2'), await names('4/4')]).toEqual([
      ['r1', 'r10'],
      ['r9'],
      [],
    ]);
  });

  it('refuses an output that is a folder, a device or in no folder, before any work', async () => {
    await writeFile(join(folder, 'plain.txt'), '');
    for (const [out, why] of [
      ['ward', 'never written over'],
      ['/dev/null', 'is no plain file'],
      ['nowhere/x.csv', 'there is no folder nowhere'],
      ['plain.txt/x.csv', 'plain.txt is a file'],
    ] as const) {
      const { code, errors } = await run('classify', 'ward', '--out', out);
      expect(code).toBe(2);
      expect(errors).toEqual([expect.stringContaining('--out')]);
      expect(errors[0]).toContain(why);
    }
  });

  it('writes through a link to the file that it stands for', async () => {
    await writeFile(join(folder, 'real.csv'), 'old');
    await symlink(join(folder, 'real.csv'), join(folder, 'link.csv'));
    expect((await run('classify', 'ward', '--out', 'link.csv')).code).toBe(0);
    expect(await rowsOf(join(folder, 'real.csv'))).toHaveLength(9);
  });

  it('leaves the file before it as it was when there is no model', async () => {
    await writeFile(join(folder, 'before.csv'), 'as it was');
    const child = start(['classify', 'ward', '--out', 'before.csv'], join(folder, 'none.json'));
    const { code, errors } = await outcomeOf(child);
    expect(code).toBe(1);
    expect(errors).toHaveLength(1);
    expect(await readFile(join(folder, 'before.csv'), 'utf8')).toBe('as it was');
  });

  it('finds no recordings in a folder without any, and writes nothing', async () => {
    await mkdir(join(folder, 'empty'));
    const { code, errors } = await run('classify', 'empty', '--out', 'e.csv');
    expect(code).toBe(1);
    expect(errors).toEqual(['rhythmark: No recordings were found in empty.']);
    expect(await readdir(folder)).not.toContain('e.csv');
  });
});

describe('an interrupted run', () => {
  const COUNT = 300;
  const args = (out: string) => ['classify', 'many', '--jobs', '1', '--out', out];

  beforeAll(async () => {
    for (let at = 0; at < COUNT; at++) {
      await writePlainRecording(join(folder, 'many'), { name: `m${at}`, durationS: 60 });
    }
  });

  /** Lines of the journal, which has one for the run itself. */
  async function done(out: string): Promise<number> {
    const text = await readFile(join(folder, `${out}.journal`), 'utf8').catch(() => '');
    return Math.max(0, text.split('\n').length - 2);
  }

  async function interrupted(out: string, how: NodeJS.Signals): Promise<Outcome> {
    const child = start(args(out));
    const outcome = outcomeOf(child);
    await vi.waitFor(async () => expect(await done(out)).toBeGreaterThan(5), {
      timeout: 60_000,
      interval: 2,
    });
    child.kill(how);
    return outcome;
  }

  it('killed on the spot goes on where it was, with the same output as an unbroken one', async () => {
    await outcomeOf(start(args('whole.csv')));
    await interrupted('killed.csv', 'SIGKILL');
    expect(await readdir(folder)).not.toContain('killed.csv');
    const before = await done('killed.csv');
    expect(before).toBeLessThan(COUNT);

    // A line that was being written when the power failed.
    const journal = join(folder, 'killed.csv.journal');
    await writeFile(journal, '{"key":"many/m7.hea","sizeB', { flag: 'a' });
    const resumed = start([...args('killed.csv'), '--resume']);
    expect(await outcomeOf(resumed)).toMatchObject({ code: 0, errors: [] });
    const [killed, whole] = await Promise.all(
      ['killed.csv', 'whole.csv'].map((name) => readFile(join(folder, name), 'utf8')),
    );
    expect(killed).toBe(whole);
    expect((await readdir(folder)).filter((name) => name.endsWith('.journal'))).toEqual([]);
  });

  it('by Ctrl-C says how to go on, leaves no half-written file and no process', async () => {
    const { code, errors } = await interrupted('stopped.csv', 'SIGINT');
    expect(code).toBe(1);
    expect(errors.at(-1)).toMatch(
      /^rhythmark: Stopped, with \d+ of 300 recordings done\. .*--resume/,
    );
    const left = (await readdir(folder)).filter((name) => name.includes('stopped.csv'));
    expect(left).toEqual(['stopped.csv.journal']);
  });

  it('is not gone on with under other options', async () => {
    await interrupted('other.csv', 'SIGKILL');
    const { code, errors } = await run(...args('other.csv'), '--reading', 'rhythm', '--resume');
    expect(code).toBe(2);
    expect(errors[0]).toContain('reading');
    // The same network, which calls other windows uncertain.
    const stricter = await writeTinyModel(join(folder, 'stricter'), {
      ...TINY,
      manifest: { threshold: 0.99 },
    });
    const again = await outcomeOf(start([...args('other.csv'), '--resume'], stricter));
    expect(again).toMatchObject({ code: 2, errors: [expect.stringContaining('another model')] });
  });

  it('is begun anew without --resume, and says so', async () => {
    await interrupted('anew.csv', 'SIGKILL');
    const { code, errors } = await run(...args('anew.csv'));
    expect(code).toBe(0);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('With --resume it would have gone on');
  });
});

describe('rhythmark export, stopped by Ctrl-C', () => {
  it('keeps whole recordings, takes away what it had begun, and says how far it was', async () => {
    const out = join(folder, 'stopped export');
    const child = start(['export', 'many', '--to', 'csv', '--out', out]);
    const outcome = outcomeOf(child);
    await vi.waitFor(async () => expect(await readdir(out)).toContain('m0.csv'), {
      timeout: 60_000,
      interval: 2,
    });
    child.kill('SIGINT');
    const { code, errors } = await outcome;
    expect(code).toBe(1);
    expect(errors.at(-1)).toMatch(/^rhythmark: Stopped, with \d+ of 300 recordings written\.$/);
    const left = await readdir(out);
    expect(left.filter((name) => name.startsWith('.'))).toEqual([]);
    expect(errors.at(-1)).toContain(` ${left.length} of 300`);
  });
});

describe('rhythmark info', () => {
  it('describes a recording in words and as JSON', async () => {
    const words = await run('info', 'ward/r1.hea');
    expect(words.out).toContain('lead      II: 7,500 samples at 250 Hz, mV');
    const json = await run('info', 'ward', '--json');
    expect(JSON.parse(json.out)).toHaveLength(3);
    expect(JSON.parse(json.out)[0]).toMatchObject({
      recording: 'r1',
      status: 'read',
      duration_s: 30,
      patient_fields: [],
    });
  });

  it('names each of several recordings in one file, and which of them holds the same', async () => {
    await writeCachetHdf5(join(folder, 'cachet.hdf5'), [1, 2, 2]);
    const { out } = await run('info', 'cachet.hdf5');
    expect(out.split('\n').filter((line) => line.startsWith('cachet'))).toEqual([
      ...['cachet.hdf5, segment 1', 'cachet.hdf5, segment 2', 'cachet.hdf5, segment 3'],
    ]);
    expect(out).toContain('read      Same as cachet.hdf5, segment 2, by content.');
    await rm(join(folder, 'cachet.hdf5'));
  });

  it('goes on past what cannot be read', async () => {
    const { code, out, errors } = await run('info', 'ward/README.md', 'ward/r1.hea', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out).map(({ status }: { status: string }) => status)).toEqual([
      'failed',
      'read',
    ]);
    expect(errors).toHaveLength(1);
  });
});

describe('rhythmark read', () => {
  it('writes the samples between two times, in the order of the leads asked for', async () => {
    const args = ['--from', '1', '--to', '1.02', '--leads', 'II,v1', '--out', 's.csv'];
    expect((await run('read', 'ward/r1.hea', ...args)).code).toBe(0);
    const rows = await rowsOf(join(folder, 's.csv'));
    expect(Object.keys(rows[0] ?? {})).toEqual(['sample', 'II', 'V1']);
    expect(rows.map(({ sample }) => sample)).toEqual(['250', '251', '252', '253', '254']);
  });

  it('never writes over a recording, whatever it is called', async () => {
    const own = join(folder, 'own');
    await writePlainRecording(own, { name: 'a', durationS: 12, leads: ['II'] });
    await symlink(join(own, 'a.hea'), join(own, 'link.csv'));
    const before = await Promise.all(['a.hea', 'a.dat'].map((name) => readFile(join(own, name))));
    for (const [command, out] of [
      ['read', 'own/a.hea'],
      ['read', 'own/a.dat'],
      ['read', 'own/link.csv'],
      ['annotations', 'own/a.hea'],
      ['classify', 'own/link.csv'],
    ] as const) {
      const { code, errors } = await run(command, 'own/a.hea', '--out', out);
      expect(code).toBe(2);
      expect(errors).toEqual([expect.stringMatching(/^rhythmark: --out: .*written over/)]);
    }
    const after = await Promise.all(['a.hea', 'a.dat'].map((name) => readFile(join(own, name))));
    expect(after).toEqual(before);
  });

  it.each([
    [['ward/nosuch.hea'], 1, 'ward/nosuch.hea: There is no such file or folder.'],
    [['ward'], 1, 'ward: This is a folder, not a recording.'],
    [['ward/r1.hea', '--from', '3600'], 2, 'ward/r1.hea ends at 30 s; --from is after that.'],
    [['ward/r1.hea', '--from', '-1'], 2, '--from has no value; one that begins with a dash'],
  ])('refuses %j by name and reason', async (args, code, reason) => {
    const outcome = await run('read', ...args, '--out', 'refused.csv');
    expect(outcome.code).toBe(code);
    expect(outcome.errors).toEqual([expect.stringContaining(`rhythmark: ${reason}`)]);
    expect(await readdir(folder)).not.toContain('refused.csv');
  });

  it('writes nothing of a recording that ends early', async () => {
    const torn = join(folder, 'torn');
    const path = await writePlainRecording(torn, { name: 't', durationS: 30 });
    await writeFile(path, 't 1 250 7500\nt.dat 999 200 16 0 0 0 0 II\n');
    expect((await run('read', 'torn/t.hea', '--out', 't.csv')).code).toBe(1);
    expect(await readdir(folder)).not.toContain('t.csv');
  });

  it.skipIf(SHARED_DATA === null)(
    `prints what rdsamp prints (skipped where ${NO_SHARED_DATA})`,
    async () => {
      // Commands from wfdb-suite/TARGETS.md; the first column of the targets was cut off.
      const targets: readonly (readonly [
        target: string,
        record: string,
        args: readonly string[],
      ])[] = [
        ['record-1a', 'test01_00s', ['--raw']],
        ['record-1b', 'a103l', ['--from', '50', '--to', '160', '--leads', '#2,#0']],
        ['record-1c', 'a103l', ['--from', '80', '--leads', '#0,#1', '--raw']],
        ['record-2b', '100', ['--from', '0.002', '--to', '30', '--leads', '#1', '--raw']],
        ['record-2c', '100_3chan', []],
        ['record-4a', 'test01_00s_skewframe', ['--raw']],
        ['record-4b', '03700181', ['--raw']],
      ];
      for (const [target, record, args] of targets) {
        const path = shared(`wfdb-suite/sample-data/${record}.hea`);
        const info = JSON.parse((await run('info', path, '--json')).out);
        const names = args.map((arg) =>
          arg.replace(/#(\d)/g, (_, index: string) => info[0].leads[Number(index)].name),
        );
        const out = join(folder, 'target.csv');
        expect((await run('read', path, ...names, '--out', out)).code).toBe(0);
        const lines = (await readFile(out, 'utf8')).trimEnd().split('\r\n').slice(1);
        const found = lines.map((line) => line.split(',').slice(1).map(Number));
        const text = await readFile(shared(`wfdb-suite/target-output/${target}`), 'utf8');
        const expected = text
          .trimEnd()
          .split('\n')
          .map((line) => line.trim().split(/\s+/).map(Number));
        expect(found.length, basename(target)).toBe(expected.length);
        expect(found, basename(target)).toEqual(expected);
      }
    },
  );
});

describe('rhythmark annotations', () => {
  it.skipIf(SHARED_DATA === null)(
    `prints what rdann prints (skipped where ${NO_SHARED_DATA})`,
    async () => {
      const path = shared('wfdb-suite/sample-data/100.hea');
      const { code, out } = await run('annotations', path, '--annotator', 'atr');
      expect(code).toBe(0);
      const found = parse(out, { from_line: 2 });
      const text = await readFile(shared('wfdb-suite/target-output/ann-1'), 'utf8');
      const expected = text
        .trimEnd()
        .split('\n')
        .map((line) => {
          const [
            time = '',
            sample = '',
            symbol = '',
            subtype = '',
            channel = '',
            num = '',
            ...aux
          ] = line.trim().split(/\s+/);
          return [time, sample, symbol, subtype, channel, num, aux.join(' ')];
        });
      expect(found).toEqual(expected);
    },
  );

  it('prints an empty table of a recording without any', async () => {
    const { code, out } = await run('annotations', 'ward/r1.hea');
    expect({ code, out }).toEqual({
      code: 0,
      out: 'time,sample,symbol,subtype,channel,num,aux\r\n',
    });
  });
});

describe('rhythmark export', () => {
  it.each(['export', 'convert'])(
    'writes under the name %s, and never over a file',
    async (name) => {
      const out = join(folder, `${name} out`);
      const args = [name, 'ward/r1.hea', '--to', 'json', '--out', out];
      expect(await run(...args)).toMatchObject({ code: 0, out: 'r1.json\n', errors: [] });
      const again = await run(...args);
      expect(again.code).toBe(1);
      expect(again.errors[0]).toContain('There is a file r1.json in the folder already');
      const wrong = await run(name, 'ward/r1.hea', '--to', 'xml', '--out', out);
      expect(wrong).toMatchObject({ code: 2 });
      expect(wrong.errors).toEqual([
        'rhythmark: --to is one of wfdb, edf, bdf, csv, json, not "xml".',
      ]);
    },
  );
});

describe('rhythmark dataset', () => {
  it('refuses a folder that is no labelled set', async () => {
    const { code, errors } = await run('dataset', 'ward', '--out', 'training');
    expect(code).toBe(1);
    expect(errors).toHaveLength(1);
  });
});
