/**
 * Where each data record lies in time. Continuous files are one run of records; EDF+D and BDF+D
 * files are several with gaps between, which stay gaps.
 */
import type { ImportNote } from '../../contract/domain.ts';
import type { ByteSource } from '../byte-source.ts';
import { LIMITS } from '../limits.ts';
import type { EdfHeader } from './header.ts';
import { firstOfRuns, onsetsOf, type RecordTimes } from './onsets.ts';

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

/** Reads as many onsets as finding the gaps takes, and no more. */
export async function timelineOf(source: ByteSource, header: EdfHeader): Promise<Timeline> {
  const { recordCount, recordDurationS: durationS } = header;
  const continuous = {
    runs: [{ first: 0, count: recordCount, startS: 0 }],
    durationS: recordCount * durationS,
    notes: [],
  };
  if (!header.signals.some((signal) => signal.annotations)) return { ...continuous, offsetS: 0 };
  const onsets = await onsetsOf(source, header);
  const originS = (await onsets.of(0)) ?? 0;
  if (!header.discontinuous)
    return { ...continuous, offsetS: originS >= 0 && originS < 1 ? originS : 0 };

  // Half of the shortest sample period: closer than that, records are contiguous.
  const most = Math.max(1, ...header.signals.map((signal) => signal.samplesPerRecord));
  const toleranceS = durationS / most / 2;
  const longestS = LIMITS.durationS;
  const times = { onsets, recordCount, durationS, originS, toleranceS, longestS };
  const starts = await firstOfRuns(times);
  const runs = starts.map(({ record, startS }, i): Run => {
    return { first: record, count: (starts[i + 1]?.record ?? recordCount) - record, startS };
  });
  const last = runs[runs.length - 1];
  return {
    runs,
    offsetS: originS,
    durationS: last ? last.startS + last.count * durationS : 0,
    notes: notesOf(times, runs),
  };
}

function notesOf(times: RecordTimes, runs: readonly Run[]): ImportNote[] {
  const { onsets, durationS, originS, toleranceS } = times;
  const notes: ImportNote[] = [];
  let misplaced = 0;
  let at = 0;
  for (const [record, onset] of [...onsets.known].sort(([a], [b]) => a - b)) {
    while ((runs[at + 1]?.first ?? Infinity) <= record) at++;
    const run = runs[at];
    const placedS = run ? run.startS + (record - run.first) * durationS : 0;
    if (onset === null || Math.abs(onset - originS - placedS) > toleranceS) misplaced++;
  }
  if (misplaced > 0) {
    notes.push({
      kind: 'repaired',
      code: 'edf-record-onset',
      message: `${misplaced} of ${onsets.known.size} data records that were looked at state no onset, or one that the records around them leave no room for; they are placed right after the record before.`,
    });
  }
  if (runs.length > 1) {
    notes.push({
      kind: 'read',
      code: 'edf-gaps',
      message: `The recording has ${(runs.length - 1).toLocaleString('en')} gaps (a discontinuous file).`,
    });
  }
  return notes;
}
