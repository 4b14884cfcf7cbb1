/**
 * MATLAB level 4 files: a 20-byte header, a name and the numbers, one matrix after the other.
 * Source: MathWorks, "MAT-File Format", appendix "MAT-File Level 4 Format".
 */
import { damagedMat, elementCount, type Variable } from './variables.ts';

const HEADER_BYTES = 20;
const SIZES = [8, 4, 4, 2, 2, 1] as const;

/** True where the first bytes are a plausible level 4 matrix header. */
export function looksLikeVersion4(head: Uint8Array, size: number): boolean {
  if (head.length < HEADER_BYTES) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const little = isLittle(view);
  const type = view.getInt32(0, little);
  const machine = Math.floor(type / 1000);
  const precision = Math.floor(type / 10) % 10;
  const kind = type % 10;
  if (type < 0 || machine > 1 || Math.floor(type / 100) % 10 !== 0) return false;
  if (precision >= SIZES.length || kind > 1) return false;
  const rows = view.getInt32(4, little);
  const columns = view.getInt32(8, little);
  const imaginary = view.getInt32(12, little);
  const nameLength = view.getInt32(16, little);
  if (rows < 1 || columns < 1 || nameLength < 2 || nameLength > 64) return false;
  if (imaginary !== 0 && imaginary !== 1) return false;
  const name = head.subarray(HEADER_BYTES, HEADER_BYTES + nameLength);
  if (name[name.length - 1] !== 0) return false;
  if (!/^[A-Za-z]\w*$/.test(latin1(name.subarray(0, -1)))) return false;
  return rows * columns * (SIZES[precision] ?? 8) <= size;
}

export function readVersion4(bytes: Uint8Array): Variable[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const variables: Variable[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const little = isLittle(view);
    const type = view.getInt32(at, little);
    const precision = Math.floor(type / 10) % 10;
    const size = SIZES[precision];
    const rows = view.getInt32(at + 4, little);
    const columns = view.getInt32(at + 8, little);
    const imaginary = view.getInt32(at + 12, little);
    const nameLength = view.getInt32(at + 16, little);
    const dataAt = at + HEADER_BYTES + nameLength;
    if (size === undefined || nameLength < 1 || dataAt > bytes.length) {
      throw damagedMat('has a matrix header that contradicts itself', at);
    }
    const most = Math.floor((bytes.length - dataAt) / size);
    const count = elementCount(rows, columns, most, at + 4);
    const name = latin1(bytes.subarray(at + HEADER_BYTES, dataAt)).replace(/\0.*$/s, '');
    const values = numbers(view, dataAt, count, precision, little);
    if (type % 10 === 1) {
      variables.push({
        kind: 'text',
        name,
        text: String.fromCharCode(...values.subarray(0, 1024)),
      });
    } else {
      variables.push({ kind: 'matrix', name, rows, columns, values });
    }
    at = dataAt + count * size * (imaginary === 1 ? 2 : 1);
  }
  return variables;
}

/** The type field of a little-endian file is below 1000; read the wrong way it is huge. */
function isLittle(view: DataView): boolean {
  const type = view.getInt32(0, true);
  return type >= 0 && type < 1000;
}

function numbers(
  view: DataView,
  at: number,
  count: number,
  precision: number,
  little: boolean,
): Float64Array {
  const out = new Float64Array(count);
  const size = SIZES[precision] ?? 8;
  for (let i = 0; i < count; i++) {
    const byte = at + i * size;
    switch (precision) {
      case 0:
        out[i] = view.getFloat64(byte, little);
        break;
      case 1:
        out[i] = view.getFloat32(byte, little);
        break;
      case 2:
        out[i] = view.getInt32(byte, little);
        break;
      case 3:
        out[i] = view.getInt16(byte, little);
        break;
      case 4:
        out[i] = view.getUint16(byte, little);
        break;
      default:
        out[i] = view.getUint8(byte);
    }
  }
  return out;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
