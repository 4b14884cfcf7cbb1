import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecording } from '../../../src-main/formats/index.ts';
import { NO_SAMPLE } from '../../../src-main/formats/reader.ts';
import { parseHeader } from '../../../src-main/formats/wfdb/header.ts';
import { wfdb } from '../../../src-main/formats/wfdb/index.ts';
import { requestFor } from './in-memory.ts';

const parsed = (text: string) => parseHeader(Buffer.from(text, 'latin1'), 'r.hea');

/** A reader of one header and its files in memory. */
const opened = (header: string, files: Readonly<Record<string, string | Uint8Array>> = {}) =>
  wfdb.open(requestFor({ 'r.hea': header, ...files }));

/** 16-bit little-endian samples. */
const int16 = (...samples: number[]) => new Uint8Array(Int16Array.from(samples).buffer);

describe('A WFDB header', () => {
  it('states rate, counter, base counter, length, time and date', () => {
    const { record } = parsed('r 0 360.5/24000(-10) 1000 23:59:58.25 31/12/1999\n');
    expect(record).toEqual({
      ...{ name: 'r', segmentCount: null, signalCount: 0, frameHz: 360.5, counterHz: 24000 },
      ...{ baseCounter: -10, frameCount: 1000, baseTime: '23:59:58.250', baseDate: '1999-12-31' },
    });
  });

  it.each([
    ['r 0', { frameHz: 250, frameCount: null, baseTime: null }],
    ['r 0 100 0', { frameCount: null }],
    ['r 0 100 10 31:51.982', { baseTime: '00:31:51.982' }],
    ['r 0 100 10 7.5', { baseTime: '00:00:07.500' }],
    [
      'r 0 1e2 10 0:00 1/2/2001',
      { frameHz: 100, baseTime: '00:00:00.000', baseDate: '2001-02-01' },
    ],
    ['r 0 100 10 25:00:00 31/02/2001', { baseTime: null, baseDate: null }],
  ])('takes "%s" with its defaults', (line, expected) => {
    expect(parsed(line).record).toMatchObject(expected);
  });

  it('describes signals with every field', () => {
    const { signals } = parsed(
      'r 1 250 9\nx.dat 212x4:3+24 -200.5(1024)/uV 11 1000 995 -7 512 II, left\n',
    );
    expect(signals[0]).toMatchObject({
      ...{ fileName: 'x.dat', samplesPerFrame: 4, skewFrames: 3, byteOffset: 24, gain: -200.5 },
      ...{ baseline: 1024, units: 'uV', resolutionBits: 11, adcZero: 1000, initialValue: 995 },
      ...{ checksum: -7, blockBytes: 512, description: 'II, left' },
    });
    expect(signals[0]?.format.code).toBe(212);
  });

  it('gives signals the defaults of header(5)', () => {
    const { signals } = parsed('r 2 250 9\nx.dat 16\nx.dat 16 100 12 5\n');
    expect(signals[0]).toMatchObject({ gain: 0, baseline: 0, units: 'mV', description: '' });
    expect(signals[1]).toMatchObject({ gain: 100, baseline: 5, initialValue: 5 });
  });

  it('keeps comments after the record line and knows those before it', () => {
    const { comments, preamble } = parsed('# before\r\nr 1 250 9\r\n#a\r\nx.dat 16\r\n## b \r\n');
    expect([preamble, comments]).toEqual([['before'], ['a', 'b']]);
  });

  it.each([
    ['', 'no record line'],
    ['r\n', 'number of signals is missing'],
    ['r -1 250\n', 'number of signals is missing'],
    ['r 1 0\nx.dat 16\n', '"0" is no sampling rate'],
    ['r 1 nan\nx.dat 16\n', '"nan" is no sampling rate'],
    ['r 1 1e999\nx.dat 16\n', 'is no sampling rate'],
    ['r 1 9e9\nx.dat 16\n', '9,000,000,000 Hz'],
    ['r 1 250 -5\nx.dat 16\n', '"-5" is no number of samples'],
    ['r 1 250 99999999999999\nx.dat 16\n', 'at most'],
    ['r 600 250 10\n', '600 signals; at most 512'],
    ['r 2 250 10\nx.dat 16\n', 'announces 2 signals and describes 1'],
    ['r/3 2 250 10\na 5\n', 'announces 3 segments and describes 1'],
    ['r/0 2 250 10\n', '0 segments'],
    ['r 1 250 10\nx.dat\n', 'signal 1 needs a file name and a format'],
    ['r 1 250 10\nx.dat 17\n', 'unknown storage format 17'],
    ['r 1 250 10\nx.dat 16x9999999\n', 'samples per frame'],
    ['r 1 250 10\nx.dat 16 nan/mV\n', '"nan/mV" is no gain'],
    ['r 1 250 10\nx.dat 16 2O0/mV\n', '"2O0/mV" is no gain'],
    ['r 1 250 10\nx.dat 16 200(9999999999)/mV\n', 'outside 32 bits'],
    ['r 1 250 10\nx.dat 16 1e-40/mV\n', 'impossible gain'],
    ['r 1 250 10\nx.dat 16 1e300/mV\n', 'impossible gain'],
    ['r/1 1 250 10\nseg ten\n', 'is no segment'],
  ])('is refused: %j', (text, message) => {
    expect(() => parsed(text)).toThrow(message);
  });
});

