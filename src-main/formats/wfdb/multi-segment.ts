/**
 * A record in several segments, header(5): in the fixed layout every segment has the same
 * signals; in the variable layout the first "segment" (length 0) only names all signals that
 * occur, and each segment holds some of them, found by their description. `~` is a gap.
 *
 * Segments are opened when a read first touches them, and a few are kept open.
 */
import { RhythmarkError } from '../../contract/errors.ts';
import type { ImportNote } from '../../contract/domain.ts';
import { NO_SAMPLE, type Siblings } from '../reader.ts';
import { clip } from './header-line.ts';
import type { SegmentLine, WfdbHeader } from './header.ts';
import { calibrationOf } from './leads.ts';
import { segmentTimeline, type SampleTimeline, type Wanted } from './samples.ts';
import { openSegment, readHeader } from './segment.ts';
import type { SignalLine } from './signal-line.ts';

/** Segments kept open; each holds a file handle or a few. */
const OPEN_SEGMENTS = 8;
const GAP = '~';

export interface MultiSegmentRecord {
  /** All signals of the record, as the layout or the first segment describes them. */
  readonly signals: readonly SignalLine[];
  readonly frameCount: number;
  readonly notes: readonly ImportNote[];
  readonly timeline: SampleTimeline;
}

/** A segment on the record's timeline, frames [start, end). */
interface Placed {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

interface OpenPart {
  readonly timeline: SampleTimeline;
  /** Signal of the segment for each signal of the record; -1 where it has none. */
  readonly signalOf: readonly number[];
  readonly signals: readonly SignalLine[];
}

export async function openMultiSegment(
  header: WfdbHeader,
  siblings: Siblings,
): Promise<MultiSegmentRecord> {
  const [first] = header.segments;
  const variable = first !== undefined && first.frameCount === 0 && first.name !== GAP;
  const { placed, frameCount } = place(variable ? header.segments.slice(1) : header.segments);
  const describing = variable ? first : header.segments.find((segment) => segment.name !== GAP);
  if (describing === undefined)
    throw new RhythmarkError('damaged-file', 'The record consists of gaps only.');
  const layout = await segmentHeader(header, describing.name, siblings);
  if (layout.signals.length !== header.record.signalCount)
    throw new RhythmarkError(
      'damaged-file',
      `The record announces ${header.record.signalCount} signals, its segment ${clip(describing.name)} has ${layout.signals.length}.`,
    );
  const notes: ImportNote[] = [...layout.notes];
  const stated = header.record.frameCount;
  if (stated !== null && stated !== frameCount)
    notes.push({
      kind: 'repaired',
      code: 'wfdb-segment-lengths',
      message: `The header states ${stated.toLocaleString('en')} samples, its segments add up to ${frameCount.toLocaleString('en')}; the segments were believed.`,
    });
  const open = async (name: string): Promise<OpenPart> => {
    const own = await segmentHeader(header, name, siblings);
    const signalOf = matchSignals(layout.signals, own, variable ? 'variable' : 'fixed');
    const segment = await openSegment(own, siblings, folderOf(name));
    return { timeline: segmentTimeline(segment), signalOf, signals: own.signals };
  };
  const parts = new OpenParts(open);
  return {
    signals: layout.signals,
    frameCount,
    notes,
    timeline: joined(placed, parts, layout.signals),
  };
}

/** Puts segments one after the other; gaps take their place and are left out. */
function place(segments: readonly SegmentLine[]): { placed: Placed[]; frameCount: number } {
  const placed: Placed[] = [];
  let start = 0;
  for (const { name, frameCount } of segments) {
    const end = start + frameCount;
    if (name !== GAP && frameCount > 0) placed.push({ name, start, end });
    start = end;
  }
  return { placed, frameCount: start };
}

async function segmentHeader(
  record: WfdbHeader,
  name: string,
  siblings: Siblings,
): Promise<WfdbHeader> {
  const header = await readHeader(siblings, `${name}.hea`);
  if (header.record.segmentCount !== null)
    throw new RhythmarkError(
      'damaged-file',
      `Segment ${clip(name)} is itself a record of several segments, which WFDB does not allow.`,
    );
  // Segments are opened when they are read, too late for a note; half a name is another lead's.
  if (header.notes.some(({ code }) => code === 'wfdb-no-line-end'))
    throw new RhythmarkError(
      'damaged-file',
      `The header of segment ${clip(name)} does not end with a line end. It is cut off: copy it again from the recorder.`,
    );
  if (header.record.frameHz !== record.record.frameHz)
    throw new RhythmarkError(
      'damaged-file',
      `Segment ${clip(name)} has ${header.record.frameHz} frames a second, the record ${record.record.frameHz}.`,
    );
  return header;
}

/** Which signal of a segment each signal of the record is. */
function matchSignals(
  layout: readonly SignalLine[],
  segment: WfdbHeader,
  kind: 'fixed' | 'variable',
): readonly number[] {
  const { signals, record } = segment;
  if (kind === 'fixed' && signals.length !== layout.length)
    throw new RhythmarkError(
      'damaged-file',
      `Segment ${clip(record.name)} has ${signals.length} signals, the record ${layout.length}.`,
    );
  const taken = new Set<number>();
  return layout.map((wanted, index) => {
    const found =
      kind === 'fixed'
        ? index
        : signals.findIndex(
            (signal, at) => !taken.has(at) && signal.description === wanted.description,
          );
    const signal = signals[found];
    if (signal === undefined) return -1;
    taken.add(found);
    // A layout line has format 0 and need not repeat the samples per frame.
    if (signal.samplesPerFrame !== wanted.samplesPerFrame)
      throw new RhythmarkError(
        'damaged-file',
        `${clip(wanted.description)} has ${signal.samplesPerFrame} samples a frame in segment ${clip(record.name)} and ${wanted.samplesPerFrame} in the record.`,
      );
    return found;
  });
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1);
}

