/**
 * MATLAB -v7.3 files, in the layout that MATLAB writes: an HDF5 file behind a user block of 512
 * bytes, every object with its MATLAB_class. Written by h5wasm; see stand-ins.ts.
 */
import { readFile, writeFile } from 'node:fs/promises';
import type { Dataset, Group } from 'h5wasm/node';
import { hdf5Library } from '../../../src-main/formats/hdf5/library.ts';

/** A value as MATLAB has it; matrices column-major, as in its memory. */
export type MatlabValue =
  | {
      readonly kind: 'double' | 'int16';
      readonly size: readonly [number, number];
      readonly values: ArrayLike<number>;
    }
  | { readonly kind: 'char'; readonly text: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'struct'; readonly fields: Readonly<Record<string, MatlabValue>> }
  | {
      readonly kind: 'structs';
      readonly elements: readonly Readonly<Record<string, MatlabValue>>[];
    }
  | { readonly kind: 'cell'; readonly elements: readonly MatlabValue[] };

const USER_BLOCK_BYTES = 512;

export async function writeMatlab73(
  path: string,
  variables: Readonly<Record<string, MatlabValue>>,
): Promise<void> {
  const library = await hdf5Library();
  const file = new library.File(path, 'w', { libver: ['earliest', 'latest'] });
  const refs = file.create_group('#refs#');
  let referenced = 0;

  const classed = (object: Dataset | Group, name: string): void => {
    // A text of fixed length, as MATLAB writes it.
    object.create_attribute('MATLAB_class', name, null, `S${name.length}`);
  };
  const referTo = (value: MatlabValue) => {
    const name = `r${referenced++}`;
    put(refs, name, value);
    const target = refs.get(name);
    if (!(target instanceof library.Dataset) && !(target instanceof library.Group)) {
      throw new Error('the stand-in holds no target for a reference');
    }
    return target.create_reference();
  };
  const put = (group: Group, name: string, value: MatlabValue): void => {
    switch (value.kind) {
      case 'double':
      case 'int16': {
        const data =
          value.kind === 'double' ? Float64Array.from(value.values) : Int16Array.from(value.values);
        // rows x columns by columns is, by rows, columns x rows.
        const [rows, columns] = value.size;
        classed(group.create_dataset({ name, data, shape: [columns, rows] }), value.kind);
        return;
      }
      case 'char': {
        const data = Uint16Array.from(value.text, (letter) => letter.charCodeAt(0));
        const dataset = group.create_dataset({ name, data, shape: [data.length, 1] });
        classed(dataset, 'char');
        dataset.create_attribute('MATLAB_int_decode', 2, null, '<i');
        return;
      }
      case 'empty': {
        const dataset = group.create_dataset({ name, data: [0n, 0n] as never, dtype: '<Q' });
        classed(dataset, 'double');
        dataset.create_attribute('MATLAB_empty', 1, null, '<B');
        return;
      }
      case 'struct': {
        const inner = group.create_group(name);
        classed(inner, 'struct');
        for (const [field, one] of Object.entries(value.fields)) put(inner, field, one);
        return;
      }
      case 'structs': {
        const inner = group.create_group(name);
        classed(inner, 'struct');
        for (const field of Object.keys(value.elements[0] ?? {})) {
          const data = value.elements.map((one) => referTo(one[field] ?? { kind: 'empty' }));
          inner.create_dataset({ name: field, data, shape: [data.length, 1] });
        }
        return;
      }
      case 'cell': {
        const data = value.elements.map(referTo);
        classed(group.create_dataset({ name, data, shape: [data.length, 1] }), 'cell');
      }
    }
  };
  for (const [name, value] of Object.entries(variables)) put(file, name, value);
  file.close();

  const plain = await readFile(path);
  const block = Buffer.alloc(USER_BLOCK_BYTES);
  block.fill(0x20, 0, 116);
  block.write('MATLAB 7.3 MAT-file, Platform: a stand-in', 0, 'latin1');
  block.writeUInt16LE(0x0200, 124);
  block.write('IM', 126, 'latin1');
  // Superblock of version 0: addresses count from the end of the user block, the end of the file
  // from its beginning.
  if (plain.readUInt8(8) !== 0) throw new Error('h5wasm wrote another superblock than version 0');
  plain.writeBigUInt64LE(BigInt(USER_BLOCK_BYTES), 24);
  plain.writeBigUInt64LE(plain.readBigUInt64LE(40) + BigInt(USER_BLOCK_BYTES), 40);
  await writeFile(path, Buffer.concat([block, plain]));
}
