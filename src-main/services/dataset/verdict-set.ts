/**
 * Finds the recordings that a table of readers' verdicts speaks of, and holds each verdict to the
 * window that it names: one of those that the program would classify, and no other.
 */
import { basename, extname, relative, sep } from 'node:path';
import type { Lead, Reading } from '../../contract/domain.ts';
import { failureOf, RhythmarkError } from '../../contract/errors.ts';
import { openRecording, scan } from '../../formats/index.ts';
import { planWindows } from '../../signal/windows.ts';
import type { LabelledRecording, LabelledSet, WindowVerdict } from './labelled-set.ts';
import { readVerdictTable, tableFault, type Verdict } from './verdict-table.ts';

/** The export rounds to a millisecond; a spreadsheet may round once more. */
const TOLERANCE_S = 0.0015;

/** A recording below the folder. */
interface Found {
  readonly path: string;
  readonly part: string;
  readonly name: string;
}

/**
 * A recording that cannot be opened keeps no verdicts here and fails when it is read, as those of
 * other sets do; what is wrong with the table itself stops everything, since a person has to say
 * what was meant.
 *
 * Throws RhythmarkError `damaged-file` with the line (see `readVerdictTable`; besides: a recording
 * that is not below `folder` or is there twice, a lead that it does not have, a window that is not
 * on its grid, two verdicts on a window that disagree), `not-found` where no row says anything,
 * `cancelled`.
 */
export async function verdictSetOf(
  folder: string,
  file: string,
  reading: Reading,
  signal?: AbortSignal,
): Promise<LabelledSet> {
  const { verdicts, leftOut } = await readVerdictTable(file, reading);
  if (verdicts.length === 0) {
    throw new RhythmarkError('not-found', `${basename(file)} holds no verdict that says a label.`);
  }
  const byName = await recordingsBelow(folder, signal);
  const spokenOf = new Map<Found, Verdict[]>();
  for (const verdict of verdicts) {
    const found = recordingOf(verdict, byName.get(verdict.recording) ?? [], file);
    const theirs = spokenOf.get(found);
    if (theirs === undefined) spokenOf.set(found, [verdict]);
    else theirs.push(verdict);
  }
  const people = new People();
  const recordings: LabelledRecording[] = [];
  let read = 0;
  for (const [found, theirs] of spokenOf) {
    if (signal?.aborted) throw new RhythmarkError('cancelled', 'Cancelled.');
    const isOnly = byName.get(found.name)?.length === 1;
    const recording = isOnly ? found.name : withoutEnding(relative(folder, found.path));
    const { path, part } = found;
    const known = await headerOf(found);
    recordings.push({
      ...{ path, part, recording, label: null },
      subject: people.subjectOf(known?.patientId ?? null, recording),
      verdicts: known === null ? [] : onTheGrid(theirs, known.leads),
    });
    if (known !== null) read += theirs.length;
  }
  const used = recordings.reduce((sum, { verdicts: said = [] }) => sum + said.length, 0);
  return {
    name: basename(file, extname(file)),
    kind: 'readers’ verdicts',
    labelsOf: 'windows',
    verdicts: { reading, used, leftOut: { ...leftOut, repeated: read - used } },
    recordings: recordings.sort((a, b) => (a.recording < b.recording ? -1 : 1)),
  };
}

