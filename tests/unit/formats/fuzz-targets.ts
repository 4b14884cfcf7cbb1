/** Every reader with recordings to damage: stand-ins, and real files where they are here. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aecg } from '../../../src-main/formats/aecg/index.ts';
import { apple } from '../../../src-main/formats/apple/index.ts';
import { atc } from '../../../src-main/formats/atc/index.ts';
import { dicom } from '../../../src-main/formats/dicom/index.ts';
import { edf } from '../../../src-main/formats/edf/index.ts';
import { hdf5 } from '../../../src-main/formats/hdf5/index.ts';
import { hdf5Library } from '../../../src-main/formats/hdf5/library.ts';
import { ishne } from '../../../src-main/formats/ishne/index.ts';
import { matlab } from '../../../src-main/formats/matlab/index.ts';
import { muse } from '../../../src-main/formats/muse/index.ts';
import { scp } from '../../../src-main/formats/scp/index.ts';
import { sierra } from '../../../src-main/formats/sierra/index.ts';
import { unisens } from '../../../src-main/formats/unisens/index.ts';
import { SHARED_DATA, shared } from '../../data.ts';
import type { Seed, Target } from './fuzz.ts';
import { ownEdfSeed, textTarget, wfdbTarget, zipTarget } from './fuzz-seeds.ts';
import { matlab4File, matlab5File, unisensFolder, type MatrixStandIn } from './stand-ins-arrays.ts';
import { dicomFile, type DicomGroup } from './stand-ins-dicom.ts';
import { edfFile } from './stand-ins-edf.ts';
import { aecgFile, museFile, sierraFile } from './stand-ins-xml.ts';
import { writeMatlab73 } from './stand-ins-matlab73.ts';
import { scpFile } from './stand-ins-scp.ts';
import { appleFile, atcFile, ishneFile, wave } from './stand-ins.ts';

/** Built when it is asked for: making the seeds of all readers costs more than one needs. */
export interface NamedTarget {
  readonly name: string;
  build(): Promise<Target> | Target;
}

function seed(name: string, bytes: Uint8Array | string): Seed {
  return { name, bytes: typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes };
}

/** Real files, none where the public recordings are not on this machine. */
function real(...names: string[]): Seed[] {
  if (SHARED_DATA === null) return [];
  return names.map((name) => ({ name, bytes: readFileSync(shared(`formats/${name}`)) }));
}

const TWO = new Map([
  ['I', wave(600)],
  ['II', wave(600, 40)],
]);

const RHYTHM: DicomGroup = {
  label: 'RHYTHM',
  samplingHz: '500',
  interpretation: 'SS',
  channels: [
    { name: 'Lead I', codes: [...wave(500)], sensitivity: '2.5' },
    { name: 'Lead II', codes: [...wave(500, 30)], sensitivity: '2.5', baseline: '10' },
  ],
};

const MATRICES: MatrixStandIn[] = [
  { name: 'val', rows: 2, columns: 400, values: wave(800), type: 'int16' },
  { name: 'Fs', rows: 1, columns: 1, values: [250], type: 'float64' },
];

