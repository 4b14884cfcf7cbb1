/** What the schema of Philips Sierra XML permits, and what contradicts it; stand-ins throughout. */
import { expect, it } from 'vitest';
import { sierra } from '../../../src-main/formats/sierra/index.ts';
import { NO_SAMPLE } from '../../../src-main/formats/reader.ts';
import { codesOf, openBytes, physical, storedOf } from './in-memory.ts';

interface Made {
  readonly signal?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly data: string;
  readonly more?: string;
}

const SIGNAL = '<samplingrate>500</samplingrate><resolution>5</resolution>';

function file({ signal = SIGNAL, attributes = {}, data, more = '' }: Made): string {
  const stated = { dataencoding: 'Base64', durationperchannel: '4', ...attributes };
  const words = Object.entries(stated).map(([name, text]) => `${name}="${text}"`);
  const parsed = data === '' ? '' : `<parsedwaveforms ${words.join(' ')}>${data}</parsedwaveforms>`;
  return (
    '<restingecgdata xmlns="http://www3.medical.philips.com">' +
    '<documentinfo><documenttype>PhilipsECG</documenttype><documentversion>1.04</documentversion></documentinfo>' +
    `<dataacquisition date="2026-06-11" time="09:12:30"><signalcharacteristics>${signal}</signalcharacteristics></dataacquisition>` +
    `<waveforms>${parsed}${more}</waveforms></restingecgdata>`
  );
}

function base64(samples: readonly number[]): string {
  return Buffer.from(Int16Array.from(samples).buffer).toString('base64');
}

/** Two leads of two samples at 500 Hz. */
const TWO = { numberofleads: '2', leadlabels: 'V2 V1' };

it('reads numbers in plain text, under the names in the order that the file gives them', async () => {
  const attributes = { ...TWO, dataencoding: 'Plain' };
  const reader = await openBytes(sierra, file({ attributes, data: '1 -2\n3 40000' }));
  expect(reader.header.leads.map(({ name }) => name)).toEqual(['V2', 'V1']);
  expect(await storedOf(reader, 0)).toEqual([1, -2]);
  expect(await storedOf(reader, 1)).toEqual([3, 40000]);
  const damaged = file({ attributes, data: '1 2 3 4.5' });
  await expect(openBytes(sierra, damaged)).rejects.toThrow('Value 4');
});

it('believes the waveform where a later system resampled it', async () => {
  const attributes = { ...TWO, samplespersecond: '1000', resolution: '2.5', signaloffset: '100' };
  const reader = await openBytes(
    sierra,
    file({ attributes, data: base64([100, 101, 102, 103, 104, 105, 106, 107]) }),
  );
  expect(reader.header.leads[0]).toMatchObject({ samplingHz: 1000, sampleCount: 4 });
  expect(await physical(reader, 0)).toEqual([0, 2.5, 5, 7.5].map((uv) => Math.fround(uv / 1000)));
});

it('reads unsigned samples where the file says so, and refuses a width that it does not know', async () => {
  const unsigned = { ...TWO, signalsigned: 'False' };
  const reader = await openBytes(
    sierra,
    file({ attributes: unsigned, data: base64([-1, 1, 2, 3]) }),
  );
  expect(await storedOf(reader, 0)).toEqual([65535, 1]);
  const odd = file({ attributes: { ...TWO, bitspersample: '12' }, data: base64([1, 2, 3, 4]) });
  await expect(openBytes(sierra, odd)).rejects.toThrow('bitspersample');
  const hex = file({ attributes: { ...TWO, dataencoding: 'Hex' }, data: '00010002' });
  await expect(openBytes(sierra, hex)).rejects.toThrow('dataencoding');
});

it('says so where it states no resolution', async () => {
  const signal = '<samplingrate>500</samplingrate>';
  const reader = await openBytes(
    sierra,
    file({ signal, attributes: TWO, data: base64([1, 2, 3, 4]) }),
  );
  expect(reader.header.leads[0]).toMatchObject({ calibrated: false, unit: '' });
  expect(codesOf(reader)).toEqual(['sierra-no-resolution']);
});

