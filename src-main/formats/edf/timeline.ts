/**
 * Where each data record lies in time. Continuous files are one run of records; EDF+D and BDF+D
 * files are several with gaps between, which stay gaps.
 */
import type { ImportNote } from '../../contract/domain.ts';
import type { ByteSource } from '../byte-source.ts';
import { LIMITS } from '../limits.ts';
import { parseTals, recordAnnotations } from './annotations.ts';
import type { EdfHeader } from './header.ts';

/** Records [first, first + count) follow each other without a gap from `startS` on. */
export interface Run {
  readonly first: number;
  readonly count: number;
  readonly startS: number;
}

export interface Timeline {
  readonly runs: readonly Run[];
  /** Onset of the first record after the header's start time, s; 0 to 1 in valid files. */
  readonly offsetS: number;
  readonly durationS: number;
  readonly notes: readonly ImportNote[];
}

export async function timelineOf(source: ByteSource, header: EdfHeader): Promise<Timeline> {
  const duration = header.recordDurationS;
  const whole: Run = { first: 0, count: header.recordCount, startS: 0 };
  const continuous = { runs: [whole], durationS: header.recordCount * duration };
  const annotated = header.signals.some((signal) => signal.annotations);
  if (!annotated) return { ...continuous, offsetS: 0, notes: [] };
  if (!header.discontinuous) {
    return { ...continuous, offsetS: await firstOnset(source, header), notes: [] };
  }

  const notes: ImportNote[] = [];
  const runs: Run[] = [];
  let offsetS: number | null = null;
  let endS = 0;
  let misplaced = 0;
  // Half of the shortest sample period: closer than that, records are contiguous.
  const most = Math.max(1, ...header.signals.map((signal) => signal.samplesPerRecord));
  const tolerance = duration / most / 2;
  for await (const { record, bytes } of recordAnnotations(source, header)) {
    const onset = parseTals(bytes).recordOnsetS;
    offsetS ??= onset ?? 0;
    let startS = onset === null ? endS : onset - offsetS;
    if (onset === null || startS < endS - tolerance || startS > LIMITS.durationS) {
      misplaced++;
      startS = endS;
    }
    const last = runs[runs.length - 1];
    if (last && Math.abs(startS - endS) <= tolerance) {
      runs[runs.length - 1] = { ...last, count: last.count + 1 };
      endS = last.startS + (last.count + 1) * duration;
    } else {
      runs.push({ first: record, count: 1, startS });
      endS = startS + duration;
    }
  }
  if (misplaced > 0) {
    notes.push({
      kind: 'repaired',
      code: 'edf-record-onset',
      message: `${misplaced} data records state no onset, one before the end of the record before, or one over a year later; they are placed right after it.`,
    });
  }
  if (runs.length > 1) {
    notes.push({
      kind: 'read',
      code: 'edf-gaps',
      message: `The recording has ${runs.length - 1} gaps (a discontinuous file).`,
    });
  }
  return { runs, offsetS: offsetS ?? 0, durationS: endS, notes };
}

async function firstOnset(source: ByteSource, header: EdfHeader): Promise<number> {
  for await (const { bytes } of recordAnnotations(source, header, 1)) {
    const onset = parseTals(bytes).recordOnsetS ?? 0;
    return onset >= 0 && onset < 1 ? onset : 0;
  }
  return 0;
}
