/**
 * What the original rdsamp printed of the sample records of the WFDB suite, and the same out of our
 * reader. Commands: ../shared/data/wfdb-suite/TARGETS.md.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { NO_SAMPLE, type RecordingReader } from '../../../src-main/formats/reader.ts';
import { shared } from '../../data.ts';

/** One target: what rdsamp was told, in samples of the rate it printed at. */
export interface Target {
  readonly file: string;
  readonly record: string;
  readonly covers: string;
  readonly leads?: readonly number[];
  readonly from?: number;
  readonly to?: number;
  readonly prints: 'stored' | 'physical';
  /** rdsamp prints leads of several rates at the frame rate (means) or the highest (repeats). */
  readonly rate?: 'frames' | 'highest';
}

export const TARGETS: readonly Target[] = [
  { file: 'record-1a', record: 'test01_00s', covers: 'format 16', prints: 'stored' },
  {
    ...{ file: 'record-1b', record: 'a103l', covers: 'MATLAB v4 file, signals swapped' },
    ...{ prints: 'physical', leads: [2, 0], from: 12_500, to: 40_000 },
  },
  {
    ...{ file: 'record-1c', record: 'a103l', covers: 'MATLAB v4 file, to the end' },
    ...{ prints: 'stored', leads: [0, 1], from: 20_000 },
  },
  {
    ...{ file: 'record-1d', record: '3000003_0003', covers: 'format 80' },
    ...{ prints: 'physical', leads: [1], from: 125, to: 1000 },
  },
  { file: 'record-1f.gz', record: 'binformats', covers: 'ten formats', prints: 'stored' },
  { file: 'record-flac.gz', record: 'flacformats', covers: 'FLAC', prints: 'stored' },
  {
    ...{ file: 'record-2b', record: '100', covers: 'format 212, odd start' },
    ...{ prints: 'stored', leads: [1], from: 1, to: 10_800 },
  },
  { file: 'record-2c', record: '100_3chan', covers: '212, three signals', prints: 'physical' },
  {
    ...{ file: 'record-2d', record: '310derive', covers: 'format 310, odd start' },
    ...{ prints: 'stored', from: 2 },
  },
  {
    ...{ file: 'record-2e', record: '311derive', covers: 'format 311' },
    ...{ prints: 'physical', from: 1, to: 978 },
  },
  {
    ...{ file: 'record-3b', record: 's0010_re', covers: 'several files, reordered' },
    ...{ prints: 'physical', leads: [13, 0, 4, 8, 3], from: 5000, to: 38_000 },
  },
  {
    ...{ file: 'record-4a', record: 'test01_00s_skewframe', covers: 'skew, frame rate' },
    ...{ prints: 'stored', rate: 'frames' },
  },
  {
    ...{ file: 'record-4b', record: '03700181', covers: 'several rates, frame rate' },
    ...{ prints: 'stored', rate: 'frames' },
  },
  {
    ...{ file: 'record-4d', record: 'test01_00s_skewframe', covers: 'skew, highest rate' },
    ...{ prints: 'physical', rate: 'highest' },
  },
  {
    ...{ file: 'record-multi-fixed-c', record: 'multi-segment/fixed1/v102s' },
    ...{ covers: 'fixed layout', prints: 'physical', leads: [1, 0, 3], from: 70_000, to: 80_000 },
  },
  {
    ...{ file: 'record-multi-variable-a' },
    record: 'multi-segment/s00001/s00001-2896-10-10-00-31',
    ...{ covers: 'variable layout', prints: 'physical', from: 14_428_365, to: 14_428_375 },
  },
];

/** The rows that rdsamp printed. */
export function printedBy(target: Target): string[][] {
  const bytes = readFileSync(shared(`wfdb-suite/target-output/${target.file}`));
  const text = (target.file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t').map((field) => field.trim()));
}

/** What rdsamp would print of the reader's stored samples, gains and baselines. */
export async function rowsOf(reader: RecordingReader, target: Target): Promise<string[][]> {
  const leads = target.leads ?? reader.header.leads.map((_, index) => index);
  const rates = leads.map((lead) => reader.header.leads[lead]?.samplingHz ?? 0);
  const rate = target.rate === 'highest' ? Math.max(...rates) : Math.min(...rates);
  const columns = await Promise.all(
    leads.map(async (index, column) => {
      const lead = reader.header.leads[index];
      const ownRate = rates[column] ?? 1;
      const to = target.to === undefined ? lead?.sampleCount : (target.to * ownRate) / rate;
      const from = ((target.from ?? 0) * ownRate) / rate;
      const [samples] = await reader.readStored([index], from, to ?? 0);
      const atRate = atPrintedRate(samples ?? new Int32Array(0), ownRate / rate);
      return Array.from(atRate, (stored) =>
        target.prints === 'stored'
          ? String(stored === NO_SAMPLE ? -32768 : stored)
          : stored === NO_SAMPLE
            ? '-'
            : ((stored - (lead?.baseline ?? 0)) / (lead?.gain ?? 1)).toFixed(8),
      );
    }),
  );
  return (columns[0] ?? []).map((_, row) => columns.map((column) => column[row] ?? ''));
}

/** rdsamp averages a frame's samples (integer division of the sum) or repeats a slow signal's. */
function atPrintedRate(samples: Int32Array, perPrinted: number): Int32Array {
  if (perPrinted === 1) return samples;
  if (perPrinted < 1) {
    const repeats = Math.round(1 / perPrinted);
    return Int32Array.from({ length: samples.length * repeats }, (_, i) => {
      return samples[Math.floor(i / repeats)] ?? NO_SAMPLE;
    });
  }
  return Int32Array.from({ length: samples.length / perPrinted }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < perPrinted; k++) sum += samples[i * perPrinted + k] ?? 0;
    return Math.trunc(sum / perPrinted);
  });
}
