/**
 * Gaps of Rhythmark's own files, looked for where they are asked for. The lowest value stands in for
 * a missing sample: where there is none of it, there is no gap, and no mark is read; where there is,
 * the marks of the records around it are.
 */
import type { Lead } from '../../contract/domain.ts';
import type { ByteSource } from '../byte-source.ts';
import { readAllAnnotations, readAnnotations } from './annotations.ts';
import type { EdfHeader, EdfSignal } from './header.ts';
import {
  mayHoldMarks,
  separateMarks,
  statedLength,
  statedReach,
  type Gap,
  type OwnMarks,
} from './own-marks.ts';
import type { Timeline } from './timeline.ts';

/** A file of ours with marks in it. */
export interface OwnFile {
  /** Samples of a lead that has `most` by its records. */
  lengthOf(lead: number, signal: EdfSignal, most: number): number;
  /** Gaps by lead that reach into some data records, and maybe others. */
  gapsIn(firstRecord: number, lastRecord: number): Promise<OwnMarks['gaps']>;
}

/** Null where the file is none of ours, or holds no marks. */
export async function ownFileOf(
  source: ByteSource,
  header: EdfHeader,
  { offsetS }: Timeline,
): Promise<OwnFile | null> {
  if (!mayHoldMarks(header.recordingField)) return null;
  const reach = statedReach(header);
  if (reach === null) return ownFileOfOld(source, header, offsetS);
  return {
    lengthOf: (_, { reserved }, most) => Math.min(most, statedLength(reserved) ?? most),
    async gapsIn(firstRecord, lastRecord) {
      const first = Math.max(0, firstRecord - reach);
      const end = Math.min(header.recordCount, lastRecord + 1 + reach);
      return separateMarks(await readAnnotations(source, header, offsetS, first, end)).gaps;
    },
  };
}

/** As Rhythmark wrote them before the reserved fields said where its marks are. */
async function ownFileOfOld(
  source: ByteSource,
  header: EdfHeader,
  offsetS: number,
): Promise<OwnFile> {
  const { gaps, ends } = separateMarks(await readAllAnnotations(source, header, offsetS));
  return {
    lengthOf(lead, { samplesPerRecord }, most) {
      const endS = ends.get(lead) ?? Infinity;
      const samples = Math.round((endS * samplesPerRecord) / header.recordDurationS);
      return Math.min(most, Math.max(0, samples));
    },
    gapsIn: () => Promise.resolve(gaps),
  };
}

/** One lead's samples from `from` on, as they were read. */
export interface ReadLead<Values extends Float32Array | Int32Array> {
  readonly index: number;
  readonly lead: Lead;
  readonly samplesPerRecord: number;
  readonly values: Values;
  /** What the lowest stored value became. */
  readonly lowest: number;
}

/** Puts `missing` in the place of what stands in for gaps and follows the end of a lead. */
export async function restoreGaps<Values extends Float32Array | Int32Array>(
  file: OwnFile,
  leads: readonly ReadLead<Values>[],
  from: number,
  missing: number,
): Promise<void> {
  const doubtful = leads.filter(({ lead, values, lowest }) => {
    const end = Math.max(0, Math.min(values.length, lead.sampleCount - from));
    values.fill(missing, end);
    return values.subarray(0, end).includes(lowest);
  });
  const [first] = doubtful;
  if (!first) return;
  const { samplesPerRecord, values } = first;
  const gaps = await file.gapsIn(
    Math.floor(from / samplesPerRecord),
    Math.floor((from + values.length - 1) / samplesPerRecord),
  );
  for (const { index, lead, values: samples } of doubtful)
    for (const gap of gaps.get(index) ?? []) fillGap(samples, gap, lead.samplingHz, from, missing);
}

function fillGap(
  values: Float32Array | Int32Array,
  { fromS, toS }: Gap,
  samplingHz: number,
  from: number,
  missing: number,
): void {
  const begin = Math.max(0, Math.round(fromS * samplingHz) - from);
  const end = Math.round(toS * samplingHz) - from;
  if (begin < end) values.fill(missing, begin, end);
}
