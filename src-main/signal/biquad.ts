/**
 * Second-order sections: Butterworth low-pass and high-pass and a notch by the bilinear transform,
 * and the zero-phase run through a cascade of them (forward, then backward).
 */

/** Coefficients b0, b1, b2, a1, a2 of each section in turn; a0 is 1. */
export type Sections = Float64Array;

const PER_SECTION = 5;

/** As scipy.signal.butter(order, hz, 'lowpass' | 'highpass', fs=samplingHz, output='sos'); even orders. */
export function butterworth(
  kind: 'low-pass' | 'high-pass',
  order: 2 | 4,
  hz: number,
  samplingHz: number,
): Sections {
  if (!(hz > 0) || !(hz < samplingHz / 2)) {
    throw new RangeError(`a ${kind} of ${hz} Hz does not exist at ${samplingHz} Hz`);
  }
  const warped = Math.tan((Math.PI * hz) / samplingHz);
  const sections = new Float64Array((order / 2) * PER_SECTION);
  for (let pair = 0; pair < order / 2; pair++) {
    const damping = 2 * Math.sin((Math.PI * (2 * pair + 1)) / (2 * order));
    const scale = 1 / (1 + damping * warped + warped * warped);
    const gain = (kind === 'low-pass' ? warped * warped : 1) * scale;
    const middle = kind === 'low-pass' ? 2 : -2;
    sections.set(
      [
        gain,
        middle * gain,
        gain,
        2 * (warped * warped - 1) * scale,
        (1 - damping * warped + warped * warped) * scale,
      ],
      pair * PER_SECTION,
    );
  }
  return sections;
}

/** As scipy.signal.iirnotch(hz, quality, fs=samplingHz): -3 dB over a width of hz / quality. */
export function notch(hz: number, quality: number, samplingHz: number): Sections {
  if (!(hz > 0) || !(hz < samplingHz / 2)) {
    throw new RangeError(`a notch at ${hz} Hz does not exist at ${samplingHz} Hz`);
  }
  const turn = (2 * Math.PI * hz) / samplingHz;
  const gain = 1 / (1 + Math.tan(turn / quality / 2));
  const middle = -2 * gain * Math.cos(turn);
  return Float64Array.of(gain, middle, gain, middle, 2 * gain - 1);
}

/** One cascade of several. */
export function cascade(...parts: readonly Sections[]): Sections {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Filters x[0, count) in place, forward and backward, each pass started as if its first sample had
 * lasted for ever: scipy.signal.sosfiltfilt without its padding.
 */
export function filterZeroPhase(sections: Sections, x: Float64Array, count: number): void {
  if (count === 0) return;
  for (let at = 0; at < sections.length; at += 3 * PER_SECTION) runThree(sections, at, x, 0, count);
  for (let at = 0; at < sections.length; at += 3 * PER_SECTION) {
    runThree(sections, at, x, count - 1, -1);
  }
}

/**
 * Three sections in one pass (a missing one lets everything through): a section waits for its own
 * last output, and three that wait side by side take the time of one. From `start` up to `end`, or
 * down to it where it is lower. Direct form II transposed; the first states are those of a constant
 * input, each section's that of the first value it gets (scipy.signal.sosfilt_zi).
 */
function runThree(
  sections: Sections,
  at: number,
  x: Float64Array,
  start: number,
  end: number,
): void {
  const [b0 = 1, b1 = 0, b2 = 0, a1 = 0, a2 = 0] = sections.subarray(at, at + PER_SECTION);
  const [d0 = 1, d1 = 0, d2 = 0, c1 = 0, c2 = 0] = sections.subarray(
    at + PER_SECTION,
    at + 2 * PER_SECTION,
  );
  const [f0 = 1, f1 = 0, f2 = 0, e1 = 0, e2 = 0] = sections.subarray(
    at + 2 * PER_SECTION,
    at + 3 * PER_SECTION,
  );
  const first = x[start] ?? 0;
  const second = (first * (b0 + b1 + b2)) / (1 + a1 + a2);
  const settled = (second * (d0 + d1 + d2)) / (1 + c1 + c2);
  let s2 = b2 * first - a2 * second;
  let s1 = b1 * first - a1 * second + s2;
  let t2 = d2 * second - c2 * settled;
  let t1 = d1 * second - c1 * settled + t2;
  // What the two give for the first sample, to the last bit: `settled` but for rounding.
  const third = d0 * (b0 * first + s1) + t1;
  const last = (third * (f0 + f1 + f2)) / (1 + e1 + e2);
  let u2 = f2 * third - e2 * last;
  let u1 = f1 * third - e1 * last + u2;
  const step = end > start ? 1 : -1;
  for (let index = start; index !== end; index += step) {
    const input = x[index] ?? 0;
    const v = b0 * input + s1;
    s1 = b1 * input - a1 * v + s2;
    s2 = b2 * input - a2 * v;
    const w = d0 * v + t1;
    t1 = d1 * v - c1 * w + t2;
    t2 = d2 * v - c2 * w;
    const output = f0 * w + u1;
    u1 = f1 * w - e1 * output + u2;
    u2 = f2 * w - e2 * output;
    x[index] = output;
  }
}