it('does not give the standard names to leads of another acquisition', async () => {
  const signal = `${SIGNAL}<acquisitiontype>EASI</acquisitiontype>`;
  const reader = await openBytes(
    sierra,
    file({ signal, attributes: { numberofleads: '2' }, data: base64([1, 2, 3, 4]) }),
  );
  expect(reader.header.leads.map(({ name }) => name)).toEqual(['Lead 1', 'Lead 2']);
});

it('counts leads and samples by the data, and says where the file states others', async () => {
  const missing = { numberofleads: '3', leadlabels: 'V1 V2 V3' };
  const fewer = await openBytes(sierra, file({ attributes: missing, data: base64([1, 2, 3, 4]) }));
  expect(codesOf(fewer)).toEqual(['sierra-missing-leads']);
  const rounded = { ...TWO, durationperchannel: '398' };
  const data = base64(Array.from({ length: 400 }, (_, i) => i));
  const longer = await openBytes(sierra, file({ attributes: rounded, data }));
  expect(codesOf(longer)).toEqual(['sierra-length']);
  expect((await storedOf(longer, 1))[0]).toBe(200);
  const neither = file({ attributes: TWO, data: base64([1, 2, 3]) });
  await expect(openBytes(sierra, neither)).rejects.toThrow('durationperchannel');
});

/** XLI without phrases: each byte is its own code, then the code that ends the lead. */
function xliChunk(samples: readonly number[]): Buffer {
  const words = samples.map((value, i) => {
    if (i < 2) return value;
    const [x, y, z] = [samples[i - 2] ?? 0, samples[i - 1] ?? 0, value];
    return 2 * y - x - z + 64;
  });
  // The first difference in the header is used for sample 2; each word for the sample after its own.
  const shifted = words.map((word, i) => (i < 2 ? word : (words[i + 1] ?? 64)));
  const bytes = [
    ...shifted.map((word) => (word >> 8) & 0xff),
    ...shifted.map((word) => word & 0xff),
  ];
  const bits = [...bytes, 1023].map((code) => code.toString(2).padStart(10, '0')).join('');
  const packed = Buffer.from(
    (bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? []).map((byte) =>
      Number.parseInt(byte, 2),
    ),
  );
  const head = Buffer.alloc(8);
  head.writeInt32LE(packed.length, 0);
  head.writeInt16LE(1, 4);
  head.writeInt16LE((words[2] ?? 64) - 64, 6);
  return Buffer.concat([head, packed]);
}

function xli(leads: readonly (readonly number[])[]): string {
  return Buffer.concat(leads.map(xliChunk)).toString('base64');
}

const I = [10, 11, 13, 16];
const II = [20, 25, 27, 40];
/** What XLI keeps of leads that are exactly what I and II predict: nothing. */
const NONE = [0, 0, 0, 0];
const XLI = { compression: 'XLI', durationperchannel: '8' };

it('finds compressed limb leads by their names, in whatever order they come', async () => {
  const labels = { ...XLI, numberofleads: '6', leadlabels: 'V1 III II aVF I aVR' };
  const data = xli([[7, 7, 7, 7], NONE, II, NONE, I, NONE]);
  const reader = await openBytes(sierra, file({ attributes: labels, data }));
  expect(await storedOf(reader, 0)).toEqual([7, 7, 7, 7]);
  expect(await storedOf(reader, 1)).toEqual(II.map((two, k) => two - (I[k] ?? 0)));
  expect(await storedOf(reader, 5)).toEqual(II.map((two, k) => -((two + (I[k] ?? 0)) >> 1)));
  expect(await storedOf(reader, 3)).toEqual(II.map((two, k) => (2 * two - (I[k] ?? 0)) >> 1));
});

it('refuses compressed limb leads that follow from leads it does not have', async () => {
  const labels = { ...XLI, numberofleads: '2', leadlabels: 'I aVR' };
  const without = file({ attributes: labels, data: xli([I, NONE]) });
  await expect(openBytes(sierra, without)).rejects.toThrow('leadlabels');
  const unnamed = file({
    signal: `${SIGNAL}<acquisitiontype>EASI</acquisitiontype>`,
    attributes: { ...XLI, numberofleads: '2' },
    data: xli([I, II]),
  });
  await expect(openBytes(sierra, unnamed)).rejects.toThrow('<acquisitiontype>');
});

