/**
 * Turns the text of a few functions into a WebAssembly module: JavaScript has no way to say "eight
 * samples at once", and converting and resampling are what preparing a recording costs. The text is the flat
 * subset of WebAssembly's own format, one instruction a line, with the locals named; only what
 * its users need is known. Source: WebAssembly specification, 5 "Binary format".
 */

export type ValueType = 'i32' | 'f64' | 'v128';

export interface FunctionText {
  readonly name: string;
  readonly parameters: Readonly<Record<string, ValueType>>;
  readonly locals: Readonly<Record<string, ValueType>>;
  /** Instructions; what follows `;;` in a line is a comment. */
  readonly body: string;
}

const TYPES: Readonly<Record<ValueType, number>> = { i32: 0x7f, f64: 0x7c, v128: 0x7b };
const FUNCTION_TYPE = 0x60;
const NO_RESULT = 0x40;
const VECTOR_PREFIX = 0xfd;
const END = 0x0b;
const MEMORY_IMPORT = [...named('host'), ...named('memory'), 0x02, 0x00, 0x01];
const VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** What stands behind an instruction in its line. */
type Immediate = 'none' | 'local' | 'number' | 'depth' | 'block' | 'address' | 'lane' | 'bytes';

const SCALAR: Readonly<Record<string, readonly [opcode: number, immediate: Immediate]>> = {
  loop: [0x03, 'block'],
  end: [END, 'none'],
  br_if: [0x0d, 'depth'],
  'local.get': [0x20, 'local'],
  'local.set': [0x21, 'local'],
  'local.tee': [0x22, 'local'],
  'i32.const': [0x41, 'number'],
  'i32.gt_s': [0x4a, 'none'],
  'i32.add': [0x6a, 'none'],
  'i32.sub': [0x6b, 'none'],
  'i32.mul': [0x6c, 'none'],
  'i32.shl': [0x74, 'none'],
  'f32.demote_f64': [0xb6, 'none'],
};

const VECTOR: Readonly<Record<string, readonly [opcode: number, immediate: Immediate]>> = {
  'v128.load': [0x00, 'address'],
  'v128.load16x4_s': [0x03, 'address'],
  'v128.load64_splat': [0x0a, 'address'],
  'v128.store': [0x0b, 'address'],
  'v128.const': [0x0c, 'bytes'],
  'i8x16.shuffle': [0x0d, 'bytes'],
  'i8x16.swizzle': [0x0e, 'none'],
  'i32x4.splat': [0x11, 'none'],
  'f32x4.splat': [0x13, 'none'],
  'f64x2.splat': [0x14, 'none'],
  'i32x4.eq': [0x37, 'none'],
  'v128.bitselect': [0x52, 'none'],
  'v128.load16_lane': [0x55, 'lane'],
  'v128.load32_lane': [0x56, 'lane'],
  'v128.load64_lane': [0x57, 'lane'],
  'v128.store64_lane': [0x5b, 'lane'],
  'v128.load64_zero': [0x5d, 'address'],
  'f32x4.demote_f64x2_zero': [0x5e, 'none'],
  'i16x8.shl': [0x8b, 'none'],
  'i16x8.shr_s': [0x8c, 'none'],
  'i32x4.shl': [0xab, 'none'],
  'i32x4.shr_s': [0xac, 'none'],
  'f32x4.sub': [0xe5, 'none'],
  'f32x4.div': [0xe7, 'none'],
  'f64x2.add': [0xf0, 'none'],
  'f64x2.sub': [0xf1, 'none'],
  'f64x2.mul': [0xf2, 'none'],
  'f64x2.div': [0xf3, 'none'],
  'f32x4.convert_i32x4_s': [0xfa, 'none'],
  'f64x2.convert_low_i32x4_s': [0xfe, 'none'],
};

/** A module that imports `host.memory` and exports each function. Throws a `SyntaxError`. */
export function assemble(functions: readonly FunctionText[]): Uint8Array<ArrayBuffer> {
  const signatures = functions.map(({ parameters }) => [
    FUNCTION_TYPE,
    ...list(Object.values(parameters).map((type) => [TYPES[type]])),
    ...list([]),
  ]);
  const indices = functions.map((_, index) => unsigned(index));
  const exported = functions.map(({ name }, index) => [...named(name), 0x00, ...unsigned(index)]);
  return Uint8Array.from([
    ...VERSION,
    ...section(1, list(signatures)),
    ...section(2, list([MEMORY_IMPORT])),
    ...section(3, list(indices)),
    ...section(7, list(exported)),
    ...section(10, list(functions.map(code))),
  ]);
}

function code({ name, parameters, locals, body }: FunctionText): number[] {
  const index = new Map([...Object.keys(parameters), ...Object.keys(locals)].map((n, i) => [n, i]));
  const declared = list(Object.values(locals).map((type) => [1, TYPES[type]]));
  const instructions = body
    .split('\n')
    .map((line) => line.replace(/;;.*/, '').trim())
    .filter((line) => line !== '')
    .flatMap((line) => instruction(line, index, name));
  const bytes = [...declared, ...instructions, END];
  return [...unsigned(bytes.length), ...bytes];
}

function instruction(line: string, locals: ReadonlyMap<string, number>, where: string): number[] {
  const [mnemonic = '', ...words] = line.split(/\s+/);
  const scalar = SCALAR[mnemonic];
  const vector = VECTOR[mnemonic];
  const [opcode, immediate] = scalar ?? vector ?? [];
  if (opcode === undefined || immediate === undefined)
    throw new SyntaxError(`${where}: there is no instruction ${mnemonic}`);
  const start = scalar ? [opcode] : [VECTOR_PREFIX, ...unsigned(opcode)];
  const numbers = words.map(Number);
  const [first = 0, second = 0] = numbers;
  switch (immediate) {
    case 'none':
      return start;
    case 'block':
      return [...start, NO_RESULT];
    case 'local': {
      const local = locals.get(words[0] ?? '');
      if (local === undefined) throw new SyntaxError(`${where}: there is no local ${words[0]}`);
      return [...start, ...unsigned(local)];
    }
    case 'number':
      return [...start, ...signed(first)];
    case 'depth':
      return [...start, ...unsigned(first)];
    case 'address':
      return [...start, 0, ...unsigned(first)];
    case 'lane':
      return [...start, 0, ...unsigned(first), second];
    case 'bytes':
      return [...start, ...numbers.map((value) => value & 0xff)];
  }
}

function section(id: number, bytes: readonly number[]): number[] {
  return [id, ...unsigned(bytes.length), ...bytes];
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function named(name: string): number[] {
  const bytes = [...Buffer.from(name, 'utf8')];
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest & 0x7f];
}
