/** What lies in an HDF5 file, group by group, as named arrays. */
import type { Dataset, Group } from 'h5wasm/node';
import { couldHoldLeads, type ArrayFile, type ArrayVariable } from '../arrays/variables.ts';
import { LIMITS } from '../limits.ts';
import { attempted, hdf5Library } from './library.ts';

/** Groups within groups deeper than this, and more objects than this, are left out. */
const MAX_DEPTH = 8;
const MAX_OBJECTS = 10_000;
/** Texts longer than this are no unit, name or sex. */
const MAX_TEXT = 1024;

/** What an HDF5 file on disk holds; synchronous inside, so only for the thread in worker.ts. */
export async function openContents(path: string): Promise<ArrayFile> {
  const h5wasm = await hdf5Library();
  const file = attempted(() => new h5wasm.File(path, 'r'));
  const variables: ArrayVariable[] = [];
  const scalars = new Map<string, number>();
  const texts = new Map<string, string>();
  let objects = 0;

  const visit = (group: Group, prefix: string, depth: number): void => {
    noteAttributes(group, prefix, scalars, texts);
    for (const key of group.keys()) {
      if (++objects > MAX_OBJECTS) return;
      const entity = group.get(key);
      const name = prefix === '' ? key : `${prefix}/${key}`;
      if (entity instanceof h5wasm.Group) {
        if (depth < MAX_DEPTH && !key.startsWith('#')) visit(entity, name, depth + 1);
      } else if (entity instanceof h5wasm.Dataset) {
        noteAttributes(entity, name, scalars, texts);
        noteDataset(entity, name, variables, scalars, texts);
      }
    }
  };
  try {
    attempted(() => {
      visit(file, '', 0);
    });
  } catch (error) {
    closeQuietly(file);
    throw error;
  }
  return {
    format: 'HDF5',
    variables: variables.filter(couldHoldLeads),
    scalars,
    texts,
    close() {
      closeQuietly(file);
      return Promise.resolve();
    },
  };
}

/** Nothing was written, so a close that fails loses nothing. */
function closeQuietly(file: { close(): unknown }): void {
  try {
    attempted(() => file.close());
  } catch {
    // that it is damaged was said where it was read
  }
}

function noteDataset(
  dataset: Dataset,
  name: string,
  variables: ArrayVariable[],
  scalars: Map<string, number>,
  texts: Map<string, string>,
): void {
  const shape = dataset.shape ?? [];
  const count = shape.reduce((product, size) => product * size, 1);
  const numeric = typeof dataset.dtype === 'string' && /^[<>|][bBhHiIqQfd]$/.test(dataset.dtype);
  if (!numeric) {
    if (count <= 1) noteText(name, dataset.value, texts);
    return;
  }
  if (count === 1) {
    const [value] = flat(dataset.value);
    if (value !== undefined) scalars.set(name, value);
    return;
  }
  const sizes = shape.filter((size) => size > 1);
  if (sizes.length === 0 || sizes.length > 2 || count > LIMITS.samples) return;
  variables.push(arrayOf(dataset, name, shape));
}

/** Row-major; the longer axis is time. Axes of length 1 are kept in the slices. */
function arrayOf(dataset: Dataset, name: string, shape: readonly number[]): ArrayVariable {
  const longest = shape.indexOf(Math.max(...shape));
  const other = shape.findIndex((size, axis) => axis !== longest && size > 1);
  const integers = typeof dataset.dtype === 'string' && !/[fd]$/.test(dataset.dtype);
  return {
    name,
    channels: other < 0 ? 1 : (shape[other] ?? 1),
    samples: shape[longest] ?? 0,
    integers,
    read(channel, from, to) {
      const ranges = shape.map((size, axis): [number, number] => {
        if (axis === longest) return [from, to];
        return axis === other ? [channel, channel + 1] : [0, size];
      });
      return Promise.resolve().then(() =>
        attempted(() => Float64Array.from(flat(dataset.slice(ranges)))),
      );
    },
  };
}

function noteAttributes(
  object: Group | Dataset,
  name: string,
  scalars: Map<string, number>,
  texts: Map<string, string>,
): void {
  for (const [key, attribute] of Object.entries(object.attrs)) {
    const path = name === '' ? key : `${name}/${key}`;
    const value: unknown = attribute.value;
    const [number] = typeof value === 'string' ? [] : flat(value);
    if (number !== undefined) scalars.set(path, number);
    else noteText(path, value, texts);
  }
}

function noteText(name: string, value: unknown, texts: Map<string, string>): void {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'string' && first.length <= MAX_TEXT) texts.set(name, first);
}

/** What the library returns for numbers: a typed array, a plain array, a number or a bigint. */
function flat(value: unknown): number[] | Float64Array {
  if (value instanceof Float64Array) return value;
  if (typeof value === 'number' || typeof value === 'bigint') return [Number(value)];
  if (ArrayBuffer.isView(value) && !(value instanceof DataView) && Symbol.iterator in value) {
    return Array.from(value as Iterable<number | bigint>, Number);
  }
  if (Array.isArray(value)) return value.flatMap((one: unknown) => [...flat(one)]);
  return [];
}
