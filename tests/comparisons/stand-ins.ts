/** Stand-ins, in the documented layout of each format, against the numbers that were put into them. */
import { mkdtemp, readFile, rm, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { hdf5Library } from '../../src-main/formats/hdf5/library.ts';
import { NO_SAMPLE } from '../../src-main/formats/reader.ts';
import { flacStream } from '../unit/formats/flac-stand-in.ts';
import { drawn } from '../unit/formats/scp-drawn.ts';
import {
  matlab4File,
  matlab5File,
  unisensFolder,
  type UnisensStandIn,
} from '../unit/formats/stand-ins-arrays.ts';
import { dicomFile, type DicomSyntax } from '../unit/formats/stand-ins-dicom.ts';
import { edfFile, type EdfStandIn } from '../unit/formats/stand-ins-edf.ts';
import { writeMatlab73 } from '../unit/formats/stand-ins-matlab73.ts';
import { scpFile, type ScpOptions } from '../unit/formats/stand-ins-scp.ts';
import { aecgFile, museFile, sierraFile } from '../unit/formats/stand-ins-xml.ts';
import { appleFile, atcFile, ishneFile, wave } from '../unit/formats/stand-ins.ts';
import { hash, opened, physicalOf, storedOf, type Comparison } from './comparison.ts';

interface StandIn {
  readonly format: string;
  /** File name -> content; the first is opened. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  /** Stored integers or, of formats of decimals, values in the lead's unit. */
  readonly leads: readonly (Int32Array | Float32Array)[];
  readonly against?: string;
}

const WRITTEN = 'the numbers written into the stand-in';
const TWO = [wave(1000), wave(1000, 40)];
/** As decimals that are 32-bit floats, too. */
const HALVES = TWO.map((lead) => Float32Array.from(lead, (value) => value / 2));
const NAMED = new Map(TWO.map((lead, i) => ['I'.repeat(i + 1), lead]));
const AS_SIGNALS = TWO.map((samples, i) => ({
  ...{ label: `ECG ${i + 1}`, samplesPerRecord: 250, samples },
}));
const AS_MATRIX = {
  ...{ name: 'val', rows: 1000, columns: 2, type: 'int16' as const },
  values: TWO.flatMap((lead) => [...lead]),
};
const RATE = { name: 'Fs', rows: 1, columns: 1, values: [250], type: 'float64' as const };
/** Lead by lead, at these samples (from 1). */
const BEATS = { beat: [wave(120, 140), wave(120, 150)], at: [70, 300, 900] };
const ZONES = [
  [41, 96],
  [271, 330],
  [871, 930],
] as const;

function one(format: string, name: string, content: Uint8Array | string): StandIn {
  return { format, files: new Map([[name, content]]), leads: TWO };
}

function edfOf(variant: NonNullable<EdfStandIn['variant']>, onsets = [0, 1, 2, 3]): Buffer {
  return edfFile({ variant, signals: AS_SIGNALS, onsets });
}

function dicomOf(syntax: DicomSyntax): Buffer {
  const channels = TWO.map((lead, i) => ({
    ...{ name: `Lead ${'I'.repeat(i + 1)}`, codes: [...lead], sensitivity: '2.5' },
  }));
  const group = { label: 'RHYTHM', samplingHz: '500', interpretation: 'SS' as const, channels };
  return dicomFile(syntax, [group]);
}

function scpOf(more: Partial<ScpOptions>): Buffer {
  return scpFile({ leads: TWO, coding: 'default-huffman', differences: 2, ...more });
}

function bimodal(): StandIn {
  const flat = { beat: TWO.map(() => new Int32Array(40)), at: BEATS.at };
  const compression = { factor: 4, zones: ZONES, subtracted: false } as const;
  return {
    ...one('SCP-ECG, bimodal', 'bimodal.scp', scpOf({ referenceBeat: flat, bimodal: compression })),
    leads: TWO.map((lead) => drawn(lead, 4, ZONES)),
    against: `${WRITTEN}, between the beats as annex C of EN 1064 draws them`,
  };
}

function unisens(dataType: UnisensStandIn['dataType'], endian: 'LITTLE' | 'BIG'): StandIn {
  const integers = dataType.startsWith('int');
  return {
    format: `Unisens, ${dataType}, ${endian.toLowerCase()} endian`,
    files: unisensFolder({
      ...{ dataType, endian, samplingHz: 1024, lsbValue: 0.5 },
      channels: TWO.map((lead) => [...lead]),
    }),
    leads: integers ? TWO : HALVES,
  };
}

function table(delimiter: string, decimal: string): string {
  const rows = Array.from({ length: 1000 }, (_, i) => {
    const cells = [i / 250, ...HALVES.map((lead) => lead[i] ?? NaN)];
    return cells.map((cell) => String(cell).replace('.', decimal)).join(delimiter);
  });
  return [['time (s)', 'I (mV)', 'II (mV)'].join(delimiter), ...rows, ''].join('\n');
}

function apple(): StandIn {
  const microvolts = Array.from(wave(15_360), (value) => value + 0.125);
  return {
    ...one('Apple Watch CSV', 'apple.csv', appleFile(microvolts, 'German')),
    leads: [Int32Array.from(microvolts, (value) => Math.round(value * 1000))],
  };
}

const STAND_INS: readonly StandIn[] = [
  {
    format: 'WFDB, FLAC (516)',
    files: new Map<string, Uint8Array | string>([
      ['f.hea', 'f 2 250 1000\nf.flac 516 200/mV 16 0 0 0 0 I\nf.flac 516 200/mV 16 0 0 0 0 II\n'],
      ['f.flac', flacStream(TWO, 16, 192)],
    ]),
    leads: TWO,
  },
  one('EDF', 'plain.edf', edfOf('EDF')),
  one('EDF+', 'plus.edf', edfOf('EDF+C')),
  {
    ...one('EDF+ (discontinuous)', 'gap.edf', edfOf('EDF+D', [0, 1, 3, 4])),
    leads: TWO.map((lead) => {
      const gap = new Int32Array(250).fill(NO_SAMPLE);
      return Int32Array.of(...lead.subarray(0, 500), ...gap, ...lead.subarray(500));
    }),
  },
  one('BDF', 'plain.bdf', edfOf('BDF')),
  one('BDF+', 'plus.bdf', edfOf('BDF+C')),
  one('ISHNE', 'x.ecg', ishneFile({ leads: TWO })),
  ...(['implicit', 'explicit', 'big', 'deflated'] as const).map((syntax) =>
    one(`DICOM, ${syntax}`, `${syntax}.dcm`, dicomOf(syntax)),
  ),
  ...(['plain', 'default-huffman', 'own-huffman'] as const).map((coding) =>
    one(`SCP-ECG, ${coding}`, `${coding}.scp`, scpOf({ coding })),
  ),
  one('SCP-ECG, reference beat subtracted', 'beat.scp', scpOf({ referenceBeat: BEATS })),
  bimodal(),
  one('HL7 aECG', 'aecg.xml', aecgFile(NAMED)),
  one('MUSE XML', 'muse.xml', museFile(NAMED)),
  one('Philips XML', 'sierra.xml', sierraFile(NAMED)),
  one('AliveCor ATC', 'x.atc', atcFile(TWO)),
  {
    format: 'Unisens, CACHET-CADB full format',
    files: unisensFolder({
      ...{ dataType: 'int16', samplingHz: 1024, baseline: 2048 },
      ...{ lsbValue: 0.0026858184230029595, channels: TWO.map((lead) => [...lead]) },
    }),
    leads: TWO,
  },
  unisens('int16', 'BIG'),
  unisens('int32', 'LITTLE'),
  unisens('float', 'BIG'),
  unisens('double', 'LITTLE'),
  unisens('csv', 'LITTLE'),
  one('MATLAB 4', 'four.mat', matlab4File([RATE, AS_MATRIX], 'little')),
  one('MATLAB 4, big endian', 'big.mat', matlab4File([RATE, AS_MATRIX], 'big')),
  one('MATLAB 5', 'five.mat', matlab5File([RATE, AS_MATRIX], 'plain')),
  one('MATLAB 5, deflated', 'seven.mat', matlab5File([RATE, AS_MATRIX], 'deflated')),
  apple(),
  { ...one('Text', 'table.csv', table(',', '.')), leads: HALVES },
  { ...one('Text, decimal commas', 'table.txt', table(';', ',')), leads: HALVES },
  one('ZIP of an EDF+', 'edf.zip', zipSync({ 'ward/plus.edf': edfOf('EDF+C') })),
];

/** What the HDF5 library writes, which writes to a disk. */
async function hdf5StandIns(folder: string): Promise<StandIn[]> {
  const seven = join(folder, 'hdf5.mat');
  const single = (value: number) => ({ kind: 'double', size: [1, 1], values: [value] }) as const;
  await writeMatlab73(seven, {
    Fs: single(250),
    val: { kind: 'int16', size: [1000, 2], values: AS_MATRIX.values },
  });
  const cachet = join(folder, 'cachet_short_format.hdf5');
  const signal = Float64Array.from(wave(10_240), (value) => value / 256);
  const library = await hdf5Library();
  const file = new library.File(cachet, 'w');
  file.create_dataset({ name: 'signal', data: signal });
  file.create_dataset({ name: 'labels', data: new Float64Array(10_240).fill(1) });
  file.close();
  const short = one('HDF5, CACHET-CADB short format', 'cachet.hdf5', await readFile(cachet));
  return [
    one('MATLAB 7.3', 'hdf5.mat', await readFile(seven)),
    { ...short, leads: [Float32Array.from(signal)] },
  ];
}

export async function standInComparisons(): Promise<Comparison[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rhythmark-comparisons-'));
  try {
    const found: Comparison[] = [];
    for (const standIn of [...STAND_INS, ...(await hdf5StandIns(folder))])
      found.push(await compared(standIn, join(folder, String(found.length))));
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compared(
  { format, files, leads, against = WRITTEN }: StandIn,
  folder: string,
): Promise<Comparison> {
  for (const [name, content] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const [file = ''] = files.keys();
  const equal = await opened(join(folder, file), async (reader) => {
    let count = 0;
    for (const [index, wanted] of leads.entries()) {
      const valuesOf = wanted instanceof Int32Array ? storedOf : physicalOf;
      if (hash(await valuesOf(reader, index)) === hash(wanted)) count++;
    }
    return count;
  });
  const samples = leads.reduce((sum, lead) => sum + lead.length, 0);
  return { format, file: `${file} (stand-in)`, against, leads: leads.length, samples, equal };
}
