/**
 * The worklist's filter box: words to find, and conditions such as `af > 30 %`, `duration < 2 h`,
 * `status:failed`, `verdict:af`, `format:wfdb`, `start >= 2026-06-01`. Everything given must hold. A class alone,
 * `af`, finds what holds any of it.
 */
import type { WorklistRow } from '../../src-main/contract/domain.ts';
import type { Verdict } from '../../src-main/contract/verdict.ts';
import { measureOf, type Measure } from './row-measures.ts';

export type Predicate = (row: WorklistRow) => boolean;

export type Filter =
  | { readonly ok: true; readonly matches: Predicate; readonly empty: boolean }
  /** What is wrong, for the line under the box. */
  | { readonly ok: false; readonly problem: string };

const COMPARE = {
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '=': (a: number, b: number) => Math.abs(a - b) < 0.05,
} as const;
type Operator = keyof typeof COMPARE;

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };
const MEASURES: Readonly<Record<string, Measure>> = {
  af: 'af',
  a: 'af',
  other: 'other',
  o: 'other',
  normal: 'normal',
  n: 'normal',
  noise: 'noise',
  uncertain: 'uncertain',
  duration: 'duration',
  analysable: 'analysable',
  leads: 'leads',
  rate: 'hz',
  hz: 'hz',
};
const SHARES: readonly Measure[] = ['af', 'other', 'normal', 'noise', 'uncertain'];
const TIMES: readonly Measure[] = ['duration', 'analysable'];
const EXAMPLES = 'Try af > 30 %, duration < 2 h, status:failed or format:wfdb.';

/** Fields of `field:text`; each holds when one of its texts contains it. */
const TEXTS: Readonly<Record<string, (row: WorklistRow) => readonly string[]>> = {
  status: (row) => [row.status, STATUS_ALSO[row.status]],
  format: (row) => [row.format ?? ''],
  folder: (row) => [row.folder],
  name: (row) => [row.name],
  patient: (row) => [row.patientId ?? 'not stated'],
  lead: (row) => row.leads,
  start: (row) => [row.start ?? 'not stated'],
  verdict: ({ verdict }) => [verdict === null ? 'none' : verdictName(verdict)],
  synthetic: (row) => [row.synthetic ? 'yes' : 'no'],
  same: (row) => (row.sameAs === null ? ['no'] : ['yes', row.sameAs.name]),
};
const STATUS_ALSO: Readonly<Record<WorklistRow['status'], string>> = {
  waiting: 'queued',
  'needs-choice': 'choose',
  classifying: 'running',
  classified: 'done',
  failed: 'error',
};

function verdictName({ label, uncertain }: Verdict): string {
  return uncertain ? 'uncertain' : label;
}

const CONDITION =
  /(?<field>[a-z]+)\s*(?<op>>=|<=|>|<|=)\s*(?<value>[^\s%]*)\s*(?<unit>%|min\b|[shd]\b|hz\b)?/giu;
const FIELD = /(?<field>[a-z]+):\s*(?:"(?<quoted>[^"]*)"|(?<plain>\S*))/giu;

/** Reads the box. An unfinished or impossible condition is a problem with words, never a guess. */
export function parseFilter(text: string): Filter {
  const predicates: Predicate[] = [];
  const problems: string[] = [];
  const keep = (found: Predicate | string): string => {
    if (typeof found === 'string') problems.push(found);
    else predicates.push(found);
    return ' ';
  };
  const rest = text
    .replace(FIELD, (...args) => keep(fieldPredicate(groupsOf(args))))
    .replace(CONDITION, (...args) => keep(conditionPredicate(groupsOf(args))));
  for (const word of rest.toLowerCase().split(/\s+/u)) {
    if (word === '') continue;
    if (/^[<>=:]/u.test(word)) problems.push(`"${word}" compares nothing. ${EXAMPLES}`);
    else predicates.push(wordPredicate(word));
  }
  const [problem] = problems;
  if (problem !== undefined) return { ok: false, problem };
  return {
    ok: true,
    empty: predicates.length === 0,
    matches: (row) => predicates.every((holds) => holds(row)),
  };
}

