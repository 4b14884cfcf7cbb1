/** Order and sets of the worklist's rows. Pure; the state keeps the choice. */
import type { WorklistRow } from '../../src-main/contract/domain.ts';
import { measureOf, verdictRank } from './row-measures.ts';

export const SORT_KEYS = [
  'added',
  'status',
  'name',
  'patient',
  'start',
  'duration',
  'leads',
  'verdict',
  'af',
  'other',
  'uncertain',
  'analysable',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface Sort {
  readonly key: SortKey;
  readonly direction: 'ascending' | 'descending';
}

/** Rows as they were added: what a list without a sort shows. */
export const AS_ADDED: Sort = { key: 'added', direction: 'ascending' };

/** Names as people order them: `rec2` before `rec10`. Built once: it is slow to build. */
const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

const STATUS_RANK: Readonly<Record<WorklistRow['status'], number>> = {
  classifying: 0,
  'needs-choice': 1,
  failed: 2,
  waiting: 3,
  classified: 4,
};

/**
 * A sorted copy. Rows without a value come last in either direction; equal rows keep the order in
 * which they were added.
 */
export function sortedRows(rows: readonly WorklistRow[], sort: Sort): readonly WorklistRow[] {
  if (sort.key === 'added') return sort.direction === 'ascending' ? rows : rows.toReversed();
  const sign = sort.direction === 'ascending' ? 1 : -1;
  const { key } = sort;
  if (key === 'name' || key === 'patient' || key === 'start') {
    const texts = new Map(rows.map((row) => [row, textOf(row, key)]));
    return rows.toSorted((a, b) => {
      const [one, two] = [texts.get(a) ?? null, texts.get(b) ?? null];
      if (one === null || two === null) return Number(one === null) - Number(two === null);
      return sign * names.compare(one, two);
    });
  }
  const values = new Map(rows.map((row) => [row, numberOf(row, key)]));
  return rows.toSorted((a, b) => {
    const [one, two] = [values.get(a) ?? null, values.get(b) ?? null];
    if (one === null || two === null) return Number(one === null) - Number(two === null);
    return sign * (one - two);
  });
}

function textOf(row: WorklistRow, key: 'name' | 'patient' | 'start'): string | null {
  if (key === 'name') return row.name;
  return key === 'patient' ? row.patientId : row.start;
}

type NumberKey = Exclude<SortKey, 'added' | 'name' | 'patient' | 'start'>;

function numberOf(row: WorklistRow, key: NumberKey): number | null {
  if (key === 'status') return STATUS_RANK[row.status];
  return key === 'verdict' ? verdictRank(row) : measureOf(row, key);
}

/** What a click on a column's head asks for: its first direction, the other one, then none. */
export function nextSort(sort: Sort, key: SortKey): Sort {
  const first = FIRST_DESCENDING.has(key) ? 'descending' : 'ascending';
  if (sort.key !== key) return { key, direction: first };
  if (sort.direction === first) {
    return { key, direction: first === 'ascending' ? 'descending' : 'ascending' };
  }
  return AS_ADDED;
}

const FIRST_DESCENDING: ReadonlySet<SortKey> = new Set([
  'duration',
  'verdict',
  'af',
  'other',
  'uncertain',
  'analysable',
]);

/** The sets above the list. */
export const TABS = [
  'all',
  'classified',
  'classifying',
  'waiting',
  'needs-choice',
  'failed',
] as const;
export type Tab = (typeof TABS)[number];

export function inTab(row: WorklistRow, tab: Tab): boolean {
  return tab === 'all' || row.status === tab;
}

export function countByTab(rows: Iterable<WorklistRow>): Readonly<Record<Tab, number>> {
  const counts = {
    all: 0,
    classified: 0,
    classifying: 0,
    waiting: 0,
    'needs-choice': 0,
    failed: 0,
  };
  for (const row of rows) {
    counts.all++;
    counts[row.status]++;
  }
  return counts;
}
