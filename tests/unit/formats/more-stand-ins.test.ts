/** DICOM, EDF, Unisens, MATLAB and HDF5 in the variants of which no real file may be kept here. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dicom } from '../../../src-main/formats/dicom/index.ts';
import { edf } from '../../../src-main/formats/edf/index.ts';
import { hdf5Library } from '../../../src-main/formats/hdf5/library.ts';
import { openRecording, scan } from '../../../src-main/formats/index.ts';
import { aecg } from '../../../src-main/formats/aecg/index.ts';
import { matlab } from '../../../src-main/formats/matlab/index.ts';
import { muse } from '../../../src-main/formats/muse/index.ts';
import { bytesOf } from '../../../src-main/formats/byte-source.ts';
import { NO_SAMPLE } from '../../../src-main/formats/reader.ts';
import type { FormatModule, RecordingReader } from '../../../src-main/formats/reader.ts';
import { matlab4File, matlab5File, unisensFolder } from './stand-ins-arrays.ts';
import { dicomFile, type DicomGroup } from './stand-ins-dicom.ts';
import { edfFile } from './stand-ins-edf.ts';
import { aecgFile, museFile } from './stand-ins-xml.ts';
import { wave } from './stand-ins.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-stand-ins-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function open(
  format: FormatModule,
  bytes: Uint8Array | string,
  part = '',
): Promise<RecordingReader> {
  return format.open({
    name: 'x',
    path: null,
    source: bytesOf(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes),
    siblings: { open: () => Promise.reject(new Error()), exists: () => Promise.resolve(false) },
    part,
    textChoice: null,
  });
}

async function stored(reader: RecordingReader, lead: number): Promise<number[]> {
  const [values] = await reader.readStored([lead], 0, reader.header.leads[lead]?.sampleCount ?? 0);
  return [...(values ?? [])];
}

const LEADS = [wave(300), wave(300, 40)];

function group(
  interpretation: DicomGroup['interpretation'],
  codes: readonly (readonly number[])[],
  label = 'RHYTHM',
): DicomGroup {
  return {
    label,
    samplingHz: '500',
    interpretation,
    channels: codes.map((one, i) => ({
      name: `Lead ${i === 0 ? 'I' : 'II'} (Einthoven)`,
      codes: one,
      sensitivity: '1.25',
    })),
  };
}

describe('DICOM (stand-in)', () => {
  it.each(['implicit', 'explicit', 'big', 'deflated'] as const)(
    'holds the same samples and fields in %s transfer syntax',
    async (syntax) => {
      const file = dicomFile(
        syntax,
        [
          group(
            'SS',
            LEADS.map((lead) => [...lead]),
          ),
        ],
        [{ text: 'QRS onset', channel: [1, 2], position: 41 }],
      );
      const reader = await open(dicom, file);
      expect(reader.header).toMatchObject({
        start: '2026-06-11T09:12:30.500',
        patient: { id: 'P-1', name: 'Stand-In Ada', sex: 'F', birthDate: '1950-12-24' },
      });
      expect(reader.header.leads.map(({ name, unit }) => [name, unit])).toEqual([
        ['I', 'mV'],
        ['II', 'mV'],
      ]);
      expect(await stored(reader, 0)).toEqual([...(LEADS[0] ?? [])]);
      expect(await stored(reader, 1)).toEqual([...(LEADS[1] ?? [])]);
      const [set] = await reader.annotations();
      expect(set?.annotations).toMatchObject([{ sample: 40, channel: 1, aux: 'QRS onset' }]);
    },
  );

  it('reads 8-bit samples, signed and unsigned, and 32-bit ones', async () => {
    const small = Array.from({ length: 200 }, (_, i) => ((i * 7) % 256) - 128);
    expect(
      await stored(await open(dicom, dicomFile('explicit', [group('SB', [small])])), 0),
    ).toEqual(small);
    const unsigned = small.map((value) => value + 128);
    const reader = await open(dicom, dicomFile('explicit', [group('UB', [unsigned])]));
    expect(await stored(reader, 0)).toEqual(unsigned);
    const wide = small.map((value) => value * 1_000_000);
    for (const syntax of ['explicit', 'big'] as const) {
      const file = dicomFile(syntax, [group('SL', [wide])]);
      expect(await stored(await open(dicom, file), 0)).toEqual(wide);
    }
  });

  // ITU-T G.711: values of both laws at the ends, around zero, and in between, on the 16-bit scale.
  it.each([
    ['MB', [0x00, 0x80, 0x7f, 0xff, 0x55], [-32124, 32124, 0, 0, -716]],
    ['AB', [0x55, 0xd5, 0x2a, 0xaa, 0x00], [-8, 8, -32256, 32256, -5504]],
  ] as const)('expands companded samples (%s) by G.711', async (law, codes, values) => {
    const reader = await open(dicom, dicomFile('explicit', [group(law, [[...codes]])]));
    expect(await stored(reader, 0)).toEqual([...values]);
  });

  it('applies sensitivity, correction and baseline as stored x s x c + b', async () => {
    const channels = [
      {
        name: 'Lead I',
        codes: [0, 100, -100],
        ...{ sensitivity: '2', correction: '1.5', baseline: '10', unit: 'uV' },
      },
    ];
    const base = group('SS', []);
    const reader = await open(dicom, dicomFile('explicit', [{ ...base, channels }]));
    const [values] = await reader.read([0], 0, 3);
    expect([...(values ?? [])]).toEqual([0.01, 0.31, -0.29].map(Math.fround));
  });

  it('takes the padding value for a missing sample, in either byte order', async () => {
    for (const syntax of ['implicit', 'big'] as const) {
      const one = { ...group('SS', [[5, -32768, 7]]), padding: -32768 };
      const reader = await open(dicom, dicomFile(syntax, [one]));
      expect(await stored(reader, 0)).toEqual([5, NO_SAMPLE, 7]);
    }
  });

  it('joins the rhythm groups, tells equal names apart, and opens the averaged beat as a part', async () => {
    const beat = [...wave(120, 7)];
    const file = dicomFile('explicit', [
      group('SS', [[...wave(300)]]),
      group('SS', [[...wave(300, 9)]]),
      group('SS', [beat], 'MEDIAN BEAT'),
    ]);
    const reader = await open(dicom, file);
    expect(reader.header.leads.map(({ name }) => name)).toEqual(['I', 'I (2)']);
    expect(reader.header.notes.map(({ code }) => code)).toContain('median-beat');
    expect(await stored(await open(dicom, file, 'median'), 0)).toEqual(beat);
  });

  it('lets groups and channels that were recorded later begin later, annotations with them', async () => {
    const [first, second] = LEADS.map((lead) => [...lead]) as [number[], number[]];
    const late = group('SS', [second], 'RHYTHM');
    const skewed = { name: 'V1', codes: first, sensitivity: '1.25', sampleSkew: '2.2' };
    const file = dicomFile(
      'explicit',
      [
        { ...group('SS', [first]), offsetMs: '100' },
        { ...late, offsetMs: '700', channels: [...late.channels, { ...skewed, offset: '0.01' }] },
      ],
      [
        { text: 'here', channel: [2, 2], position: 1 },
        { text: 'span', channel: [1, 1], position: 11, to: 61 },
      ],
    );
    const reader = await open(dicom, file);
    expect(reader.header.leads.map(({ name, sampleCount }) => [name, sampleCount])).toEqual([
      ['I', 300],
      ['I (2)', 600],
      // 300 samples by its group, 5 by its offset, 2.2 by its skew.
      ['V1', 607],
    ]);
    const absent = Array<number>(300).fill(NO_SAMPLE);
    expect(await stored(reader, 1)).toEqual([...absent, ...second]);
    expect(await stored(reader, 2)).toEqual([...absent, ...absent.slice(0, 7), ...first]);
    const [physical] = await reader.read([1], 299, 301);
    expect([...(physical ?? [])]).toEqual([NaN, Math.fround((second[0] ?? 0) * 0.00125)]);
    expect(reader.header.notes.map(({ code }) => code)).toEqual([
      'dicom-begins-later',
      'dicom-begins-later',
      'duplicate-lead',
    ]);
    const [set] = await reader.annotations();
    expect(set?.annotations).toMatchObject([
      { sample: 10, channel: 0, aux: 'span', durationS: 0.1 },
      { sample: 300, channel: 2, aux: 'here' },
    ]);
  });
});

describe('EDF (stand-in)', () => {
  const signals = [{ label: 'ECG', samplesPerRecord: 100, samples: wave(400) }];

  it('leaves the gaps of a discontinuous file as gaps', async () => {
    const file = edfFile({ variant: 'EDF+D', signals, onsets: [0, 1, 5, 6.5] });
    const reader = await open(edf, file);
    expect(reader.header).toMatchObject({ format: 'EDF+ (discontinuous)', durationS: 7.5 });
    const values = await stored(reader, 0);
    const all = [...wave(400)];
    expect(values.slice(0, 200)).toEqual(all.slice(0, 200));
    expect(values.slice(200, 500).every((value) => value === NO_SAMPLE)).toBe(true);
    expect(values.slice(500, 600)).toEqual(all.slice(200, 300));
    expect(values.slice(600, 650).every((value) => value === NO_SAMPLE)).toBe(true);
    expect(values.slice(650)).toEqual(all.slice(300));
    expect(reader.header.notes.map(({ code }) => code)).toContain('edf-gaps');
  });

  it('finds every gap of a discontinuous file, wherever they lie, and the same as reading on', async () => {
    const gap = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(0.5, 2, 60.25));
    await fc.assert(
      fc.asyncProperty(fc.array(gap, { minLength: 1, maxLength: 60 }), async (gaps) => {
        // Records of 40 kB, so that a file of more than a few is searched and not gone through.
        const perRecord = 20_000;
        const samples = wave(gaps.length * perRecord);
        let next = 3.25;
        const onsets = gaps.map((before) => {
          const onset = next + before;
          next = onset + 1;
          return onset;
        });
        const signal = { label: 'ECG', samplesPerRecord: perRecord, samples };
        const reader = await open(edf, edfFile({ variant: 'EDF+D', signals: [signal], onsets }));
        const [first = 0] = onsets;
        expect(reader.header.leads[0]?.sampleCount).toBe(Math.round((next - first) * perRecord));
        for (const [record, onset] of onsets.entries()) {
          const at = Math.round((onset - first) * perRecord);
          const [values] = await reader.readStored([0], at - 1, at + 2);
          const before = (gaps[record] ?? 0) > 0 || record === 0;
          expect([...(values ?? [])]).toEqual([
            before ? NO_SAMPLE : samples[record * perRecord - 1],
            ...samples.subarray(record * perRecord, record * perRecord + 2),
          ]);
        }
        const count = gaps.slice(1).filter((one) => one > 0).length;
        const notes = reader.header.notes.map(({ message }) => message);
        expect(notes).toEqual(
          count === 0 ? [] : [`The recording has ${count} gaps (a discontinuous file).`],
        );
      }),
      { numRuns: 12 },
    );
  });

  it('places a record whose onset cannot be right after the one before, and says so', async () => {
    const file = edfFile({ variant: 'EDF+D', signals, onsets: [0, 90, 5, 6] });
    const reader = await open(edf, file);
    expect(reader.header.durationS).toBe(7);
    expect(reader.header.notes.map(({ code }) => code)).toEqual(['edf-record-onset', 'edf-gaps']);
    expect((await stored(reader, 0)).slice(100, 200)).toEqual([...wave(400).subarray(100, 200)]);
  });

  it.each(['-1', '0'])(
    'counts the data records where the header states %s',
    async (statedRecords) => {
      const reader = await open(edf, edfFile({ signals, statedRecords }));
      expect(await stored(reader, 0)).toEqual([...wave(400)]);
      expect(reader.header.notes.map(({ code }) => code)).toEqual(['edf-record-count']);
    },
  );

  it('reads decimal commas and says so', async () => {
    const one = { ...signals[0], physical: ['-3,2768', '3,2767'] as const, dimension: 'mV' };
    const file = edfFile({
      signals: [{ label: 'ECG', samplesPerRecord: 100, samples: wave(400), ...one }],
      recordDuration: '0,5',
    });
    const reader = await open(edf, file);
    expect(reader.header.leads[0]?.samplingHz).toBe(200);
    expect(reader.header.leads[0]?.gain).toBeCloseTo(10_000, 6);
    expect(new Set(reader.header.notes.map(({ code }) => code))).toEqual(
      new Set(['edf-decimal-comma']),
    );
  });

  it('reads signals of different rates, each at its own', async () => {
    const reader = await open(
      edf,
      edfFile({
        signals: [
          { label: 'ECG', samplesPerRecord: 256, samples: wave(1024) },
          { label: 'Resp', samplesPerRecord: 25, samples: wave(100, 3) },
        ],
      }),
    );
    expect(reader.header.leads.map(({ samplingHz }) => samplingHz)).toEqual([256, 25]);
    expect(await stored(reader, 0)).toEqual([...wave(1024)]);
    expect(await stored(reader, 1)).toEqual([...wave(100, 3)]);
    await expect(reader.read([0, 1], 0, 10)).rejects.toThrow('256 Hz');
  });
});

describe('Unisens (stand-in)', () => {
  async function opened(name: string, options: Parameters<typeof unisensFolder>[0]) {
    const { mkdir } = await import('node:fs/promises');
    const place = join(folder, name);
    await mkdir(place);
    for (const [file, bytes] of unisensFolder(options)) await writeFile(join(place, file), bytes);
    return openRecording(join(place, 'unisens.xml'));
  }

  it('reads CACHET-CADB in full format with its labels as a reference layer', async () => {
    const values = Array.from(wave(10_240), (value) => value + 2048);
    const reader = await opened('cachet', {
      ...{ dataType: 'int16', samplingHz: 1024, baseline: 2048, channels: [values] },
      lsbValue: 0.0026858184230029595,
      annotations: 'Start,End,Class\n0,5120,1\n5120,8192,2\n8192,9216,3\n9216,10240,4\n',
    });
    expect(reader.header).toMatchObject({ durationS: 10, start: '2026-06-11T09:12:30.500' });
    expect(reader.header.notes.map(({ code }) => code)).toEqual(['unisens-other-signals']);
    expect(await stored(reader, 0)).toEqual(values);
    const [millivolts] = await reader.read([0], 4, 5);
    expect(millivolts?.[0]).toBeCloseTo(((values[4] ?? 0) - 2048) * 0.0026858184230029595, 5);
    const [set] = await reader.annotations();
    expect(set?.annotations.map(({ sample, aux, durationS }) => [sample, aux, durationS])).toEqual([
      [0, '(AFIB', 5],
      [5120, '(N', 3],
      [8192, 'Noise', 1],
      [9216, '(OTHER', 1],
    ]);
    await reader.close();
  });

  it.each([
    ['int32', 'BIG'],
    ['float', 'BIG'],
    ['double', 'LITTLE'],
    ['csv', 'LITTLE'],
  ] as const)('reads %s, %s endian', async (dataType, endian) => {
    const channels = [[...wave(300)], [...wave(300, 50)]];
    const reader = await opened(`${dataType}-${endian}`, {
      ...{ dataType, endian, samplingHz: 250, lsbValue: 0.5, channels },
    });
    for (const [lead, values] of channels.entries()) {
      const [millivolts] = await reader.read([lead], 0, 300);
      expect([...(millivolts ?? [])]).toEqual(values.map((value) => value * 0.5));
    }
    await reader.close();
  });
});

describe('MATLAB (stand-in)', () => {
  const matrices = [
    { name: 'Fs', rows: 1, columns: 1, values: [250], type: 'float64' as const },
    { name: 'val', rows: 2, columns: 300, values: wave(600), type: 'int16' as const },
  ];

  it.each([
    ['4, little-endian', matlab4File(matrices, 'little')],
    ['4, big-endian', matlab4File(matrices, 'big')],
    ['5', matlab5File(matrices, 'plain')],
    ['5, deflated', matlab5File(matrices, 'deflated')],
  ])('reads level %s column by column', async (_, bytes) => {
    const reader = await open(matlab, bytes);
    const all = [...wave(600)];
    expect(reader.header.leads.map(({ samplingHz }) => samplingHz)).toEqual([250, 250]);
    expect(await stored(reader, 0)).toEqual(all.filter((_value, i) => i % 2 === 0));
    expect(await stored(reader, 1)).toEqual(all.filter((_value, i) => i % 2 === 1));
  });
});

describe('HDF5 (stand-in, written by h5wasm)', () => {
  it('lists the segments of CACHET-CADB, each with its label', async () => {
    const path = join(folder, 'cachet_short_format.hdf5');
    const library = await hdf5Library();
    const file = new library.File(path, 'w');
    const signal = Float64Array.from(wave(3 * 10_240), (value) => value / 300);
    const labels = Float64Array.from(signal, (_, i) => [1, 2, 3][Math.floor(i / 10_240)] ?? 0);
    file.create_dataset({ name: 'signal', data: signal });
    file.create_dataset({ name: 'labels', data: labels });
    file.close();
    const found = [];
    for await (const item of scan([path])) found.push(item.kind === 'recording' ? item.part : '');
    expect(found).toEqual(['1', '2', '3']);
    for (const [i, aux] of ['(AFIB', '(N', 'Noise'].entries()) {
      const reader = await openRecording(path, { part: String(i + 1) });
      expect(reader.header).toMatchObject({ durationS: 10 });
      const [values] = await reader.read([0], 0, 10_240);
      expect(values).toEqual(Float32Array.from(signal.slice(i * 10_240, (i + 1) * 10_240)));
      const [set] = await reader.annotations();
      expect(set?.annotations).toMatchObject([{ sample: 0, aux, durationS: 10 }]);
      await reader.close();
    }
  });

  it('refuses a damaged store of texts before the library goes round in it', async () => {
    const path = join(folder, 'texts.h5');
    const library = await hdf5Library();
    const file = new library.File(path, 'w');
    file.create_dataset({ name: 'ecg', data: Float32Array.from(wave(800)) });
    file.create_attribute('unit', 'mV');
    file.close();
    const bytes = await readFile(path);
    const heap = bytes.indexOf('GCOL');
    // The first object: 16 bytes of header; its length, at byte 8, becomes larger than the heap.
    bytes.writeBigUInt64LE(0xffff_fff0n, heap + 16 + 8);
    await writeFile(path, bytes);
    await expect(openRecording(path)).rejects.toThrow(
      `damaged store of texts at byte ${heap.toLocaleString('en')}`,
    );
  });

  it('finds signal, rate and unit of a generic file', async () => {
    const path = join(folder, 'generic.h5');
    const library = await hdf5Library();
    const file = new library.File(path, 'w');
    const ecg = Int16Array.from(wave(800));
    file
      .create_dataset({ name: 'ecg', data: ecg, shape: [400, 2] })
      .create_attribute('units', 'uV');
    file.create_dataset({ name: 'fs', data: [500], dtype: '<f8' });
    file.close();
    const reader = await openRecording(path);
    expect(reader.header.leads).toMatchObject([
      { unit: 'mV', samplingHz: 500, sampleCount: 400 },
      { unit: 'mV', samplingHz: 500, sampleCount: 400 },
    ]);
    expect(await stored(reader, 1)).toEqual([...wave(800)].filter((_value, i) => i % 2 === 1));
    await reader.close();
  });
});

it('opens the averaged beat of aECG and MUSE as the part "median"', async () => {
  const leads = new Map([
    ['I', wave(600)],
    ['II', wave(600, 40)],
  ]);
  for (const [format, text] of [
    [aecg, aecgFile(leads)],
    [muse, museFile(leads)],
  ] as const) {
    const whole = await open(format, text);
    expect(whole.header.leads[0]?.sampleCount).toBe(600);
    expect(whole.header.notes.map(({ code }) => code)).toContain('median-beat');
    const median = await open(format, text, 'median');
    expect(await stored(median, 0)).toEqual([...wave(300, 96)]);
  }
});
