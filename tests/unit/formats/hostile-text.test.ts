/** Tables of samples as recorders, spreadsheets and people write them. */
import { describe, expect, it } from 'vitest';
import { text } from '../../../src-main/formats/text/index.ts';
import { previewText } from '../../../src-main/formats/text/preview.ts';
import { bytesOf } from '../../../src-main/formats/byte-source.ts';
import { codesOf, openBytes, physical } from './in-memory.ts';

/** `rows` lines of what `line` makes of the row's number. */
function lines(rows: number, line: (row: number) => string): string {
  return Array.from({ length: rows }, (_, row) => `${line(row)}\n`).join('');
}

const f32 = (values: readonly number[]) => [...Float32Array.from(values)];
const value = (i: number) => ((i * 7) % 13) - 6;

describe('UTF-16', () => {
  const table =
    '# Abtastrate: 250 Hz\r\nt\u00e4glich (\u00b5V),II [mV]\r\n' +
    lines(40, (i) => `${value(i) * 100},${value(i + 3)}.5\r`);

  it.each([
    ['little-endian with a mark', Buffer.from(`\ufeff${table}`, 'utf16le')],
    ['little-endian without one', Buffer.from(table, 'utf16le')],
    ['big-endian with a mark', Buffer.from(`\ufeff${table}`, 'utf16le').swap16()],
  ])('%s reads as UTF-8 does', async (_, bytes) => {
    const name = 'table.csv';
    expect(text.detect({ name, size: bytes.length, head: bytes })).toBeGreaterThan(0.25);
    const preview = await previewText(bytesOf(bytes), null);
    expect(preview.columns.map((column) => column.name)).toEqual([
      't\u00e4glich (\u00b5V)',
      'II (mV)',
    ]);
    const reader = await openBytes(text, bytes);
    expect(reader.header.leads).toMatchObject([
      { name: 't\u00e4glich', unit: 'mV', samplingHz: 250, sampleCount: 40 },
      { name: 'II', unit: 'mV' },
    ]);
    const [tail] = await reader.read([0], 30, 40);
    expect([...(tail ?? [])]).toEqual(
      f32(Array.from({ length: 10 }, (_row, i) => (value(i + 30) * 100) / 1000)),
    );
  });
});

describe('numbers', () => {
  it('with groups of thousands are read where a decimal mark follows', async () => {
    const swiss = '# fs: 250\n"I (uV)"\t"II (uV)"\n' + lines(20, () => '"1,234.5"\t-12,345.25');
    const reader = await openBytes(text, swiss);
    expect((await physical(reader, 0))[3]).toBe(Math.fround(1.2345));
    expect((await physical(reader, 1))[3]).toBe(Math.fround(-12.34525));
    const other = '# fs: 250\nI (uV);II (uV)\n' + lines(20, () => '1.234,5;-0,5');
    expect((await physical(await openBytes(text, other), 0))[0]).toBe(Math.fround(1.2345));
  });

  it('with decimal commas are told from words between semicolons that end each line', async () => {
    const table =
      '# fs: 250\nsample;I (mV);II (mV);\n' +
      lines(20, (i) => `${i};0,${10 + (i % 7)};-0,${20 + (i % 5)};`);
    const reader = await openBytes(text, table);
    expect(reader.header.leads.map(({ name }) => name)).toEqual(['I', 'II']);
    expect((await physical(reader, 1))[1]).toBe(Math.fround(-0.21));
  });

  it('that may be read in two ways are refused', async () => {
    const mixed =
      '# fs: 250\nI (mV);II (mV)\n' + lines(20, (i) => `0,${i + 10};${i === 15 ? '1.234' : '1,5'}`);
    const reader = await openBytes(text, mixed);
    await expect(physical(reader, 1)).rejects.toThrow('1.234');
  });

  it('that are none are missing, as Microsoft, MATLAB and people write them', async () => {
    const words = ['NaN', '-1.#IND', '1.#QNAN', '1.#INF', '', '---', 'lead off', 'null'];
    const table =
      '# fs: 250\nI (mV),II (mV)\n' +
      lines(8, (i) => `0.5,${words[i] ?? ''}`) +
      lines(20, () => '0.5,1.5');
    const values = await physical(await openBytes(text, table), 1);
    expect(values.slice(0, 9)).toEqual([...Array<number>(8).fill(NaN), 1.5]);
  });

  it('with decimal commas between quotes and commas', async () => {
    const table =
      '"time (s)","I (mV)"\n' +
      lines(20, (i) => `"${(i / 100).toFixed(2).replace('.', ',')}","-1,5"`);
    const reader = await openBytes(text, table);
    expect(reader.header.leads).toMatchObject([{ name: 'I', samplingHz: 100 }]);
    expect((await physical(reader, 0))[0]).toBe(-1.5);
  });
});

