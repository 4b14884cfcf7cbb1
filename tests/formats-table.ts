/**
 * `npm run formats-table`: opens every file that there is something to compare with, compares value
 * by value, and writes docs/formats.md. Needs the public recordings (../shared/data) for the real
 * files. Exits with 1 where a value differs.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRecording } from '../src-main/formats/index.ts';
import type { RecordingReader } from '../src-main/formats/reader.ts';
import { NO_SHARED_DATA, shared, SHARED_DATA } from './data.ts';
import { matlab4File, matlab5File, unisensFolder } from './unit/formats/stand-ins-arrays.ts';
import { dicomFile, type DicomSyntax } from './unit/formats/stand-ins-dicom.ts';
import { edfFile } from './unit/formats/stand-ins-edf.ts';
import { aecgFile, museFile, sierraFile } from './unit/formats/stand-ins-xml.ts';
import { scpFile } from './unit/formats/stand-ins-scp.ts';
import { appleFile, atcFile, ishneFile, wave } from './unit/formats/stand-ins.ts';

interface Row {
  readonly format: string;
  readonly file: string;
  readonly against: string;
  readonly leads: number;
  readonly samples: number;
  /** Leads whose every stored value is that of the reference. */
  readonly equal: number;
}

interface Reference {
  readonly origin: string;
  readonly leads: readonly {
    readonly lead: string;
    readonly samples: number;
    readonly sha256: string;
  }[];
}

const PAGE = fileURLToPath(new URL('../docs/formats.md', import.meta.url));
const REFERENCES = new URL('./fixtures/format-references.json', import.meta.url);

/** The folder of the shared data in which a file of the references lies. */
function folderOf(name: string): string {
  if (/\.(edf|bdf)$/.test(name)) return 'edf-bdf';
  if (name.endsWith('.dcm')) return 'dicom';
  if (name.startsWith('example')) return 'ge-muse-xml';
  return name.startsWith('1_0') ? 'philips-sierra-xml' : 'hl7-aecg';
}

