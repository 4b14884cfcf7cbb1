import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Annotation } from '../../../src-main/formats/reader.ts';
import { setToEvaluate } from '../../../src-main/services/evaluate/evaluated-set.ts';
import { provenanceOf } from '../../../src-main/services/evaluate/provenance.ts';
import { remarksOn } from '../../../src-main/services/evaluate/remarks.ts';
import { windowReference } from '../../../src-main/services/evaluate/window-reference.ts';

const HEADER = {
  format: 'Unisens 2.0',
  durationS: 60,
  start: null,
  leads: [],
  patient: { id: null, name: null, birthDate: null, sex: null, age: null },
  device: null,
  comments: [],
  notes: [],
  synthetic: false,
};

function stated(symbol: string, aux: string, fromS: number, durationS: number): Annotation {
  const sample = fromS * 1024;
  return { sample, symbol, aux, durationS, subtype: 0, channel: 0, num: 0 };
}

async function labelOf(annotations: readonly Annotation[], fromS: number, toS: number) {
  const sets = [{ annotator: 'annotation.csv', samplingHz: 1024, annotations }];
  const reader = { header: HEADER, annotations: () => Promise.resolve(sets) };
  return (await windowReference(reader, [0]))(0, fromS, toS).label;
}

describe("a window's reference label from CACHET-CADB", () => {
  it('is the class that fills it', async () => {
    const annotations = [stated('+', '(AFIB', 0, 10), stated('+', '(N', 10, 10)];
    expect(await labelOf(annotations, 0, 10)).toBe('af');
    expect(await labelOf(annotations, 10, 20)).toBe('normal-or-ectopy');
    expect(await labelOf([stated('~', 'Noise', 0, 10)], 0, 10)).toBe('noise');
    expect(await labelOf([stated('+', '(OTHER', 0, 10)], 0, 10)).toBe('other');
  });

  it('is none where the class changes, or after the last annotation ends', async () => {
    const annotations = [stated('+', '(AFIB', 0, 5), stated('+', '(N', 5, 5)];
    expect(await labelOf(annotations, 0, 10)).toBe('');
    expect(await labelOf(annotations, 10, 20)).toBe('');
  });

  it('is none where a class that nobody knows takes it, and the reason names that class', async () => {
    const annotations = [stated('+', '(N', 0, 14), stated('"', 'PAT', 14, 6)];
    const sets = [{ annotator: 'annotation.csv', samplingHz: 1024, annotations }];
    const reader = { header: HEADER, annotations: () => Promise.resolve(sets) };
    const labelAt = await windowReference(reader, [0]);
    expect(labelAt(0, 0, 10).label).toBe('normal-or-ectopy');
    expect(labelAt(0, 10, 20)).toEqual({ label: '', note: 'class “PAT” is not known here' });
    expect(labelAt(0, 20, 30).note).toBe('class changes or is not stated');
  });

  it('is made of parts, and counts what overlaps once', async () => {
    const halves = [stated('+', '(AFIB', 0, 5), stated('+', '(AFIB', 5, 5)];
    expect(await labelOf(halves, 0, 10)).toBe('af');
    const twice = [stated('+', '(AFIB', 0, 5), stated('+', '(AFIB', 0, 5)];
    expect(await labelOf(twice, 0, 10)).toBe('');
  });
});

describe("a window's reference label from WFDB annotations", () => {
  const at = (symbol: string, aux: string, second: number): Annotation => ({
    ...{ sample: second * 1024, symbol, aux },
    ...{ subtype: 0, channel: 0, num: 0 },
  });
  const labelFrom = async (annotations: readonly Annotation[], fromS: number) => {
    const sets = [{ annotator: 'atr', samplingHz: 1024, annotations }];
    const reader = { header: HEADER, annotations: () => Promise.resolve(sets) };
    return (await windowReference(reader, [0]))(0, fromS, fromS + 10);
  };

  it('is the rhythm alone where the record marks no beats', async () => {
    const rhythms = [at('+', '(N', 0), at('+', '(AFIB', 20), at('+', '(AFL', 45)];
    expect((await labelFrom(rhythms, 0)).label).toBe('normal-or-ectopy');
    expect((await labelFrom(rhythms, 20)).label).toBe('af');
    expect((await labelFrom(rhythms, 40)).label).toBe('');
    expect((await labelFrom(rhythms, 50)).label).toBe('other');
  });

  it('is read off the beats where they are marked', async () => {
    const beats = Array.from({ length: 60 }, (_, second) =>
      at(second === 4 ? 'V' : 'N', '', second),
    );
    expect((await labelFrom([at('+', '(N', 0), ...beats], 0)).label).toBe('ectopy');
    expect((await labelFrom([at('+', '(N', 0), ...beats], 10)).label).toBe('normal');
  });

  it('is none without annotations', async () => {
    const reader = { header: HEADER, annotations: () => Promise.resolve([]) };
    expect((await windowReference(reader, [0]))(0, 0, 10)).toEqual({
      label: '',
      note: 'no annotations',
    });
  });
});

describe('where a set stands to the model', () => {
  const LEARNED = [
    { name: 'cinc2017', recordings: 5798 },
    { name: 'mitdb-ds1', recordings: 26 },
  ];
  const recordings = ['a', 'b'].map((recording) => ({
    path: '',
    part: '',
    recording,
    subject: recording,
    label: null,
  }));
  const set = { name: 'my-set', kind: 'WFDB annotations', recordings };

  it('is said plainly when the model learned from it', () => {
    const { kind, statement } = provenanceOf({ ...set, name: 'CinC2017' }, LEARNED);
    expect(kind).toBe('learned-from');
    expect(statement).toMatch(/^Not an external result: the model learned from cinc2017 \(5,798/);
  });

  it('is found out for MIT-BIH records in a folder of any name', () => {
    const copied = recordings.map((one) => ({ ...one, recording: '208' }));
    expect(provenanceOf({ ...set, recordings: copied }, LEARNED).kind).toBe('learned-from');
  });

  it('is external only where the manifest says what the model learned from', () => {
    expect(provenanceOf(set, LEARNED).kind).toBe('external');
    expect(provenanceOf(set, null).kind).toBe('unstated');
    expect(provenanceOf(set, []).kind).toBe('unstated');
  });

  it('is not comparable in the rhythm reading where the set mixes ectopy into Other', () => {
    const label = { label: 'ectopy-or-other', note: '' } as const;
    const mixed = { kind: 'CinC 2017', recordings: recordings.map((one) => ({ ...one, label })) };
    expect(remarksOn(mixed, ['cinc', 'rhythm']).join(' ')).toContain('without saying which');
    expect(remarksOn(mixed, ['cinc']).join(' ')).not.toContain('without saying which');
  });
});

describe('patients of PTB-XL', () => {
  it('have the number that the table means, and recordings without one are counted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rhythmark-ptbxl-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const rows = ['1,SNR,15709.0,{}', '2,SNR,15709.0,{}', '3,AF,,'];
    const table = ['ecg_id,labels,patient_id,scp_codes', ...rows, ''].join('\n');
    await writeFile(join(folder, 'labels.csv'), table);
    for (const name of ['00001', '00002', '00003'])
      await writeFile(join(folder, `${name}.hea`), '');
    const set = await setToEvaluate(folder, new AbortController().signal);
    expect(set.recordings.map(({ subject }) => subject)).toEqual([
      'patient-15709',
      'patient-15709',
      'recording-00003',
    ]);
    expect(remarksOn(set, ['cinc']).join(' ')).toContain(
      'The table states no patient for 1 of 3 recordings',
    );
  });
});
