/** What is said after a recording was located, and where the file was another one. */
import type { Located, LocatedOthers } from '../../src-main/contract/api.ts';
import type { WorklistRow } from '../../src-main/contract/domain.ts';
import { counted, duration, rate, startTime } from './words.ts';

type Another = Extract<Located, { kind: 'another' }>;
type Known = Pick<WorklistRow, 'name' | 'durationS' | 'start' | 'leads' | 'samplingHz'>;

/** `night and 37 others found in archive. 2 are still missing.` */
export function locatedWords(
  { row, replaced }: Extract<Located, { kind: 'located' }>,
  others: LocatedOthers | null,
): string {
  const more = others?.located.length ?? 0;
  const what = more > 0 ? `${row.name} and ${counted(more, 'other')}` : row.name;
  const sentences = [`${what} found in ${row.folder}`];
  const missing = others?.missing ?? 0;
  if (missing > 0) sentences.push(`${counted(missing, 'is', 'are')} still missing`);
  const left = replaced.length + (others?.replaced.length ?? 0);
  if (left > 0) sentences.push(`${counted(left, 'row')} listed there meanwhile left the list`);
  return `${sentences.join('. ')}.`;
}

/** In what a file that was chosen differs from the recording looked for, the chosen one first. */
export function differenceWords({ differs, header, name }: Another, known: Known): string {
  const pair = (verb: string, chosen: string, looked: string): string =>
    `${name} ${verb} ${chosen}, ${known.name} ${looked}.`;
  const samplingHz = header?.leads[0]?.samplingHz;
  switch (differs) {
    case 'length':
      return pair('lasts', duration(header?.durationS ?? NaN), duration(known.durationS ?? NaN));
    case 'start':
      return pair('starts', startTime(header?.start ?? null), startTime(known.start));
    case 'leads':
      return pair('has', namesOf(header?.leads.map((lead) => lead.name)), namesOf(known.leads));
    case 'rate':
      return pair('has', rate(samplingHz ?? NaN), rate(known.samplingHz ?? NaN));
    case 'patient':
      return `${name} names another patient than ${known.name}.`;
    case 'samples':
      return `${name} has the length and leads of ${known.name}, but not its samples.`;
    case null:
      return `Too little was read of ${known.name} while it was where the list says to tell whether ${name} is the same.`;
  }
}

function namesOf(leads: readonly string[] | undefined): string {
  return leads === undefined || leads.length === 0 ? 'no leads' : leads.join(' ');
}
