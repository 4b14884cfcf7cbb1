import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MODEL_WINDOW_SAMPLES } from '../../../src-main/contract/conventions.ts';
import { RhythmarkError } from '../../../src-main/contract/errors.ts';
import { encodeAnnotations } from '../../../src-main/formats/wfdb/write-annotations.ts';
import { writeDataset } from '../../../src-main/services/dataset.ts';
import { MISSING_COUNT } from '../../../src-main/services/dataset/training-folder.ts';
import { preprocessWhole } from '../../../src-main/signal/preprocess.ts';
import { scaleWindow } from '../../../src-main/signal/scaling.ts';
import { beatsOf, RECORD_HZ as HZ, writeRecord } from './labelled-folder.ts';

let folder: string;
let out: string;

beforeEach(async () => {
  const base = await mkdtemp(join(tmpdir(), 'rhythmark-dataset-'));
  folder = join(base, 'set');
  out = join(base, 'out');
  await mkdir(folder);
});

afterEach(async () => {
  await rm(join(folder, '..'), { recursive: true, force: true });
});

async function tableOf(name: string): Promise<Record<string, string>[]> {
  const [header = '', ...lines] = (await readFile(join(out, name), 'utf8')).trim().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((v, i) => [names[i], v])));
}

async function countsOf(): Promise<Int16Array> {
  const bytes = await readFile(join(out, 'signals.i16'));
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2).slice();
}

describe('a CinC 2017 folder', () => {
  beforeEach(async () => {
    await writeRecord(folder, 'A00002', beatsOf(9));
    await writeRecord(folder, 'A00001', beatsOf(27));
    await writeFile(join(folder, 'REFERENCE-v3.csv'), 'A00002,O\nA00001,N\n');
  });

  test('becomes traces and windows in the order of the names, counted by label', async () => {
    const manifest = await writeDataset(folder, out);
    expect(manifest).toMatchObject({
      name: 'cinc2017',
      recordings: 2,
      traces: 2,
      failures: [],
      plannedWindows: { normal: 3, 'ectopy-or-other': 1 },
    });
    expect(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))).toEqual(manifest);
    expect((await tableOf('traces.csv')).map((row) => row['recording'])).toEqual([
      'A00001',
      'A00002',
    ]);
    // 27 s: two windows and a tail of 7 s, analysed by the 10 s that end with the recording.
    expect((await tableOf('windows.csv')).map((row) => [row['trace'], row['start']])).toEqual([
      ['0', '0'],
      ['0', '2500'],
      ['0', '4250'],
      ['1', '0'],
    ]);
  });

  test('holds, once scaled, the very windows that the program classifies', async () => {
    await writeDataset(folder, out);
    const counts = await countsOf();
    const traces = await tableOf('traces.csv');
    const windows = await tableOf('windows.csv');
    const served = preprocessWhole(
      Float32Array.from(beatsOf(27), (x) => x / 1000),
      HZ,
    ).input;
    const scaled = new Float32Array(MODEL_WINDOW_SAMPLES);
    for (const [row, window] of windows.slice(0, 3).entries()) {
      const trace = traces[Number(window['trace'])];
      const first = Number(trace?.['first']) + Number(window['start']);
      const unit = Number(trace?.['unit_per_count']);
      const signal = Float64Array.from(
        counts.subarray(first, first + MODEL_WINDOW_SAMPLES),
        (count) => (count === MISSING_COUNT ? NaN : count * unit),
      );
      expect(scaleWindow(signal, 0, scaled, 0)).toBe(true);
      const expected = served.subarray(
        row * MODEL_WINDOW_SAMPLES,
        (row + 1) * MODEL_WINDOW_SAMPLES,
      );
      const worst = scaled.reduce((w, x, i) => Math.max(w, Math.abs(x - (expected[i] ?? NaN))), 0);
      // A count is 1/32,767 of the largest value; a typical swing is 4 units.
      expect(worst).toBeLessThan(1e-3);
    }
  });

  test('gives room to warp time in recordings shorter than twelve seconds', async () => {
    await writeDataset(folder, out);
    const short = (await tableOf('traces.csv'))[1];
    expect(short).toMatchObject({ recorded: '2250', samples: '3000' });
  });

  test('lists a recording that cannot be read, and goes on', async () => {
    await writeFile(join(folder, 'A00002.hea'), 'not a header\n');
    const manifest = await writeDataset(folder, out);
    expect(manifest.recordings).toBe(1);
    expect(manifest.failures.map(({ recording }) => recording)).toEqual(['A00002']);
  });

  test('leaves nothing behind when it is cancelled', async () => {
    const cancel = new AbortController();
    const written = writeDataset(folder, out, {
      signal: cancel.signal,
      onProgress: () => {
        cancel.abort();
      },
    });
    await expect(written).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(out)).toEqual([]);
  });

  test('refuses a letter that is no label', async () => {
    await writeFile(join(folder, 'REFERENCE-v3.csv'), 'A00001,Q\n');
    await expect(writeDataset(folder, out)).rejects.toMatchObject({ code: 'damaged-file' });
  });
});

describe('a folder of annotated WFDB records', () => {
  test('is labelled window by window, also between the planned ones', async () => {
    await writeRecord(folder, '100', beatsOf(40));
    const beats = Array.from({ length: 50 }, (_, beat) => ({
      sample: Math.round((beat * 0.8 + 0.4) * HZ),
      symbol: beat === 12 ? 'V' : 'N', // at 10.0 s
      subtype: 0,
      channel: 0,
      num: 0,
      aux: '',
    }));
    const rhythm = { sample: 0, symbol: '+', subtype: 0, channel: 0, num: 0, aux: '(N' };
    const annotations = [rhythm, ...beats];
    await writeFile(
      join(folder, '100.atr'),
      encodeAnnotations({ annotator: 'atr', samplingHz: HZ, annotations }),
    );
    const manifest = await writeDataset(folder, out);
    expect(manifest.plannedWindows).toEqual({ normal: 3, ectopy: 1 });
    const windows = await tableOf('windows.csv');
    expect(windows).toHaveLength(13);
    expect(windows.filter((row) => row['label'] === 'ectopy').map((row) => row['start'])).toEqual([
      '625',
      '1250',
      '1875',
      '2500',
    ]);
  });
});

test('a folder without labels is refused, and says what a labelled set is', async () => {
  await writeRecord(folder, '100', beatsOf(10));
  const error: unknown = await writeDataset(folder, out).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RhythmarkError);
  expect(error).toMatchObject({ code: 'unsupported' });
  expect(String(error)).toContain('REFERENCE-v3.csv');
});
