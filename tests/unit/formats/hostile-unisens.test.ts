/** What a Unisens manifest permits, and what contradicts it; stand-ins throughout. */
import { expect, it } from 'vitest';
import { unisens } from '../../../src-main/formats/unisens/index.ts';
import { codesOf, physical, requestFor } from './in-memory.ts';

interface Made {
  readonly signal?: string;
  readonly storage: string;
  readonly channels?: readonly string[];
  readonly entries?: string;
}

const SIGNAL = 'dataType="double" id="ecg.csv" lsbValue="1" sampleRate="250" unit="mV"';

function manifest({
  signal = SIGNAL,
  storage,
  channels = ['I', 'II'],
  entries = '',
}: Made): string {
  const named = channels.map((name) => `<channel name="${name}"/>`).join('');
  return `<unisens version="2.0"><signalEntry contentClass="ecg" ${signal}>${storage}${named}</signalEntry>${entries}</unisens>`;
}

function open(made: Made, beside: Readonly<Record<string, string | Uint8Array>>) {
  return unisens.open(requestFor({ 'unisens.xml': manifest(made), ...beside }));
}

it.each([
  ['a tab', '<csvFileFormat separator="\t" decimalSeparator="."/>', '1.5\t2\n-1\t.5\n'],
  ['a tab by its number', '<csvFileFormat separator="&#9;"/>', '1.5\t2\n-1\t.5\n'],
  ['a tab in letters', '<csvFileFormat separator="\\t"/>', '1.5\t2\n-1\t.5\n'],
  ['a blank', '<csvFileFormat separator=" "/>', '1.5 2\n-1 .5\n'],
  ['a semicolon after each', '<csvFileFormat/>', '1.5;2;\n-1;.5;\n'],
  [
    'a comma as decimal mark',
    '<csvFileFormat separator=";" decimalSeparator=","/>',
    '1,5;2\n-1;,5\n',
  ],
])('reads samples between %s', async (_, storage, content) => {
  const reader = await open({ storage }, { 'ecg.csv': content });
  expect(await physical(reader, 0)).toEqual([1.5, -1]);
  expect(await physical(reader, 1)).toEqual([2, 0.5]);
});

it.each([
  ['a semicolon', '<csvFileFormat/>', '1;2\n3;\n;4\n;\n'],
  ['a tab', '<csvFileFormat separator="\\t"/>', '1\t2\n3\t\n\t4\n\t\n'],
])('takes an empty cell at either end of a line for no sample: %s', async (_, storage, content) => {
  const reader = await open({ storage }, { 'ecg.csv': content });
  expect(await physical(reader, 0)).toEqual([1, 3, NaN, NaN]);
  expect(await physical(reader, 1)).toEqual([2, NaN, 4, NaN]);
});

it('takes two tabs for an empty cell between them', async () => {
  const storage = '<csvFileFormat separator="\\t"/>';
  const reader = await open(
    { storage, channels: ['I', 'II', 'III'] },
    { 'ecg.csv': '1\t\t3\n4\t5\t6\t\n' },
  );
  expect(await physical(reader, 1)).toEqual([NaN, 5]);
  expect(await physical(reader, 2)).toEqual([3, 6]);
});

it('takes an empty line and NaN for missing samples, not for none', async () => {
  const storage = '<csvFileFormat/>';
  const reader = await open({ storage, channels: ['I'] }, { 'ecg.csv': '1\n\nNaN\n4\n' });
  expect(await physical(reader, 0)).toEqual([1, NaN, NaN, 4]);
});

it.each([
  ['more columns', '1;2\n1;2;3\n', 'Line 2 of ecg.csv has 3 columns'],
  ['fewer columns', '1;2\n1\n1;2\n', 'Line 2 of ecg.csv has 1 columns'],
  ['hexadecimal numbers', '1;2\n1;0x10\n', 'Line 2 of ecg.csv holds "0x10"'],
])('refuses a line with %s', async (_, content, message) => {
  await expect(open({ storage: '<csvFileFormat/>' }, { 'ecg.csv': content })).rejects.toThrow(
    message,
  );
});

it('refuses a point where the comma is the decimal mark', async () => {
  const storage = '<csvFileFormat decimalSeparator=","/>';
  await expect(open({ storage }, { 'ecg.csv': '1,5;1.234\n' })).rejects.toThrow('"1.234"');
});

it('reads big-endian samples under either spelling of the attribute', async () => {
  const signal = 'dataType="int16" id="ecg.bin" lsbValue="0.5" sampleRate="250" unit="mV"';
  for (const attribute of ['endianess', 'endianness']) {
    const storage = `<binFileFormat ${attribute}="BIG"/>`;
    const reader = await open(
      { signal, storage, channels: ['I'] },
      { 'ecg.bin': Uint8Array.of(0, 2, 255, 254) },
    );
    expect(await physical(reader, 0)).toEqual([1, -1]);
  }
});

it('shows two channels of one name under two names', async () => {
  const reader = await open(
    { storage: '<csvFileFormat/>', channels: ['ECG', 'ECG'] },
    { 'ecg.csv': '1;2\n' },
  );
  expect(reader.header.leads.map(({ name }) => name)).toEqual(['ECG', 'ECG (2)']);
  expect(codesOf(reader)).toContain('duplicate-lead');
});

it('reads events that are called annotation.csv as the manifest says, not as those of CACHET-CADB', async () => {
  const entries =
    '<eventEntry id="annotation.csv" contentClass="TRIGGER" sampleRate="250"><csvFileFormat separator=";"/></eventEntry>';
  const reader = await open(
    { storage: '<csvFileFormat/>', entries },
    { 'ecg.csv': '1;2\n3;4\n', 'annotation.csv': '1;N;beat\n' },
  );
  expect(await reader.annotations()).toMatchObject([
    { annotator: 'TRIGGER', annotations: [{ sample: 1, aux: 'N beat' }] },
  ]);
});