it('takes the length of a compressed lead from its own end, not from a duration', async () => {
  const labels = { ...XLI, numberofleads: '2', leadlabels: 'I II' };
  const data = xli([I, II]);
  const shorter = { ...labels, durationperchannel: '6' };
  const reader = await openBytes(sierra, file({ attributes: shorter, data }));
  expect(await storedOf(reader, 0)).toEqual(I);
  expect(codesOf(reader)).toEqual(['sierra-length']);
  const longer = file({ attributes: { ...labels, durationperchannel: '10' }, data });
  await expect(openBytes(sierra, longer)).rejects.toThrow('lead I holds 4 samples of 5');
});

it('refuses compressed leads of two lengths: limb leads follow sample by sample', async () => {
  const labels = { ...XLI, numberofleads: '3', leadlabels: 'I II III' };
  const uneven = file({ attributes: labels, data: xli([I, II, [...NONE, 0]]) });
  await expect(openBytes(sierra, uneven)).rejects.toThrow('lead III holds 5 samples, lead I 4');
});

it('refuses compressed samples that have a zero of their own', async () => {
  const labels = { ...XLI, numberofleads: '2', leadlabels: 'I II' };
  const data = xli([I, II]);
  for (const made of [
    { attributes: { ...labels, signaloffset: '100' }, data },
    { signal: `${SIGNAL}<signaloffset>100</signaloffset>`, attributes: labels, data },
  ]) {
    await expect(openBytes(sierra, file(made))).rejects.toMatchObject({ code: 'unsupported' });
  }
});

it('says so where compressed data holds fewer leads than the file names', async () => {
  const labels = { ...XLI, numberofleads: '3', leadlabels: 'I II V1' };
  const reader = await openBytes(sierra, file({ attributes: labels, data: xli([I, II]) }));
  expect(codesOf(reader)).toEqual(['sierra-missing-leads']);
});

it('reads leads that are stored one by one, each from when it begins', async () => {
  const single = (name: string, start: number, samples: readonly number[]) =>
    `<leadwaveform leadname="${name}" starttime="${start}" duration="4">${base64(samples)}</leadwaveform>`;
  const more = `<leadwaveforms dataencoding="Base64" samplespersecond="250" resolution="1">${single('I', 0, [1, 2])}${single('AVR', 8, [3, 4])}</leadwaveforms>`;
  const reader = await openBytes(sierra, file({ data: '', more }));
  expect(reader.header.leads.map(({ name }) => name)).toEqual(['I', 'aVR']);
  expect(await storedOf(reader, 1)).toEqual([NO_SAMPLE, NO_SAMPLE, 3, 4]);
});

it('opens the averaged beat of either version as the part "median", and names what it leaves out', async () => {
  const beat = base64([5, 6]);
  const newer = `<repbeats dataencoding="Base64" samplespersec="1000" resolution="2.5"><repbeat leadname="V1"><waveform duration="2">${beat}</waveform></repbeat></repbeats>`;
  const older = `<vcgs/><repbeats dataencoding="Base64"><repbeat leadname="V1" duration="4">${beat}</repbeat></repbeats>`;
  for (const [more, samplingHz, uv, codes] of [
    [newer, 1000, 2.5, ['median-beat']],
    [older, 500, 5, ['median-beat', 'sierra-other-waveforms']],
  ] as const) {
    const made = file({ attributes: TWO, data: base64([1, 2, 3, 4]), more });
    expect(codesOf(await openBytes(sierra, made))).toEqual(codes);
    const reader = await openBytes(sierra, made, { part: 'median' });
    expect(reader.header.leads[0]).toMatchObject({ name: 'V1', samplingHz });
    expect(await physical(reader, 0)).toEqual([5, 6].map((v) => Math.fround((v * uv) / 1000)));
  }
});

it('refuses waveforms that lie in another file', async () => {
  const more = '<unparsedwaveforms href="x.dat"></unparsedwaveforms>';
  await expect(openBytes(sierra, file({ data: '', more }))).rejects.toThrow('<unparsedwaveforms>');
});
