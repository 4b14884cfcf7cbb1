/**
 * How MATLAB lays its variables out in HDF5 when it saves with -v7.3: structures are groups, texts
 * are 16-bit numbers, cells are references into the group `#refs#`, and axes are in reverse order.
 * Each object says its class in the attribute MATLAB_class. Source: no document of MathWorks; the
 * layout as hdf5storage and h5py's users describe it, the same since R2006b.
 */
import type { Dataset, Group, Reference } from 'h5wasm/node';

/** `char`, `struct`, `cell`, `double` ...; null for an object that MATLAB did not write. */
export function matlabClassOf(object: Dataset | Group): string | null {
  const value: unknown = object.attrs['MATLAB_class']?.value;
  return typeof value === 'string' ? value : null;
}

/** An empty array is stored as its sizes, which are no samples. */
export function isMatlabEmpty(dataset: Dataset): boolean {
  return Number(dataset.attrs['MATLAB_empty']?.value ?? 0) === 1;
}

/** A sparse matrix is a group of its values and where they are. */
export function isMatlabSparse(group: Group): boolean {
  return group.attrs['MATLAB_sparse'] !== undefined;
}

/** What a dataset of MATLAB's is that holds no samples: an object, truth values; null for the rest. */
export function matlabOther(dataset: Dataset, matlabClass: string | null): string | null {
  if (dataset.attrs['MATLAB_object_decode'] !== undefined && matlabClass !== 'logical')
    return `an object of class ${matlabClass ?? 'unknown'}`;
  return matlabClass === 'logical' ? 'true and false' : null;
}

/** Attributes of MATLAB's own, which say nothing of the recording. */
export function isMatlabAttribute(name: string): boolean {
  return name.startsWith('MATLAB_') || name === 'H5PATH';
}

/** A text of UTF-16 units, in the order in which MATLAB keeps them. */
export function matlabText(units: ArrayLike<number>): string {
  return String.fromCharCode(...Array.from(units));
}

/** One of several elements: `leads{2}` of a cell, `ECG(2).data` of an array of structures. */
export function elementName(
  owner: { readonly path: string; readonly field: string; readonly isCell: boolean },
  index: number,
): string {
  const { path, field, isCell } = owner;
  const whole = path === '' ? field : `${path}.${field}`;
  if (isCell) return `${whole}{${index + 1}}`;
  return index === 0 ? whole : `${path}(${index + 1}).${field}`;
}

/** The library's own class is not among what it exports by default. */
export function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && 'ref_data' in value;
}
