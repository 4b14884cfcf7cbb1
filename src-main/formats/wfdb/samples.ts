/**
 * Where a record's samples come from, seen as one timeline: a single segment or several in a row.
 * The record's reader (record.ts) checks arguments and clips; these fill buffers.
 */
import type { Segment, WantedSignal } from './segment.ts';
import {
  divisionSink,
  storedSink,
  tableSink,
  valueTable,
  type ValueTable,
} from './deinterleave.ts';
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

/** Wider formats would take tables of megabytes. */
const TABLE_BITS = 16;

/** A record of one segment. */
export function segmentTimeline(segment: Segment): SampleTimeline {
  const { signals } = segment.header;
  const tables = new Map<number, ValueTable>();
  const line = (signal: number): SignalLine => {
    const found = signals[signal];
    if (found === undefined) throw new RangeError(`signal ${signal} of a segment`);
    return found;
  };
  const passed = new Map<number, number>();
  /** Windows are divided; a table pays once as many samples were read as it has values. */
  const tableFor = (signal: number, samples: number): ValueTable | null => {
    const known = tables.get(signal);
    if (known !== undefined) return known;
    const { bits, kind, missing } = line(signal).format;
    const total = (passed.get(signal) ?? 0) + samples;
    passed.set(signal, total);
    if (kind === 'difference' || bits > TABLE_BITS || total < 2 ** bits) return null;
    const { gain, baseline } = calibrationOf(line(signal));
    const table = valueTable(bits, gain, baseline, missing);
    tables.set(signal, table);
    return table;
  };
  const physical = ({ signal, out, at }: Wanted<Float32Array>, samples: number): WantedSignal => {
    const table = tableFor(signal, samples);
    if (table !== null) return { signal, at, sink: tableSink(out, table), lookUp: { table, out } };
    const { gain, baseline } = calibrationOf(line(signal));
    const sink = divisionSink(out, gain, baseline, line(signal).format.missing);
    return { signal, at, sink, lookUp: null };
  };
  return {
    complete: signals.every(({ format }) => format.kind !== 'none'),
    physical: (wanted, samplesPerFrame, from, to) =>
      segment.read(
        wanted.map((one) => physical(one, to - from)),
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
          lookUp: null,
        })),
        samplesPerFrame,
        from,
        to,
      ),
    close: () => segment.close(),
  };
}
