import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AS_ADDED,
  countByTab,
  inTab,
  nextSort,
  SORT_KEYS,
  sortedRows,
  TABS,
} from '../../../src-renderer/state/row-order.ts';
import { composition, row } from './rows.ts';

const names = (rows: readonly { name: string }[]) => rows.map(({ name }) => name);

describe('the order of the worklist', () => {
  test('orders names as people do: 2 before 10', () => {
    const rows = [row({ name: 'rec10' }), row({ name: 'Rec2' }), row({ name: 'rec1' })];
    expect(names(sortedRows(rows, { key: 'name', direction: 'ascending' }))).toEqual([
      'rec1',
      'Rec2',
      'rec10',
    ]);
  });

  test('orders AF by its share of analysable time, not by its seconds', () => {
    const long = row({ name: 'long', composition: composition({ normal: 90_000, af: 900 }) });
    const short = row({ name: 'short', composition: composition({ normal: 10, af: 20 }) });
    const order = sortedRows([long, short], { key: 'af', direction: 'descending' });
    expect(names(order)).toEqual(['short', 'long']);
  });

  test('puts rows without a value last in either direction', () => {
    const waiting = row({ name: 'waiting', composition: null });
    const known = row({ name: 'known' });
    for (const direction of ['ascending', 'descending'] as const) {
      expect(names(sortedRows([waiting, known], { key: 'af', direction }))).toEqual([
        'known',
        'waiting',
      ]);
    }
  });

  test('orders verdicts on recordings by class, uncertain ones first, and rows without one last', () => {
    const certain = { confidence: 0.9, uncertain: false, ectopyDecides: false };
    const rows = [
      row({ name: 'none' }),
      row({ name: 'normal', verdict: { ...certain, label: 'normal' } }),
      row({ name: 'unsure', verdict: { ...certain, label: 'normal', uncertain: true } }),
      row({ name: 'af', verdict: { ...certain, label: 'af' } }),
    ];
    const { key, direction } = nextSort(AS_ADDED, 'verdict');
    expect(names(sortedRows(rows, { key, direction }))).toEqual(['unsure', 'af', 'normal', 'none']);
  });

  test('loses no row, doubles none, and keeps equal rows in the order added', () => {
    const anyRow = fc.record({
      durationS: fc.option(fc.constantFrom(10, 30, 60)),
      patientId: fc.option(fc.constantFrom('P-1', 'P-2')),
      status: fc.constantFrom('waiting', 'failed', 'classified'),
    });
    fc.assert(
      fc.property(
        fc.array(anyRow, { maxLength: 30 }),
        fc.constantFrom(...SORT_KEYS.filter((key) => key !== 'added')),
        fc.constantFrom('ascending', 'descending'),
        (fields, key, direction) => {
          const rows = fields.map((some) => row(some));
          const once = sortedRows(rows, { key, direction });
          expect(new Set(once)).toEqual(new Set(rows));
          // Stable: sorting what is sorted changes nothing.
          expect(sortedRows(once, { key, direction })).toEqual(once);
        },
      ),
    );
  });

  test('turns a click on a head into its first direction, the other, then the order added', () => {
    const first = nextSort(AS_ADDED, 'af');
    expect(first).toEqual({ key: 'af', direction: 'descending' });
    const second = nextSort(first, 'af');
    expect(second).toEqual({ key: 'af', direction: 'ascending' });
    expect(nextSort(second, 'af')).toEqual(AS_ADDED);
    expect(nextSort(first, 'name')).toEqual({ key: 'name', direction: 'ascending' });
  });

  test('counts every row in "all" and in exactly one other set', () => {
    const rows = [row(), row({ status: 'failed' }), row({ status: 'waiting' }), row()];
    const counts = countByTab(rows);
    expect(counts.all).toBe(4);
    const others = TABS.filter((tab) => tab !== 'all');
    expect(others.reduce((sum, tab) => sum + counts[tab], 0)).toBe(4);
    for (const one of rows) expect(others.filter((tab) => inTab(one, tab))).toHaveLength(1);
  });
});