function joined(
  placed: readonly Placed[],
  parts: OpenParts,
  layout: readonly SignalLine[],
): SampleTimeline {
  /** Calls `read` for every segment that overlaps [from, to), in samples of the wanted rate. */
  const eachPart = async <Out>(
    wanted: readonly Wanted<Out>[],
    samplesPerFrame: number,
    from: number,
    to: number,
    read: (part: OpenPart, own: Wanted<Out>[], from: number, to: number) => Promise<void>,
  ) => {
    for (let i = firstEndingAfter(placed, from / samplesPerFrame); i < placed.length; i++) {
      const segment = placed[i];
      if (segment === undefined || segment.start * samplesPerFrame >= to) break;
      const origin = segment.start * samplesPerFrame;
      const start = Math.max(from, origin);
      const end = Math.min(to, segment.end * samplesPerFrame);
      await parts.using(segment.name, async (part) => {
        const own = wanted.flatMap(({ signal, out, at }) => {
          const inPart = part.signalOf[signal] ?? -1;
          return inPart < 0 ? [] : [{ signal: inPart, out, at: at + start - from }];
        });
        if (own.length > 0) await read(part, own, start - origin, end - origin);
      });
    }
  };
  return {
    complete: false,
    physical: (wanted, samplesPerFrame, from, to) =>
      eachPart(wanted, samplesPerFrame, from, to, (part, own, start, end) =>
        part.timeline.physical(own, samplesPerFrame, start, end),
      ),
    stored: (wanted, samplesPerFrame, from, to) =>
      eachPart(wanted, samplesPerFrame, from, to, async (part, own, start, end) => {
        await part.timeline.stored(own, samplesPerFrame, start, end);
        for (const { signal, out, at } of own) {
          const source = part.signals[signal];
          const target = layout[part.signalOf.indexOf(signal)];
          if (source && target) recalibrate(out.subarray(at, at + end - start), source, target);
        }
      }),
    close: () => parts.close(),
  };
}

/** Stored integers are given in the record's own gain and baseline, as rdsamp does. */
function recalibrate(samples: Int32Array, from: SignalLine, to: SignalLine): void {
  const source = calibrationOf(from);
  const target = calibrationOf(to);
  if (source.gain === target.gain && source.baseline === target.baseline) return;
  const scale = target.gain / source.gain;
  for (const [i, stored] of samples.entries())
    if (stored !== NO_SAMPLE)
      samples[i] = Math.round((stored - source.baseline) * scale + target.baseline);
}

/** Index of the first segment that ends after `frame`. */
function firstEndingAfter(placed: readonly Placed[], frame: number): number {
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((placed[middle]?.end ?? Infinity) > frame) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Open segments, the least recently used closed first, and none while it is being read. */
class OpenParts {
  readonly #open: (name: string) => Promise<OpenPart>;
  readonly #parts = new Map<string, { part: Promise<OpenPart>; users: number }>();

  constructor(open: (name: string) => Promise<OpenPart>) {
    this.#open = open;
  }

  async using(name: string, read: (part: OpenPart) => Promise<void>): Promise<void> {
    const entry = this.#parts.get(name) ?? { part: this.#open(name), users: 0 };
    entry.users++;
    this.#parts.delete(name);
    this.#parts.set(name, entry);
    try {
      await read(await entry.part);
    } catch (error) {
      // One that failed to open is tried afresh the next time.
      await entry.part.catch(() => this.#parts.delete(name));
      throw error;
    } finally {
      entry.users--;
      await this.#closeIdle(OPEN_SEGMENTS);
    }
  }

  async close(): Promise<void> {
    await this.#closeIdle(0);
  }

  async #closeIdle(keep: number): Promise<void> {
    for (const [name, entry] of this.#parts) {
      if (this.#parts.size <= keep) return;
      if (entry.users > 0) continue;
      this.#parts.delete(name);
      await (await entry.part).timeline.close();
    }
  }
}
