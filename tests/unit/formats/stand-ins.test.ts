/** Readers against stand-ins written in the documented layout; see stand-ins.ts. */
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../src-main/formats/byte-source.ts';
import { apple } from '../../../src-main/formats/apple/index.ts';
import { atc } from '../../../src-main/formats/atc/index.ts';
import { ishne } from '../../../src-main/formats/ishne/index.ts';
import { scp } from '../../../src-main/formats/scp/index.ts';
import type { FormatModule, RecordingReader, Siblings } from '../../../src-main/formats/reader.ts';
import { scpFile } from './stand-ins-scp.ts';
import { appleFile, atcFile, ishneFile, wave } from './stand-ins.ts';

const alone: Siblings = {
  open: () => Promise.reject(new Error('these formats are one file')),
  exists: () => Promise.resolve(false),
};

async function open(format: FormatModule, bytes: Uint8Array): Promise<RecordingReader> {
  expect(
    format.detect({ name: 'x', size: bytes.length, head: bytes.subarray(0, 4096) }),
  ).toBeGreaterThan(0.9);
  const source = bytesOf(bytes);
  return format.open({
    name: 'x',
    path: null,
    source,
    siblings: alone,
    part: '',
    textChoice: null,
  });
}

describe('ISHNE (stand-in)', () => {
  const leads = [wave(1000), wave(1000, 30), wave(1000, 90)];

  it('gives back every sample, lead by lead, with start, patient and resolution', async () => {
    const reader = await open(ishne, ishneFile({ leads }));
    const { header } = reader;
    expect(header.notes).toEqual([]);
    expect(header.leads.map(({ name }) => name)).toEqual(['V1', 'V2', 'V3']);
    expect(header.start).toBe('2026-06-05T09:30:15.000');
    expect(header.patient).toMatchObject({
      id: 'P-1',
      name: 'Ada Stand-In',
      sex: 'F',
      birthDate: '1950-12-24',
    });
    expect(await reader.readStored([0, 1, 2], 0, 1000)).toEqual(leads);
    expect(await reader.readStored([2], 500, 503)).toEqual([leads[2]?.slice(500, 503)]);
    const [millivolts] = await reader.read([1], 0, 1);
    expect(millivolts?.[0]).toBeCloseTo((leads[1]?.[0] ?? NaN) * 0.005, 6);
  });

  it('takes the length field as samples of one lead or of all, as recorders write both', async () => {
    const reader = await open(ishne, ishneFile({ leads, statedSamples: 3000 }));
    expect(reader.header.notes.map(({ code }) => code)).toEqual(['ishne-length-of-all']);
    expect(reader.header.durationS).toBe(5);
  });

  it('says how much is missing of a file that is cut off', async () => {
    const whole = ishneFile({ leads });
    const reader = await open(ishne, whole.subarray(0, whole.length - 600));
    expect(reader.header.notes.map(({ code }) => code)).toEqual(['ishne-cut-off']);
    expect(reader.header.notes[0]?.message).toContain('the last 0.5 s are missing');
  });

  it('notes a checksum that does not fit, and reads on', async () => {
    const file = ishneFile({ leads });
    file.write('Eve', 28, 'latin1');
    const reader = await open(ishne, file);
    expect(reader.header.notes.map(({ code }) => code)).toEqual(['ishne-checksum']);
  });
});

describe('AliveCor ATC (stand-in)', () => {
  it('gives back both leads, the recorder and its beats', async () => {
    const leads = [wave(900), wave(900, 50)];
    const reader = await open(atc, atcFile(leads));
    expect(reader.header.leads.map(({ name, samplingHz }) => [name, samplingHz])).toEqual([
      ['I', 300],
      ['II', 300],
    ]);
    expect(reader.header.start).toBe('2026-06-11T09:12:30.500');
    expect(reader.header.device).toBe('Recorder K');
    expect(await reader.readStored([0, 1], 0, 900)).toEqual(leads);
    const [beats] = await reader.annotations();
    expect(beats?.annotations.map(({ sample }) => sample)).toEqual([300, 600]);
  });

  it('turns an inverted recording upright and says so', async () => {
    const lead = wave(900);
    const reader = await open(atc, atcFile([lead], 1));
    const [millivolts] = await reader.read([0], 4, 5);
    expect(millivolts?.[0]).toBeCloseTo(-(lead[4] ?? NaN) * 0.0005, 6);
    expect(reader.header.notes.map(({ code }) => code)).toContain('atc-inverted');
  });

  it('refuses a block whose checksum does not fit, by name and byte', async () => {
    const file = atcFile([wave(900)]);
    file[700] = (file[700] ?? 0) ^ 1;
    await expect(open(atc, file)).rejects.toThrow(/checksum of block "ecg" at byte \d+/);
  });
});

describe('Apple Health export (stand-in)', () => {
  const microvolts = Array.from(wave(512 * 30), (value, i) => value + (i % 8) / 8);

  it.each(['English', 'German'] as const)(
    'reads the %s export to the thousandth',
    async (language) => {
      const reader = await open(apple, Buffer.from(appleFile(microvolts, language), 'utf8'));
      const [lead] = reader.header.leads;
      expect(lead).toMatchObject({ name: 'I', unit: 'mV', samplingHz: 512, sampleCount: 512 * 30 });
      expect(reader.header.start).toBe('2026-06-11T09:12:30.000');
      const [values] = await reader.read([0], 0, 512 * 30);
      expect(values).toEqual(
        Float32Array.from(microvolts, (value) => Math.round(value * 1000) * 1e-6),
      );
    },
  );
});

describe('SCP-ECG (stand-in)', () => {
  const leads = [wave(1200), wave(1200, 70)];
  const beat = [wave(120, 140), wave(120, 150)];
  const cases = (['plain', 'default-huffman', 'own-huffman'] as const).flatMap((coding) =>
    ([0, 1, 2] as const).flatMap((differences) => [
      { coding, differences, referenceBeat: undefined },
      { coding, differences, referenceBeat: { beat, at: [70, 300, 1190] } },
    ]),
  );

  it.each(cases)(
    '$coding, differences $differences, reference beat $referenceBeat.at',
    async (one) => {
      const { coding, differences } = one;
      const file = scpFile({
        leads,
        coding,
        differences,
        ...(one.referenceBeat ? { referenceBeat: one.referenceBeat } : {}),
      });
      const reader = await open(scp, file);
      expect(await reader.readStored([0, 1], 0, 1200)).toEqual(leads);
      expect(reader.header.patient).toMatchObject({ id: 'P-1', name: 'Ada Stand-In', sex: 'F' });
      expect(reader.header.start).toBe('2026-06-11T09:12:30.000');
      expect(reader.header.notes.filter(({ kind }) => kind !== 'read')).toEqual([]);
    },
  );

  it('names section and byte where a record is cut off', async () => {
    const file = scpFile({ leads, coding: 'plain', differences: 0 });
    const cut = Buffer.from(file.subarray(0, file.length - 1204));
    cut.writeUInt32LE(cut.length, 2);
    await expect(open(scp, cut)).rejects.toThrow(
      /Section 6, rhythm data, ends 1,204 bytes early at byte [\d,]+/,
    );
  });
});