describe('A WFDB record', () => {
  it('takes an unknown gain as 200 per mV, uncalibrated, and says so', async () => {
    const { header, ...reader } = await opened('r 1 250 2\nx.dat 16 0 12 0 0 0 0 II\n', {
      'x.dat': int16(200, -100),
    });
    expect(header.leads[0]).toMatchObject({ unit: 'mV', gain: 200, calibrated: false });
    expect(header.notes).toMatchObject([{ kind: 'assumed', code: 'wfdb-default-gain' }]);
    expect(await reader.read([0], 0, 2)).toEqual([Float32Array.of(1, -0.5)]);
  });

  it.each([
    ['mV', 'mV', 0.5],
    ['uV', 'mV', 0.0005],
    ['\u00b5V', 'mV', 0.0005],
    ['V', 'mV', 500],
    ['mmHg', 'mmHg', 0.5],
  ])('in %s reads as %s', async (unit, shown, value) => {
    const { header, ...reader } = await opened(`r 1 250 1\nx.dat 16 200/${unit}\n`, {
      'x.dat': int16(100),
    });
    expect(header.leads[0]?.unit).toBe(shown);
    expect(await reader.read([0], 0, 1)).toEqual([Float32Array.of(value)]);
  });

  it('shows missing samples, and all outside of it, as NaN and NO_SAMPLE', async () => {
    const reader = await opened('r 1 250 2\nx.dat 16 200\n', { 'x.dat': int16(-32768, 200) });
    expect(await reader.read([0], -1, 3)).toEqual([Float32Array.of(NaN, NaN, 1, NaN)]);
    expect(await reader.readStored([0], -1, 3)).toEqual([
      Int32Array.of(NO_SAMPLE, NO_SAMPLE, 200, NO_SAMPLE),
    ]);
    expect(await reader.read([0], 5, 5)).toEqual([new Float32Array(0)]);
  });

  it('names two leads of one name apart', async () => {
    const { header } = await opened(
      'r 2 250 1\nx.dat 16 200 0 0 0 0 0 ECG\nx.dat 16 200 0 0 0 0 0 ECG\n',
      {
        'x.dat': int16(1, 2),
      },
    );
    expect(header.leads.map(({ name }) => name)).toEqual(['ECG', 'ECG (2)']);
    expect(header.notes.map(({ code }) => code)).toEqual(['duplicate-lead']);
  });

  it.each([
    [['69 M 1085 1629 x1'], { age: '69', sex: 'M' }],
    [['Age: 63', 'Sex: Female'], { age: '63', sex: 'Female' }],
    [['<age>: 25  <sex>: M  <diagnoses>: (none)'], { age: '25', sex: 'M' }],
    [['age: n/a', 'sex: unknown'], { age: null, sex: null }],
    [['Age: see letter', 'Patient is M, 63'], { age: null, sex: null }],
    [['Patient ID: 0815'], { id: '0815' }],
  ])(
    'takes patient fields from comments only where they are certain: %j',
    async (comments, fields) => {
      const text = comments.map((comment) => `# ${comment}\n`).join('');
      const { header } = await opened(`r 1 250 1\nx.dat 16 200\n${text}`, { 'x.dat': int16(1) });
      expect(header.patient).toMatchObject(fields);
    },
  );

  it('without a length is as long as its file', async () => {
    const { header } = await opened('r 2 250\nx.dat 16 200\nx.dat 16 200\n', {
      'x.dat': int16(1, 2, 3, 4, 5),
    });
    expect(header.leads.map(({ sampleCount }) => sampleCount)).toEqual([2, 2]);
  });

  it('is refused when its file is shorter than the header says, and says of a longer one', async () => {
    const header = 'r 1 250 3\nx.dat 16 200\n';
    await expect(opened(header, { 'x.dat': int16(1, 2) })).rejects.toMatchObject({
      code: 'damaged-file',
      message: expect.stringContaining('x.dat holds 2 of the 3 samples') as string,
    });
    await expect(opened(header, { 'x.dat': '' })).rejects.toThrow('holds 0 of the 3');
    const { header: longer } = await opened(header, { 'x.dat': int16(1, 2, 3, 4) });
    expect(longer.notes.map(({ code }) => code)).toEqual(['wfdb-extra-samples']);
  });

  it.each([
    ['r 1 250 1\nx.dat 16 200\n', 'no x.dat'],
    ['r 0 250 1\n', 'describes no signal'],
    ['r 1 250\nempty.dat 16 200\n', 'not one sample'],
    ['r 2 250 1\ny.dat 16\ny.dat 212\n', 'different storage formats'],
    ['r 3 250 1\ny.dat 16\nempty.dat 16\ny.dat 16\n', 'do not stand together'],
    ['r 1 1e-6 1000000\n~ 0 200\n', 'at most 400 are read'],
    ['r/2 1 250\n~ 5\n~ 5\n', 'consists of gaps only'],
    ['r/1 1 250\nr 5\n', 'itself a record of several segments'],
  ])('is refused with the reason: %j', async (header, message) => {
    const files = { 'y.dat': int16(1, 2, 3, 4, 5, 6), 'empty.dat': '' };
    await expect(opened(header, files)).rejects.toThrow(message);
  });

  it('answers requests that make no sense with bad-request', async () => {
    const reader = await opened('r 2 250 1\nx.dat 16 200\nx.dat 16x2 200\n', {
      'x.dat': int16(1, 2, 3),
    });
    for (const [leads, from, to] of [
      [[2], 0, 1],
      [[], 0, 1],
      [[0, 1], 0, 1],
      [[0], 1, 0],
      [[0], 0.5, 1],
      [[0], 0, 2 ** 40],
    ] as const)
      await expect(reader.read(leads, from, to)).rejects.toMatchObject({ code: 'bad-request' });
  });
});

