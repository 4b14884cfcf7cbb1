/** One row for each patient, or for each recording where the set states no patients. */
import type { Reading } from '../../contract/domain.ts';
import type { EvaluatedRecording, Evaluation, WindowTally } from './evaluation.ts';
import { CLASS_NAMES, count, counted, partOf, personOf } from './printed.ts';

/** Rows that a page holds. */
export const ROWS = 50;

/** From this share of people with one window each, a table of them would say nothing. */
const NEARLY_ALL = 0.9;

export interface PeopleTable {
  readonly title: string;
  /** Its head first, worst first; empty where such a table says nothing. */
  readonly rows: readonly (readonly string[])[];
  /** What is not in the rows; null where nothing is left out. */
  readonly note: string | null;
}

/** Null where no window has been compared. */
export function peopleTable(evaluation: Evaluation, reading: Reading): PeopleTable | null {
  const { recordings, dataset } = evaluation;
  const noun = personOf(dataset.subjects);
  const people = new Map<string, EvaluatedRecording[]>();
  for (const one of recordings) {
    if (one.reading !== reading || one.windows.compared === 0) continue;
    const known = people.get(one.subject);
    if (known) known.push(one);
    else people.set(one.subject, [one]);
  }
  if (people.size === 0) return null;
  const all = Array.from(people, ([name, own]) => ({ name, own, tally: sumOf(own) }));
  const title = `By ${noun}, worst first`;
  const single = all.filter(({ tally }) => tally.compared === 1).length;
  if (single >= NEARLY_ALL * all.length) {
    const note = `${count(single)} of ${counted(all.length, noun)} ${single === 1 ? 'has' : 'have'} a single window: a table of them would say nothing. ${WHERE}`;
    return { title: `By ${noun}`, rows: [], note };
  }
  all.sort(
    (a, b) => accuracyOf(a.tally) - accuracyOf(b.tally) || wrongOf(b.tally) - wrongOf(a.tally),
  );
  const isWhole = noun === 'recording' && dataset.labelsHoldFor === 'recording';
  const head = [
    noun === 'patient' ? 'Patient' : 'Recording',
    ...(isWhole ? ['Reference', 'Verdict'] : []),
    ...['Windows', 'Uncertain', 'Right', 'AF found', 'Called AF wrongly'],
  ];
  const rows = all
    .slice(0, ROWS)
    .map(({ name, own, tally }) => [
      name,
      ...(isWhole ? wholeCells(own) : []),
      count(tally.compared),
      count(tally.uncertain),
      partOf(tally.right, judgedOf(tally)),
      outOf(tally.afRight, tally.afRight + tally.afMissed, 'has no AF'),
      outOf(tally.afWrong, tally.afWrong + tally.notAfRight, 'only AF'),
    ]);
  const more = all.length - ROWS;
  const note = more > 0 ? `${counted(more, `more ${noun}`)}: ${WHERE}` : null;
  return { title, rows: [head, ...rows], note };
}

const WHERE = 'evaluation.json has them all.';

const REFERENCE_NAMES = {
  ...CLASS_NAMES,
  ectopy: 'Sinus, ectopy',
  'ectopy-or-other': 'Other',
  'normal-or-ectopy': 'Normal',
} as const;

/** What the reference and the model say of the whole recording. */
function wholeCells([one]: readonly EvaluatedRecording[]): string[] {
  const reference = one?.reference ? REFERENCE_NAMES[one.reference] : '';
  if (!one?.label) return [reference, 'no signal'];
  return [reference, `${CLASS_NAMES[one.label]}${one.uncertain ? ', uncertain' : ''}`];
}

function sumOf(recordings: readonly EvaluatedRecording[]): WindowTally {
  const sum = (key: keyof WindowTally) =>
    recordings.reduce((total, { windows }) => total + windows[key], 0);
  return {
    compared: sum('compared'),
    notAnalysable: sum('notAnalysable'),
    uncertain: sum('uncertain'),
    right: sum('right'),
    afRight: sum('afRight'),
    afMissed: sum('afMissed'),
    afWrong: sum('afWrong'),
    notAfRight: sum('notAfRight'),
  };
}

function judgedOf({ compared, notAnalysable }: WindowTally): number {
  return compared - notAnalysable;
}

/** 1 of what has no verdict: it is not wrong. */
function accuracyOf(tally: WindowTally): number {
  return judgedOf(tally) === 0 ? 1 : tally.right / judgedOf(tally);
}

function wrongOf(tally: WindowTally): number {
  return judgedOf(tally) - tally.right;
}

function outOf(part: number, whole: number, none: string): string {
  return whole === 0 ? none : `${count(part)} of ${count(whole)}`;
}