/** A word in the row's texts; of a class, also any of it among the verdicts. */
function wordPredicate(word: string): Predicate {
  const measure = Object.hasOwn(MEASURES, word) && word.length > 1 ? MEASURES[word] : undefined;
  if (measure === undefined || !isClass(measure)) return (row) => haystack(row).includes(word);
  return (row) => haystack(row).includes(word) || (row.composition?.[measure] ?? 0) > 0;
}

type Groups = Readonly<Record<string, string | undefined>>;

function groupsOf(args: readonly unknown[]): Groups {
  const last = args.at(-1);
  return typeof last === 'object' && last !== null ? (last as Groups) : {};
}

function fieldPredicate(groups: Groups): Predicate | string {
  const field = (groups['field'] ?? '').toLowerCase();
  const wanted = (groups['quoted'] ?? groups['plain'] ?? '').toLowerCase();
  const texts = TEXTS[field];
  if (!texts) return `There is no field "${field}". ${EXAMPLES}`;
  return (row) => texts(row).some((text) => text.toLowerCase().includes(wanted));
}

function conditionPredicate(groups: Groups): Predicate | string {
  const field = (groups['field'] ?? '').toLowerCase();
  const op = groups['op'];
  const value = groups['value'] ?? '';
  const unit = (groups['unit'] ?? '').toLowerCase();
  if (!isOperator(op)) return EXAMPLES;
  if (field === 'start') return startPredicate(op, value);
  const measure = Object.hasOwn(MEASURES, field) ? MEASURES[field] : undefined;
  if (!measure) return `There is no field "${field}". ${EXAMPLES}`;
  const number = value === '' ? NaN : Number(value.replace(',', '.'));
  if (!Number.isFinite(number)) return `"${field} ${op}" needs a number. ${EXAMPLES}`;
  const seconds = SECONDS[unit];
  const holds = COMPARE[op];
  if (seconds !== undefined) {
    const wanted = number * seconds;
    if (TIMES.includes(measure)) return compareWith(measure, holds, wanted);
    if (!isClass(measure)) return `"${field}" is not a length of time. ${EXAMPLES}`;
    return (row) => row.composition !== null && holds(row.composition[measure], wanted);
  }
  if (unit === '%' && !SHARES.includes(measure)) {
    return `"${field}" is not a percentage. ${EXAMPLES}`;
  }
  if (unit === 'hz' && measure !== 'hz') return `"${field}" is not in Hz. ${EXAMPLES}`;
  if (TIMES.includes(measure)) return `Say ${field} in s, min, h or d: ${field} ${op} ${value} h.`;
  return compareWith(measure, holds, number);
}

function compareWith(
  measure: Measure,
  holds: (a: number, b: number) => boolean,
  wanted: number,
): Predicate {
  return (row) => {
    const value = measureOf(row, measure);
    return value !== null && holds(value, wanted);
  };
}

function startPredicate(op: Operator, value: string): Predicate | string {
  if (!/^\d{4}(-\d{2}(-\d{2})?)?$/u.test(value))
    return `Say start as a date: start ${op} 2026-06-01.`;
  return (row) => {
    if (row.start === null) return false;
    const order = row.start.slice(0, value.length).localeCompare(value);
    return COMPARE[op](order, 0);
  };
}

function isOperator(text: string | undefined): text is Operator {
  return text !== undefined && Object.hasOwn(COMPARE, text);
}

function isClass(measure: Measure): measure is 'af' | 'other' | 'normal' | 'noise' | 'uncertain' {
  return SHARES.includes(measure);
}

/** Rows are never changed in place, so what was joined once holds for every later keystroke. */
const haystacks = new WeakMap<WorklistRow, string>();

/** Everything of a row that free words are looked for in. */
function haystack(row: WorklistRow): string {
  const known = haystacks.get(row);
  if (known !== undefined) return known;
  const text = [
    row.name,
    row.folder,
    row.patientId ?? '',
    row.format ?? '',
    row.start ?? '',
    row.failure?.message ?? '',
    row.synthetic ? 'synthetic' : '',
    ...row.leads,
  ]
    .join('\n')
    .toLowerCase();
  haystacks.set(row, text);
  return text;
}
