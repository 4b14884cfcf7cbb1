/**
 * MATLAB level 4 files: a 20-byte header, a name and the numbers, one matrix after the other.
 * Source: MathWorks, "MAT-File Format", appendix "MAT-File Level 4 Format".
 */
import { numbersIn, STORED_BYTES, type StoredType } from './numbers.ts';
import { addVariable, damagedMat, elementCount, type Variable } from './variables.ts';

const HEADER_BYTES = 20;
/** By the precision digit of the type field. */
const TYPES: readonly StoredType[] = ['float64', 'float32', 'int32', 'int16', 'uint16', 'uint8'];
/** The last digit of the type field. */
const KIND = { full: 0, text: 1 } as const; // 2 is sparse

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
  if (precision >= TYPES.length || kind > 1) return false;
  const rows = view.getInt32(4, little);
  const columns = view.getInt32(8, little);
  const imaginary = view.getInt32(12, little);
  const nameLength = view.getInt32(16, little);
  if (rows < 1 || columns < 1 || nameLength < 2 || nameLength > 64) return false;
  if (imaginary !== 0 && imaginary !== 1) return false;
  const name = head.subarray(HEADER_BYTES, HEADER_BYTES + nameLength);
  if (name[name.length - 1] !== 0) return false;
  if (!/^[A-Za-z]\w*$/.test(latin1(name.subarray(0, -1)))) return false;
  return rows * columns * STORED_BYTES[TYPES[precision] ?? 'float64'] <= size;
}

export function readVersion4(bytes: Uint8Array): Variable[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const variables: Variable[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const little = isLittle(view);
    const type = view.getInt32(at, little);
    const stored = TYPES[Math.floor(type / 10) % 10];
    const rows = view.getInt32(at + 4, little);
    const columns = view.getInt32(at + 8, little);
    const imaginary = view.getInt32(at + 12, little);
    const nameLength = view.getInt32(at + 16, little);
    const dataAt = at + HEADER_BYTES + nameLength;
    if (stored === undefined || nameLength < 1 || dataAt > bytes.length) {
      throw damagedMat('has a matrix header that contradicts itself', at);
    }
    const size = STORED_BYTES[stored];
    const most = Math.floor((bytes.length - dataAt) / size);
    const count = elementCount(rows, columns, most, at + 4);
    const name = latin1(bytes.subarray(at + HEADER_BYTES, dataAt)).replace(/\0.*$/s, '');
    const end = dataAt + count * size;
    const values = numbersIn(bytes.subarray(dataAt, end), stored, little);
    if (type % 10 === KIND.text) {
      const text = Array.from({ length: Math.min(count, 1024) }, (_, i) =>
        String.fromCharCode(values.at(i)),
      );
      addVariable(variables, { kind: 'text', name, text: text.join('') });
    } else if (type % 10 === KIND.full) {
      addVariable(variables, { kind: 'matrix', name, rows, columns, values });
    } else {
      addVariable(variables, { kind: 'other', name, what: 'a sparse matrix' });
    }
    // The imaginary part, which no signal has, is as long as the real one.
    at = imaginary === 1 ? end + count * size : end;
  }
  if (at !== bytes.length) throw damagedMat('ends inside a matrix', Math.min(at, bytes.length));
  return variables;
}

/** The type field of a little-endian file is below 1000; read the wrong way it is huge. */
function isLittle(view: DataView): boolean {
  const type = view.getInt32(0, true);
  return type >= 0 && type < 1000;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
