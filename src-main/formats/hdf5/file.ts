/**
 * An HDF5 file as named arrays, read in a thread of its own with a deadline: a damaged file that
 * keeps the library busy is refused, and neither the window nor a run over a folder stands still.
 */
import { Worker } from 'node:worker_threads';
import { RhythmarkError } from '../../contract/errors.ts';
import type { ArrayFile } from '../arrays/variables.ts';
import type { ByteSource } from '../byte-source.ts';
import type { WorkerReply, WorkerRequest } from './messages.ts';

/** Reading what a file holds takes milliseconds; a slow network drive some seconds. */
const DEADLINE_MS = Number(process.env['RHYTHMARK_HDF5_DEADLINE_MS'] ?? 15_000);

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
  const { format, scalars, texts, variables } = described;
  return {
    format,
    scalars,
    texts,
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
    await nextMessage(starting, START_MS);
  }
  worker.postMessage(request);
  const reply = await nextMessage(worker, DEADLINE_MS);
  if (reply.kind === 'failed') throw damaged(reply.detail);
  return reply;
}

/** Ends the thread and throws `damaged-file` where it dies or is silent for `limitMs`. */
function nextMessage(asked: Worker, limitMs: number): Promise<WorkerReply> {
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
    const timer = setTimeout(() => {
      lost(`the HDF5 library did not answer within ${limitMs / 1000} s`);
    }, limitMs);
    const settle = (): void => {
      clearTimeout(timer);
      asked.off('message', onMessage).off('error', onError).off('exit', onExit);
      asked.unref();
    };
    const lost = (detail: string): void => {
      settle();
      if (worker === asked) worker = null;
      void asked.terminate();
      reject(damaged(detail));
    };
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
