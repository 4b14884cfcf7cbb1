/** MATLAB's structures, level 5 and 7.3, in the layouts of databases; stand-ins throughout. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecording } from '../../../src-main/formats/index.ts';
import type { RecordingReader } from '../../../src-main/formats/reader.ts';
import { matlab5Struct } from './stand-ins-arrays.ts';
import { writeMatlab73, type MatlabValue } from './stand-ins-matlab73.ts';
import { wave } from './stand-ins.ts';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-matlab-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function saved(variables: Readonly<Record<string, MatlabValue>>): Promise<RecordingReader> {
  const path = join(folder, `${++files}.mat`);
  await writeMatlab73(path, variables);
  return openRecording(path);
}

async function millivolts(reader: RecordingReader, lead: number): Promise<number[]> {
  const [values] = await reader.read([lead], 0, reader.header.leads[lead]?.sampleCount ?? 0);
  return [...(values ?? [])];
}

/** Twelve leads of 400 samples, column-major as MATLAB keeps a 12 x 400 array: lead after lead. */
const TWELVE = Float64Array.from(wave(4800), (value) => value / 256);
const LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const leadOf = (k: number): number[] => [...TWELVE].filter((_, i) => i % 12 === k);
const one = (value: number): MatlabValue => ({ kind: 'double', size: [1, 1], values: [value] });
const text = (value: string): MatlabValue => ({ kind: 'char', text: value });

describe('the structure of CPSC 2018, ECG.sex, ECG.age and ECG.data', () => {
  async function check(reader: RecordingReader, format: string): Promise<void> {
    expect(reader.header).toMatchObject({ format, patient: { sex: 'Male', age: '74' } });
    expect(reader.header.leads.map(({ name }) => name)).toEqual(LEADS);
    expect(reader.header.leads[0]).toMatchObject({ samplingHz: 500, unit: 'mV', sampleCount: 400 });
    for (let k = 0; k < 12; k++) expect(await millivolts(reader, k)).toEqual(leadOf(k));
    await reader.close();
  }

  it('is read from level 5', async () => {
    const path = join(folder, 'A0001.mat');
    await writeFile(
      path,
      matlab5Struct('ECG', [
        { name: 'sex', text: 'Male' },
        { name: 'age', rows: 1, columns: 1, values: [74], type: 'float64' },
        { name: 'data', rows: 12, columns: 400, values: TWELVE, type: 'float64' },
      ]),
    );
    await check(await openRecording(path), 'MATLAB 5');
  });

  it('is read from level 7.3', async () => {
    const data: MatlabValue = { kind: 'double', size: [12, 400], values: TWELVE };
    const reader = await saved({
      ECG: { kind: 'struct', fields: { sex: text('Male'), age: one(74), data } },
    });
    await check(reader, 'MATLAB 7.3');
  });
});

describe('MATLAB 7.3', () => {
  const two = wave(800);
  const val: MatlabValue = { kind: 'int16', size: [2, 400], values: two };

  it.each([
    ['samples along columns', [2, 400] as [number, number], 2],
    ['samples along rows', [400, 2] as [number, number], 400],
  ])('reads `val` with %s, rate and unit beside it', async (_, size, rows) => {
    const reader = await saved({
      val: { kind: 'int16', size, values: two },
      Fs: one(360),
      units: text('uV'),
    });
    expect(reader.header.leads).toMatchObject([
      { name: 'val 1', samplingHz: 360, unit: 'mV', sampleCount: 400 },
      { name: 'val 2', samplingHz: 360, unit: 'mV', sampleCount: 400 },
    ]);
    const stored = await reader.readStored([1], 0, 400);
    const expected = [...two].filter((_value, i) => (rows === 2 ? i % 2 === 1 : i >= 400));
    expect(stored.map((values) => [...values])).toEqual([expected]);
    await reader.close();
  });

  it('takes a text of one letter for a text, a long one for no signal, an empty array for none', async () => {
    const reader = await saved({
      val,
      fs: one(250),
      sex: text('F'),
      comment: text('a remark of the technician '.repeat(8)),
      nothing: { kind: 'empty' },
    });
    expect(reader.header.patient).toMatchObject({ sex: 'F' });
    expect(reader.header.leads.map(({ name }) => name)).toEqual(['val 1', 'val 2']);
    await reader.close();
  });

  it('finds the arrays of a cell by their place in it', async () => {
    const path = join(folder, 'cell.mat');
    await writeMatlab73(path, {
      signals: {
        kind: 'cell',
        elements: [text('lead II'), { kind: 'double', size: [1, 300], values: wave(300) }],
      },
      fs: one(250),
    });
    const reader = await openRecording(path);
    expect(reader.header.leads).toMatchObject([{ name: 'signals{2}', sampleCount: 300 }]);
    expect(await millivolts(reader, 0)).toEqual([...wave(300)]);
    await reader.close();
  });

  it('finds the arrays of each structure in an array of them, and asks which one is meant', async () => {
    const element = (phase: number): Readonly<Record<string, MatlabValue>> => ({
      ecg: { kind: 'double', size: [300, 1], values: wave(300, phase) },
      fs: one(250),
    });
    const path = join(folder, 'structs.mat');
    await writeMatlab73(path, { rec: { kind: 'structs', elements: [element(0), element(40)] } });
    await expect(openRecording(path)).rejects.toMatchObject({ code: 'needs-choice' });
    const reader = await openRecording(path, {
      textChoice: {
        delimiter: ',',
        decimal: '.',
        headerRows: 0,
        roles: ['ignore', 'lead'],
        samplingHz: 250,
        unit: 'mV',
      },
    });
    expect(reader.header.leads.map(({ name }) => name)).toEqual(['rec(2).ecg']);
    expect(await millivolts(reader, 0)).toEqual([...wave(300, 40)]);
    await reader.close();
  });

  it('stops at a depth that no recording has', async () => {
    const inner: MatlabValue = { kind: 'cell', elements: [val] };
    let nested = inner;
    for (let i = 0; i < 20; i++) nested = { kind: 'cell', elements: [nested] };
    await expect(saved({ nested, fs: one(250) })).rejects.toMatchObject({
      code: 'not-a-recording',
    });
  });
});
