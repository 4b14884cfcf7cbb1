/** The evaluation's tables as CSV: a row for each recording, and for each patient, and reading. */
import { CSV_LINE_END, csvLine } from '../csv.ts';
import type { EvaluatedRecording, Evaluation, WindowTally } from './evaluation.ts';

const TALLY_COLUMNS = [
  'windows_compared',
  'windows_no_signal',
  'windows_uncertain',
  'windows_right',
  'af_true_positive',
  'af_false_negative',
  'af_false_positive',
  'af_true_negative',
] as const;

export function* recordingsTable({ recordings }: Evaluation): Generator<string> {
  yield line([
    ...['reading', 'recording', 'patient', 'reference', 'label', 'confidence', 'uncertain'],
    ...TALLY_COLUMNS,
  ]);
  for (const one of recordings) {
    const confidence = one.confidence === null ? null : Number(one.confidence.toFixed(4));
    yield line([
      ...[one.reading, one.recording, one.subject, one.reference, one.label],
      ...[confidence, one.uncertain],
      ...tallyCells(one.windows),
    ]);
  }
}

/** Patients are the set's own, recordings where it states none. */
export function* patientsTable({ recordings }: Evaluation): Generator<string> {
  yield line(['reading', 'patient', 'recordings', ...TALLY_COLUMNS]);
  const patients = new Map<string, EvaluatedRecording[]>();
  for (const one of recordings) {
    const key = `${one.reading}\0${one.subject}`;
    const known = patients.get(key);
    if (known) known.push(one);
    else patients.set(key, [one]);
  }
  for (const own of patients.values()) {
    const [first] = own;
    if (first === undefined) continue;
    const sums = own.map(({ windows }) => tallyCells(windows));
    yield line([
      ...[first.reading, first.subject, own.length],
      ...TALLY_COLUMNS.map((_, at) => sums.reduce((sum, cells) => sum + (cells[at] ?? 0), 0)),
    ]);
  }
}

/** In the order of TALLY_COLUMNS. */
function tallyCells(tally: WindowTally): number[] {
  const { compared, notAnalysable, uncertain, right } = tally;
  const { afRight, afMissed, afWrong, notAfRight } = tally;
  return [compared, notAnalysable, uncertain, right, afRight, afMissed, afWrong, notAfRight];
}

function line(cells: readonly (string | number | boolean | null)[]): string {
  return csvLine(cells) + CSV_LINE_END;
}
