import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_WINDOW_SAMPLES } from '../../../src-main/contract/conventions.ts';
import {
  bandPassWhole,
  preprocessLead,
  preprocessWhole,
  PREPROCESSING,
  type PreprocessedBlock,
} from '../../../src-main/signal/preprocess.ts';
import { CLIP_UNITS } from '../../../src-main/signal/scaling.ts';
import { planWindows } from '../../../src-main/signal/windows.ts';
import { referenceWave, SCIPY, worstBetween, worstDifference } from './reference.ts';

/** A beat every 0.8 s on a wandering baseline: enough of an ECG for scaling. */
function beats(durationS: number, samplingHz: number): Float32Array {
  return Float32Array.from({ length: Math.round(durationS * samplingHz) }, (_, index) => {
    const t = index / samplingHz;
    const phase = (t % 0.8) - 0.4;
    return (
      Math.exp(-((phase / 0.012) ** 2)) +
      0.2 * Math.exp(-(((phase - 0.25) / 0.05) ** 2)) +
      0.3 * Math.sin(1.3 * t)
    );
  });
}

async function inBlocks(samples: Float32Array, samplingHz: number): Promise<PreprocessedBlock[]> {
  const blocks: PreprocessedBlock[] = [];
  const read = (from: number, to: number) => Promise.resolve(samples.slice(from, to));
  const shape = { samplingHz, sampleCount: samples.length };
  for await (const block of preprocessLead(read, shape)) blocks.push(block);
  return blocks;
}

const row = (block: PreprocessedBlock, window: number) =>
  block.input.subarray(window * MODEL_WINDOW_SAMPLES, (window + 1) * MODEL_WINDOW_SAMPLES);

