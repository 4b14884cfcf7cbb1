/**
 * Where a record's samples come from, seen as one timeline: a single segment or several in a row.
 * The record's reader (record.ts) checks arguments and clips; these fill buffers.
 */
import type { Segment, WantedSignal } from './segment.ts';
import { divisionSink, storedSink } from './deinterleave.ts';
import { calibrationOf } from './leads.ts';
import type { SignalLine } from './signal-line.ts';

/** A lead asked for and where its samples go, the first at index `at`. */
export interface Wanted<Out> {
  readonly signal: number;
  readonly out: Out;
  readonly at: number;
}

export interface SampleTimeline {
  /** True where every sample asked for is put, so that buffers need not hold NaN before. */
  readonly complete: boolean;
  /** Puts samples [from, to) into buffers that hold NaN; leaves alone what the file has not. */
  physical(
    wanted: readonly Wanted<Float32Array>[],
    samplesPerFrame: number,
    from: number,
    to: number,
  ): Promise<void>;
  /** The same for stored integers, into buffers that hold NO_SAMPLE. */
  stored(
    wanted: readonly Wanted<Int32Array>[],
    samplesPerFrame: number,
    from: number,
    to: number,
  ): Promise<void>;
  close(): Promise<void>;
}

/** A record of one segment. */
export function segmentTimeline(segment: Segment): SampleTimeline {
  const { signals } = segment.header;
  const line = (signal: number): SignalLine => {
    const found = signals[signal];
    if (found === undefined) throw new RangeError(`signal ${signal} of a segment`);
    return found;
  };
  const physical = ({ signal, out, at }: Wanted<Float32Array>): WantedSignal => {
    const { gain, baseline } = calibrationOf(line(signal));
    const { missing } = line(signal).format;
    const sink = divisionSink(out, gain, baseline, missing);
    return { signal, at, sink, physical: { scaling: { gain, baseline, missing }, out } };
  };
  const stored = ({ signal, out, at }: Wanted<Int32Array>): WantedSignal => {
    const sink = storedSink(out, line(signal).format.missing);
    return { signal, at, sink, physical: null };
  };
  return {
    complete: signals.every(({ format }) => format.kind !== 'none'),
    physical: (wanted, samplesPerFrame, from, to) =>
      segment.read(wanted.map(physical), samplesPerFrame, from, to),
    stored: (wanted, samplesPerFrame, from, to) =>
      segment.read(wanted.map(stored), samplesPerFrame, from, to),
    close: () => segment.close(),
  };
}
