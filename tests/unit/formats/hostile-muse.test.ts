/** What GE MUSE XML permits beside the usual, and what contradicts it; stand-ins throughout. */
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { muse } from '../../../src-main/formats/muse/index.ts';
import { NO_SAMPLE } from '../../../src-main/formats/reader.ts';
import { codesOf, openBytes, physical, requestFor, storedOf } from './in-memory.ts';

function bytesOf(samples: readonly number[]): Buffer {
  return Buffer.from(Int16Array.from(samples).buffer);
}

function lead(id: string, samples: readonly number[], elements: Record<string, string> = {}) {
  const stated: Record<string, string> = {
    LeadByteCountTotal: String(2 * samples.length),
    LeadSampleCountTotal: String(samples.length),
    LeadAmplitudeUnitsPerBit: '5',
    LeadAmplitudeUnits: 'MICROVOLTS',
    LeadSampleSize: '2',
    LeadID: id,
    WaveFormData: bytesOf(samples).toString('base64'),
    ...elements,
  };
  const content = Object.entries(stated).map(([name, text]) => `<${name}>${text}</${name}>`);
  return `<LeadData>${content.join('')}</LeadData>`;
}

function waveform(content: string, type = 'Rhythm', more = ''): string {
  return `<Waveform><WaveformType>${type}</WaveformType><SampleBase>500</SampleBase>${more}${content}</Waveform>`;
}

function file(...content: readonly string[]): string {
  return `<RestingECG>${content.join('')}</RestingECG>`;
}

it('derives a limb lead only where the file has none under any spelling', async () => {
  const stored = lead('I', [10]) + lead('II', [30]) + lead('AVR', [-19]);
  const reader = await openBytes(muse, file(waveform(stored)));
  expect(reader.header.leads.map(({ name }) => name)).toEqual([
    ...['I', 'II', 'aVR'],
    ...['III', 'aVL', 'aVF'],
  ]);
  expect(await physical(reader, 2)).toEqual([Math.fround(-0.095)]);
});

it('shows two leads of one name under two names', async () => {
  const reader = await openBytes(muse, file(waveform(lead('V1', [1]) + lead('V1', [2]))));
  expect(reader.header.leads.map(({ name }) => name)).toEqual(['V1', 'V1 (2)']);
  expect(codesOf(reader)).toEqual(['duplicate-lead']);
});

it('checks the checksum of the samples, and says where it does not fit', async () => {
  const right = { LeadDataCRC32: String(crc32(bytesOf([1, 2]))) };
  const wrong = { LeadDataCRC32: String(crc32(bytesOf([1, 3]))) };
  const made = file(waveform(lead('V1', [1, 2], right) + lead('V2', [1, 2], wrong)));
  const { notes } = (await openBytes(muse, made)).header;
  expect(notes.map(({ code }) => code)).toEqual(['muse-checksum']);
  expect(notes[0]?.message).toContain('V2');
});

it('refuses a lead with fewer bytes or samples than stated, and says where there are more', async () => {
  const fewer = lead('V1', [1, 2], { LeadByteCountTotal: '6' });
  await expect(openBytes(muse, file(waveform(fewer)))).rejects.toThrow('<LeadByteCountTotal>');
  const short = lead('V1', [1, 2], { LeadSampleCountTotal: '3' });
  await expect(openBytes(muse, file(waveform(short)))).rejects.toThrow('<LeadSampleCountTotal>');
  const more = lead('V1', [1, 2, 3], { LeadSampleCountTotal: '2' });
  const reader = await openBytes(muse, file(waveform(more)));
  expect(await storedOf(reader, 0)).toEqual([1, 2]);
  expect(codesOf(reader)).toEqual(['muse-extra-samples']);
});

it('moves a lead that begins later, and the leads that follow from it', async () => {
  const late = { LeadOffsetFirstSample: '2', LeadTimeOffset: '7' };
  const made = file(waveform(lead('I', [1, 2, 3, 4]) + lead('II', [5, 5], late)));
  const reader = await openBytes(muse, made);
  expect(await storedOf(reader, 1)).toEqual([NO_SAMPLE, NO_SAMPLE, 5, 5]);
  // III = II - I, stored in halves of a step.
  expect(await storedOf(reader, 2)).toEqual([NO_SAMPLE, NO_SAMPLE, 4, 2]);
  expect(codesOf(reader)).toEqual(['muse-begins-later', 'muse-time-offset']);
});

it('opens each of several rhythm waveforms, beats only on the first', async () => {
  const beats = '<QRSTimesTypes><QRS><Time>2</Time><Type>0</Type></QRS></QRSTimesTypes>';
  const made = file(
    beats,
    waveform(lead('V1', [9]), 'Median'),
    waveform(lead('V1', [1, 2, 3])),
    waveform(lead('V1', [4, 5, 6])),
    waveform(lead('V1', [7]), 'Pacer'),
  );
  expect(await muse.parts(requestFor({ file: made }))).toEqual([
    { part: '', name: 'waveform 1' },
    { part: '2', name: 'waveform 2' },
  ]);
  const first = await openBytes(muse, made);
  expect(codesOf(first)).toEqual(['median-beat', 'more-waveforms', 'muse-other-waveforms']);
  expect((await first.annotations())[0]?.annotations).toMatchObject([{ sample: 1 }]);
  for (const [part, samples] of [
    ['2', [4, 5, 6]],
    ['median', [9]],
  ] as const) {
    const other = await openBytes(muse, made, { part });
    expect(await storedOf(other, 0)).toEqual(samples);
    expect(await other.annotations()).toEqual([]);
  }
});

it.each([
  ['SampleType', '<SampleType>DELTA_SAMPLES</SampleType>', ''],
  ['LeadSampleSize', '', '4'],
])('refuses what it cannot read by the element <%s>', async (element, more, size) => {
  const stated = size === '' ? {} : { LeadSampleSize: size };
  const made = file(waveform(lead('V1', [1], stated), 'Rhythm', more));
  await expect(openBytes(muse, made)).rejects.toThrow(`<${element}>`);
});

it('leaves a lead uncalibrated that states no unit, or no number', async () => {
  const stated = [{ LeadAmplitudeUnits: '' }, { LeadAmplitudeUnitsPerBit: '0x5' }];
  for (const elements of stated) {
    const reader = await openBytes(muse, file(waveform(lead('V1', [1], elements))));
    expect(reader.header.leads[0]?.calibrated).toBe(false);
    expect(codesOf(reader)).toEqual(['muse-no-amplitude']);
  }
});
