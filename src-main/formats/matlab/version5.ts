/**
 * MATLAB level 5 files (`save` up to -v7): a 128-byte header and tagged data elements, each
 * optionally compressed. Source: MathWorks, "MAT-File Format", chapter "Level 5 MAT-File Format".
 */
import { inflated, inflationRoom } from '../inflate.ts';
import { numbersIn, type Numbers, type StoredType } from './numbers.ts';
import { addVariable, damagedMat, elementCount, type Variable } from './variables.ts';

const HEADER_BYTES = 128;
/** Structures within structures deeper than this are left out. */
const MAX_DEPTH = 6;

const MI = { matrix: 14, compressed: 15 } as const;
const MX = { cell: 1, struct: 2, object: 3, char: 4, sparse: 5, function: 16, opaque: 17 } as const;
/** Bits of the array flags beside the class. */
const FLAG = { logical: 0x0200, complex: 0x0800 } as const;
/** Where the header says at which byte the parts of MATLAB's objects lie; 0 or blanks for none. */
const SUBSYSTEM_AT = 116;

/** Fields of a structure; MATLAB's own limit on their names is 63 characters. */
const MAX_FIELDS = 4096;

/** Stored types by data type number (miINT8 = 1 ... miUINT64 = 13). */
const STORED: ReadonlyMap<number, StoredType> = new Map([
  [1, 'int8'],
  [2, 'uint8'],
  [3, 'int16'],
  [4, 'uint16'],
  [5, 'int32'],
  [6, 'uint32'],
  [7, 'float32'],
  [9, 'float64'],
  [12, 'int64'],
  [13, 'uint64'],
]);
const MI_INT32 = 5;
const MI_UINT32 = 6;
const MI_UTF32 = 18;

export function looksLikeVersion5(head: Uint8Array): boolean {
  if (head.length < HEADER_BYTES) return false;
  const mark = Buffer.from(head.subarray(126, 128)).toString('latin1');
  const text = Buffer.from(head.subarray(0, 19)).toString('latin1');
  return text === 'MATLAB 5.0 MAT-file' && (mark === 'IM' || mark === 'MI');
}

export function readVersion5(bytes: Uint8Array): Variable[] {
  const little = bytes[126] === 0x49;
  const variables: Variable[] = [];
  let room = inflationRoom(bytes.length);
  const top = new Elements(bytes, little, HEADER_BYTES);
  const subsystem = subsystemAt(bytes, little);
  for (let element = top.next(); element; element = top.next()) {
    // An array without a name, of bytes that make up the objects of the file.
    if (element.tagAt === subsystem) continue;
    if (element.type === MI.matrix) readMatrix(element, '', little, 0, variables);
    if (element.type !== MI.compressed) continue;
    // One matrix each; what is compressed twice is a bomb, not a recording, and is not looked into.
    const what = `The array at byte ${element.at.toLocaleString('en')} of the MATLAB file`;
    const block = inflated(element.bytes, 'zlib', room, what);
    room -= block.length;
    const inner = new Elements(block, little, 0).next();
    if (inner?.type === MI.matrix) readMatrix(inner, '', little, 0, variables);
  }
  top.mustBeAtEnd();
  return variables;
}

function subsystemAt(bytes: Uint8Array, little: boolean): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Number(view.getBigUint64(SUBSYSTEM_AT, little));
}

interface Element {
  readonly type: number;
  /** Byte where the element itself begins. */
  readonly tagAt: number;
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

