/**
 * Where a record's samples come from, seen as one timeline: a single segment or several in a row.
 * The record's reader (record.ts) checks arguments and clips; these fill buffers.
 */
import type { Segment } from './segment.ts';
import { physicalSink, storedSink } from './deinterleave.ts';
import { calibrationOf } from './leads.ts';
import type { SignalLine } from './signal-line.ts';

/** A lead asked for and where its samples go, the first at index `at`. */
export interface Wanted<Out> {
  readonly signal: number;
  readonly out: Out;
  readonly at: number;
}

export interface SampleTimeline {
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
  const line = (signal: number): SignalLine => {
    const found = segment.header.signals[signal];
    if (found === undefined) throw new RangeError(`signal ${signal} of a segment`);
    return found;
  };
  return {
    physical: (wanted, samplesPerFrame, from, to) =>
      segment.read(
        wanted.map(({ signal, out, at }) => {
          const { gain, baseline } = calibrationOf(line(signal));
          return {
            signal,
            at,
            sink: physicalSink(out, gain, baseline, line(signal).format.missing),
          };
        }),
        samplesPerFrame,
        from,
        to,
      ),
    stored: (wanted, samplesPerFrame, from, to) =>
      segment.read(
        wanted.map(({ signal, out, at }) => ({
          signal,
          at,
          sink: storedSink(out, line(signal).format.missing),
        })),
        samplesPerFrame,
        from,
        to,
      ),
    close: () => segment.close(),
  };
}
