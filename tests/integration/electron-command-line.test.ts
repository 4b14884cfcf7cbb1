/**
 * The command line of the installed program: the real commands and a real analysis process, with
 * Electron itself stood in for, since its binary is not here.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { programLayout } from '../../src-main/hosts/layout.ts';
import { writePlainRecording } from '../fixtures/analysis/recordings.ts';
import { writeTinyModel } from '../fixtures/analysis/tiny-model.ts';

const exit = vi.fn<(status: number) => void>();
const disableHardwareAcceleration = vi.fn();
const forked: ChildProcess[] = [];

/** Node's child process with the few members that Electron's utility process has. */
function utilityProcess(entry: string) {
  const child = fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  forked.push(child);
  return Object.assign(child, {
    postMessage: (message: object) => void child.send(message, () => undefined),
  });
}

// No BrowserWindow: a command that opened one would fail.
vi.mock('electron', () => ({
  app: {
    exit,
    disableHardwareAcceleration,
    commandLine: { appendSwitch: vi.fn() },
    whenReady: () => Promise.resolve(),
  },
  utilityProcess: { fork: utilityProcess },
}));

const { commandArguments, runCommand } =
  await import('../../src-main/hosts/electron/command-line.ts');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-installed-'));
  vi.stubEnv('RHYTHMARK_MODEL', await writeTinyModel(join(folder, 'model')));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  exit.mockClear();
});

describe('what a start of the installed program asks for', () => {
  it.each([
    [
      ['rhythmark', 'classify', 'a.edf', '--out', 'x.csv'],
      ['classify', 'a.edf', '--out', 'x.csv'],
    ],
    [
      ['rhythmark', '--no-sandbox', 'info', 'a.edf'],
      ['info', 'a.edf'],
    ],
    [['rhythmark', '--help'], ['--help']],
    [['rhythmark', '--version'], ['--version']],
    [['rhythmark'], null],
    [['rhythmark', 'a.edf'], null],
    [['rhythmark', 'a.edf', 'classify'], null],
    [['rhythmark', '--no-sandbox'], null],
  ])('by %j is %j', (argv, args) => {
    expect(commandArguments(argv, true)).toEqual(args);
  });

  it('begins after the folder of a checkout', () => {
    expect(commandArguments(['electron', '.', 'info', 'a.edf'], false)).toEqual(['info', 'a.edf']);
    expect(commandArguments(['electron', '.', 'a.edf'], false)).toBeNull();
  });
});

describe('a command of the installed program', () => {
  const { analysisEntry } = programLayout();

  it('classifies in a utility process, without a window, and ends with status 0', async () => {
    const recording = await writePlainRecording(folder, { name: 'a', durationS: 30 });
    const out = join(folder, 'labels.csv');
    await runCommand(['classify', recording, '--out', out, '--jobs', '1'], analysisEntry);
    expect(exit.mock.calls).toEqual([[0]]);
    expect((await readFile(out, 'utf8')).trimEnd().split('\r\n')).toHaveLength(1 + 3);
    expect(forked).toHaveLength(1);
    expect(disableHardwareAcceleration).toHaveBeenCalled();
    await vi.waitUntil(() => forked[0]?.exitCode !== null || forked[0].signalCode !== null);
  });

  it.each([
    [['classify', 'nosuch.edf', '--out', 'OUT'], 1],
    [['classify', '--bogus'], 2],
  ])('ends with the status of %j', async (args, status) => {
    const placed = args.map((one) => (one === 'OUT' ? join(folder, 'none.csv') : one));
    await runCommand(placed, analysisEntry);
    expect(exit.mock.calls).toEqual([[status]]);
  });
});