async function recordingsBelow(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<Map<string, Found[]>> {
  const byName = new Map<string, Found[]>();
  for await (const item of scan([folder], signal ? { signal } : {})) {
    if (item.kind !== 'recording') continue;
    const { path, part, name } = item;
    byName.set(name, [...(byName.get(name) ?? []), { path, part, name }]);
  }
  return byName;
}

/** Of several recordings of one name, the one whose path ends most like the table's. */
function recordingOf(verdict: Verdict, candidates: readonly Found[], file: string): Found {
  const [only, another] = candidates;
  if (only === undefined) {
    throw tableFault(
      verdict.line,
      `there is no recording ${JSON.stringify(verdict.recording.slice(0, 80))} in the folder.`,
    );
  }
  if (another === undefined) return only;
  const named = segments(verdict.path);
  const likeness = candidates.map(({ path }) => sharedEnd(segments(path), named));
  const most = Math.max(...likeness);
  const [match, ambiguous] = candidates.filter((_, at) => likeness[at] === most);
  // Files of one name share that much with any path.
  if (most > 1 && match !== undefined && ambiguous === undefined) return match;
  throw tableFault(
    verdict.line,
    `the folder holds ${candidates.length} recordings named ${verdict.recording}, and its path in ${basename(file)} does not tell which.`,
  );
}

function segments(path: string): string[] {
  return path.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
}

function sharedEnd(one: readonly string[], other: readonly string[]): number {
  let shared = 0;
  while (
    shared < Math.min(one.length, other.length) &&
    one.at(-1 - shared) === other.at(-1 - shared)
  )
    shared += 1;
  return shared;
}

function withoutEnding(path: string): string {
  return path.slice(0, path.length - extname(path).length).replaceAll(sep, '/');
}

async function headerOf({ path, part }: Found) {
  const reader = await openRecording(path, { part }).catch((error: unknown) => {
    if (failureOf(error).code === 'internal') throw error;
    return null;
  });
  if (reader === null) return null;
  try {
    return { leads: reader.header.leads, patientId: reader.header.patient.id };
  } finally {
    await reader.close();
  }
}

/** Each window once. */
function onTheGrid(verdicts: readonly Verdict[], leads: readonly Lead[]): WindowVerdict[] {
  const plans = leads.map(planWindows);
  const said = new Map<string, Verdict>();
  return verdicts.flatMap((verdict) => {
    const { line, recording, startS, endS, label, reader } = verdict;
    const leadIndex = leadOf(verdict, leads);
    const plan = plans[leadIndex];
    const window = plan ? windowAt(plan.startS, startS) : null;
    if (window === null || Math.abs((plan?.endS[window] ?? NaN) - endS) > TOLERANCE_S) {
      throw tableFault(
        line,
        `${recording} has no window from ${startS} to ${endS} s. Windows are those that \`rhythmark classify\` lists.`,
      );
    }
    const key = `${leadIndex} ${window}`;
    const before = said.get(key);
    if (before === undefined) {
      said.set(key, verdict);
      return { leadIndex, window, label, note: reader === '' ? '' : `reader: ${reader}` };
    }
    if (before.label === label) return [];
    throw tableFault(
      line,
      `${recording} from ${startS} s is said to be something else than in line ${before.line}. Keep one of the two.`,
    );
  });
}

function leadOf({ line, recording, lead }: Verdict, leads: readonly Lead[]): number {
  const named = leads.flatMap(({ name }, index) => (name === lead ? [index] : []));
  const [only, another] = named;
  if (only !== undefined && another === undefined) return only;
  if (only !== undefined) throw tableFault(line, `${recording} has two leads named ${lead}.`);
  const names = leads.map(({ name }) => name).join(', ');
  throw tableFault(
    line,
    `${recording} has no lead ${JSON.stringify(lead.slice(0, 80))}. Its leads are ${names}.`,
  );
}

/** Starts ascend, but for the last, which may overlap the one before it. */
function windowAt(startS: Float64Array, sought: number): number | null {
  let [low, high] = [0, startS.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((startS[middle] ?? Infinity) < sought - TOLERANCE_S) low = middle + 1;
    else high = middle;
  }
  return Math.abs((startS[low] ?? Infinity) - sought) <= TOLERANCE_S ? low : null;
}

/** Recordings of one person stay together in a split; who that is does not enter the set. */
class People {
  readonly #numbers = new Map<string, number>();

  subjectOf(patientId: string | null, recording: string): string {
    if (patientId === null || patientId === '') return `recording-${recording}`;
    const number = this.#numbers.get(patientId) ?? this.#numbers.size + 1;
    this.#numbers.set(patientId, number);
    return `person-${number}`;
  }
}
