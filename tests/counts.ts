/** How many tests passed, failed and were skipped, from the JSON reports of the two runners. */
import { z } from 'zod';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NO_COUNTS: Counts = { passed: 0, failed: 0, skipped: 0 };

export function sum(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

const vitestReport = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/** A file that could not even be loaded has no tests, and counts as one failure. */
export function vitestCounts(report: unknown): Counts {
  return vitestReport
    .parse(report)
    .testResults.map(({ status, assertionResults }) => {
      const count = (...wanted: readonly string[]): number =>
        assertionResults.filter((test) => wanted.includes(test.status)).length;
      const failed = count('failed');
      return {
        passed: count('passed'),
        failed: status === 'failed' ? Math.max(1, failed) : failed,
        skipped: count('skipped', 'pending', 'todo', 'disabled'),
      };
    })
    .reduce(sum, NO_COUNTS);
}

const playwrightReport = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
  errors: z.array(z.unknown()),
});

/** A test that passed only when tried again is a failure: nothing here may depend on luck. */
export function playwrightCounts(report: unknown): Counts {
  const { stats, errors } = playwrightReport.parse(report);
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  };
}
