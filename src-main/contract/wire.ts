/**
 * How the loopback host and its page talk: one WebSocket, binary frames only, each frame one value
 * that may hold typed arrays anywhere. JSON alone would turn samples into text and NaN into null;
 * here samples stay as they lie in memory.
 *
 * The page opens `ws://<its own host>/wire` and sends `hello` with the token first; the server
 * answers `welcome`, or closes with WIRE_CLOSE.refused. Then either side sends at any time: the
 * page `call` and `cancel`, the server `result` (one for each call, in any order) and `event`.
 *
 * A frame, little-endian:
 *   0   4 bytes  "RMW1"
 *   4   uint32   bytes of the JSON head
 *   8   head     {"value": ..., "parts": [[path, kind, byte offset, length], ...]}
 *   ..  the parts' bytes, each at a multiple of 8 from the start of the frame
 * In `value` there is null where a part goes. A path is the list of keys and indices that lead to
 * it. Numbers that JSON cannot write (NaN, infinities, -0) are parts too: [path, "n", 0, "NaN"].
 */
import type { MethodName } from './api.ts';
import type { Result } from './errors.ts';
import type { EventName, Events } from './events.ts';

export const WIRE_PATH = '/wire';
export const WIRE_VERSION = 1;

/** Close codes of the socket that mean something to the page (4000 to 4999 are ours to define). */
export const WIRE_CLOSE = {
  /** No token, or a wrong one: open the address that `rhythmark serve` printed. */
  refused: 4401,
  /** A frame that is not of this protocol. */
  garbled: 4400,
  /** The page reads too slowly for what it asked; it may connect again. */
  behind: 4429,
  /** The program is ending. */
  ended: 4410,
} as const;

/** Largest frame that a page may send, bytes. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** Bytes of a dropped file that travel in one `worklist.upload`; well under a frame. */
export const UPLOAD_PART_BYTES = 4 * 1024 * 1024;

/** What a page sends; `input` is checked by the method's own schema. */
export type PageMessage =
  | { readonly kind: 'hello'; readonly version: typeof WIRE_VERSION; readonly token: string }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly method: MethodName;
      readonly input: unknown;
    }
  | { readonly kind: 'cancel'; readonly id: number };

/** What the server sends. */
export type HostMessage =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'result'; readonly id: number; readonly result: Result<unknown> }
  | {
      readonly [K in EventName]: {
        readonly kind: 'event';
        readonly name: K;
        readonly payload: Events[K];
      };
    }[EventName];

const MAGIC = 0x31574d52; // "RMW1" read as a little-endian uint32
const PREAMBLE_BYTES = 8;
const ALIGNMENT = 8;

/** Typed arrays that travel, by the letter that names them in the head. */
const ARRAYS = {
  f: Float32Array,
  d: Float64Array,
  b: Uint8Array,
  i: Int32Array,
} as const;
type ArrayKind = keyof typeof ARRAYS;
type TypedArray = Float32Array | Float64Array | Uint8Array | Int32Array;

const ODD_NUMBERS: Readonly<Record<string, number>> = {
  NaN: NaN,
  Infinity: Infinity,
  '-Infinity': -Infinity,
  '-0': -0,
};

type Path = readonly (string | number)[];
type Part =
  | readonly [path: Path, kind: ArrayKind, offset: number, length: number]
  | readonly [path: Path, kind: 'n', offset: 0, name: string];

/** A frame that does not follow the layout above. Never a reason to trust any part of it. */
export class WireError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WireError';
  }
}

/**
 * One value as one frame. Takes what the contract is made of: null, booleans, numbers, strings,
 * arrays, plain objects and typed arrays (properties that are undefined are left out, as in JSON).
 * Throws TypeError for anything else, which would arrive as something different.
 */
export function encodeFrame(value: unknown): Uint8Array<ArrayBuffer> {
  const parts: Part[] = [];
  const arrays: TypedArray[] = [];
  let dataBytes = 0;
  const bare = strip(value, [], (path, found) => {
    if (typeof found === 'number') {
      parts.push([path, 'n', 0, Object.is(found, -0) ? '-0' : String(found)]);
      return;
    }
    parts.push([path, kindOf(found), dataBytes, found.length]);
    arrays.push(found);
    dataBytes += aligned(found.byteLength);
  });
  const head = new TextEncoder().encode(JSON.stringify({ value: bare, parts }));
  const dataStart = aligned(PREAMBLE_BYTES + head.length);
  const frame = new Uint8Array(dataStart + dataBytes);
  const view = new DataView(frame.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, head.length, true);
  frame.set(head, PREAMBLE_BYTES);
  let offset = dataStart;
  for (const array of arrays) {
    frame.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += aligned(array.byteLength);
  }
  return frame;
}

/**
 * The value of a frame. Typed arrays are views of the frame's memory where its start allows,
 * so the frame is the reader's to keep. Throws WireError for a frame that breaks the layout,
 * whatever its bytes; allocates no more than the frame's own size.
 */
