/**
 * Stored samples to physical values, many at a time, in WebAssembly (kernels.ts): about twice as
 * fast as the same loop in JavaScript. Everything here is synchronous, so one small memory
 * serves all readers of the process; nothing in it outlives a call.
 */
import { NO_SAMPLE } from '../reader.ts';
import { assemble } from '../../vector/assemble.ts';
import { conversionName, KERNELS, OVERRUN_BYTES, type Operation, type Width } from './kernels.ts';

/**
 * Stored to physical: `stored x scale + offset`, or `(stored - baseline) / gain`, rounded once to
 * 32 bits. `missing` becomes NaN; null where the format has no such value. Then NO_SAMPLE does, which
 * no reader's stored integers can tell from a sample either.
 */
export type Scaling = { readonly missing: number | null } & (
  | { readonly scale: number; readonly offset: number }
  | { readonly gain: number; readonly baseline: number }
);

/** One lead's samples within rows of equal length, and where their values go. */
export interface Target {
  readonly width: Width;
  /** Byte of the lead's first sample in a row. */
  readonly firstByte: number;
  /** Samples of the lead in a row, side by side. */
  readonly perRow: number;
  readonly scaling: Scaling;
  readonly out: Float32Array;
  /** Index in `out` of the first row's first sample; what falls outside of `out` is left out. */
  readonly at: number;
}

/** One lead in frames of samples of equal width: its one sample is number `offset` of a frame. */
export type FrameTarget = Pick<Target, 'scaling' | 'out' | 'at'> & { readonly offset: number };

/** Bytes of rows that are worked on at a time, to stay in the processor's cache; a row may be longer. */
export const BATCH_BYTES = 1 << 16;
/** The longest row. */
export const ROW_BYTES = 1 << 20;

const PAGE_BYTES = 1 << 16;
const INPUT_AT = 0;
const INPUT_BYTES = ROW_BYTES + OVERRUN_BYTES;
/** A sample takes two bytes at least and becomes four; two 12-bit ones become four. */
const OUTPUT_AT = INPUT_AT + INPUT_BYTES;
const OUTPUT_BYTES = 2 * ROW_BYTES + OVERRUN_BYTES;
const UNPACKED_AT = OUTPUT_AT + OUTPUT_BYTES;
const UNPACKED_BYTES = 2 * BATCH_BYTES + OVERRUN_BYTES;
const PAGES = Math.ceil((UNPACKED_AT + UNPACKED_BYTES) / PAGE_BYTES);

const BYTES: Readonly<Record<Width, number>> = { int16: 2, int24: 3, int32: 4 };
/** Whole numbers below this are 32-bit floats, and so are gains within bounds whose quotients are. */
const WHOLE_IN_32_BITS = 2 ** 24;
const LARGEST_GAIN = 2 ** 100;

interface Machine {
  readonly bytes: Uint8Array;
  readonly floats: Float32Array;
  run(name: string, ...numbers: readonly number[]): void;
}

let machine: Machine | null = null;

function started(): Machine {
  if (machine) return machine;
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(KERNELS)), {
    host: { memory },
  });
  machine = {
    bytes: new Uint8Array(memory.buffer),
    floats: new Float32Array(memory.buffer),
    run(name, ...numbers) {
      const kernel = exports[name];
      if (typeof kernel !== 'function') throw new RangeError(`there is no kernel ${name}`);
      Reflect.apply(kernel, undefined, numbers);
    },
  };
  return machine;
}

/** Converts the whole rows in `bytes`; a row is at most ROW_BYTES long. */
export function convertRows(bytes: Uint8Array, rowBytes: number, targets: readonly Target[]): void {
  const m = started();
  const rows = Math.floor(bytes.length / rowBytes);
  const perBatch = Math.max(1, Math.floor(BATCH_BYTES / rowBytes));
  for (let row = 0; row < rows; row += perBatch) {
    const count = Math.min(perBatch, rows - row);
    m.bytes.set(bytes.subarray(row * rowBytes, (row + count) * rowBytes), INPUT_AT);
    for (const target of targets) {
      convertBatch(m, INPUT_AT, rowBytes, count, target, target.at + row * target.perRow);
    }
  }
}

/**
 * Converts `frames` frames of `perFrame` samples of WFDB format 212, of which the first begins
 * `skip` samples into `bytes`. A frame takes at most BATCH_BYTES as 16-bit samples.
 */
export function convertFrames212(
  bytes: Uint8Array,
  skip: number,
  perFrame: number,
  frames: number,
  targets: readonly FrameTarget[],
): void {
  const m = started();
  const perBatch = Math.max(1, Math.floor(BATCH_BYTES / (2 * perFrame)));
  for (let frame = 0; frame < frames; frame += perBatch) {
    const count = Math.min(perBatch, frames - frame);
    const first = skip + frame * perFrame;
    const pairs = Math.ceil((first + count * perFrame) / 2) - (first >> 1);
    m.bytes.set(bytes.subarray(3 * (first >> 1), 3 * ((first >> 1) + pairs)), INPUT_AT);
    m.run('unpack212', INPUT_AT, pairs, UNPACKED_AT);
    for (const { offset, scaling, out, at } of targets) {
      const firstByte = 2 * ((first % 2) + offset);
      const target = { width: 'int16', firstByte, perRow: 1, scaling, out, at } as const;
      convertBatch(m, UNPACKED_AT, 2 * perFrame, count, target, at + frame);
    }
  }
}

/** Rows that are in the memory already, to `position` in the target's array. */
function convertBatch(
  m: Machine,
  from: number,
  rowBytes: number,
  rows: number,
  { width, firstByte, perRow, scaling, out }: Target,
  position: number,
): void {
  const size = BYTES[width];
  // One sample a row: the rows are the samples' distance.
  const single = perRow === 1;
  const step = single ? rowBytes : size;
  const sideBySide = width === 'int16' && step === size;
  const operation = operationOf(width, scaling);
  m.run(
    conversionName(sideBySide ? 'int16 side by side' : width, operation),
    ...[from + firstByte, single ? 1 : rows, rowBytes, single ? rows : perRow, step, OUTPUT_AT],
    ...('gain' in scaling ? [scaling.gain, scaling.baseline] : [scaling.scale, scaling.offset]),
    scaling.missing ?? NO_SAMPLE,
  );
  const begin = Math.max(0, -position);
  const end = Math.min(rows * perRow, out.length - position);
  if (begin >= end) return;
  const values = m.floats.subarray(OUTPUT_AT / 4 + begin, OUTPUT_AT / 4 + end);
  out.set(values, position + begin);
}

/** The fastest that gives the same bits. */
function operationOf(width: Width, scaling: Scaling): Operation {
  if (!('gain' in scaling)) return 'mul';
  const { gain, baseline } = scaling;
  const exact =
    width === 'int16' &&
    Number.isInteger(baseline) &&
    Math.abs(baseline) + 2 ** 15 < WHOLE_IN_32_BITS &&
    Math.fround(gain) === gain &&
    Math.abs(gain) < LARGEST_GAIN &&
    Math.abs(gain) > 1 / LARGEST_GAIN;
  return exact ? 'div32' : 'div';
}
