import { describe, expect, it } from 'vitest';
import type { Lead } from '../../../src-main/contract/domain.ts';
import { chooseLeads, ecgLeads } from '../../../src-main/rhythm/choose-lead.ts';
import type { RecordingReader } from '../../../src-main/formats/reader.ts';

const HZ = 250;
const SECONDS = 60;

/** Sharp beats once a second. */
const beats = (index: number) => Math.exp(-(((index % HZ) - 100) ** 2) / 20);
/** Deterministic noise (a linear congruence), as far from a beat as can be. */
const hiss = (index: number) => (((index * 1103515245 + 12345) >>> 8) % 1000) / 1000;
const flat = () => 0;

type Shape = (index: number) => number;

function recordingOf(leads: readonly (readonly [name: string, shape: Shape, unit?: string])[]) {
  const described = leads.map(([name, , unit]): Lead => ({
    name,
    unit: unit ?? 'mV',
    calibrated: true,
    samplingHz: HZ,
    sampleCount: HZ * SECONDS,
  }));
  const reader: Pick<RecordingReader, 'header' | 'read'> = {
    header: {
      format: 'test',
      durationS: SECONDS,
      start: null,
      leads: described,
      patient: { id: null, name: null, birthDate: null, sex: null, age: null },
      device: null,
      comments: [],
      notes: [],
      synthetic: true,
    },
    read: (indices, from, to) =>
      Promise.resolve(
        indices.map((lead) =>
          Float32Array.from({ length: to - from }, (_, i) => leads[lead]?.[1](from + i) ?? NaN),
        ),
      ),
  };
  return reader;
}

async function chosen(...leads: Parameters<typeof recordingOf>[0]) {
  const reader = recordingOf(leads);
  const indices = await chooseLeads(reader, { kind: 'auto' });
  return indices.map((index) => reader.header.leads[index]?.name);
}

describe('the lead that rhythm is read from', () => {
  it.each([
    [['V1', 'I', 'II'], 'II'],
    [['V5', 'MLII'], 'MLII'],
    [['Lead II', 'Lead I'], 'Lead II'],
    [['V1', 'i', 'aVR'], 'i'],
    [['V5', 'ECG'], 'ECG'],
    [['ECG I', 'ECG II'], 'ECG II'],
  ])('of %j is %s', async (names, expected) => {
    const leads = names.map((name) => [name, beats] as const);
    expect(await chosen(...leads)).toEqual([expected]);
  });

  it('is the next best when II is not connected', async () => {
    expect(await chosen(['II', flat], ['V1', hiss], ['I', beats])).toEqual(['I']);
  });

  it('is the cleanest where the names say nothing', async () => {
    expect(await chosen(['A', hiss], ['B', beats], ['C', flat])).toEqual(['B']);
  });

  it('is never a channel of something else', async () => {
    expect(await chosen(['RESP', beats], ['ABP', beats, 'mmHg'], ['V', hiss])).toEqual(['V']);
  });

  it('is some lead even where none looks like an ECG', async () => {
    expect(await chosen(['PLETH', beats, 'NU'], ['ABP', flat, 'mmHg'])).toHaveLength(1);
  });
});

describe('leads by request', () => {
  const reader = recordingOf([
    ['MLII', beats],
    ['v5', beats],
    ['RESP', beats],
  ]);

  it('are found by name, upper and lower case alike', async () => {
    expect(await chooseLeads(reader, { kind: 'named', name: 'V5' })).toEqual([1]);
  });

  it('are every ECG for "all"', async () => {
    expect(await chooseLeads(reader, { kind: 'all' })).toEqual([0, 1]);
    expect(ecgLeads(reader.header.leads)).toEqual([0, 1]);
  });

  it('that are not there give an error that lists those that are', async () => {
    await expect(chooseLeads(reader, { kind: 'named', name: 'V9' })).rejects.toMatchObject({
      code: 'bad-request',
      message: 'The recording has no lead "V9". It has MLII, v5, RESP.',
    });
  });

  it('of a recording without any give an error', async () => {
    const none = recordingOf([]);
    await expect(chooseLeads(none, { kind: 'auto' })).rejects.toMatchObject({
      code: 'damaged-file',
    });
  });
});
