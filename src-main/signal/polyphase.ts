/**
 * The sums of resample.ts, eight outputs at a time in WebAssembly: resampling is the dearest step of
 * preparing a recording, and three times as fast so. Each sum is in the order in which JavaScript
 * adds it up, so an output is the same bit for bit whichever way it was computed.
 */
import { assemble, type FunctionText } from '../vector/assemble.ts';
import type { Resampler } from './resample.ts';

/** Outputs of one phase that are summed side by side. */
const TOGETHER = 8;

const BYTES = Float64Array.BYTES_PER_ELEMENT;
const PAGE_BYTES = 1 << 16;

/** Values that the memory holds of each. Inputs and outputs of a piece stay in the nearest cache. */
const ROOM = { taps: 1 << 14, inputs: 1 << 14, outputs: 1 << 12 } as const;
const INPUTS_AT = ROOM.taps * BYTES;
const OUTPUTS_AT = INPUTS_AT + ROOM.inputs * BYTES;
const PAGES = Math.ceil((OUTPUTS_AT + ROOM.outputs * BYTES) / PAGE_BYTES);

/**
 * Outputs `up` apart, from inputs `down` apart, all by the same `width` weights. Distances stand in
 * the instructions, so that an address is a constant from the one before.
 */
function sums({ up, down }: Resampler): FunctionText {
  const pairs = Array.from({ length: TOGETHER / 2 }, (_, pair) => ({
    name: `sum${pair}`,
    first: 2 * pair,
    second: 2 * pair + 1,
  }));
  return {
    name: 'sums',
    parameters: { at: 'i32', rounds: 'i32', weights: 'i32', width: 'i32', to: 'i32' },
    locals: {
      ...{ from: 'i32', tap: 'i32', left: 'i32', weight: 'v128' },
      ...{ sum0: 'v128', sum1: 'v128', sum2: 'v128', sum3: 'v128' },
    },
    body: `
    loop
      ${pairs.map(({ name }) => `v128.const 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\nlocal.set ${name}`).join('\n')}
      local.get at
      local.set from
      local.get weights
      local.set tap
      local.get width
      local.set left
      loop
        local.get tap
        v128.load64_splat 0
        local.set weight
        ${pairs
          .map(
            ({ name, first, second }) => `
        local.get from
        local.get from
        v128.load64_zero ${first * down * BYTES}
        v128.load64_lane ${second * down * BYTES} 1
        local.get weight
        f64x2.mul
        local.get ${name}
        f64x2.add
        local.set ${name}`,
          )
          .join('\n')}
        local.get from
        i32.const ${BYTES}
        i32.add
        local.set from
        local.get tap
        i32.const ${BYTES}
        i32.add
        local.set tap
        local.get left
        i32.const 1
        i32.sub
        local.tee left
        i32.const 0
        i32.gt_s
        br_if 0
      end
      ${pairs
        .map(
          ({ name, first, second }) => `
      local.get to
      local.get ${name}
      v128.store64_lane ${first * up * BYTES} 0
      local.get to
      local.get ${name}
      v128.store64_lane ${second * up * BYTES} 1`,
        )
        .join('\n')}
      local.get at
      i32.const ${TOGETHER * down * BYTES}
      i32.add
      local.set at
      local.get to
      i32.const ${TOGETHER * up * BYTES}
      i32.add
      local.set to
      local.get rounds
      i32.const 1
      i32.sub
      local.tee rounds
      i32.const 0
      i32.gt_s
      br_if 0
    end`,
  };
}

/** Outputs computed from one filling of the memory; the last round may reach beyond on both sides. */
function outputsOfPiece({ up, down, width }: Resampler): number {
  const inputs = ROOM.inputs - 2 * width - (TOGETHER + 1) * down;
  return Math.min(ROOM.outputs - TOGETHER * up, Math.floor((inputs * up) / down));
}

/** True for all usual rates; others have tables too large for the memory. */
export function hasKernel(resampler: Resampler): boolean {
  const { up, down, taps } = resampler;
  return up !== down && taps.length <= ROOM.taps && outputsOfPiece(resampler) >= TOGETHER * up;
}

interface Machine {
  readonly values: Float64Array;
  sums(at: number, rounds: number, weights: number, width: number, to: number): void;
}

const machines = new Map<Resampler, Machine>();

function machineFor(resampler: Resampler): Machine {
  const known = machines.get(resampler);
  if (known) return known;
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  const module = new WebAssembly.Module(assemble([sums(resampler)]));
  const { exports } = new WebAssembly.Instance(module, { host: { memory } });
  const kernel = exports['sums'];
  if (typeof kernel !== 'function') throw new RangeError('there is no kernel sums');
  const values = new Float64Array(memory.buffer);
  values.set(resampler.taps);
  const machine: Machine = {
    values,
    sums: (...numbers) => void Reflect.apply(kernel, undefined, numbers),
  };
  machines.set(resampler, machine);
  return machine;
}

/** As `resampleInto`, for a resampler that has a kernel. */
export function resampleByKernel(
  resampler: Resampler,
  input: Float64Array,
  firstInput: number,
  fromOutput: number,
  toOutput: number,
  out: Float64Array,
): void {
  const { up, down, width, reach } = resampler;
  const { values, sums } = machineFor(resampler);
  const piece = outputsOfPiece(resampler);
  for (let from = fromOutput; from < toOutput; from += piece) {
    const to = Math.min(toOutput, from + piece);
    const begin = Math.floor((from * down) / up) + reach;
    const end = Math.floor(((to - 1) * down) / up) + reach + width;
    values.set(input.subarray(begin - firstInput, end - firstInput), INPUTS_AT / BYTES);
    for (let output = from; output < Math.min(to, from + up); output++) {
      const whole = Math.floor((output * down) / up);
      const phase = output * down - whole * up;
      sums(
        INPUTS_AT + (whole + reach - begin) * BYTES,
        Math.ceil((to - output) / (TOGETHER * up)),
        phase * width * BYTES,
        width,
        OUTPUTS_AT + (output - from) * BYTES,
      );
    }
    const first = OUTPUTS_AT / BYTES;
    out.set(values.subarray(first, first + to - from), from - fromOutput);
  }
}
