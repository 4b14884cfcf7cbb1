/**
 * Every reader against damaged input: a short run here, ten thousand inputs a reader in the
 * integration tests (format-fuzz.test.ts).
 */
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../../src-main/formats/registry.ts';
import { fuzz, silentTruncations } from './fuzz.ts';
import { TARGETS } from './fuzz-targets.ts';

it('covers every format that is read', async () => {
  const targets = await Promise.all(TARGETS.map(({ build }) => build()));
  const covered = new Set(targets.map(({ format }) => format.name));
  expect(FORMATS.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
});

describe.each(TARGETS)('$name', ({ build }) => {
  it('answers damaged input with samples or with a reason, soon and in bounded memory', async () => {
    const report = await fuzz(await build(), 120);
    expect(report.wrong).toEqual([]);
    expect(report.refused).toBeGreaterThan(0);
  });

  it('never takes a file that was cut off for a whole one', async () => {
    expect(await silentTruncations(await build(), 40)).toEqual([]);
  });
});
