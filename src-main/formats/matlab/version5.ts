/**
 * MATLAB level 5 files (`save` up to -v7): a 128-byte header and tagged data elements, each
 * optionally compressed. Source: MathWorks, "MAT-File Format", chapter "Level 5 MAT-File Format".
 */
import { inflateSync } from 'node:zlib';
import { LIMITS } from '../limits.ts';
import { damagedMat, elementCount, type Variable } from './variables.ts';

const HEADER_BYTES = 128;
/** Structures within structures deeper than this are left out. */
const MAX_DEPTH = 6;

const MI = { matrix: 14, compressed: 15 } as const;
const MX = { cell: 1, struct: 2, char: 4, sparse: 5 } as const;

/** Bytes of one number by data type (miINT8 = 1 ... miUINT64 = 13, miUTF8 = 16, miUTF16 = 17). */
const SIZE: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 2,
  5: 4,
  6: 4,
  7: 4,
  9: 8,
  12: 8,
  13: 8,
  16: 1,
  17: 2,
};

export function looksLikeVersion5(head: Uint8Array): boolean {
  if (head.length < HEADER_BYTES) return false;
  const mark = Buffer.from(head.subarray(126, 128)).toString('latin1');
  const text = Buffer.from(head.subarray(0, 19)).toString('latin1');
  return text === 'MATLAB 5.0 MAT-file' && (mark === 'IM' || mark === 'MI');
}

export function readVersion5(bytes: Uint8Array): Variable[] {
  const little = bytes[126] === 0x49;
  const variables: Variable[] = [];
  const scan = (block: Uint8Array, start: number): void => {
    const reader = new Elements(block, little, start);
    for (let element = reader.next(); element; element = reader.next()) {
      if (element.type === MI.compressed) {
        scan(inflated(element.bytes, element.at), 0);
      } else if (element.type === MI.matrix) {
        readMatrix(element, '', little, 0, variables);
      }
    }
  };
  scan(bytes, HEADER_BYTES);
  return variables;
}

interface Element {
  readonly type: number;
  readonly bytes: Uint8Array;
  /** Byte where the element's data begins, for messages. */
  readonly at: number;
}

/** Walks the data elements of a block. */
class Elements {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;
  #at: number;

  constructor(bytes: Uint8Array, little: boolean, start: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = little;
    this.#at = start;
  }