export const TARGETS: readonly NamedTarget[] = [
  {
    name: 'EDF',
    build: async () => ({
      format: edf,
      seeds: [
        seed('plain.edf', edfFile({ signals: EDF_SIGNALS })),
        seed('plus.edf', edfFile({ variant: 'EDF+C', signals: EDF_SIGNALS, texts: EDF_TEXTS })),
        seed('gaps.edf', edfFile({ variant: 'EDF+D', signals: EDF_SIGNALS, onsets: [0, 1, 5, 9] })),
        seed('plain.bdf', edfFile({ variant: 'BDF', signals: EDF_SIGNALS })),
        seed(
          'own.edf',
          edfFile({
            variant: 'EDF+C',
            signals: EDF_SIGNALS,
            recording: 'Startdate 11-JUN-2026 X X Rhythmark',
            texts: ['+0\x15' + '0.5\x14No signal in lead 1\x14', '+3.5\x14End of lead 2\x14'],
          }),
        ),
        await ownEdfSeed(),
        ...real('edf-bdf/cinc2017-A00001.edf', 'edf-bdf/test_generator_datarec_generator_2.bdf'),
      ],
    }),
  },
  {
    name: 'DICOM',
    build: () => ({
      format: dicom,
      seeds: [
        ...(['implicit', 'explicit', 'big', 'deflated'] as const).map((syntax) =>
          seed(
            `${syntax}.dcm`,
            dicomFile(syntax, [RHYTHM], [{ text: 'QRS', channel: [1, 1], position: 40 }]),
          ),
        ),
        ...real('dicom/ge-hemodynamic-240hz.dcm'),
      ],
    }),
  },
  {
    name: 'HL7 aECG',
    build: () => ({
      format: aecg,
      seeds: [seed('aecg.xml', aecgFile(TWO)), ...real('hl7-aecg/minimum_aecg.xml')],
    }),
  },
  {
    name: 'MUSE XML',
    build: () => ({ format: muse, seeds: [seed('muse.xml', museFile(TWO))] }),
  },
  {
    name: 'Philips XML',
    build: () => ({
      format: sierra,
      seeds: [seed('sierra.xml', sierraFile(TWO)), ...real('philips-sierra-xml/1_03.xml')],
    }),
  },
  {
    name: 'SCP-ECG',
    build: () => ({
      format: scp,
      seeds: [
        ...(['plain', 'default-huffman', 'own-huffman'] as const).map((coding) =>
          seed(
            `${coding}.scp`,
            scpFile({
              leads: [wave(400), wave(400, 20)],
              coding,
              differences: 2,
              referenceBeat: { beat: [wave(80, 150), wave(80, 160)], at: [70, 250] },
            }),
          ),
        ),
        seed(
          'bimodal.scp',
          scpFile({
            leads: [wave(400), wave(400, 20)],
            coding: 'default-huffman',
            differences: 2,
            referenceBeat: { beat: [wave(80, 150), wave(80, 160)], at: [70, 250] },
            bimodal: {
              factor: 4,
              zones: [
                [61, 84],
                [241, 264],
              ],
            },
          }),
        ),
        ...real('scp/mortara-eli250-huffman.scp'),
      ],
    }),
  },
  {
    name: 'ISHNE',
    build: () => ({
      format: ishne,
      seeds: [seed('x.ecg', ishneFile({ leads: [wave(700), wave(700, 30), wave(700, 60)] }))],
    }),
  },
  {
    name: 'Unisens',
    build: () => ({
      format: unisens,
      seeds: [
        unisensSeed({
          dataType: 'int16',
          channels: [[...wave(500)]],
          baseline: 2048,
          annotations: 'Start,End,Class\n0,100,1\n200,300,2\n',
        }),
        unisensSeed({ dataType: 'float', endian: 'BIG', channels: [[...wave(200)]] }),
        unisensSeed({ dataType: 'csv', channels: [[...wave(200)], [...wave(200, 9)]] }),
      ],
    }),
  },
  {
    name: 'AliveCor ATC',
    build: () => {
      const bytes = atcFile([wave(600), wave(600, 50)]);
      const ends = atcBlockEnds(bytes);
      // A file that ends between two blocks is whole by its format.
      return {
        format: atc,
        mend: atcMended,
        seeds: [{ ...seed('x.atc', bytes), tellsNothingAt: (cut) => ends.has(cut) }],
      };
    },
  },
  {
    name: 'Apple Watch CSV',
    build: () => {
      const values = Array.from(wave(512 * 30), (value) => value + 0.125);
      const german = appleFile(values, 'German');
      const english = appleFile(values, 'English');
      return {
        format: apple,
        // Half a second less than 30 s is what a whole recording may have; a number cut in two is
        // a number.
        seeds: [seed('de.csv', german), seed('en.csv', english)].map((one) => ({
          ...one,
          tellsNothingAt: (cut: number) => cut > one.bytes.length - 512 * 12,
        })),
      };
    },
  },
  {
    name: 'MATLAB',
    build: () => {
      const four = matlab4File(MATRICES.toReversed(), 'little');
      const big = matlab4File(MATRICES.toReversed(), 'big');
      return {
        format: matlab,
        seeds: [
          seed('four.mat', four),
          seed('four-big.mat', big),
          seed('five.mat', matlab5File(MATRICES.toReversed(), 'plain')),
          seed('seven.mat', matlab5File(MATRICES.toReversed(), 'deflated')),
        ],
      };
    },
  },
  { name: 'HDF5', build: hdf5Target },
  { name: 'WFDB', build: wfdbTarget },
  { name: 'Text', build: textTarget },
  { name: 'ZIP', build: zipTarget },
];