describe('A WFDB record in several segments', () => {
  const segments = {
    'a.hea': 'a 2 250 3\na.dat 16 200 0 0 0 0 0 I\na.dat 16 200 0 0 0 0 0 II\n',
    'a.dat': int16(1, 10, 2, 20, 3, 30),
    'b.hea': 'b 1 250 2\nb.dat 16 100 0 0 0 0 0 II\n',
    'b.dat': int16(40, 50),
    'layout.hea': 'layout 2 250 0\n~ 0 200 0 0 0 0 0 I\n~ 0 200 0 0 0 0 0 II\n',
  };

  it('joins segments with gaps; stored values are in the gain of the layout', async () => {
    const reader = await opened('r/4 2 250 7\nlayout 0\na 3\n~ 2\nb 2\n', segments);
    const [one, two] = await reader.readStored([0, 1], 0, 7);
    const _ = NO_SAMPLE;
    expect(one).toEqual(Int32Array.of(1, 2, 3, _, _, _, _));
    expect(two).toEqual(Int32Array.of(10, 20, 30, _, _, 80, 100));
    const [physical] = await reader.read([1], 2, 7);
    expect(physical).toEqual(Float32Array.of(0.15, NaN, NaN, 0.4, 0.5));
    await reader.close();
  });

  it('believes the segments where the lengths disagree, and says so', async () => {
    const { header } = await opened('r/2 2 250 99\nlayout 0\na 3\n', segments);
    expect(header.leads[0]?.sampleCount).toBe(3);
    expect(header.notes.map(({ code }) => code)).toContain('wfdb-segment-lengths');
  });

  it('names the segment that does not fit', async () => {
    const fixed = await opened('r/2 2 250 5\na 3\nb 2\n', segments);
    await expect(fixed.read([0], 0, 5)).rejects.toThrow('Segment b has 1 signals, the record 2');
    const missing = await opened('r/2 2 250 5\na 3\nc 2\n', segments);
    await expect(missing.read([0], 0, 5)).rejects.toThrow('no c.hea');
    expect(await missing.read([0], 0, 1)).toEqual([Float32Array.of(0.005)]);
    const short = await opened('r/1 2 250 9\na 9\n', segments);
    await expect(short.read([0], 0, 9)).rejects.toMatchObject({ code: 'damaged-file' });
  });

  it('reads many segments with few of them open', async () => {
    const files: Record<string, string | Uint8Array> = {};
    let lines = '';
    for (let i = 0; i < 40; i++) {
      files[`s${i}.hea`] = `s${i} 1 250 2\ns${i}.dat 16 200\n`;
      files[`s${i}.dat`] = int16(i, -i);
      lines += `s${i} 2\n`;
    }
    const reader = await opened(`r/40 1 250 80\n${lines}`, files);
    const all = await Promise.all([reader.readStored([0], 0, 80), reader.readStored([0], 0, 80)]);
    const expected = Int32Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i >> 1));
    expect(all).toEqual([[expected], [expected]]);
    await reader.close();
  });
});

