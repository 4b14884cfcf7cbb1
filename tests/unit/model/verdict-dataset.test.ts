import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Reading } from '../../../src-main/contract/domain.ts';
import { failureOf } from '../../../src-main/contract/errors.ts';
import { writeDataset } from '../../../src-main/services/dataset.ts';
import { beatsOf, writeRecord } from './labelled-folder.ts';

let folder: string;
let table: string;
let out: string;

beforeEach(async () => {
  const base = await mkdtemp(join(tmpdir(), 'rhythmark-verdicts-'));
  folder = join(base, 'ward');
  table = join(base, 'corrected.csv');
  out = join(base, 'out');
  await mkdir(folder);
  await writeRecord(folder, 'first', beatsOf(27));
  await writeRecord(folder, 'second', beatsOf(40));
});

afterEach(async () => {
  await rm(join(folder, '..'), { recursive: true, force: true });
});

const HEADER = 'recording,path,lead,start_s,end_s,label,p_af,uncertain,model';

/** A row as `rhythmark classify` writes it, with a reader's label. */
function row(recording: string, startS: number, label: string, endS = startS + 10): string {
  return `${recording},ward/${recording}.hea,ECG,${startS},${endS},${label},0.1,false,tiny 1.0.0`;
}

async function written(lines: readonly string[], reading: Reading = 'cinc') {
  await writeFile(table, lines.join('\n') + '\n');
  return writeDataset(folder, out, { verdicts: { file: table, reading } });
}

/** `[trace, start, label, note]` of every window. */
async function windows(): Promise<string[][]> {
  const [, ...lines] = (await readFile(join(out, 'windows.csv'), 'utf8')).trim().split('\n');
  return lines.map((line) => line.split(',').filter((_, column) => column !== 2));
}

async function refusal(lines: readonly string[]): Promise<string> {
  const thrown: unknown = await written(lines).catch((error: unknown) => error);
  const { code, message } = failureOf(thrown);
  expect(code).toBe('damaged-file');
  expect(await readdir(join(out, '..'))).not.toContain('out'); // nothing is begun
  return message;
}