export function decodeFrame(frame: Uint8Array<ArrayBuffer>): unknown {
  const bytes =
    frame.byteOffset % ALIGNMENT === 0 ? frame : new Uint8Array(frame); /* copy: aligned */
  if (bytes.length < PREAMBLE_BYTES) throw new WireError('The frame is too short.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== MAGIC) throw new WireError('The frame is of another protocol.');
  const headEnd = PREAMBLE_BYTES + view.getUint32(4, true);
  if (headEnd > bytes.length) throw new WireError("The frame's head ends beyond the frame.");
  const head = parseHead(bytes.subarray(PREAMBLE_BYTES, headEnd));
  const holder: { value: unknown } = { value: head.value };
  const dataStart = aligned(headEnd);
  for (const part of head.parts) {
    const [path, kind, offset, length] = checkedPart(part);
    place(
      holder,
      ['value', ...path],
      kind === 'n' ? ODD_NUMBERS[length] : viewOf(bytes, kind, dataStart + offset, length),
    );
  }
  return holder.value;
}

/** The value without its parts; `found` hears of each part and where it was. `path` is a stack. */
function strip(
  value: unknown,
  path: (string | number)[],
  found: (path: Path, part: TypedArray | number) => void,
): unknown {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value) && !Object.is(value, -0)) return value;
    found([...path], value);
    return null;
  }
  if (typeof value !== 'object') {
    throw new TypeError(`A ${typeof value} cannot cross the wire (at ${path.join('.')}).`);
  }
  if (value === null) return null;
  if (isTypedArray(value)) {
    found([...path], value);
    return null;
  }
  const stripAt = (key: string | number, item: unknown): unknown => {
    path.push(key);
    const bare = strip(item, path, found);
    path.pop();
    return bare;
  };
  if (Array.isArray(value)) return value.map((item, index) => stripAt(index, item));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`Only plain objects cross the wire (at ${path.join('.')}).`);
  }
  const bare: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) bare.push([key, stripAt(key, item)]);
  }
  return Object.fromEntries(bare); // defines `__proto__` as a plain key; assignment would not
}

function parseHead(bytes: Uint8Array): { value: unknown; parts: readonly unknown[] } {
  let head: unknown;
  try {
    head = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new WireError("The frame's head is not JSON.");
  }
  if (typeof head !== 'object' || head === null || !('value' in head && 'parts' in head)) {
    throw new WireError("The frame's head has another shape.");
  }
  if (!Array.isArray(head.parts)) throw new WireError("The frame's head lists no parts.");
  return { value: head.value, parts: head.parts };
}

/** By hand, not by zod: a worklist has thousands of parts, and the page decodes too. */
function checkedPart(part: unknown): Part {
  if (Array.isArray(part) && part.length === 4) {
    const [path, kind, offset, length]: unknown[] = part;
    if (isPath(path) && isCount(offset)) {
      if (kind === 'n' && typeof length === 'string' && Object.hasOwn(ODD_NUMBERS, length)) {
        return [path, kind, 0, length];
      }
      if (isArrayKind(kind) && isCount(length)) return [path, kind, offset, length];
    }
  }
  throw new WireError('A part has another shape.');
}

function isPath(value: unknown): value is Path {
  return (
    Array.isArray(value) &&
    value.every((key: unknown) => typeof key === 'string' || typeof key === 'number')
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0;
}

function isArrayKind(value: unknown): value is ArrayKind {
  return typeof value === 'string' && Object.hasOwn(ARRAYS, value);
}

function viewOf(
  frame: Uint8Array<ArrayBuffer>,
  kind: ArrayKind,
  start: number,
  length: number,
): TypedArray {
  const { BYTES_PER_ELEMENT } = ARRAYS[kind];
  if (start % ALIGNMENT !== 0 || start + length * BYTES_PER_ELEMENT > frame.length) {
    throw new WireError('A part lies outside the frame.');
  }
  return new ARRAYS[kind](frame.buffer, frame.byteOffset + start, length);
}

/** Puts a part where its path says; only ever in the place of a null that the head itself holds. */
function place(holder: object, path: Path, part: unknown): void {
  let at: object = holder;
  for (const [step, key] of path.entries()) {
    const entry = Object.getOwnPropertyDescriptor(at, key);
    if (!entry) break;
    if (step === path.length - 1) {
      if (entry.value !== null || entry.writable !== true) break;
      Object.defineProperty(at, key, { ...entry, value: part });
      return;
    }
    const next: unknown = entry.value;
    if (typeof next !== 'object' || next === null || isTypedArray(next)) break;
    at = next;
  }
  throw new WireError("A part's path leads nowhere.");
}

function isTypedArray(value: unknown): value is TypedArray {
  return (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Uint8Array ||
    value instanceof Int32Array
  );
}

function kindOf(array: TypedArray): ArrayKind {
  if (array instanceof Float32Array) return 'f';
  if (array instanceof Float64Array) return 'd';
  if (array instanceof Uint8Array) return 'b';
  return 'i';
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
