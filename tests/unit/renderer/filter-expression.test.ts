import { describe, expect, test } from 'vitest';
import type { WorklistRow } from '../../../src-main/contract/domain.ts';
import { parseFilter } from '../../../src-renderer/state/filter-expression.ts';
import { composition, row } from './rows.ts';

function fits(text: string, of: WorklistRow): boolean {
  const filter = parseFilter(text);
  if (!filter.ok) throw new Error(filter.problem);
  return filter.matches(of);
}

function problemOf(text: string): string | null {
  const filter = parseFilter(text);
  return filter.ok ? null : filter.problem;
}

describe('the filter box', () => {
  const mixed = row({
    name: 'H24-0142',
    composition: composition({ normal: 60_000, af: 30_000, other: 10_000, noise: 25_000 }),
  });

  test('keeps every row while it is empty', () => {
    expect(fits('', mixed)).toBe(true);
    expect(fits('   ', mixed)).toBe(true);
  });

  test('finds free words in name, patient, folder and reason, whatever their case', () => {
    expect(fits('h24-01', mixed)).toBe(true);
    expect(fits('holter p-77410', mixed)).toBe(true);
    expect(fits('h24 absent', mixed)).toBe(false);
    const failed = row({ status: 'failed', failure: { message: 'The file is cut off.' } });
    expect(fits('cut', failed)).toBe(true);
  });

  test('finds by the name of a class what holds any of it', () => {
    expect(fits('AF', mixed)).toBe(true);
    expect(fits('uncertain', mixed)).toBe(false);
    expect(fits('af', row({ name: 'A00001', composition: composition({ normal: 30 }) }))).toBe(
      false,
    );
    expect(fits('af', row({ name: 'paf-07', composition: null }))).toBe(true);
  });

  test("finds by the model's verdict on the recording, which has a class only where it is sure", () => {
    const af = { label: 'af', confidence: 0.9, uncertain: false, ectopyDecides: false } as const;
    expect(fits('verdict:AF', row({ verdict: af }))).toBe(true);
    expect(fits('verdict:normal', row({ verdict: af }))).toBe(false);
    const unsure = row({ verdict: { ...af, uncertain: true } });
    expect(fits('verdict:af', unsure)).toBe(false);
    expect(fits('verdict:uncertain', unsure)).toBe(true);
    expect(fits('verdict:none', row())).toBe(true);
  });

  test('takes shares of analysable time, which leaves noise out', () => {
    // 30,000 s of AF in 100,000 s analysable; 125,000 s in all.
    expect(fits('af > 29.9 %', mixed)).toBe(true);
    expect(fits('af>30%', mixed)).toBe(false);
    expect(fits('af >= 30 %', mixed)).toBe(true);
    expect(fits('af = 30', mixed)).toBe(true);
    expect(fits('other < 11 %', mixed)).toBe(true);
  });

  test('takes noise as a share of all time with a signal', () => {
    expect(fits('noise = 20 %', mixed)).toBe(true);
  });

  test('takes times in seconds, minutes, hours and days, with a decimal point or comma', () => {
    expect(fits('af > 8 h', mixed)).toBe(true);
    expect(fits('af > 8.4 h', mixed)).toBe(false);
    expect(fits('duration = 1 d', mixed)).toBe(true);
    expect(fits('duration < 23,5 h', mixed)).toBe(false);
  });

  test('joins conditions, fields and words: all must hold', () => {
    expect(fits('af > 20 % format:wfdb h24', mixed)).toBe(true);
    expect(fits('af > 20 % format:edf h24', mixed)).toBe(false);
  });

  test('reads status, lead and quoted fields', () => {
    expect(fits('status:failed', row({ status: 'failed' }))).toBe(true);
    expect(fits('status:failed', mixed)).toBe(false);
    expect(fits('status: failed', row({ status: 'failed' }))).toBe(true);
    expect(fits('lead:V5', mixed)).toBe(true);
    expect(fits('folder:"holter, june"', mixed)).toBe(true);
  });

  test('compares the date of the start', () => {
    expect(fits('start >= 2026-06-11', mixed)).toBe(true);
    expect(fits('start > 2026-06-11', mixed)).toBe(false);
    expect(fits('start < 2027', mixed)).toBe(true);
    expect(fits('start < 2027', row({ start: null }))).toBe(false);
  });

  test('leaves out rows that have no such number yet', () => {
    expect(fits('af < 50 %', row({ status: 'waiting', composition: null }))).toBe(false);
    expect(fits('duration > 1 s', row({ durationS: null }))).toBe(false);
  });

  test('never divides by nothing: a recording of noise alone has no share of AF', () => {
    expect(fits('af >= 0 %', row({ composition: composition({ noise: 600 }) }))).toBe(false);
  });

  test.each([
    ['af >', 'needs a number'],
    ['af > thirty', 'needs a number'],
    ['duration > 5', 'Say duration in s, min, h or d'],
    ['leads > 3 %', 'is not a percentage'],
    ['leads > 3 h', 'is not a length of time'],
    ['qrs > 3', 'There is no field "qrs"'],
    ['colour:red', 'There is no field "colour"'],
    ['start > june', 'Say start as a date'],
    ['> 30 %', 'compares nothing'],
  ])('says what is wrong with "%s"', (text, words) => {
    expect(problemOf(text)).toContain(words);
  });
});
