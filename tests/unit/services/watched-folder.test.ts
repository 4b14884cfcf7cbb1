/** A watched folder where the system has few notices to give, or none. */
import { watch, writeFileSync, mkdirSync, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WatchedFolder } from '../../../src-main/services/watched-folder.ts';
import { temporaryFolder } from './given.ts';

const PATIENTLY = { timeout: 15_000 };

type Notices = (folder: string, heard: () => void) => FSWatcher;

function watched(notices: Notices, path = temporaryFolder()) {
  const names: string[] = [];
  const folder = new WatchedFolder({
    ...{ path, notices, restMs: 20, pollMs: 40, knownBeforeMs: Date.now() - 60_000 },
    arrived: (_, arrived) => names.push(...arrived),
    stateChanged: () => undefined,
  });
  onTestFinished(() => folder.close());
  return { folder, names, path };
}

function noSpace(): never {
  throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), {
    code: 'ENOSPC',
  });
}

test('finds arrivals by looking where the system has no notices left', async () => {
  const { folder, names, path } = watched(noSpace);
  await expect.poll(() => folder.state, PATIENTLY).toBe('polled');
  writeFileSync(join(path, 'a.edf'), 'a');
  await expect.poll(() => names, PATIENTLY).toEqual(['a.edf']);
  mkdirSync(join(path, 'below'));
  writeFileSync(join(path, 'below', 'b.edf'), 'b');
  await expect.poll(() => names, PATIENTLY).toEqual(['a.edf', 'b.edf']);
});

test('goes on by looking when notices end in an error', async () => {
  const given: FSWatcher[] = [];
  const { folder, names, path } = watched((at, heard) => {
    const notices = watch(at, { persistent: false }, heard);
    given.push(notices);
    return notices;
  });
  await expect.poll(() => given.length, PATIENTLY).toBe(1);
  given[0]?.emit('error', Object.assign(new Error('gone'), { code: 'EPERM' }));
  await expect.poll(() => folder.state, PATIENTLY).toBe('polled');
  writeFileSync(join(path, 'a.edf'), 'a');
  await expect.poll(() => names, PATIENTLY).toEqual(['a.edf']);
});

test('tells a file once, and only when it has stopped to grow', async () => {
  const { names, path } = watched((at, heard) => watch(at, { persistent: false }, heard));
  const growing = join(path, 'grows.edf');
  let length = 0;
  const grow = setInterval(() => {
    writeFileSync(growing, 'x'.repeat(++length));
  }, 1);
  writeFileSync(join(path, 'rests.edf'), 'x');
  await expect.poll(() => names, PATIENTLY).toContain('rests.edf');
  clearInterval(grow);
  const before = names.filter((name) => name === 'grows.edf').length;
  await expect.poll(() => names, PATIENTLY).toContain('grows.edf');
  expect(before).toBe(0);
  expect(names.filter((name) => name === 'grows.edf')).toHaveLength(1);
});
