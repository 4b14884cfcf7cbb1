import { expect, test } from 'vitest';
import type { JobProgress } from '../../../src-main/contract/batch.ts';
import { jobHeading } from '../../../src-renderer/views/shell/job-words.ts';

const inWork = { id: 'a', name: 'H24-0151', progress: 0.46 };
const job = (part: Partial<JobProgress>): JobProgress => ({
  state: 'running',
  done: 0,
  failed: 0,
  total: 1249,
  current: [],
  windowsPerS: null,
  secondsLeft: null,
  stopped: null,
  ...part,
});

test('the recording in work is the one that is counted while classifying', () => {
  expect(jobHeading(job({}))).toBe('Starting');
  expect(jobHeading(job({ current: [inWork] }))).toBe('Classifying 1 of 1,249');
  expect(jobHeading(job({ done: 1246, failed: 2, current: [inWork] }))).toBe(
    'Classifying 1,249 of 1,249',
  );
});

test('a pause is not said to be there while a recording is still in work', () => {
  const paused = job({ state: 'paused', done: 1246, failed: 2 });
  expect(jobHeading({ ...paused, current: [inWork] })).toBe('Pausing, 1 in work');
  expect(jobHeading(paused)).toBe('Paused at 1,248 of 1,249');
});