describe(`preprocessing ${PREPROCESSING} (reference: ${SCIPY.origin})`, () => {
  it.each(Object.entries(SCIPY.bandpass))(
    'resamples and band-passes from %s Hz as scipy does',
    (rate, reference) => {
      const samplingHz = Number(rate);
      const samples = Float32Array.from(referenceWave(Math.ceil(12 * samplingHz), samplingHz));
      const { signal, recorded } = bandPassWhole(samples, samplingHz);
      expect(recorded).toBe(reference.count);
      expect(worstDifference(signal, reference)).toBeLessThan(2e-6); // samples are float32
    },
  );

  it('gives a long recording in blocks the windows it has in the whole', async () => {
    for (const samplingHz of [128, 300, 257.3]) {
      const samples = beats(1517.3, samplingHz).map((value) => value + 40);
      samples.fill(NaN, 700 * samplingHz, 745 * samplingHz);
      samples.fill(NaN, 600 * samplingHz - 20, 600 * samplingHz + 10);
      const whole = preprocessWhole(samples, samplingHz);
      const blocks = await inBlocks(samples, samplingHz);
      expect(blocks.length).toBeGreaterThan(1);
      let next = 0;
      for (const block of blocks) {
        expect(block.first).toBe(next);
        next += block.analysable.length;
        expect(block.startS).toEqual(whole.startS.slice(block.first, next));
        expect(block.endS).toEqual(whole.endS.slice(block.first, next));
        expect(block.analysable).toEqual(whole.analysable.slice(block.first, next));
        const expected = whole.input.subarray(
          block.first * MODEL_WINDOW_SAMPLES,
          next * MODEL_WINDOW_SAMPLES,
        );
        expect(worstBetween(block.input, expected)).toBeLessThan(1e-6);
      }
      expect(next).toBe(whole.analysable.length);
    }
  });

  it('follows the plan of windows, the tail included', () => {
    const samples = beats(27, 300);
    const block = preprocessWhole(samples, 300);
    const plan = planWindows({ samplingHz: 300, sampleCount: samples.length });
    expect(block.startS).toEqual(plan.startS);
    expect(block.endS).toEqual(plan.endS);
    const { signal, starts } = bandPassWhole(samples, 300);
    expect([...starts]).toEqual([0, 2500, 27 * 250 - 2500]);
    expect(signal).toHaveLength(27 * 250);
  });

  it('sees the same in any unit, gain and offset', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (gain, offset) => {
          const samples = beats(20, 250);
          const scaled = samples.map((value) => gain * (value + offset));
          const difference = worstBetween(
            preprocessWhole(scaled, 250).input,
            preprocessWhole(samples, 250).input,
          );
          expect(difference).toBeLessThan(1e-3); // float32 under an offset
        },
      ),
      { numRuns: 30 },
    );
  });

  it('turns the picture over when the lead is turned over', () => {
    const samples = beats(20, 250);
    const turned = preprocessWhole(
      samples.map((value) => -value),
      250,
    ).input;
    const upright = preprocessWhole(samples, 250).input.map((value) => -value);
    expect(worstBetween(turned, upright)).toBeLessThan(0.05); // clip and upper median aside
  });

  it('keeps the QRS far inside the clip and well above the baseline', () => {
    const window = row(preprocessWhole(beats(10, 500), 500), 0);
    expect(Math.max(...window)).toBeGreaterThan(2);
    expect(Math.max(...window)).toBeLessThan(CLIP_UNITS);
  });

  it('keeps its scale when a burst of motion fills a fifth of the window', () => {
    const clean = beats(10, 250);
    const moved = clean.map((value, index) =>
      index > 1500 && index < 1900 ? value + 8 * Math.sin(((index - 1500) * Math.PI) / 25) : value,
    );
    const [before = NaN, after = NaN] = [clean, moved].map((samples) =>
      Math.max(...row(preprocessWhole(samples, 250), 0).subarray(0, 750)),
    );
    expect(after / before).toBeGreaterThan(0.7); // by the range of the whole window: 0.1
  });

  it('does not filter across a gap: what lies before it does not change what comes after', () => {
    const samples = beats(40, 250);
    samples.fill(NaN, 4000, 5000);
    const changed = samples.map((value, index) => (index < 4000 ? value * 9 + 3 : value));
    const expected = row(preprocessWhole(samples, 250), 2);
    expect(worstBetween(row(preprocessWhole(changed, 250), 2), expected)).toBe(0);
  });

  it('bridges a hole of a few samples', () => {
    const samples = beats(10, 250);
    const expected = row(preprocessWhole(samples, 250), 0).slice();
    samples[555] = NaN;
    samples[1350] = -Infinity;
    expect(worstBetween(row(preprocessWhole(samples, 250), 0), expected)).toBeLessThan(0.1);
  });

  it('does not analyse a window that is mostly missing, or flat, or stuck at the rail', () => {
    const samples = beats(40, 300);
    samples.fill(NaN, 3000, 4700);
    samples.fill(1.25, 6000, 9000);
    const block = preprocessWhole(samples, 300);
    expect([...block.analysable]).toEqual([1, 0, 0, 1]);
    expect(row(block, 1).every((value) => value === 0)).toBe(true);
    expect([...preprocessWhole(new Float32Array(9000).fill(-2048), 300).analysable]).toEqual([
      0, 0, 0,
    ]);
  });

  it('fills the window of a recording of 5 to 10 s without breaking the rhythm', () => {
    // 8.6 s of beats 0.8 s apart: plain repetition would put two beats 0.6 s apart at the seam.
    const window = row(preprocessWhole(beats(8.6, 250), 250), 0);
    const peaks: number[] = [];
    window.forEach((value, index) => {
      const before = window[index - 1] ?? -9;
      const after = window[index + 1] ?? 9; // a beat that the end cuts is none
      if (value > 2 && value > before && value >= after) peaks.push(index);
    });
    const intervals = peaks.slice(1).map((peak, index) => peak - (peaks[index] ?? 0));
    expect(peaks).toHaveLength(12);
    for (const interval of intervals) expect(Math.abs(interval - 200)).toBeLessThanOrEqual(2);
  });

  it('gives nothing for a recording under 5 s and none for a rate that is too low to filter', () => {
    expect(preprocessWhole(beats(4.9, 250), 250).analysable).toHaveLength(0);
    expect([
      ...preprocessWhole(
        new Float32Array(20).map((_, i) => i % 3),
        1,
      ).analysable,
    ]).toEqual([0, 0]);
  });

  it('takes samples that the file turned out not to have as missing', async () => {
    const samples = beats(30, 250);
    const read = (from: number, to: number) =>
      Promise.resolve(samples.slice(from, Math.min(to, 4000)));
    for await (const block of preprocessLead(read, { samplingHz: 250, sampleCount: 7500 })) {
      expect([...block.analysable]).toEqual([1, 1, 0]);
    }
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    const read = (from: number, to: number) => {
      if (from > 0) controller.abort();
      return Promise.resolve(beats(1, 250).slice(0, to - from));
    };
    const lead = { samplingHz: 250, sampleCount: 250 * 3600 };
    const run = async () => {
      const seen: number[] = [];
      for await (const block of preprocessLead(read, lead, { signal: controller.signal })) {
        seen.push(block.first);
      }
      return seen;
    };
    await expect(run()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('never lets NaN or anything beyond the clip into the network', () => {
    const value = fc.oneof(
      { weight: 8, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
      { weight: 4, arbitrary: fc.float({ min: -2, max: 2, noNaN: true }) },
      { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(60, 128, 257.3),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), value), { maxLength: 60 }),
        (samplingHz, runs) => {
          const samples = Float32Array.from(
            runs.flatMap(([length, start], run) =>
              Array.from({ length }, (_, index) => (run % 2 ? start : start * Math.cos(index))),
            ),
          );
          const block = preprocessWhole(samples, samplingHz);
          for (const input of block.input) {
            expect(Math.abs(input)).toBeLessThanOrEqual(CLIP_UNITS); // false for NaN
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
