/** What a row of the worklist can be sorted and filtered by. Shares are per cent. */
import {
  RHYTHM_CLASSES,
  type Composition,
  type WorklistRow,
} from '../../src-main/contract/domain.ts';

export type Measure =
  | 'af'
  | 'other'
  | 'normal'
  | 'uncertain'
  | 'noise'
  | 'duration'
  | 'analysable'
  | 'leads'
  | 'hz'
  | 'size';

/** Seconds that can be read: neither noise nor missing signal. The denominator of every share. */
export function analysableS(composition: Composition): number {
  return composition.normal + composition.af + composition.other;
}

/**
 * Seconds with a verdict, noise among them: the denominator of what can be said of noise as well, since a
 * window that may be noise is as uncertain as one that may be AF.
 */
export function signalS(composition: Composition): number {
  return analysableS(composition) + composition.noise;
}

/**
 * Per cent of analysable time, except `noise` and `uncertain`, which are of all time with a signal;
 * seconds, Hz, bytes or a count for the others. Null while it is not known.
 */
export function measureOf(row: WorklistRow, measure: Measure): number | null {
  switch (measure) {
    case 'duration':
      return row.durationS;
    case 'leads':
      return row.format === null ? null : row.leads.length;
    case 'hz':
      return row.samplingHz;
    case 'size':
      return row.sizeBytes;
    case 'analysable':
      return row.composition && analysableS(row.composition);
    case 'noise':
    case 'uncertain':
      return row.composition && percent(row.composition[measure], signalS(row.composition));
    case 'af':
    case 'other':
    case 'normal':
      return row.composition && percent(row.composition[measure], analysableS(row.composition));
  }
}

/**
 * Length of all recordings together. `open` while some are still to be read: rows are listed before
 * their lengths are known, and the sum is then of a part.
 */
export function lengthOf(rows: readonly WorklistRow[]): {
  readonly seconds: number;
  readonly open: boolean;
} {
  return {
    seconds: rows.reduce((sum, row) => sum + (row.durationS ?? 0), 0),
    open: rows.some(
      ({ durationS, status }) =>
        durationS === null && (status === 'waiting' || status === 'classifying'),
    ),
  };
}

/** Place of the model's verdict in the order N A O ~ uncertain; null where there is none. */
export function verdictRank({ verdict }: WorklistRow): number | null {
  if (verdict === null) return null;
  return verdict.uncertain ? RHYTHM_CLASSES.length : RHYTHM_CLASSES.indexOf(verdict.label);
}

function percent(part: number, whole: number): number | null {
  return whole > 0 ? (100 * part) / whole : null;
}