describe('a corrected table of labels', () => {
  test('labels the windows that were read, and leaves the others unlabelled', async () => {
    const manifest = await written([
      HEADER,
      row('second', 10, 'af'),
      row('first', 17, 'Noise'), // the tail, by a spreadsheet that begins words with a capital
      row('first', 0, 'normal'),
    ]);
    expect(await windows()).toEqual([
      ['0', '0', 'normal', ''],
      ['0', '2500', '', 'not read'],
      ['0', '4250', 'noise', ''],
      ['1', '0', '', 'not read'],
      ['1', '2500', 'af', ''],
      ['1', '5000', '', 'not read'],
      ['1', '7500', '', 'not read'],
    ]);
    expect(manifest).toMatchObject({
      name: 'corrected',
      labelsOf: 'windows',
      recordings: 2,
      plannedWindows: { normal: 1, af: 1, noise: 1, unlabelled: 4 },
      verdicts: { reading: 'cinc', used: 3 },
    });
  });

  test('counts what it leaves out: empty, uncertain, without a reader, said twice', async () => {
    const signed = (line: string, reader: string): string => `${line},${reader}`;
    const manifest = await written([
      `${HEADER},reader`,
      signed(row('first', 0, 'normal'), 'Dr. Who'),
      signed(row('first', 0, 'normal'), 'Dr. Who'),
      signed(row('first', 10, 'normal'), ''),
      signed(row('second', 0, 'uncertain'), 'Dr. Who'),
      signed(row('second', 10, ''), 'Dr. Who'),
      '',
    ]);
    expect(manifest.verdicts).toEqual({
      reading: 'cinc',
      used: 1,
      leftOut: { empty: 1, uncertain: 1, withoutReader: 1, repeated: 1 },
    });
    expect(await windows()).toContainEqual(['0', '0', 'normal', 'reader: Dr. Who']);
    expect(await windows()).toContainEqual(['0', '2500', '', 'not read']);
  });

  test.each([
    ['cinc', ['normal', 'ectopy-or-other']],
    ['rhythm', ['normal-or-ectopy', 'other']],
  ] as const)('means by Normal and Other what the reading %s does', async (reading, labels) => {
    await written([HEADER, row('second', 0, 'normal'), row('second', 10, 'other')], reading);
    expect((await windows()).slice(0, 2).map((window) => window[2])).toEqual(labels);
  });

  test('may come from a spreadsheet with semicolons, decimal commas and a byte order mark', async () => {
    const manifest = await written([
      '\uFEFFrecording;lead;start_s;end_s;label',
      'first;ECG;17,000;27,000;"normal"',
    ]);
    expect(manifest.plannedWindows).toMatchObject({ normal: 1 });
  });

  test('says no patient’s number, and keeps one person’s recordings together', async () => {
    for (const name of ['first', 'second']) {
      const header = await readFile(join(folder, `${name}.hea`), 'utf8');
      await writeFile(join(folder, `${name}.hea`), `${header}# Patient ID: 4711-secret\n`);
    }
    await written([HEADER, row('first', 0, 'normal'), row('second', 0, 'normal')]);
    const traces = await readFile(join(out, 'traces.csv'), 'utf8');
    expect(traces).not.toContain('secret');
    const subjects = traces
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[2]);
    expect(subjects).toEqual(['person-1', 'person-1']);
  });

  test('lists a recording that cannot be read, and goes on', async () => {
    await writeFile(join(folder, 'second.dat'), '');
    const manifest = await written([HEADER, row('first', 0, 'af'), row('second', 0, 'af')]);
    expect(manifest.failures.map(({ recording }) => recording)).toEqual(['second']);
    expect(manifest.verdicts?.used).toBe(1);
  });

  test('tells recordings of one name apart by their paths', async () => {
    for (const ward of ['a', 'b']) {
      await mkdir(join(folder, ward));
      await writeRecord(join(folder, ward), 'same', beatsOf(10));
    }
    const named = (path: string, label: string): string => `same,${path},ECG,0,10,${label},0.1,,`;
    await written([HEADER, named('old/ward/b/same.hea', 'af'), named('a/same.hea', 'noise')]);
    expect(await readFile(join(out, 'traces.csv'), 'utf8')).toMatch(/^0,a\/same,.*\n1,b\/same,/m);
    expect((await windows()).map((window) => window[2])).toEqual(['noise', 'af']);
    await rm(out, { recursive: true });
    expect(await refusal([HEADER, row('first', 0, 'af'), named('same.hea', 'af')])).toMatch(
      /^Line 3 .*2 recordings named same/,
    );
  });
});

describe('a table that cannot be one of verdicts is refused with the line', () => {
  test.each([
    ['a word that is no label', row('second', 10, 'afib'), /"afib" is no label/],
    ['a window off the grid', row('second', 5, 'af'), /no window from 5 to 15 s/],
    ['a window of another length', row('second', 10, 'af', 15), /no window from 10 to 15 s/],
    ['a window after the end', row('second', 40, 'af'), /no window from 40 to 50 s/],
    ['an endless number', row('second', 1e300, 'af'), /which is no time/],
    ['a time that is none', row('second', NaN, 'af'), /start_s is "NaN"/],
    ['an unknown recording', row('third', 0, 'af'), /no recording "third"/],
    ['a path for a name', row('../second', 0, 'af'), /no recording "..\/second"/],
    ['a name of the language', row('__proto__', 0, 'af'), /no recording "__proto__"/],
    ['an unknown lead', row('second', 0, 'af').replace('ECG', 'V9'), /no lead "V9".*are ECG/],
    ['two verdicts that disagree', row('first', 0, 'af'), /something else than in line 2/],
    ['a row that breaks off', 'second,ward/second.hea,ECG,0', /has 4 of the 9 columns/],
  ])('%s', async (_, line, reason) => {
    const message = await refusal([HEADER, row('first', 0, 'normal'), '', line]);
    expect(message).toMatch(/^Line 4 /);
    expect(message).toMatch(reason);
  });

  test('a quote that never ends, a missing column, a column twice', async () => {
    expect(await refusal([HEADER, '"first,0'])).toContain('no readable table');
    expect(await refusal(['recording,lead,start_s,label', 'first,ECG,0,af'])).toContain('end_s');
    expect(await refusal([`${HEADER},label`, row('first', 0, 'af')])).toContain('two columns');
    expect(await refusal([''])).toContain('no column recording');
  });

  test('one without a single verdict', async () => {
    await expect(written([HEADER, row('first', 0, '')])).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
