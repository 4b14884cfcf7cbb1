import { expect, test } from 'vitest';
import { playwrightCounts, sum, vitestCounts } from '../counts.ts';

test('tests are counted by what became of them', () => {
  const statuses = ['passed', 'passed', 'failed', 'skipped', 'pending', 'todo'];
  const assertionResults = statuses.map((status) => ({ status }));
  expect(vitestCounts({ testResults: [{ status: 'failed', assertionResults }] })).toEqual({
    passed: 2,
    failed: 1,
    skipped: 3,
  });
});

test('a file that could not be loaded is one failure', () => {
  const report = { testResults: [{ status: 'failed', assertionResults: [] }] };
  expect(vitestCounts(report)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a test that needed luck is a failure, and so is an error outside of tests', () => {
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 2 };
  expect(playwrightCounts({ stats, errors: [{}] })).toEqual({ passed: 5, failed: 3, skipped: 2 });
});

test('counts add up', () => {
  expect(
    sum({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 }),
  ).toEqual({ passed: 11, failed: 22, skipped: 33 });
});