  /** A few bytes that are no element are the beginning of one that was cut off. */
  mustBeAtEnd(): void {
    if (this.#at < this.#bytes.length) throw damagedMat('ends inside an array', this.#at);
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
      const bytes = this.#bytes.subarray(at + 4, at + 4 + small);
      return { type: first & 0xffff, bytes, at, tagAt: at };
    }
    const length = this.#view.getUint32(at + 4, this.#little);
    const end = at + 8 + length;
    if (end > this.#bytes.length) {
      throw damagedMat(`ends ${(end - this.#bytes.length).toLocaleString('en')} bytes early`, at);
    }
    // Elements are padded to eight bytes, except compressed ones.
    this.#at = first === MI.compressed ? end : end + ((8 - (length % 8)) % 8);
    return { type: first, bytes: this.#bytes.subarray(at + 8, end), at: at + 8, tagAt: at };
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
  if (flags && isOpaque(flags, little, element.at)) {
    addVariable(variables, opaqueOf(parts, prefix));
    return;
  }
  const dimensions = parts.next();
  const nameElement = parts.next();
  if (!flags || !dimensions || !nameElement || flags.bytes.length < 4) {
    throw damagedMat('has an array without flags, dimensions or name', element.at);
  }
  const mxClass = numbersOf(flags, MI_UINT32, little, element.at).at(0) || 0;
  const dimension = numbersOf(dimensions, MI_INT32, little, element.at);
  const sizes = Array.from({ length: Math.min(dimension.length, 32) }, (_, i) => dimension.at(i));
  const own = Buffer.from(nameElement.bytes).toString('latin1');
  const name = prefix === '' ? own : prefix;
  // Axes of length 1 are no axes: samples may lie along the third one.
  const axes = sizes.filter((size) => size !== 1);
  const [rows = 1, columns = 1] = axes;

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
      if (text) addVariable(variables, { kind: 'text', name, text: textOf(text, little) });
      return;
    }
    default: {
      const other = otherThanNumbers(mxClass, axes.length);
      if (other !== null) {
        addVariable(variables, { kind: 'other', name, what: other });
        return;
      }
      const data = parts.next();
      if (!data) return;
      const values = numbersOf(data, data.type, little, element.at);
      elementCount(rows, columns, values.length, element.at);
      addVariable(variables, { kind: 'matrix', name, rows, columns, values });
    }
  }
}

function isOpaque(flags: Element, little: boolean, at: number): boolean {
  return ((numbersOf(flags, MI_UINT32, little, at).at(0) || 0) & 0xff) === MX.opaque;
}

/** Objects have no dimensions: a name, the system they are of (`MCOS`), their class. */
function opaqueOf(parts: Elements, prefix: string): Variable {
  const texts = [parts.next(), parts.next(), parts.next()].map((one) =>
    Buffer.from(one?.bytes ?? []).toString('latin1'),
  );
  const what = `an object of class ${printable(texts[2] ?? '') || 'unknown'}`;
  return { kind: 'other', name: prefix === '' ? (texts[0] ?? '') : prefix, what };
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').slice(0, 40);
}

/** Classes 6 to 15 are numeric; null for those, as far as they could be signals. */
function otherThanNumbers(flags: number, axes: number): string | null {
  const kind = flags & 0xff;
  if (kind === MX.sparse) return 'a sparse matrix';
  if (kind < 6 || kind > 15) return kind === MX.function ? 'a function' : 'an object';
  if (flags & FLAG.logical) return 'true and false';
  if (flags & FLAG.complex) return 'complex numbers';
  return axes > 2 ? `an array of ${axes} axes` : null;
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
  const length = numbersOf(lengthElement, MI_INT32, little, at).at(0) || 0;
  if (length < 1) throw damagedMat('has a structure with nameless fields', at);
  if (names.bytes.length / length > MAX_FIELDS) {
    throw damagedMat(`has a structure of more than ${MAX_FIELDS} fields`, at);
  }
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

/** The numbers of an element; `type` is the data type that it is read as. */
function numbersOf(element: Element, type: number, little: boolean, at: number): Numbers {
  const stored = STORED.get(type);
  if (stored === undefined) throw damagedMat(`stores numbers of type ${type}`, at);
  return numbersIn(element.bytes, stored, little);
}

function textOf(element: Element, little: boolean): string {
  const bytes = Buffer.from(element.bytes);
  if (element.type === 16 || element.type === 1 || element.type === 2) {
    return bytes.toString('utf8');
  }
  if (element.type === MI_UTF32) {
    const points = numbersIn(element.bytes, 'uint32', little);
    return Array.from({ length: points.length }, (_, i) => characterOf(points.at(i))).join('');
  }
  const wide = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  return (little ? wide : wide.swap16()).toString('utf16le');
}

function characterOf(point: number): string {
  return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
}
