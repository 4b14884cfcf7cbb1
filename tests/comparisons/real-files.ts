/** Real files against what independent programs read of them. */
import { readFileSync } from 'node:fs';
import { shared } from '../data.ts';
import { printedBy, rowsOf, TARGETS, type Target } from '../unit/formats/rdsamp-targets.ts';
import { hash, opened, storedOf, type Comparison } from './comparison.ts';
import type { RecordingReader } from '../../src-main/formats/reader.ts';

interface Reference {
  readonly origin: string;
  readonly leads: readonly {
    readonly lead: string;
    readonly samples: number;
    readonly sha256: string;
  }[];
}

const REFERENCES = new URL('../fixtures/format-references.json', import.meta.url);

export async function realComparisons(): Promise<Comparison[]> {
  const references = JSON.parse(readFileSync(REFERENCES, 'utf8')) as Record<string, Reference>;
  const found: Comparison[] = [];
  for (const target of TARGETS) found.push(await againstRdsamp(target));
  for (const [name, reference] of Object.entries(references)) {
    const path = shared(`formats/${folderOf(name)}/${name}`);
    found.push(await opened(path, (reader) => againstLibrary(name, reader, reference)));
  }
  const scp = shared('formats/scp/mortara-eli250-huffman.scp');
  const twin = shared('formats/hl7-aecg/fda-subject1_0.xml');
  found.push(await opened(scp, (one) => opened(twin, (two) => againstTwin(one, two))));
  return found;
}

/** The folder of the shared data in which a file of the references lies. */
function folderOf(name: string): string {
  if (/\.(edf|bdf)$/.test(name)) return 'edf-bdf';
  if (name.endsWith('.dcm')) return 'dicom';
  if (name.startsWith('example')) return 'ge-muse-xml';
  return name.startsWith('1_0') ? 'philips-sierra-xml' : 'hl7-aecg';
}

async function againstRdsamp(target: Target): Promise<Comparison> {
  const { record, covers, file } = target;
  const printed = printedBy(target);
  const path = shared(`wfdb-suite/sample-data/${record}.hea`);
  const read = await opened(path, (reader) => rowsOf(reader, target));
  const leads = printed[0]?.length ?? 0;
  let equal = 0;
  for (let lead = 0; lead < leads; lead++)
    if (read.length === printed.length && printed.every((row, i) => row[lead] === read[i]?.[lead]))
      equal++;
  const name = `${record.split('/').at(-1) ?? ''}.hea`;
  const samples = leads * printed.length;
  const against = `rdsamp's output ${file.replace('.gz', '')}`;
  return { format: `WFDB, ${covers}`, file: name, against, leads, samples, equal };
}

async function againstLibrary(
  file: string,
  reader: RecordingReader,
  { origin: against, leads }: Reference,
): Promise<Comparison> {
  const wanted = leads.filter(({ lead }) => !/ Annotations$/.test(lead));
  let equal = 0;
  for (const [index, reference] of wanted.entries())
    if (hash(await storedOf(reader, index)) === reference.sha256) equal++;
  const samples = wanted.reduce((sum, lead) => sum + lead.samples, 0);
  return { format: reader.header.format, file, against, leads: wanted.length, samples, equal };
}

async function againstTwin(one: RecordingReader, two: RecordingReader): Promise<Comparison> {
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
