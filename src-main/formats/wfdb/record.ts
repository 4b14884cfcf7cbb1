/** A WFDB record behind the reader interface: header, leads, reads with checked arguments. */
import type { ImportNote, Lead, RecordingHeader } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { NO_SAMPLE, type OpenRequest, type RecordingReader, type Siblings } from '../reader.ts';
import { annotationsBeside } from './annotations.ts';
import { isSynthetic } from '../synthetic.ts';
import { LIMITS } from '../limits.ts';
import { checkedLeads, checkedRange, outputs } from '../requests.ts';
import { openSegment, readHeaderFrom } from './segment.ts';
import type { WfdbHeader } from './header.ts';
import { leadsOf } from './leads.ts';
import { openMultiSegment } from './multi-segment.ts';
import { patientFields } from '../patient-comments.ts';
import { segmentTimeline, type SampleTimeline, type Wanted } from './samples.ts';
import type { SignalLine } from './signal-line.ts';

interface OpenedRecord {
  readonly header: WfdbHeader;
  readonly signals: readonly SignalLine[];
  readonly frameCount: number;
  readonly notes: readonly ImportNote[];
  readonly timeline: SampleTimeline;
}

/** Opens the record whose header `request` names. Errors as `FormatModule.open` has them. */
export async function openRecord(request: OpenRequest): Promise<RecordingReader> {
  const { siblings, name } = request;
  const header = await readHeaderFrom(request.source, name);
  const record = await openSamples(header, siblings);
  try {
    return readerOf(record, siblings, name.replace(/\.hea$/i, ''));
  } catch (error) {
    await record.timeline.close();
    throw error;
  }
}

async function openSamples(header: WfdbHeader, siblings: Siblings): Promise<OpenedRecord> {
  if (header.record.segmentCount !== null)
    return { header, ...(await openMultiSegment(header, siblings)) };
  if (header.signals.length === 0)
    throw new RhythmarkError(
      'not-a-recording',
      'This header describes no signal, only annotations or comments.',
    );
  const segment = await openSegment(header, siblings);
  return {
    header,
    signals: header.signals,
    frameCount: segment.frameCount,
    notes: segment.notes,
    timeline: segmentTimeline(segment),
  };
}

function readerOf(record: OpenedRecord, siblings: Siblings, stem: string): RecordingReader {
  const header = recordingHeader(record);
  const { timeline, signals } = record;

  /** Checks the request, fills with `nothing` and lets `read` put in what the record holds. */
  const filled = async <Out extends Float32Array | Int32Array>(
    leads: readonly number[],
    from: number,
    to: number,
    make: (length: number) => Out[],
    nothing: number,
    read: (
      wanted: Wanted<Out>[],
      samplesPerFrame: number,
      from: number,
      to: number,
    ) => Promise<void>,
  ): Promise<Out[]> => {
    const [lead] = checkedLeads(header, leads);
    const length = checkedRange(from, to);
    const outs = make(length);
    const start = Math.max(0, from);
    const end = Math.max(start, Math.min(to, lead.sampleCount));
    const [before, after] = timeline.complete ? [start - from, end - from] : [length, length];
    for (const out of outs) out.fill(nothing, 0, before).fill(nothing, after);
    if (end === start) return outs;
    const wanted = outs.map((out, index) => ({ signal: leads[index] ?? 0, out, at: start - from }));
    await read(wanted, signals[leads[0] ?? 0]?.samplesPerFrame ?? 1, start, end);
    return outs;
  };

  return {
    header,
    read(leads, from, to, into) {
      const make = (length: number): Float32Array[] => outputs(leads, length, into);
      return filled(leads, from, to, make, NaN, timeline.physical);
    },
    readStored(leads, from, to) {
      const make = (length: number): Int32Array[] => leads.map(() => new Int32Array(length));
      return filled(leads, from, to, make, NO_SAMPLE, timeline.stored);
    },
    annotations: () => annotationsBeside(siblings, stem, record.header.record.frameHz),
    close: () => timeline.close(),
  };
}

function recordingHeader({ header, signals, frameCount, notes }: OpenedRecord): RecordingHeader {
  const { record, comments, preamble } = header;
  checkDuration(frameCount, record.frameHz);
  const all: ImportNote[] = [...header.notes, ...notes];
  const leads: readonly Lead[] = leadsOf(signals, record.frameHz, frameCount, all);
  if (record.baseTime !== null && record.baseDate === null)
    all.push({
      kind: 'read',
      code: 'wfdb-time-without-date',
      message: `The recording starts at ${record.baseTime}; the header gives no date.`,
    });
  return {
    format: 'WFDB',
    durationS: frameCount / record.frameHz,
    start:
      record.baseDate !== null && record.baseTime !== null
        ? `${record.baseDate}T${record.baseTime}`
        : null,
    leads,
    patient: patientFields(comments),
    device: null,
    comments,
    notes: all,
    synthetic: isSynthetic([...preamble, ...comments]),
  };
}

function checkDuration(frameCount: number, frameHz: number): void {
  if (frameCount === 0)
    throw new RhythmarkError('damaged-file', 'The record has a header and not one sample.');
  if (frameCount / frameHz > LIMITS.durationS)
    throw new RhythmarkError(
      'too-large',
      `The record would last ${Math.round(frameCount / frameHz / 86_400).toLocaleString('en')} days; at most ${LIMITS.durationS / 86_400} are read. The header is damaged.`,
    );
}
