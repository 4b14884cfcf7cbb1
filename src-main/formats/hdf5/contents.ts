/** What lies in an HDF5 file, group by group, as named arrays. */
import type { Dataset, Group, Reference } from 'h5wasm/node';
import { couldHoldLeads, type ArrayFile, type ArrayVariable } from '../arrays/variables.ts';
import { LIMITS } from '../limits.ts';
import { attempted, hdf5Library } from './library.ts';
import {
  elementName,
  isMatlabAttribute,
  isMatlabEmpty,
  isMatlabSparse,
  isReference,
  matlabClassOf,
  matlabOther,
  matlabText,
} from './matlab73.ts';

/** Groups within groups deeper than this, and more objects than this, are left out. */
const MAX_DEPTH = 8;
const MAX_OBJECTS = 10_000;
/** Texts longer than this are no unit, name or sex. */
const MAX_TEXT = 1024;

/** What an HDF5 file on disk holds; synchronous inside, so only for the thread in worker.ts. */
export async function openContents(path: string): Promise<ArrayFile> {
  const h5wasm = await hdf5Library();
  const file = attempted(() => new h5wasm.File(path, 'r'));
  const found: Found = { variables: [], scalars: new Map(), texts: new Map(), leftOut: [] };
  let isMatlab = false;
  let objects = 0;

  const visitGroup = (group: Group, path: string, depth: number): void => {
    noteAttributes(group, path, found);
    for (const key of group.keys()) {
      const entity = group.get(key);
      // Found by the references to it.
      if (key.startsWith('#')) continue;
      const name = path === '' ? key : `${path}${isMatlab ? '.' : '/'}${key}`;
      visit(entity, { path, field: key }, name, depth);
    }
  };

  const visit = (
    entity: unknown,
    owner: { readonly path: string; readonly field: string },
    name: string,
    depth: number,
  ): void => {
    if (++objects > MAX_OBJECTS) return;
    if (entity instanceof h5wasm.Group) {
      if (isMatlab && isMatlabSparse(entity)) found.leftOut.push(`${name} (a sparse matrix)`);
      else if (depth < MAX_DEPTH) visitGroup(entity, name, depth + 1);
    } else if (entity instanceof h5wasm.Dataset) {
      noteAttributes(entity, name, found);
      if (entity.dtype !== 'Reference') {
        noteDataset(entity, name, found);
        return;
      }
      if (!isMatlab || isMatlabEmpty(entity) || depth >= MAX_DEPTH) return;
      const isCell = matlabClassOf(entity) === 'cell';
      for (const [i, reference] of referencesIn(entity.value).entries()) {
        if (objects > MAX_OBJECTS) return;
        visit(file.dereference(reference), owner, elementName({ ...owner, isCell }, i), depth + 1);
      }
    }
  };

  /** References of one dataset; a cell array of more is no list of leads. */
  const referencesIn = (value: unknown): Reference[] =>
    (Array.isArray(value) ? value.flat(8) : [value]).filter(isReference).slice(0, MAX_OBJECTS);

  try {
    attempted(() => {
      isMatlab = file.keys().some((key) => {
        const entity = file.get(key);
        const isObject = entity instanceof h5wasm.Group || entity instanceof h5wasm.Dataset;
        return isObject && matlabClassOf(entity) !== null;
      });
      visitGroup(file, '', 0);
    });
  } catch (error) {
    closeQuietly(file);
    throw error;
  }
  return {
    format: isMatlab ? 'MATLAB 7.3' : 'HDF5',
    variables: found.variables.filter(couldHoldLeads),
    scalars: found.scalars,
    texts: found.texts,
    leftOut: found.leftOut,
    close() {
      closeQuietly(file);
      return Promise.resolve();
    },
  };
}

interface Found {
  readonly variables: ArrayVariable[];
  readonly scalars: Map<string, number>;
  readonly texts: Map<string, string>;
  readonly leftOut: string[];
}

/** Nothing was written, so a close that fails loses nothing. */
function closeQuietly(file: { close(): unknown }): void {
  try {
    attempted(() => file.close());
  } catch {
    // that it is damaged was said where it was read
  }
}

function noteDataset(dataset: Dataset, name: string, found: Found): void {
  const shape = dataset.shape ?? [];
  const count = shape.reduce((product, size) => product * size, 1);
  const numeric = typeof dataset.dtype === 'string' && /^[<>|][bBhHiIqQfd]$/.test(dataset.dtype);
  const matlabClass = matlabClassOf(dataset);
  if (matlabClass !== null && isMatlabEmpty(dataset)) return;
  const other = matlabOther(dataset, matlabClass);
  if (other !== null) {
    found.leftOut.push(`${name} (${other})`);
    return;
  }
  if (matlabClass === 'char') {
    if (numeric && count <= MAX_TEXT) found.texts.set(name, matlabText(flat(dataset.value)));
    return;
  }
  if (!numeric) {
    if (count <= 1) noteText(name, dataset.value, found.texts);
    return;
  }
  if (count === 1) {
    const [value] = flat(dataset.value);
    if (value !== undefined) found.scalars.set(name, value);
    return;
  }
  const sizes = shape.filter((size) => size > 1);
  if (sizes.length > 2) found.leftOut.push(`${name} (an array of ${sizes.length} axes)`);
  if (sizes.length === 0 || sizes.length > 2 || count > LIMITS.samples) return;
  found.variables.push(arrayOf(dataset, name, shape, matlabClass === null ? 'rows' : 'columns'));
}

/**
 * Row-major; the longer axis is time. Of two equal ones it is the first axis of the program that
 * wrote the file: MATLAB, which counts by columns, has that one last here. Axes of length 1 are
 * kept in the slices.
 */
function arrayOf(
  dataset: Dataset,
  name: string,
  shape: readonly number[],
  order: 'rows' | 'columns',
): ArrayVariable {
  const most = Math.max(...shape);
  const longest = order === 'rows' ? shape.indexOf(most) : shape.lastIndexOf(most);
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

function noteAttributes(object: Group | Dataset, name: string, { scalars, texts }: Found): void {
  for (const [key, attribute] of Object.entries(object.attrs)) {
    if (isMatlabAttribute(key)) continue;
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
