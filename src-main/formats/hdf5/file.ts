/**
 * An HDF5 file as named arrays, read in a thread of its own that is watched: a damaged file that
 * keeps the library busy is refused, and neither the window nor a run over a folder stands still.
 */
import { Worker } from 'node:worker_threads';
import { RhythmarkError } from '../../contract/errors.ts';
import type { ArrayFile } from '../arrays/variables.ts';
import type { ByteSource } from '../byte-source.ts';
import type { WorkerReply, WorkerRequest } from './messages.ts';

/**
 * Processor time of the thread that one call may take: a whole file takes milliseconds, and nobody
 * is to wait 2 s for a damaged one. Processor time, since a slow network drive or a busy machine
 * makes a call long and not the library busy.
 */
const MOST_BUSY_MS = 1_500;
const LOOK_EVERY_MS = 100;

/** Loading the library, 4 MB of WebAssembly, on a busy machine. */
const START_MS = 60_000;

/** The bundle beside this one, or the source it is made from. */
const ENTRY = import.meta.url.endsWith('.ts')
  ? new URL('./worker.ts', import.meta.url)
  : new URL(
      import.meta.url.includes('/chunks/') ? '../hdf5-worker.js' : './hdf5-worker.js',
      import.meta.url,
    );

let worker: Worker | null = null;
/** Calls go one after the other, so that a deadline always means the call in hand. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * `path` is where the file lies on disk, or null for one inside an archive, which is not read
 * here: HDF5 needs random access by path. Errors: `damaged-file`, `unsupported`.
 */
export async function openHdf5(path: string | null, source: ByteSource): Promise<ArrayFile> {
  await source.close();
  if (path === null) {
    throw new RhythmarkError(
      'unsupported',
      'An HDF5 file inside an archive is not read in place. Unpack it first.',
    );
  }
  const described = await call({ kind: 'describe', path });
  if (described.kind !== 'described') throw damaged('an unexpected answer');
  const { format, scalars, texts, variables, leftOut } = described;
  return {
    format,
    scalars,
    texts,
    leftOut,
    variables: variables.map((variable) => ({
      ...variable,
      async read(channel, from, to) {
        const reply = await call({ kind: 'read', path, name: variable.name, channel, from, to });
        if (reply.kind !== 'read') throw damaged('an unexpected answer');
        return reply.values;
      },
    })),
    close: () => Promise.resolve(), // the thread keeps few files open and lets go of the oldest
  };
}

function call(request: WorkerRequest): Promise<WorkerReply> {
  const answered = turn.then(() => ask(request));
  turn = answered.catch(() => undefined);
  return answered;
}

async function ask(request: WorkerRequest): Promise<WorkerReply> {
  if (worker === null) {
    const starting = new Worker(ENTRY);
    worker = starting;
    const late = setTimeout(() => void starting.terminate(), START_MS);
    await nextMessage(starting, () => undefined).finally(() => {
      clearTimeout(late);
    });
  }
  const watch = busyWatch(worker);
  worker.postMessage(request);
  const reply = await nextMessage(worker, watch);
  if (reply.kind === 'failed') throw damaged(reply.detail);
  return reply;
}

/** Looks from time to time whether the thread has been busy for too long, and says so to `lost`. */
type Watch = (lost: (detail: string) => void) => NodeJS.Timeout | undefined;

function busyWatch(asked: Worker): Watch {
  const before = asked.cpuUsage();
  const look = async (lost: (detail: string) => void): Promise<void> => {
    const { user, system } = await asked.cpuUsage(await before);
    if ((user + system) / 1000 > MOST_BUSY_MS)
      lost(`the HDF5 library was busy for more than ${MOST_BUSY_MS / 1000} s`);
  };
  before.catch(() => undefined);
  // A thread that has ended has no usage: its exit is heard of by itself.
  return (lost) => setInterval(() => void look(lost).catch(() => undefined), LOOK_EVERY_MS);
}

/** Ends the thread and throws `damaged-file` where it dies or the watch has it given up. */
function nextMessage(asked: Worker, watch: Watch): Promise<WorkerReply> {
  asked.ref(); // someone waits for the answer
  return new Promise((resolve, reject) => {
    const onMessage = (message: WorkerReply): void => {
      settle();
      resolve(message);
    };
    const onError = (error: unknown): void => {
      lost(String(error));
    };
    const onExit = (): void => {
      lost('the thread that reads HDF5 ended');
    };
    const settle = (): void => {
      clearInterval(timer);
      asked.off('message', onMessage).off('error', onError).off('exit', onExit);
      asked.unref();
    };
    const lost = (detail: string): void => {
      settle();
      if (worker === asked) worker = null;
      void asked.terminate();
      reject(damaged(detail));
    };
    const timer = watch(lost);
    asked.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}

function damaged(detail: string): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    'The HDF5 file is cut off or contradicts itself. Copy it again.',
    detail.slice(0, 160),
  );
}
