import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TextChoice } from '../../../src-main/contract/text.ts';
import { openRecording, previewRecording } from '../../../src-main/formats/index.ts';
import { NO_SHARED_DATA, shared, SHARED_DATA } from '../../data.ts';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-text-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(content: string | Uint8Array, ending = 'csv'): Promise<string> {
  const path = join(folder, `file${files++}.${ending}`);
  await writeFile(path, content);
  return path;
}

/** Opens the text and reads every lead. */
async function opened(content: string | Uint8Array, choice: TextChoice | null = null) {
  const reader = await openRecording(await file(content), { textChoice: choice });
  const { leads } = reader.header;
  try {
    const samples = await Promise.all(
      leads.map(async (lead, index) => {
        const [values] = await reader.read([index], 0, lead.sampleCount);
        return [...(values ?? [])];
      }),
    );
    return { header: reader.header, leads, samples };
  } finally {
    await reader.close();
  }
}

/** `rows` lines of what `line` makes of the row's number. */
function lines(rows: number, line: (row: number) => string): string {
  return Array.from({ length: rows }, (_, row) => `${line(row)}\n`).join('');
}

const f32 = (values: readonly number[]) => [...Float32Array.from(values)];

describe('A text file', () => {
  it('tells its rate by a time column and its unit by the column names', async () => {
    const { leads, samples } = await opened(
      'time (s),MLII (mV),V5 [uV]\n' +
        lines(20, (i) => `${(i / 250).toFixed(3)},${i / 10},${i % 7}`),
    );
    expect(leads).toMatchObject([
      { name: 'MLII', unit: 'mV', calibrated: true, samplingHz: 250, sampleCount: 20 },
      { name: 'V5', unit: 'mV', calibrated: true, samplingHz: 250 },
    ]);
    expect(samples[0]?.slice(0, 3)).toEqual(f32([0, 0.1, 0.2]));
    expect(samples[1]?.slice(0, 3)).toEqual(f32([0, 0.001, 0.002]));
  });

  it.each([
    ['# Sample rate: 1000\n', 1000],
    ['# Sampling Rate (Hz):= 1000.00\n', 1000],
    ['Sampling frequency;0.5 kHz\n', 500],
    ['# fs = 128\n', 128],
    ['Sample interval: 4 ms\n', 250],
    ['Abtastrate: 256 Hz\n', 256],
    ['Recorded at a rate of 300 Hz\n', 300],
  ])('takes the rate from a header line like "%s"', async (header, hz) => {
    const { leads } = await opened(header + lines(10, (i) => `${(i * 7) % 5}.5`));
    expect(leads).toMatchObject([{ name: 'ECG', samplingHz: hz, calibrated: false }]);
  });

  it.each([
    'Number of samples: 5000\n',
    'Notch filter: 50 Hz\n',
    'Sample Rate,V1\n',
    'Heart rate: 72\n',
  ])('does not take "%s" for a rate', async (header) => {
    const path = await file(header + lines(10, (i) => `${(i * 7) % 5}.5,${i % 3}.25`));
    expect((await previewRecording(path)).samplingHz).toBeNull();
  });

  it('reads decimal commas between semicolons', async () => {
    const { leads, samples } = await opened(
      'Zeit (ms);I (mV);II (mV)\n' + lines(12, (i) => `${i * 4};0,${i + 10};-1,5`),
    );
    expect(leads).toMatchObject([{ name: 'I', samplingHz: 250 }, { name: 'II' }]);
    expect(samples[0]?.slice(0, 2)).toEqual(f32([0.1, 0.11]));
    expect(samples[1]?.[0]).toBe(-1.5);
  });

  it('reads columns between tabs and between blanks', async () => {
    for (const gap of ['\t', '   ']) {
      const { samples } = await opened(
        lines(12, (i) => ` ${(i * 0.002).toFixed(4)}${gap}${i % 5}.5${gap}-${i % 3}.25`),
      );
      expect(samples).toEqual([
        Array.from({ length: 12 }, (_, i) => (i % 5) + 0.5),
        Array.from({ length: 12 }, (_, i) => -(i % 3) - 0.25),
      ]);
    }
  });

  // Layout of the CSV that PhysioBank ATM exported.
  it('reads quoted names, a line of units and clock times', async () => {
    const { header, samples } = await opened(
      "'Elapsed time','MLII','V5'\n'hh:mm:ss.mmm','mV','mV'\n" +
        lines(400, (i) => `'0:0${(i / 360).toFixed(3)}',-0.145,${i % 7}`),
    );
    expect(header.leads).toMatchObject([
      { name: 'MLII', unit: 'mV', samplingHz: 360, sampleCount: 400 },
      { name: 'V5', unit: 'mV' },
    ]);
    expect(samples[0]?.[0]).toBe(Math.fround(-0.145));
  });

  it('takes its start from dates, and clocks over midnight go on', async () => {
    const at = (i: number) => new Date(Date.UTC(2026, 0, 31, 23, 59, 59) + i * 4).toISOString();
    const dated = await opened(
      'timestamp,ecg\n' + lines(500, (i) => `${at(i).replace('T', ' ').slice(0, 23)},${i % 9}`),
    );
    expect(dated.header).toMatchObject({ start: '2026-01-31T23:59:59.000', durationS: 2 });
    const clock = await opened('time;ecg\n' + lines(500, (i) => `${at(i).slice(11, 23)};${i % 9}`));
    expect(clock.header).toMatchObject({ start: null, durationS: 2 });
    expect(clock.leads).toMatchObject([{ samplingHz: 250, sampleCount: 500 }]);
  });

  it('shows a gap in the times and cells without a number as gaps', async () => {
    const { header, samples } = await opened(
      'time,ecg\n' +
        lines(10, (i) => `${(i * 0.004).toFixed(3)},${i}`) +
        lines(
          10,
          (i) => `${(1 + i * 0.004).toFixed(3)},${['', 'NaN', '---', 'lead off', '7'][i] ?? i}`,
        ),
    );
    expect(samples[0]?.length).toBe(260);
    expect(samples[0]?.slice(8, 12)).toEqual([8, 9, NaN, NaN]);
    expect(samples[0]?.slice(248, 256)).toEqual([NaN, NaN, NaN, NaN, NaN, NaN, 7, 5]);
    expect(header.notes.map(({ code }) => code)).toContain('text-gaps');
  });

  it('leaves out lines that repeat a time, and says so', async () => {
    const { header, samples } = await opened(
      'time,ecg\n' +
        lines(600, (i) => `${((i - (i >= 550 ? 1 : 0)) * 0.004).toFixed(3)},${(i * i) % 600}`),
    );
    expect(samples[0]?.slice(548, 551)).toEqual([304, 201, 1]);
    expect(header.notes.map(({ code }) => code)).toContain('text-repeated-times');
  });

  it('is refused where the time goes back, with the line', async () => {
    const content =
      'time,ecg\n' + lines(700, (i) => `${((i < 650 ? i : i - 40) * 0.004).toFixed(3)},1`);
    await expect(opened(content)).rejects.toThrow('Line 652 goes back in time');
  });

  it('is refused where a line has more columns, or fewer, or no number in a cell', async () => {
    const head = '# fs: 250\nI,II\n';
    const good = lines(600, (i) => `${i % 9}.5,2`);
    await expect(opened(`${head}${good}1,2,3\n${good}`)).rejects.toThrow(
      'Line 603 has more columns',
    );
    await expect(opened(`${head}${good}1\n${good}`)).rejects.toThrow('Line 603 has fewer columns');
    await expect(opened(`${head}${good}1,2.5.1\n${good}`)).rejects.toThrow('no number: "1,2.5.1"');
  });

  it('leaves out a last line that is cut off, with a note', async () => {
    const { header, leads } = await opened(
      '# fs: 250\nI,II\n' + lines(20, (i) => `${i % 9}.5,2`) + '3.5',
    );
    expect(leads[0]?.sampleCount).toBe(20);
    expect(header.notes.map(({ code }) => code)).toContain('text-last-line');
  });

  it('passes over counters, events and words, and says so', async () => {
    const { header, leads } = await opened(
      '# Sampling rate: 200 Hz\nsample,ECG,marker,comment\n' +
        lines(20, (i) => `${i},${i % 5}.25,0,${i === 3 ? 'pressed' : ''}`),
    );
    expect(leads.map(({ name }) => name)).toEqual(['ECG']);
    expect(header.notes.find(({ code }) => code === 'text-columns')?.message).toContain(
      'sample, marker, comment',
    );
  });

  it('gives two columns of one name different names', async () => {
    const { leads } = await opened('# fs: 200\nECG,ECG\n' + lines(9, (i) => `${i % 3}.5,${i % 4}`));
    expect(leads.map(({ name }) => name)).toEqual(['ECG', 'ECG (2)']);
  });

  it('names itself synthetic by its comment', async () => {
    const content =
      '# Synthetic recording made by Rhythmark\n# fs: 250\n' + lines(9, (i) => `${i % 3}.5`);
    expect((await opened(content)).header.synthetic).toBe(true);
  });

  it('is no recording when it is a list, prose or a table of words', async () => {
    for (const content of [
      lines(100, (i) => `A${i},N`),
      'A long text.\nWith several lines, and commas.\n'.repeat(20),
      '{"samples": [1, 2, 3]}',
      '1,2\n',
    ])
      await expect(opened(content)).rejects.toMatchObject({ code: 'not-a-recording' });
  });

  it('that does not end with a line end says that it may be cut off', async () => {
    const content = '# fs: 250\necg\n' + lines(9, (i) => `${i % 4}.5`);
    const codes = async (text: string) => (await opened(text)).header.notes.map(({ code }) => code);
    expect(await codes(content)).not.toContain('text-no-line-end');
    expect(await codes(content.trimEnd())).toContain('text-no-line-end');
  });

  it('with a byte order mark, Windows line ends and Latin-1 names reads the same', async () => {
    const latin = Buffer.from('# fs: 250\r\nLead \xb5 (\xb5V)\r\n', 'latin1');
    const rows = Buffer.from(lines(9, (i) => `${i % 4}.5\r`));
    const { leads, samples } = await opened(Buffer.concat([latin, rows]));
    expect(leads).toMatchObject([{ name: 'Lead \u00b5', unit: 'mV' }]);
    expect(samples[0]?.[2]).toBe(Math.fround(2.5 * 1e-3));
    const marked = await opened('\ufefftime,ecg\n' + lines(9, (i) => `${i / 100},${i % 4}`));
    expect(marked.leads).toMatchObject([{ name: 'ecg', samplingHz: 100 }]);
  });

  it('reads any window as it reads the whole', async () => {
    const rows = 30_000;
    const content =
      'time,I,II\n' +
      lines(
        rows,
        (i) =>
          `${((i + (i >= 9000 ? 500 : 0)) / 500).toFixed(3)},${(i * 37) % 1000},-${(i * 37) % 1000}.25`,
      );
    const reader = await openRecording(await file(content));
    const [all] = await reader.read([0], 0, rows + 500);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -5, max: rows + 500 }),
        fc.nat(300),
        async (from, length) => {
          const [part, other] = await reader.read([0, 1], from, from + length);
          const expected = Float32Array.from({ length }, (_, i) => all?.[from + i] ?? NaN);
          expect(part).toEqual(expected);
          expect(other?.[0]).toEqual(length === 0 ? undefined : -(expected[0] ?? NaN) - 0.25);
        },
      ),
      { numRuns: 60 },
    );
    await reader.close();
  });

  it('reads back any doubles that were printed, to the last bit of a 32-bit float', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }), {
          minLength: 4,
          maxLength: 50,
        }),
        async (values) => {
          const { samples } = await opened(
            '# fs: 250\necg\n' + values.map((v) => `${v}\n`).join(''),
          );
          // JavaScript prints -0 without its sign.
          expect(samples[0]).toEqual(f32(values.map((v) => v + 0)));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('What a text file leaves open', () => {
  it('is told with a line that answers it', async () => {
    const mute = 'I,II\n' + lines(300, (i) => `${i % 9}.5,${i % 4}`);
    const error: unknown = await openRecording(await file(mute)).catch((e: unknown) => e);
    const answer = /"(.+)"/.exec(String(error))?.[1] ?? '';
    const { leads } = await opened(`${answer}\n${mute}`);
    expect(leads.map(({ samplingHz }) => samplingHz)).toEqual([250, 250]);
  });

  it('is asked for: a rate', async () => {
    const path = await file('I,II\n' + lines(20, (i) => `${i % 9}.5,${i % 4}`));
    await expect(openRecording(path)).rejects.toMatchObject({ code: 'needs-choice' });
    const preview = await previewRecording(path);
    expect(preview).toMatchObject({
      ...{ delimiter: ',', decimal: '.', headerRows: 1, samplingHz: null, unit: 'unknown' },
      ...{ open: ['samplingHz'], trace: null },
      columns: [
        { name: 'I', role: 'lead' },
        { name: 'II', role: 'lead' },
      ],
    });
    const textChoice: TextChoice = {
      ...{ delimiter: ',', decimal: '.', headerRows: 1, samplingHz: 250, unit: 'uV' },
      roles: ['lead', 'ignore'],
    };
    const chosen = await previewRecording(path, { textChoice });
    expect(chosen.open).toEqual([]);
    expect(chosen.trace?.values[1]).toBe(Math.fround(1.5e-3));
    const reader = await openRecording(path, { textChoice });
    expect(reader.header.leads).toMatchObject([{ name: 'I', unit: 'mV', samplingHz: 250 }]);
    await reader.close();
  });

  it('is asked for: whether a comma parts columns or decimals', async () => {
    const path = await file(lines(20, (i) => `${(i * 7) % 5},${500 + ((i * 3) % 7)}`));
    expect((await previewRecording(path)).open).toContain('columns');
    const zeros = await file('# fs: 100\n' + lines(20, (i) => `${(i * 7) % 5},0${50 + i}`));
    expect(await previewRecording(zeros)).toMatchObject({ decimal: ',', open: [] });
  });

  it('is asked for: the unit of whole-number times, which a rate then tells', async () => {
    const content = 'time,ecg\n' + lines(20, (i) => `${i * 2},${i % 4}.5`);
    const path = await file(content);
    expect((await previewRecording(path)).open).toEqual(['samplingHz']);
    const textChoice: TextChoice = {
      ...{ delimiter: ',', decimal: '.', headerRows: 1, samplingHz: 500, unit: 'mV' },
      roles: ['time', 'lead'],
    };
    const gap = await file(content + lines(20, (i) => `${100 + i * 2},1`));
    const reader = await openRecording(gap, { textChoice });
    expect(reader.header.leads[0]?.sampleCount).toBe(70);
    await reader.close();
  });

  it('may be answered wrongly without harm', async () => {
    const path = await file('I,II\n' + lines(20, (i) => `${i % 9}.5,${i % 4}`));
    for (const changes of [
      { headerRows: 500 },
      { delimiter: ';' },
      { roles: [] },
      { roles: ['time', 'time'] as const },
      { decimal: ',' as const },
      { roles: ['ignore', 'ignore', 'ignore', 'lead'] as const },
    ]) {
      const textChoice: TextChoice = {
        ...{ delimiter: ',', decimal: '.', headerRows: 1, samplingHz: 250, unit: 'mV' },
        ...{ roles: ['lead', 'lead'], ...changes },
      };
      const outcome = await previewRecording(path, { textChoice }).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'not-a-recording' });
    }
  });
});

describe.skipIf(SHARED_DATA === null)(
  `Real text files${SHARED_DATA === null ? `: ${NO_SHARED_DATA}` : ''}`,
  () => {
    // Rates: the OpenSignals header; 1/0.00390625 s. Values: the file's own lines.
    it.each([
      ['biosppy-ecg.txt', 1000, 15_000, 2044, 2043],
      ['sampleECG_Labview_xy.txt', 256, 65_536, 1.05893, 0.154447],
      ['sample_ecg.txt', 256, 150_000, 1.05893, 0.444096],
    ])('%s opens by itself at %d Hz', async (name, hz, count, first, last) => {
      const reader = await openRecording(shared(`formats/text-mat/${name}`));
      expect(reader.header.leads).toMatchObject([{ samplingHz: hz, sampleCount: count }]);
      const [values] = await reader.read([0], 0, count);
      expect(values?.[0]).toBe(Math.fround(first));
      expect(values?.[count - 1]).toBe(Math.fround(last));
      expect(values?.some(Number.isNaN)).toBe(false);
      await reader.close();
    });
  },
);
