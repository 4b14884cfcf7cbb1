/**
 * The thread in which h5wasm runs. A damaged file can keep the HDF5 library busy without end, and
 * its calls are synchronous: only a thread of its own can be stopped (file.ts does). No ONNX
 * Runtime ever runs in this thread, so that stopping it is safe.
 */
import { parentPort } from 'node:worker_threads';
import type { ArrayFile } from '../arrays/variables.ts';
import { openContents } from './contents.ts';
import { hdf5Library } from './library.ts';
import type { WorkerRequest, WorkerReply } from './messages.ts';

/** Files kept open: the 1,602 recordings of one CACHET-CADB file open it once. */
const MOST_OPEN = 4;
const open = new Map<string, ArrayFile>();

async function fileAt(path: string): Promise<ArrayFile> {
  const known = open.get(path);
  if (known) return known;
  const file = await openContents(path);
  const [oldest] = open;
  if (oldest && open.size >= MOST_OPEN) {
    open.delete(oldest[0]);
    await oldest[1].close();
  }
  open.set(path, file);
  return file;
}

async function answer(request: WorkerRequest): Promise<WorkerReply> {
  switch (request.kind) {
    case 'describe': {
      // What was read before may have been replaced since.
      const known = open.get(request.path);
      open.delete(request.path);
      await known?.close();
      const { format, scalars, texts, variables, leftOut } = await fileAt(request.path);
      return {
        kind: 'described',
        format,
        scalars,
        texts,
        leftOut,
        variables: variables.map(({ name, channels, samples, integers }) => ({
          name,
          channels,
          samples,
          integers,
        })),
      };
    }
    case 'read': {
      const file = await fileAt(request.path);
      const variable = file.variables.find(({ name }) => name === request.name);
      const values = await variable?.read(request.channel, request.from, request.to);
      return { kind: 'read', values: values ?? new Float64Array(0) };
    }
  }
}

parentPort?.on('message', (request: WorkerRequest) => {
  answer(request)
    .catch((error: unknown): WorkerReply => ({
      kind: 'failed',
      detail:
        error instanceof Error && 'detail' in error && typeof error.detail === 'string'
          ? error.detail
          : String(error instanceof Error ? error.message : error),
    }))
    .then(
      (reply) => parentPort?.postMessage(reply),
      () => undefined, // the other side is gone
    );
});

await hdf5Library();
parentPort?.postMessage({ kind: 'ready' } satisfies WorkerReply);
