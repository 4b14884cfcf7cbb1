/**
 * The two ways in which an analysis process is started and spoken to, behind one small interface:
 * `child_process.fork` under Node, `utilityProcess` in Electron. Electron itself is imported by
 * hosts/electron only; its process end is recognised here by `process.parentPort`.
 */
import { fork } from 'node:child_process';
import type { FromProcess, ToProcess } from './protocol.ts';

/**
 * The analysis process as its parent sees it. Messages travel in bundles, in order: with short
 * recordings a message each would cost as much as reading the files.
 */
export interface ProcessHandle {
  post(messages: readonly ToProcess[]): void;
  onMessages(listener: (messages: readonly FromProcess[]) => void): void;
  /**
   * Called once, when the process is gone for whatever reason, with words for `Failure.detail`:
   * exit code or signal, and the end of what it wrote to stderr.
   */
  onExit(listener: (how: string) => void): void;
  /** At once and by force; safe at any time, also when it is gone already. */
  kill(): void;
}

export type SpawnProcess = () => ProcessHandle;

/** The parent as the analysis process sees it. */
export interface ParentPort {
  post(messages: readonly FromProcess[]): void;
  onMessages(listener: (messages: readonly ToProcess[]) => void): void;
}

/** Enough for a native abort message or an out-of-memory report. */
const STDERR_KEPT = 2_000;

/**
 * For glibc: it keeps an arena of freed memory for each thread of libuv's pool (15 MB a process),
 * and what onnxruntime computes in lies in pages of 4 kB, which costs it 3 % of its time; the tunable
 * asks the kernel for large ones (glibc manual, "Memory Allocation Tunables").
 */
const ARENAS = '2';
const TUNABLES = { 'glibc.malloc.hugetlb': '1' } as const;

/** `env` with them; what is set there already was set by someone who knows the machine, and stays. */
export function withAllocator(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const theirs = (env['GLIBC_TUNABLES'] ?? '').split(':').filter((tunable) => tunable !== '');
  const isTheirs = (name: string) => theirs.some((tunable) => tunable.startsWith(`${name}=`));
  const ours = Object.entries(TUNABLES)
    .filter(([name]) => !isTheirs(name))
    .map(([name, value]) => `${name}=${value}`);
  // The variable is the older name of a tunable.
  const arenas = isTheirs('glibc.malloc.arena_max') ? {} : { MALLOC_ARENA_MAX: ARENAS };
  return { ...arenas, ...env, GLIBC_TUNABLES: [...theirs, ...ours].join(':') };
}

/** Starts `entry` (a .ts or .js file) under this Node. */
export function spawnWithNode(entry: string | URL): SpawnProcess {
  return () => {
    const child = fork(entry, [], {
      serialization: 'advanced',
      // onnxruntime and graphics drivers write to stderr; it is kept as detail, not shown.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Short-lived objects are few here: a larger nursery only keeps memory (30 MB a process).
      env: withAllocator(process.env),
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        '--max-semi-space-size=4',
        // Every core has its analysis process: the collector's helpers would be waited for.
        '--no-parallel-scavenge',
      ],
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_KEPT);
    });
    let tellExit: (how: string) => void = () => undefined;
    child.once('close', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      tellExit(stderr.trim() === '' ? how : `${how}: ${stderr.trim()}`);
    });
    // A message to a process that has just died fails here too; then `close` follows and says so.
    child.on('error', (error) => {
      if (child.pid === undefined) tellExit(`it could not be started: ${error.message}`);
    });
    return {
      post: (messages) => void child.send([...messages], () => undefined),
      onMessages: (listener) =>
        void child.on('message', (data) => listener(data as readonly FromProcess[])),
      onExit: (listener) => {
        tellExit = listener;
      },
      kill: () => void child.kill('SIGKILL'),
    };
  };
}

/** The part of Electron's `process.parentPort` that is used. */
interface ElectronParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/**
 * The port to whoever started this process. A process without its parent has nothing to do: it
 * ends with it (Electron ends its utility processes itself).
 */
export function parentPort(): ParentPort {
  const electron = (process as { parentPort?: ElectronParentPort }).parentPort;
  if (electron !== undefined) {
    return {
      post: (messages) => electron.postMessage(messages),
      onMessages: (listener) =>
        electron.on('message', ({ data }) => listener(data as readonly ToProcess[])),
    };
  }
  process.on('disconnect', () => process.exit(0));
  return {
    post: (messages) => void process.send?.(messages, undefined, {}, () => undefined),
    onMessages: (listener) =>
      void process.on('message', (data) => listener(data as readonly ToProcess[])),
  };
}
