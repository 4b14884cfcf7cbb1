/** What MATLAB writes beside plain arrays, and numbers that look like a rate; stand-ins throughout. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matlab } from '../../../src-main/formats/matlab/index.ts';
import { openRecording } from '../../../src-main/formats/index.ts';
import { codesOf, openBytes, physical, storedOf } from './in-memory.ts';
import { writeMatlab73, type MatlabValue } from './stand-ins-matlab73.ts';
import { wave } from './stand-ins.ts';

const DOUBLE = 6;
const SIGNAL = [...wave(300)];

/** Level 5 in either byte order, elements as the document describes them. */
class Writer {
  readonly #big: boolean;

  constructor(big = false) {
    this.#big = big;
  }

  words(values: readonly number[]): Buffer {
    const bytes = Buffer.alloc(4 * values.length);
    values.forEach((value, i) =>
      this.#big ? bytes.writeInt32BE(value, 4 * i) : bytes.writeInt32LE(value, 4 * i),
    );
    return bytes;
  }

  doubles(values: readonly number[]): Buffer {
    const bytes = Buffer.alloc(8 * values.length);
    values.forEach((value, i) =>
      this.#big ? bytes.writeDoubleBE(value, 8 * i) : bytes.writeDoubleLE(value, 8 * i),
    );
    return bytes;
  }