  next(): Element | null {
    const at = this.#at;
    if (at + 8 > this.#bytes.length) return null;
    const first = this.#view.getUint32(at, this.#little);
    const small = first >>> 16;
    if (small !== 0) {
      // Small element: size and type share four bytes, up to four bytes of data follow.
      if (small > 4) throw damagedMat('has a small element that is too large', at);
      this.#at = at + 8;
      return { type: first & 0xffff, bytes: this.#bytes.subarray(at + 4, at + 4 + small), at };
    }
    const length = this.#view.getUint32(at + 4, this.#little);
    const end = at + 8 + length;
    if (end > this.#bytes.length) {
      throw damagedMat(`ends ${(end - this.#bytes.length).toLocaleString('en')} bytes early`, at);
    }
    // Elements are padded to eight bytes, except compressed ones.
    this.#at = first === MI.compressed ? end : end + ((8 - (length % 8)) % 8);
    return { type: first, bytes: this.#bytes.subarray(at + 8, end), at: at + 8 };
  }
}

function readMatrix(
  element: Element,
  prefix: string,
  little: boolean,
  depth: number,
  variables: Variable[],
): void {
  if (element.bytes.length === 0) return; // an empty array inside a structure
  const parts = new Elements(element.bytes, little, 0);
  const flags = parts.next();
  const dimensions = parts.next();
  const nameElement = parts.next();
  if (!flags || !dimensions || !nameElement || flags.bytes.length < 4) {
    throw damagedMat('has an array without flags, dimensions or name', element.at);
  }
  const mxClass = numbersOf(flags, 6, little, element.at)[0] ?? 0;
  const sizes = numbersOf(dimensions, 5, little, element.at);
  const own = Buffer.from(nameElement.bytes).toString('latin1');
  const name = prefix === '' ? own : prefix;
  const rows = sizes[0] ?? 0;
  const columns = [...sizes.slice(1)].reduce((product, size) => product * size, 1);

  switch (mxClass & 0xff) {
    case MX.struct:
      if (depth < MAX_DEPTH) readStruct(parts, name, little, depth, variables, element.at);
      return;
    case MX.cell: {
      if (depth >= MAX_DEPTH) return;
      let index = 1;
      for (let cell = parts.next(); cell; cell = parts.next()) {
        readMatrix(cell, `${name}{${index++}}`, little, depth + 1, variables);
      }
      return;
    }
    case MX.char: {
      const text = parts.next();
      if (text) variables.push({ kind: 'text', name, text: textOf(text, little) });
      return;
    }
    default: {
      // 6 to 15 are numeric; sparse arrays, objects and functions are no recordings.
      const kind = mxClass & 0xff;
      if (kind < 6 || kind > 15) return;
      const data = parts.next();
      if (!data) return;
      const values = numbersOf(data, data.type, little, element.at);
      const count = elementCount(rows, columns, values.length, element.at);
      variables.push({ kind: 'matrix', name, rows, columns, values: values.subarray(0, count) });
    }
  }
}

function readStruct(
  parts: Elements,
  name: string,
  little: boolean,
  depth: number,
  variables: Variable[],
  at: number,
): void {
  const lengthElement = parts.next();
  const names = parts.next();
  if (!lengthElement || !names) throw damagedMat('has a structure without fields', at);
  const length = numbersOf(lengthElement, 5, little, at)[0] ?? 0;
  if (length < 1) throw damagedMat('has a structure with nameless fields', at);
  const fields: string[] = [];
  for (let i = 0; i + length <= names.bytes.length; i += length) {
    const raw = Buffer.from(names.bytes.subarray(i, i + length)).toString('latin1');
    fields.push(raw.replace(/\0.*$/s, ''));
  }
  // An array of structures holds field after field for each; they are numbered after the first.
  let index = 0;
  for (let field = parts.next(); field && fields.length > 0; field = parts.next(), index++) {
    if (field.type !== MI.matrix) throw damagedMat('has a field that is no array', field.at);
    const repeat = Math.floor(index / fields.length);
    const suffix = repeat === 0 ? '' : `(${repeat + 1})`;
    const fieldName = fields[index % fields.length] ?? '';
    readMatrix(field, `${name}${suffix}.${fieldName}`, little, depth + 1, variables);
  }
}

/** The numbers of an element by its stored type; `type` is what it must be read as. */
function numbersOf(element: Element, type: number, little: boolean, at: number): Float64Array {
  const size = SIZE[type];
  if (size === undefined) throw damagedMat(`stores numbers of type ${type}`, at);
  const { bytes } = element;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.length / size);
  const out = new Float64Array(count);
  const read = READ[type];
  if (!read) throw damagedMat(`stores numbers of type ${type}`, at);
  for (let i = 0; i < count; i++) out[i] = read(view, i * size, little);
  return out;
}

const READ: Readonly<Record<number, (view: DataView, at: number, little: boolean) => number>> = {
  1: (view, at) => view.getInt8(at),
  2: (view, at) => view.getUint8(at),
  3: (view, at, little) => view.getInt16(at, little),
  4: (view, at, little) => view.getUint16(at, little),
  5: (view, at, little) => view.getInt32(at, little),
  6: (view, at, little) => view.getUint32(at, little),
  7: (view, at, little) => view.getFloat32(at, little),
  9: (view, at, little) => view.getFloat64(at, little),
  12: (view, at, little) => Number(view.getBigInt64(at, little)),
  13: (view, at, little) => Number(view.getBigUint64(at, little)),
};

function textOf(element: Element, little: boolean): string {
  const bytes = Buffer.from(element.bytes);
  if (element.type === 16 || element.type === 1 || element.type === 2) {
    return bytes.toString('utf8');
  }
  const wide = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  return (little ? wide : wide.swap16()).toString('utf16le');
}

/** zlib with a ceiling: a few kilobytes that promise gigabytes are refused. */
function inflated(bytes: Uint8Array, at: number): Uint8Array {
  try {
    return inflateSync(bytes, { maxOutputLength: LIMITS.wholeFileBytes });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw damagedMat(
      code === 'ERR_BUFFER_TOO_LARGE'
        ? 'holds a compressed array larger than is read here'
        : 'holds a compressed array that cannot be expanded',
      at,
    );
  }
}
