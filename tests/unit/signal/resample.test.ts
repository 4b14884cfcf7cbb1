import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  inputsOf,
  resample,
  resampledCount,
  resampleInto,
  resamplerFor,
} from '../../../src-main/signal/resample.ts';
import { hasKernel } from '../../../src-main/signal/polyphase.ts';
import { referenceWave, SCIPY, worstBetween, worstDifference } from './reference.ts';

describe(`resampling to 250 Hz (reference: ${SCIPY.origin})`, () => {
  it.each(Object.entries(SCIPY.resample))('equals scipy from %s Hz', (rate, reference) => {
    const samplingHz = Number(rate);
    const result = resample(referenceWave(Math.ceil(8 * samplingHz), samplingHz), samplingHz, 250);
    expect(result).toHaveLength(reference.count);
    expect(worstDifference(result, reference)).toBeLessThan(1e-12);
  });

  it('finds the lowest terms of rates with a fraction, and stays near any other', () => {
    expect(resamplerFor(257.3, 250)).toMatchObject({ up: 2500, down: 2573 });
    expect(resamplerFor(128 / 3, 250)).toMatchObject({ up: 375, down: 64 });
    expect(resamplerFor(62.4725, 250)).toMatchObject({ up: 100_000, down: 24_989 });
    expect(resamplerFor(249.999, 250)).toMatchObject({ up: 250_000, down: 249_999 });
    fc.assert(
      fc.property(fc.double({ min: 60, max: 600, noNaN: true }), (samplingHz) => {
        const { up, down } = resamplerFor(samplingHz, 250);
        expect(Math.abs(((up / down) * samplingHz) / 250 - 1)).toBeLessThan(2e-6);
      }),
      { numRuns: 5 },
    );
  });

  it('refuses a rate that is none', () => {
    for (const rate of [0, -1, NaN, Infinity]) {
      expect(() => resamplerFor(rate, 250)).toThrow(RangeError);
    }
  });

  it('keeps an offset exactly, however high: no ripple', () => {
    for (const rate of [128, 300, 360, 1024, 257.3]) {
      const result = resample(new Float32Array(Math.ceil(4 * rate)).fill(30_000), rate, 250);
      const inner = result.subarray(100, 900);
      expect(Math.max(...inner) - Math.min(...inner)).toBeLessThan(1e-9);
    }
  });

  it('adds each output up in the order of its taps, whatever computes it, bit for bit', () => {
    const rates = [100, 128, 200, 300, 360, 500, 1000, 1024, 257.3];
    expect(rates.filter((rate) => !hasKernel(resamplerFor(rate, 250)))).toEqual([257.3]);
    fc.assert(
      fc.property(
        fc.constantFrom(...rates),
        fc.nat(9_000), // more than one filling of the kernel's memory
        fc.nat(9_000),
        fc.nat(),
        (rate, from, count, random) => {
          const resampler = resamplerFor(rate, 250);
          const needed = inputsOf(resampler, from, from + Math.max(1, count));
          const input = Float64Array.from(
            { length: needed.to - needed.from },
            (_, index) => Math.sin(index * index + random) * 1000,
          );
          const out = new Float64Array(count);
          resampleInto(resampler, input, needed.from, from, from + count, out);
          const { up, down, width, taps, reach } = resampler;
          const expected = out.map((_, index) => {
            const whole = Math.floor(((from + index) * down) / up);
            const row = ((from + index) * down - whole * up) * width;
            let sum = 0;
            for (let tap = 0; tap < width; tap++) {
              sum += (taps[row + tap] ?? NaN) * (input[whole + reach - needed.from + tap] ?? NaN);
            }
            return sum;
          });
          expect(Buffer.from(out.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps the time of a peak', () => {
    for (const rate of [200, 300, 1024]) {
      const bump = Float64Array.from({ length: 4 * rate }, (_, index) =>
        Math.exp(-(((index / rate - 2) / 0.02) ** 2)),
      );
      const result = resample(bump, rate, 250);
      expect(result.indexOf(Math.max(...result))).toBe(500);
    }
  });

  it('gives any block bit for bit as it is in the whole', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(128, 200, 240, 257.3, 300, 360, 500, 512, 1000, 1024),
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 1, max: 900 }),
        (samplingHz, from, length) => {
          const samples = referenceWave(Math.ceil(8 * samplingHz), samplingHz);
          const resampler = resamplerFor(samplingHz, 250);
          const whole = resample(samples, samplingHz, 250);
          const to = Math.min(resampledCount(resampler, samples.length), from + length);
          const inputs = inputsOf(resampler, from, to);
          const block = Float64Array.from(
            { length: inputs.to - inputs.from },
            (_, index) => samples[inputs.from + index] ?? 0,
          );
          const out = new Float64Array(to - from);
          resampleInto(resampler, block, inputs.from, from, to, out);
          expect(out).toEqual(whole.slice(from, to));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is linear', () => {
    fc.assert(
      fc.property(
        fc.float64Array({ min: -5, max: 5, noNaN: true, minLength: 50, maxLength: 300 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (samples, gain) => {
          const sum = samples.map((value, index) => gain * value + Math.sin(index));
          const parts = resample(samples, 300, 250).map((value) => gain * value);
          const sines = resample(
            samples.map((_, index) => Math.sin(index)),
            300,
            250,
          );
          const expected = parts.map((value, index) => value + (sines[index] ?? NaN));
          expect(worstBetween(resample(sum, 300, 250), expected)).toBeLessThan(1e-11);
        },
      ),
      { numRuns: 30 },
    );
  });
});