async function opened<T>(path: string, use: (reader: RecordingReader) => Promise<T>): Promise<T> {
  const reader = await openRecording(path);
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

async function storedOf(reader: RecordingReader, lead: number): Promise<Int32Array> {
  const [values] = await reader.readStored([lead], 0, reader.header.leads[lead]?.sampleCount ?? 0);
  return values ?? new Int32Array(0);
}

function hash(values: Int32Array): string {
  return createHash('sha256').update(values).digest('hex');
}

/** Real files against what independent libraries read of them. */
async function realRows(): Promise<Row[]> {
  const references = JSON.parse(readFileSync(REFERENCES, 'utf8')) as Record<string, Reference>;
  const rows: Row[] = [];
  for (const [name, { origin, leads }] of Object.entries(references)) {
    const wanted = leads.filter(({ lead }) => !/ Annotations$/.test(lead));
    const path = shared(`formats/${folderOf(name)}/${name}`);
    rows.push(
      await opened(path, async (reader) => {
        let equal = 0;
        for (const [index, reference] of wanted.entries()) {
          if (hash(await storedOf(reader, index)) === reference.sha256) equal++;
        }
        const samples = wanted.reduce((sum, lead) => sum + lead.samples, 0);
        const { format } = reader.header;
        return { format, file: name, against: origin, leads: wanted.length, samples, equal };
      }),
    );
  }
  const scp = shared('formats/scp/mortara-eli250-huffman.scp');
  const twin = shared('formats/hl7-aecg/fda-subject1_0.xml');
  rows.push(await opened(scp, (one) => opened(twin, (two) => againstTwin(one, two))));
  return rows;
}

async function againstTwin(one: RecordingReader, two: RecordingReader): Promise<Row> {
  let equal = 0;
  let samples = 0;
  for (const [index, { name, sampleCount }] of one.header.leads.entries()) {
    const same = two.header.leads.findIndex((lead) => lead.name === name);
    samples += sampleCount;
    if (hash(await storedOf(one, index)) === hash(await storedOf(two, same))) equal++;
  }
  return {
    ...{ format: 'SCP-ECG', file: 'mortara-eli250-huffman.scp', leads: one.header.leads.length },
    ...{ against: 'the aECG export of the same ECG', samples, equal },
  };
}

const TWO = [wave(1000), wave(1000, 40)];
const NAMED = new Map([
  ['I', wave(1000)],
  ['II', wave(1000, 40)],
]);
const AS_SIGNALS = TWO.map((samples, i) => ({
  ...{ label: `ECG ${i + 1}`, samplesPerRecord: 250, samples },
}));
const AS_MATRIX = {
  ...{ name: 'val', rows: 1000, columns: 2, type: 'int16' as const },
  values: [...(TWO[0] ?? []), ...(TWO[1] ?? [])],
};
const RATE = { name: 'Fs', rows: 1, columns: 1, values: [250], type: 'float64' as const };

function dicomOf(syntax: DicomSyntax): Buffer {
  const channels = TWO.map((lead, i) => ({
    ...{ name: `Lead ${'I'.repeat(i + 1)}`, codes: [...lead], sensitivity: '2.5' },
  }));
  const group = { label: 'RHYTHM', samplingHz: '500', interpretation: 'SS' as const, channels };
  return dicomFile(syntax, [group]);
}

/** File name -> content; the first is opened. Each holds the two waves, or the first alone. */
const STAND_INS: readonly (readonly [string, ReadonlyMap<string, Uint8Array | string>])[] = [
  ['EDF', new Map([['plain.edf', edfFile({ signals: AS_SIGNALS })]])],
  ['EDF+', new Map([['plus.edf', edfFile({ variant: 'EDF+C', signals: AS_SIGNALS })]])],
  ['BDF', new Map([['plain.bdf', edfFile({ variant: 'BDF', signals: AS_SIGNALS })]])],
  ['ISHNE', new Map([['x.ecg', ishneFile({ leads: TWO })]])],
  ...(['implicit', 'explicit', 'big', 'deflated'] as const).map(
    (syntax) => [`DICOM, ${syntax}`, new Map([[`${syntax}.dcm`, dicomOf(syntax)]])] as const,
  ),
  ...(['plain', 'default-huffman', 'own-huffman'] as const).map(
    (coding) =>
      [
        `SCP-ECG, ${coding}`,
        new Map([[`${coding}.scp`, scpFile({ leads: TWO, coding, differences: 2 })]]),
      ] as const,
  ),
  ['HL7 aECG', new Map([['aecg.xml', aecgFile(NAMED)]])],
  ['MUSE XML', new Map([['muse.xml', museFile(NAMED)]])],
  ['Philips XML', new Map([['sierra.xml', sierraFile(NAMED)]])],
  ['AliveCor ATC', new Map([['x.atc', atcFile(TWO)]])],
  [
    'Unisens, CACHET-CADB full format',
    unisensFolder({
      ...{ dataType: 'int16', samplingHz: 1024, baseline: 2048 },
      ...{ lsbValue: 0.0026858184230029595, channels: TWO.map((lead) => [...lead]) },
    }),
  ],
  ['MATLAB 4', new Map([['four.mat', matlab4File([RATE, AS_MATRIX], 'little')]])],
  ['MATLAB 4, big endian', new Map([['big.mat', matlab4File([RATE, AS_MATRIX], 'big')]])],
  ['MATLAB 5', new Map([['five.mat', matlab5File([RATE, AS_MATRIX], 'plain')]])],
  ['MATLAB 5, deflated', new Map([['seven.mat', matlab5File([RATE, AS_MATRIX], 'deflated')]])],
];

/** Stand-ins against the numbers that the tests put into them. */
async function standInRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rhythmark-table-'));
  try {
    const rows: Row[] = [];
    for (const [format, files] of STAND_INS) {
      const place = join(folder, String(rows.length));
      for (const [name, content] of files) {
        await mkdir(dirname(join(place, name)), { recursive: true });
        await writeFile(join(place, name), content);
      }
      const [file = ''] = files.keys();
      rows.push(await opened(join(place, file), (reader) => againstWaves(format, file, reader)));
    }
    rows.push(await appleRow(join(folder, 'apple.csv')));
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function againstWaves(format: string, file: string, reader: RecordingReader): Promise<Row> {
  let equal = 0;
  for (const [index, wanted] of TWO.entries()) {
    if (hash(await storedOf(reader, index)) === hash(wanted)) equal++;
  }
  const samples = TWO.reduce((sum, lead) => sum + lead.length, 0);
  const against = 'the numbers written into the stand-in';
  return { format, file: `${file} (stand-in)`, against, leads: TWO.length, samples, equal };
}

async function appleRow(path: string): Promise<Row> {
  const microvolts = Array.from(wave(15_360), (value) => value + 0.125);
  await writeFile(path, appleFile(microvolts, 'German'));
  const wanted = Int32Array.from(microvolts, (value) => Math.round(value * 1000));
  const found = await opened(path, (reader) => storedOf(reader, 0));
  return {
    ...{ format: 'Apple Watch CSV', file: 'apple.csv (stand-in)', leads: 1, samples: 15_360 },
    against: 'the numbers written into the stand-in',
    equal: hash(found) === hash(wanted) ? 1 : 0,
  };
}

function page(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ format, file, against, leads, samples, equal }) =>
      `| ${format} | ${file} | ${against} | ${leads} | ${samples.toLocaleString('en')} | ${equal === leads ? 'equal' : `${leads - equal} leads differ`} |`,
  );
  return [
    '# Formats: what was compared with what',
    '',
    'Written by `npm run formats-table`, which opens each file and compares every stored value of every lead. Expected values of real files are facts with their origin (tests/fixtures/format-references.json, made by the script beside it). A stand-in is written by the tests in the documented layout, where no real file may be kept. WFDB is compared with the output of rdsamp and rdann in tests/unit/formats/wfdb-targets.test.ts.',
    '',
    '| Format | File | Compared with | Leads | Samples | Result |',
    '| --- | --- | --- | ---: | ---: | --- |',
    ...lines,
    '',
  ].join('\n');
}

const rows = [...(SHARED_DATA === null ? [] : await realRows()), ...(await standInRows())];
if (SHARED_DATA === null) {
  console.log(`Only stand-ins were compared, and the page was left as it is: ${NO_SHARED_DATA}.`);
} else {
  const { format: formatted } = await import('prettier');
  await writeFile(PAGE, await formatted(page(rows), { parser: 'markdown' }));
}
const wrong = rows.filter(({ equal, leads }) => equal !== leads);
console.log(`${rows.length} files compared, ${wrong.length} with differences.`);
for (const { file } of wrong) console.log(`differs: ${file}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