describe('rates', () => {
  it.each([
    ['# Sampling rate: 1,000 Hz', 1000],
    ['# Sampling rate: 1.024 Hz', 1024],
    ['# Sampling frequency (kHz): 0.5', 500],
    ['# fs = 256.5', 256.5],
    ['# Sample interval (ms): 2', 500],
    ['# Sampling interval (\u00b5s): 4000', 250],
    ['# Sampling period: 0.004', 250],
  ])('of "%s"', async (line, hz) => {
    const table = `${line}\necg (mV)\n` + lines(20, (i) => `${value(i)}.5`);
    expect((await openBytes(text, table)).header.leads[0]?.samplingHz).toBe(hz);
  });

  it.each([
    ['time', (i: number) => (i * 3.90625).toFixed(5), 256],
    ['ms', (i: number) => String(4 * i), 250],
    ['time (ns)', (i: number) => String(2_000_000 * i), 500],
    ['milliseconds', (i: number) => (i * 2.5).toFixed(1), 400],
  ])('of a column "%s"', async (name, time, hz) => {
    const table = `${name},ecg (mV)\n` + lines(30, (i) => `${time(i)},${value(i)}.5`);
    expect((await openBytes(text, table)).header.leads).toMatchObject([
      { name: 'ecg', samplingHz: hz },
    ]);
  });

  it('of the times, where they contradict the header, is said', async () => {
    const table =
      '# fs: 500\ntime (s),ecg (mV)\n' + lines(30, (i) => `${(i / 250).toFixed(3)},1.5`);
    const { leads, notes } = (await openBytes(text, table)).header;
    expect(leads[0]?.samplingHz).toBe(250);
    expect(notes.find(({ code }) => code === 'text-rate-from-times')?.message).toContain('500');
  });
});

describe('dates', () => {
  const dated = (stamp: (i: number) => string) =>
    'time,ecg (mV)\n' + lines(30, (i) => `${stamp(i)},${value(i)}.5`);
  const clock = (i: number) => `23:59:59.${String(i * 20).padStart(3, '0')}`;

  it.each([
    ['2026-06-11', '2026-06-11'],
    ['2026/06/11', '2026-06-11'],
    ['11.06.2026', '2026-06-11'],
    ['25/06/2026', '2026-06-25'],
    ['06/25/2026', '2026-06-25'],
    ['06-06-2026', '2026-06-06'],
  ])('%s', async (date, iso) => {
    const reader = await openBytes(
      text,
      dated((i) => `${date} ${clock(i)}`),
    );
    expect(reader.header.start).toBe(`${iso}T23:59:59.000`);
    expect(reader.header.leads[0]?.samplingHz).toBe(50);
  });

  it('that may be of either of two days give no start, and go on over midnight', async () => {
    const stamp = (i: number) =>
      i < 50
        ? `06/11/2026 ${clock(i)}`
        : `06/12/2026 00:00:00.${String((i - 50) * 20).padStart(3, '0')}`;
    const reader = await openBytes(
      text,
      'time,ecg (mV)\n' + lines(90, (i) => `${stamp(i)},${value(i)}.5`),
    );
    expect(reader.header.start).toBeNull();
    expect(reader.header.leads[0]).toMatchObject({ samplingHz: 50, sampleCount: 90 });
    expect(codesOf(reader)).toContain('text-date-order');
  });

  it.each(['05/06/2020', '06/05/2020'])(
    'that are the same in either order go on over midnight: 05/05/2020, then %s',
    async (next) => {
      const stamp = (i: number) =>
        i < 50
          ? `05/05/2020 ${clock(i)}`
          : `${next} 00:00:00.${String((i - 50) * 20).padStart(3, '0')}`;
      const reader = await openBytes(
        text,
        'time,ecg (mV)\n' + lines(90, (i) => `${stamp(i)},${value(i)}.5`),
      );
      expect(reader.header).toMatchObject({ start: '2020-05-05T23:59:59.000', durationS: 1.8 });
      expect(codesOf(reader)).not.toContain('text-gaps');
      expect(codesOf(reader)).not.toContain('text-date-order');
    },
  );

  it.each([
    ['11.06.2026', '2026-06-11T09:12:30.000'],
    ['2026-06-11', '2026-06-11T09:12:30.000'],
    ['11/06/2026', null],
  ])('in a column beside the time: %s', async (date, start) => {
    const table =
      'Datum;Uhrzeit;EKG (mV)\n' +
      lines(30, (i) => `${date};09:12:30,${String(i * 4).padStart(3, '0')};${value(i)},5`);
    const reader = await openBytes(text, table);
    expect(reader.header.start).toBe(start);
    expect(codesOf(reader).includes('text-date-order')).toBe(start === null);
  });

  it("of PhysioBank's absolute times", async () => {
    const table = dated((i) => `[09:12:30.${String(i * 4).padStart(3, '0')} 11/06/2026]`);
    expect((await openBytes(text, table)).header.start).toBe('2026-06-11T09:12:30.000');
  });
});

describe('columns', () => {
  it('of one name are told apart, by names that no other column has', async () => {
    const table = '# fs: 250\nII,II (2),II\n' + lines(20, (i) => `${value(i)}.5,1,2`);
    const reader = await openBytes(text, table);
    expect(reader.header.leads.map(({ name }) => name)).toEqual(['II', 'II (2)', 'II (3)']);
    expect(codesOf(reader)).toContain('duplicate-lead');
  });

  it('keep a name in brackets that is no unit', async () => {
    const table =
      '# fs: 250\nECG (lead II),V1 (ADC),resp (l/min)\n' +
      lines(20, (i) => `${value(i)},${value(i + 1)},1.5`);
    expect((await openBytes(text, table)).header.leads).toMatchObject([
      { name: 'ECG (lead II)', calibrated: false },
      { name: 'V1', calibrated: false },
      { name: 'resp', unit: 'l/min' },
    ]);
  });

  it('about the recording are no leads, nor is an empty one after the last mark', async () => {
    const table = '# fs: 250\nI (mV),fs,id,\n' + lines(20, (i) => `${value(i)}.5,250,7,`);
    expect((await openBytes(text, table)).header.leads.map(({ name }) => name)).toEqual(['I']);
  });

  it('in a unit per step are uncalibrated', async () => {
    const table = '# fs: 250\n# Units: mV/LSB 0.005\necg\n' + lines(20, (i) => `${value(i)}`);
    expect((await openBytes(text, table)).header.leads[0]?.calibrated).toBe(false);
  });
});
