/**
 * Numbers of a MATLAB file as they are stored, converted when they are asked for: an 8-bit array
 * of a hundred megabytes must not become eight hundred.
 */

/** Stored types by a name of ours; MATLAB's two levels number them differently. */
export type StoredType =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'float32'
  | 'float64'
  | 'int64'
  | 'uint64';

export const STORED_BYTES: Readonly<Record<StoredType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  float64: 8,
  int64: 8,
  uint64: 8,
};

export interface Numbers {
  readonly length: number;
  /** True where the type is one of integers, or (floats hold most integers) every value is one. */
  readonly integers: boolean;
  at(index: number): number;
}

/** The whole numbers that fit in `bytes`. */
export function numbersIn(bytes: Uint8Array, type: StoredType, little: boolean): Numbers {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = STORED_BYTES[type];
  const length = Math.floor(bytes.length / size);
  const read = READ[type];
  const at = (index: number): number =>
    index >= 0 && index < length ? read(view, index * size, little) : NaN;
  const small = type !== 'uint32' && type !== 'int64' && type !== 'uint64';
  return {
    length,
    get integers() {
      if (!type.startsWith('float') && small) return true;
      for (let i = 0; i < length; i++) {
        const value = at(i);
        if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31) return false;
      }
      return true;
    },
    at,
  };
}

const READ: Readonly<Record<StoredType, (view: DataView, at: number, little: boolean) => number>> =
  {
    int8: (view, at) => view.getInt8(at),
    uint8: (view, at) => view.getUint8(at),
    int16: (view, at, little) => view.getInt16(at, little),
    uint16: (view, at, little) => view.getUint16(at, little),
    int32: (view, at, little) => view.getInt32(at, little),
    uint32: (view, at, little) => view.getUint32(at, little),
    float32: (view, at, little) => view.getFloat32(at, little),
    float64: (view, at, little) => view.getFloat64(at, little),
    int64: (view, at, little) => Number(view.getBigInt64(at, little)),
    uint64: (view, at, little) => Number(view.getBigUint64(at, little)),
  };
