/**
 * From interleaved stored integers to the samples of one lead. The inner loops of every read: one
 * shape each, no branch but the test for a missing sample.
 */
import { NO_SAMPLE } from '../reader.ts';

/** Where a lead's samples lie in a piece of interleaved frames. */
export interface Interleaving {
  /** Samples from one frame to the next. */
  readonly stride: number;
  /** Position of the lead's first sample in a frame. */
  readonly offset: number;
  /** Samples of the lead in a frame, side by side. */
  readonly samplesPerFrame: number;
}

/**
 * Takes the lead's samples [from, from + count) of a piece, counted from its first frame, and
 * puts them at `at`.
 */
export type Sink = (
  piece: Int32Array,
  lead: Interleaving,
  from: number,
  count: number,
  at: number,
) => void;

/** `missing` as null for formats that have no sentinel. */
export function divisionSink(
  out: Float32Array,
  gain: number,
  baseline: number,
  missing: number | null,
): Sink {
  const sentinel = missing ?? NO_SAMPLE;
  return (piece, { stride, offset, samplesPerFrame }, from, count, at) => {
    const jump = stride - samplesPerFrame;
    let phase = from % samplesPerFrame;
    let source = Math.floor(from / samplesPerFrame) * stride + offset + phase;
    for (let i = 0; i < count; i++) {
      const stored = piece[source] ?? 0;
      out[at + i] = stored === sentinel ? NaN : (stored - baseline) / gain;
      source++;
      if (++phase === samplesPerFrame) {
        phase = 0;
        source += jump;
      }
    }
  };
}

/** Integers as stored, NO_SAMPLE for the format's sentinel. */
export function storedSink(out: Int32Array, missing: number | null): Sink {
  const sentinel = missing ?? NO_SAMPLE;
  return (piece, { stride, offset, samplesPerFrame }, from, count, at) => {
    const jump = stride - samplesPerFrame;
    let phase = from % samplesPerFrame;
    let source = Math.floor(from / samplesPerFrame) * stride + offset + phase;
    for (let i = 0; i < count; i++) {
      const stored = piece[source] ?? 0;
      out[at + i] = stored === sentinel ? NO_SAMPLE : stored;
      source++;
      if (++phase === samplesPerFrame) {
        phase = 0;
        source += jump;
      }
    }
  };
}
