/**
 * The loops that turn stored integers into physical values, four samples at a time, as text of
 * WebAssembly functions. They compute in 64-bit floats and round once to 32, as JavaScript does, so
 * a value is the same bit for bit whichever way it was computed. `div32` divides in 32-bit floats,
 * in half the time, which gives those bits too where both operands are 32-bit floats: a quotient
 * that is rounded to 53 bits and then to 24 is the one rounded to 24 at once, since 53 is no less
 * than 2 x 24 + 2 (S. A. Figueroa, "When is double rounding innocuous?", SIGNUM 30(3), 1995).
 */
import type { FunctionText } from '../../vector/assemble.ts';

export const WIDTHS = ['int16', 'int24', 'int32'] as const;
/** Little-endian integers of two, three or four bytes. */
export type Width = (typeof WIDTHS)[number];

/** Bytes that a kernel may read behind its input and write behind its output. */
export const OVERRUN_BYTES = 64;

/** (stored x factor + offset), or ((stored - base) / factor). */
export const OPERATIONS = ['mul', 'div', 'div32'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Four samples `step` bytes apart, from `at` on, to lanes; `at` moves on. */
const LOADS: Readonly<Record<Width, string>> = {
  int16: `${spread('v128.load16_lane', [0, 2, 4, 6])}
    i32.const 16
    i32x4.shl
    i32.const 16
    i32x4.shr_s`,
  // The byte behind each sample comes along and is pushed out again.
  int24: `${spread('v128.load32_lane', [0, 1, 2, 3])}
    i32.const 8
    i32x4.shl
    i32.const 8
    i32x4.shr_s`,
  int32: spread('v128.load32_lane', [0, 1, 2, 3]),
};

function spread(load: string, lanes: readonly number[]): string {
  // Each address comes from `at` by itself: one from the other, they would be waited for.
  const each = lanes.map(
    (lane, distance) => `
    local.get at
    ${distance === 0 ? '' : `local.get step${distance}\ni32.add`}
    local.get taken
    ${load} 0 ${lane}
    local.set taken`,
  );
  return `v128.const 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
    local.set taken
    ${each.join('')}
    local.get at
    local.get step4
    i32.add
    local.set at
    local.get taken`;
}

/** Four samples of 16 bits that lie side by side. */
const LOAD_CONTIGUOUS = `local.get at
    v128.load16x4_s 0
    local.get at
    i32.const 8
    i32.add
    local.set at`;

/** Two lanes in 64-bit floats. */
const SCALED_PAIR: Readonly<Record<'mul' | 'div', string>> = {
  mul: `f64x2.convert_low_i32x4_s
      local.get factors
      f64x2.mul
      local.get shifts
      f64x2.add
      f32x4.demote_f64x2_zero`,
  div: `f64x2.convert_low_i32x4_s
      local.get shifts
      f64x2.sub
      local.get factors
      f64x2.div
      f32x4.demote_f64x2_zero`,
};

/** The four lanes of `stored` as physical values. */
function scaled(operation: Operation): string {
  if (operation === 'div32')
    return `local.get stored
        f32x4.convert_i32x4_s
        local.get shifts
        f32x4.sub
        local.get factors
        f32x4.div`;
  return `local.get stored
        ${SCALED_PAIR[operation]}
        local.get stored
        local.get stored
        i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
        ${SCALED_PAIR[operation]}
        i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23`;
}

/** `rows` runs of `count` samples, `rowBytes` from the start of one to the next, one behind the other. */
function conversion(name: string, load: string, operation: Operation): FunctionText {
  const splat = (from: string, to: string): string =>
    operation === 'div32'
      ? `local.get ${from}\nf32.demote_f64\nf32x4.splat\nlocal.set ${to}`
      : `local.get ${from}\nf64x2.splat\nlocal.set ${to}`;
  const multiple = (times: number): string =>
    `local.get step\ni32.const ${times}\ni32.mul\nlocal.set step${times}`;
  return {
    name,
    parameters: {
      ...{ row: 'i32', rows: 'i32', rowBytes: 'i32', count: 'i32', step: 'i32', out: 'i32' },
      ...{ factor: 'f64', shift: 'f64', missing: 'i32' },
    },
    locals: {
      ...{ step1: 'i32', step2: 'i32', step3: 'i32', step4: 'i32' },
      ...{ at: 'i32', left: 'i32', to: 'i32', taken: 'v128', stored: 'v128' },
      ...{ factors: 'v128', shifts: 'v128', absent: 'v128' },
    },
    body: `
    ${[1, 2, 3, 4].map(multiple).join('\n')}
    ${splat('factor', 'factors')}
    ${splat('shift', 'shifts')}
    local.get missing
    i32x4.splat
    local.set absent
    loop
      local.get row
      local.set at
      local.get out
      local.set to
      local.get count
      local.set left
      loop
        local.get to
        v128.const 0 0 192 127 0 0 192 127 0 0 192 127 0 0 192 127  ;; four times NaN
        ${load}
        local.set stored
        ${scaled(operation)}
        local.get stored
        local.get absent
        i32x4.eq
        v128.bitselect
        v128.store 0
        local.get to
        i32.const 16
        i32.add
        local.set to
        local.get left
        i32.const 4
        i32.sub
        local.tee left
        i32.const 0
        i32.gt_s
        br_if 0
      end
      ;; The next row begins where this one ends, over what was written beyond it.
      local.get out
      local.get count
      i32.const 2
      i32.shl
      i32.add
      local.set out
      local.get row
      local.get rowBytes
      i32.add
      local.set row
      local.get rows
      i32.const 1
      i32.sub
      local.tee rows
      i32.const 0
      i32.gt_s
      br_if 0
    end`,
  };
}

/**
 * WFDB format 212: pairs of 12-bit samples in three bytes (low byte, both high nibbles, low byte)
 * to 16-bit ones, four pairs at a time.
 */
const UNPACK_212: FunctionText = {
  name: 'unpack212',
  parameters: { at: 'i32', pairs: 'i32', out: 'i32' },
  locals: { packed: 'v128' },
  body: `
    loop
      local.get out
      local.get at
      v128.load 0
      ;; A 16-bit lane for each sample: its low byte below, the byte of both nibbles above.
      v128.const 0 1 2 1 3 4 5 4 6 7 8 7 9 10 11 10
      i8x16.swizzle
      local.set packed
      ;; First of a pair: the upper four bits go, the sign comes in their place.
      local.get packed
      i32.const 4
      i16x8.shl
      i32.const 4
      i16x8.shr_s
      ;; Second: the upper byte moves down by four bits, the lower one stays.
      local.get packed
      i32.const 4
      i16x8.shr_s
      local.get packed
      v128.const 0 0 0 255 0 0 0 255 0 0 0 255 0 0 0 255
      v128.bitselect
      v128.const 255 255 0 0 255 255 0 0 255 255 0 0 255 255 0 0
      v128.bitselect
      v128.store 0
      local.get at
      i32.const 12
      i32.add
      local.set at
      local.get out
      i32.const 16
      i32.add
      local.set out
      local.get pairs
      i32.const 4
      i32.sub
      local.tee pairs
      i32.const 0
      i32.gt_s
      br_if 0
    end`,
};

/** Name of the function that converts samples of a width, side by side or `step` bytes apart. */
export function conversionName(width: Width | 'int16 side by side', operation: Operation): string {
  return `${width} ${operation}`;
}

export const KERNELS: readonly FunctionText[] = [
  UNPACK_212,
  ...OPERATIONS.flatMap((operation) => [
    ...WIDTHS.map((width) => conversion(conversionName(width, operation), LOADS[width], operation)),
    conversion(conversionName('int16 side by side', operation), LOAD_CONTIGUOUS, operation),
  ]),
];
