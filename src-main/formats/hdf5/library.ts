/**
 * h5wasm, loaded when the first file needs it (4 MB), and made to say when it fails. The HDF5
 * library inside prints its errors to the standard error stream and answers whatever memory holds.
 * Its handler that throws instead passes by HDF5's own clean-up, after some damaged files of which
 * whole ones no longer open. So its error stream is led into a file of ours, and what is printed
 * there during a call is the failure of that call.
 */
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type h5wasm from 'h5wasm/node';
import { RhythmarkError } from '../../contract/errors.ts';

type Library = typeof h5wasm;

const STDERR = 2;
const MOST_BYTES = 4096;

let loading: Promise<Library> | null = null;
/** File that HDF5 prints its errors into; null until it is loaded. */
let printed: number | null = null;

export function hdf5Library(): Promise<Library> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Library> {
  const { default: library } = await import('h5wasm/node');
  const { FS } = await library.ready;
  const folder = mkdtempSync(join(tmpdir(), 'rhythmark-hdf5-'));
  const file = openSync(join(folder, 'errors'), 'w+');
  process.once('exit', () => {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  });
  if (leadInto(FS, file)) printed = file;
  return library;
}

/** Emscripten keeps a table of open streams; each names the descriptor of Node that it writes to. */
function leadInto(fileSystem: unknown, file: number): boolean {
  if (typeof fileSystem !== 'object' || fileSystem === null) return false;
  if (!('streams' in fileSystem) || !Array.isArray(fileSystem.streams)) return false;
  const stream: unknown = fileSystem.streams[STDERR];
  if (typeof stream !== 'object' || stream === null || !('nfd' in stream)) return false;
  stream.nfd = file;
  return true;
}

/** The answer of `work`; `damaged-file` where it threw, or HDF5 printed an error during it. */
export function attempted<T>(work: () => T): T {
  try {
    const result = work();
    const errors = takeErrors();
    if (errors === '') return result;
    throw damaged(errors);
  } catch (error) {
    const errors = takeErrors();
    if (error instanceof RhythmarkError) throw error;
    throw damaged(errors || (error instanceof Error ? error.message : String(error)));
  }
}

/** What HDF5 printed since it was asked last; the file is emptied. */
function takeErrors(): string {
  if (printed === null) return '';
  const { size } = fstatSync(printed);
  if (size === 0) return '';
  const bytes = Buffer.alloc(Math.min(size, MOST_BYTES));
  readSync(printed, bytes, 0, bytes.length, 0);
  ftruncateSync(printed, 0);
  return bytes.toString('latin1').replaceAll('\0', '');
}

/** HDF5 prints a stack of lines, of which the innermost says most: `truncated file: eof = 16712`. */
function damaged(message: string): RhythmarkError {
  const reasons = message.split('\n').filter((line) => /^\s*#\d+:/.test(line));
  const reason = reasons.at(-1)?.replace(/^.*\(\): /, '') ?? message;
  return new RhythmarkError(
    'damaged-file',
    'The HDF5 file is cut off or contradicts itself. Copy it again.',
    reason.slice(0, 160),
  );
}