  /** The compact form where the data has up to four bytes. */
  element(type: number, data: Buffer): Buffer {
    if (data.length > 0 && data.length <= 4) {
      const small = Buffer.alloc(8);
      const head = (data.length << 16) | type;
      if (this.#big) small.writeUInt32BE(head, 0);
      else small.writeUInt32LE(head, 0);
      data.copy(small, 4);
      return small;
    }
    return Buffer.concat([
      this.words([type, data.length]),
      data,
      Buffer.alloc((8 - (data.length % 8)) % 8),
    ]);
  }

  array(flags: number, sizes: readonly number[], name: string, ...rest: readonly Buffer[]): Buffer {
    return this.element(
      14,
      Buffer.concat([
        this.element(6, this.words([flags, 0])),
        this.element(5, this.words(sizes)),
        this.element(1, Buffer.from(name, 'latin1')),
        ...rest,
      ]),
    );
  }

  matrix(name: string, sizes: readonly number[], values: readonly number[]): Buffer {
    return this.array(DOUBLE, sizes, name, this.element(9, this.doubles(values)));
  }

  /** A `table`, `datetime` or `string`: no dimensions, and its content elsewhere. */
  opaque(name: string, className: string): Buffer {
    const texts = [name, 'MCOS', className].map((text) =>
      this.element(1, Buffer.from(text, 'latin1')),
    );
    const flags = this.element(6, this.words([17, 0]));
    return this.element(14, Buffer.concat([flags, ...texts, this.matrix('', [1, 1], [1])]));
  }

  file(elements: readonly Buffer[], subsystem: Buffer | null = null): Buffer {
    const header = Buffer.alloc(128, 0x20);
    header.write('MATLAB 5.0 MAT-file, a stand-in', 0, 'latin1');
    header.fill(0, 116, 124);
    const body = Buffer.concat(elements);
    if (subsystem !== null) {
      const at = BigInt(128 + body.length);
      if (this.#big) header.writeBigUInt64BE(at, 116);
      else header.writeBigUInt64LE(at, 116);
    }
    if (this.#big) header.writeUInt16BE(0x0100, 124);
    else header.writeUInt16LE(0x0100, 124);
    header.write(this.#big ? 'MI' : 'IM', 126, 'latin1');
    return Buffer.concat([header, body, ...(subsystem === null ? [] : [subsystem])]);
  }
}

const little = new Writer();
const ecg = little.matrix('ecg', [300, 1], SIGNAL);
const rate = (name: string, hz: number) => little.matrix(name, [1, 1], [hz]);

describe('MATLAB 5', () => {
  it.each([false, true])('reads compact elements, big-endian: %s', async (big) => {
    const writer = new Writer(big);
    const made = writer.file([
      writer.matrix('ecg', [1, 300], SIGNAL),
      writer.array(
        12,
        [1, 1],
        'fs',
        writer.element(4, writer.words([250]).subarray(big ? 2 : 0, big ? 4 : 2)),
      ),
    ]);
    const reader = await openBytes(matlab, made);
    expect(reader.header.leads).toMatchObject([{ name: 'ecg', samplingHz: 250 }]);
    expect(await physical(reader, 0)).toEqual(SIGNAL);
  });

  it('does not take the store of its objects for a signal', async () => {
    const store = little.array(9, [1, 400], '', little.element(2, Buffer.alloc(400, 3)));
    const made = little.file([little.opaque('T', 'timetable'), rate('fs', 250)], store);
    await expect(openBytes(matlab, made)).rejects.toMatchObject({
      code: 'not-a-recording',
      message: expect.stringContaining('T (an object of class timetable)') as string,
    });
    const beside = little.file([little.opaque('T', 'table'), ecg, rate('fs', 250)], store);
    const reader = await openBytes(matlab, beside);
    expect(reader.header.leads.map(({ name }) => name)).toEqual(['ecg']);
    expect(codesOf(reader)).toContain('array-other');
  });

  it('takes no truth values, complex numbers or sparse matrices for leads', async () => {
    const bytes = little.element(2, Buffer.alloc(300, 1));
    const made = little.file([
      little.array(9 | 0x0200, [300, 1], 'ecg_ok', bytes),
      little.array(
        DOUBLE | 0x0800,
        [300, 1],
        'spectrum',
        little.element(9, little.doubles(SIGNAL)),
      ),
      little.array(5, [300, 1], 'map', little.element(5, little.words([0]))),
      ...[ecg, rate('fs', 250)],
    ]);
    const reader = await openBytes(matlab, made);
    expect(reader.header.leads.map(({ name }) => name)).toEqual(['ecg']);
    const said = reader.header.notes.find(({ code }) => code === 'array-other')?.message;
    for (const word of ['ecg_ok (true', 'spectrum (complex', 'map (a sparse'])
      expect(said).toContain(word);
  });

  it('finds the samples along a third axis, and refuses three that are longer than one', async () => {
    const two = SIGNAL.flatMap((value) => [value, -value]);
    const reader = await openBytes(
      matlab,
      little.file([little.matrix('ecg', [1, 2, 300], two), rate('fs', 250)]),
    );
    expect(reader.header.leads.map(({ name }) => name)).toEqual(['ecg 1', 'ecg 2']);
    expect(await storedOf(reader, 1)).toEqual(SIGNAL.map((value) => 0 - value));
    const cube = little.file([little.matrix('ecg', [2, 3, 300], [...two, ...two, ...two])]);
    await expect(openBytes(matlab, cube)).rejects.toThrow('ecg (an array of 3 axes)');
  });

  it.each(['heart_rate', 'resp_rate', 'mains_freq', 'notch_hz', 'lowpass_frequency'])(
    'does not take %s for the sampling rate',
    async (name) => {
      const made = little.file([ecg, rate(name, 75)]);
      await expect(openBytes(matlab, made)).rejects.toMatchObject({ code: 'needs-choice' });
    },
  );

  it.each(['Fs', 'samplingRate', 'sampling_frequency_Hz', 'ecg_fs', 'SampleFreq', 'freq', 'sr'])(
    'takes %s for the sampling rate',
    async (name) => {
      const reader = await openBytes(matlab, little.file([ecg, rate(name, 360)]));
      expect(reader.header.leads[0]?.samplingHz).toBe(360);
    },
  );

  it('asks where two rates are stated, or the times contradict the one that is', async () => {
    const two = little.file([ecg, rate('fs', 250), rate('freq', 500)]);
    await expect(openBytes(matlab, two)).rejects.toMatchObject({ code: 'needs-choice' });
    const times = little.matrix(
      'time',
      [300, 1],
      SIGNAL.map((_, i) => i / 500),
    );
    const contradicted = little.file([ecg, times, rate('fs', 250)]);
    await expect(openBytes(matlab, contradicted)).rejects.toMatchObject({ code: 'needs-choice' });
    const agreed = little.file([ecg, times, rate('fs', 500)]);
    expect((await openBytes(matlab, agreed)).header.leads[0]?.samplingHz).toBe(500);
  });

  it('takes a count of samples for no time', async () => {
    const count = little.matrix(
      't',
      [300, 1],
      SIGNAL.map((_, i) => i + 1),
    );
    await expect(openBytes(matlab, little.file([ecg, count]))).rejects.toMatchObject({
      code: 'needs-choice',
    });
    const reader = await openBytes(matlab, little.file([ecg, count, rate('fs', 250)]));
    expect(reader.header.leads).toMatchObject([{ name: 'ecg', samplingHz: 250 }]);
  });

  it('does not open intervals between beats as an ECG', async () => {
    const made = little.file([little.matrix('rr_intervals', [300, 1], SIGNAL), rate('fs', 250)]);
    await expect(openBytes(matlab, made)).rejects.toMatchObject({ code: 'needs-choice' });
  });
});

describe('MATLAB 7.3', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rhythmark-hostile-matlab-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const one = (value: number): MatlabValue => ({ kind: 'double', size: [1, 1], values: [value] });
  const texts = (value: string): MatlabValue => ({ kind: 'char', text: value });
  const signal: MatlabValue = { kind: 'double', size: [1, 300], values: wave(300) };

  it('takes rate and unit from the structure of the signal', async () => {
    const path = join(folder, 'two.mat');
    await writeMatlab73(path, {
      ppg: { kind: 'struct', fields: { rr: signal, fs: one(100), units: texts('V') } },
      ekg: { kind: 'struct', fields: { signal, fs: one(250), units: texts('mV') } },
    });
    const reader = await openRecording(path);
    expect(reader.header.leads).toMatchObject([
      { name: 'ekg.signal', samplingHz: 250, unit: 'mV', calibrated: true },
    ]);
    await reader.close();
  });
});