describe('The files that a WFDB header names', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rhythmark-escape-'));
    await mkdir(join(folder, 'inside'));
    await writeFile(join(folder, 'secret.dat'), int16(1, 2, 3));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    '../secret.dat',
    '/etc/passwd',
    'C:\\secret.dat',
    '..\\secret.dat',
    'x/../../secret.dat',
  ])('are not opened outside of its folder: %s', async (name) => {
    await writeFile(join(folder, 'inside', 'r.hea'), `r 1 250 1\n${name} 16 200\n`);
    await expect(openRecording(join(folder, 'inside', 'r.hea'))).rejects.toThrow(
      "does not lie in the recording's folder",
    );
  });

  it('are found in other case, and in a folder below', async () => {
    await mkdir(join(folder, 'inside', 'below'));
    await writeFile(join(folder, 'inside', 'below', 'X.DAT'), int16(7));
    await writeFile(join(folder, 'inside', 'c.hea'), 'c 1 250 1\nbelow/x.dat 16 200\n');
    const reader = await openRecording(join(folder, 'inside', 'c.hea'));
    expect(await reader.readStored([0], 0, 1)).toEqual([Int32Array.of(7)]);
    await reader.close();
  });

  it.skipIf(process.platform === 'win32')('may be links, as data managers make them', async () => {
    await symlink(join(folder, 'secret.dat'), join(folder, 'inside', 'linked.dat'));
    await writeFile(join(folder, 'inside', 'l.hea'), 'l 1 250 3\nlinked.dat 16 200\n');
    const reader = await openRecording(join(folder, 'inside', 'l.hea'));
    expect(await reader.readStored([0], 2, 3)).toEqual([Int32Array.of(3)]);
    await reader.close();
  });
});