const EDF_SIGNALS = [
  { label: 'ECG I', samplesPerRecord: 200, samples: wave(800) },
  { label: 'ECG II', samplesPerRecord: 100, samples: wave(400, 60) },
];
const EDF_TEXTS = ['+0.5\x14begin\x14', '+1.5\x15' + '60\x14AF\x14'];

function unisensSeed(
  options: Pick<Parameters<typeof unisensFolder>[0], 'dataType' | 'channels'> &
    Partial<Parameters<typeof unisensFolder>[0]>,
): Seed {
  const folder = unisensFolder({ samplingHz: 250, lsbValue: 0.0026858184230029595, ...options });
  const manifest = folder.get('unisens.xml') ?? Buffer.alloc(0);
  folder.delete('unisens.xml');
  // The manifest states its length in seconds: a last one that is not whole may be missing.
  const lengthS = (options.channels[0]?.length ?? 0) / 250;
  const tellsNothingAt = (cut: number, file: string): boolean => {
    const bytes = folder.get(file);
    // A line is longer or shorter than the mean: a tenth of a second more.
    if (!bytes || cut < bytes.length * (1 - 1.1 / lengthS)) return false;
    return file.endsWith('.bin') ? cut % 2 === 0 : bytes[cut - 1] === 10;
  };
  return { name: 'unisens.xml', bytes: manifest, beside: folder, tellsNothingAt };
}

function atcBlockEnds(bytes: Buffer): Set<number> {
  const ends = new Set<number>();
  for (let at = 12; at + 12 <= bytes.length;) {
    at += 12 + bytes.readUInt32LE(at + 4);
    ends.add(at);
  }
  return ends;
}

/** Checksums as AliveCor computes them: the sum of a block's bytes before it. */
function atcMended(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  for (let at = 12; at + 12 <= copy.length;) {
    const end = at + 8 + copy.readUInt32LE(at + 4);
    if (end + 4 > copy.length) break;
    const sum = copy.subarray(at, end).reduce((total, byte) => (total + byte) >>> 0, 0);
    copy.writeUInt32LE(sum, end);
    at = end + 4;
  }
  return copy;
}

/** HDF5 is read by path: each input is a file of its own for as long as it is read. */
async function hdf5Target(): Promise<Target> {
  const h5wasm = await hdf5Library();
  const folder = mkdtempSync(join(tmpdir(), 'rhythmark-hdf5-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const path = join(folder, 'seed.h5');
  const file = new h5wasm.File(path, 'w');
  file.create_dataset({ name: 'ecg', data: Float32Array.from(wave(2000)), chunks: [500] });
  file.create_dataset({ name: 'fs', data: [250], dtype: '<f8' });
  file.create_attribute('unit', 'mV');
  file.close();
  const matlab73 = join(folder, 'seed.mat');
  const signal = { kind: 'double', size: [2, 500], values: wave(1000) } as const;
  await writeMatlab73(matlab73, {
    signals: { kind: 'cell', elements: [{ kind: 'char', text: 'II and V1' }, signal] },
    fs: { kind: 'double', size: [1, 1], values: [250] },
  });
  let number = 0;
  return {
    format: hdf5,
    seeds: [seed('seed.h5', readFileSync(path)), seed('seed.mat', readFileSync(matlab73))],
    onDisk(bytes) {
      const own = join(folder, `${number++}.h5`);
      writeFileSync(own, bytes);
      return {
        path: own,
        remove() {
          rmSync(own, { force: true });
        },
      };
    },
  };
}
