/**
 * The text of a WFDB header (.hea): record line, signal lines, segment lines, comments, after
 * header(5) of the WFDB Applications Guide. Only grammar and what follows from it; what the
 * values mean for a lead is decided in leads.ts.
 */
import { RhythmarkError } from '../../contract/errors.ts';
import type { ImportNote } from '../../contract/domain.ts';
import { LIMITS } from '../limits.ts';
import { clip, damagedLine, finite, tooMany, type LinePlace } from './header-line.ts';
import { parseSignalLine, type SignalLine } from './signal-line.ts';

/** The first line: `name[/segments] signals [frameHz[/counterHz[(base)]] [frames [time [date]]]]`. */
export interface RecordLine {
  readonly name: string;
  /** Null for a record of one segment. */
  readonly segmentCount: number | null;
  readonly signalCount: number;
  /** Frames per second; a signal with n samples a frame has n times this rate. */
  readonly frameHz: number;
  readonly counterHz: number | null;
  readonly baseCounter: number;
  /** Null where the header leaves the length to the size of the signal files. */
  readonly frameCount: number | null;
  /** `hh:mm:ss.sss`, or null. */
  readonly baseTime: string | null;
  /** `yyyy-mm-dd`, or null. */
  readonly baseDate: string | null;
}

/** A segment of a record in several; `~` is a gap, length 0 in first place the layout. */
export interface SegmentLine {
  readonly name: string;
  readonly frameCount: number;
}

export interface WfdbHeader {
  readonly record: RecordLine;
  readonly signals: readonly SignalLine[];
  readonly segments: readonly SegmentLine[];
  /** Info strings: what follows `#` after the record line, trimmed. */
  readonly comments: readonly string[];
  /** Comments before the record line, which WFDB does not count as info strings. */
  readonly preamble: readonly string[];
  readonly notes: readonly ImportNote[];
}

const DEFAULT_FRAME_HZ = 250;

/**
 * Parses the bytes of a header. `file` is its name, for messages. Throws `damaged-file` with the
 * line that cannot be read, `too-large` for counts no recording has.
 */
export function parseHeader(bytes: Uint8Array, file: string): WfdbHeader {
  const notes: ImportNote[] = [];
  const comments: string[] = [];
  const preamble: string[] = [];
  const signals: SignalLine[] = [];
  const segments: SegmentLine[] = [];
  let record: RecordLine | null = null;

  const text = headerText(bytes);
  const lines = text.split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    const content = line.trim();
    const place: LinePlace = { file, line: index + 1 };
    if (content === '') continue;
    if (content.startsWith('#')) {
      (record === null ? preamble : comments).push(content.replace(/^#+/, '').trim());
      continue;
    }
    // Where a header was cut off, its last number may be, and be another number.
    if (index === lines.length - 1)
      notes.push({
        kind: 'assumed',
        code: 'wfdb-no-line-end',
        message: 'The header does not end with a line end. It was taken as whole.',
        place: `line ${place.line}`,
      });
    if (record === null) {
      record = parseRecordLine(content, place, notes);
    } else if (record.segmentCount !== null) {
      segments.push(parseSegmentLine(content, place));
    } else if (signals.length < record.signalCount) {
      signals.push(parseSignalLine(content, signals.length, place, notes));
    } else {
      notes.push({
        kind: 'ignored',
        code: 'wfdb-extra-line',
        message: 'A line after the last signal was ignored.',
        place: `line ${place.line}`,
      });
    }
  }
  if (record === null)
    throw new RhythmarkError(
      'damaged-file',
      `${file} holds no record line. It is empty or no header.`,
    );
  const stated = record.segmentCount ?? record.signalCount;
  const found = record.segmentCount === null ? signals.length : segments.length;
  if (found < stated)
    throw new RhythmarkError(
      'damaged-file',
      `${file} announces ${stated} ${record.segmentCount === null ? 'signals' : 'segments'} and describes ${found}. The header is cut off.`,
    );
  return { record, signals, segments: segments.slice(0, stated), comments, preamble, notes };
}

/** UTF-8 where it is valid, otherwise Latin-1 (old headers write micro as one byte). */
function headerText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

function parseRecordLine(text: string, place: LinePlace, notes: ImportNote[]): RecordLine {
  const [nameField = '', signalField, rateField, lengthField, ...timeFields] = text.split(/\s+/);
  const name = /^([^/]+?)(?:\/(\d+))?$/.exec(nameField);
  if (!name) throw damagedLine(place, `"${clip(nameField)}" is no record name.`);
  if (signalField === undefined || !/^\d+$/.test(signalField))
    throw damagedLine(place, 'the number of signals is missing.');
  const signalCount = Number(signalField);
  if (signalCount > LIMITS.leads) throw tooMany(place, 'signals', signalCount, LIMITS.leads);
  const segmentCount = name[2] === undefined ? null : Number(name[2]);
  if (segmentCount !== null && segmentCount > LIMITS.segments)
    throw tooMany(place, 'segments', segmentCount, LIMITS.segments);
  if (segmentCount === 0) throw damagedLine(place, 'a record of 0 segments holds no signal.');
  return {
    name: name[1] ?? '',
    segmentCount,
    signalCount,
    ...parseRate(rateField, place, notes),
    frameCount: parseLength(lengthField, place),
    ...parseBaseTime(timeFields, place, notes),
  };
}

/** `frameHz`, `frameHz/counterHz`, `frameHz/counterHz(base)`. */
function parseRate(
  field: string | undefined,
  place: LinePlace,
  notes: ImportNote[],
): Pick<RecordLine, 'frameHz' | 'counterHz' | 'baseCounter'> {
  if (field === undefined) {
    notes.push({
      kind: 'assumed',
      code: 'wfdb-default-rate',
      message: `The header states no sampling rate; ${DEFAULT_FRAME_HZ} Hz, the default of WFDB, was taken.`,
      place: `line ${place.line}`,
    });
    return { frameHz: DEFAULT_FRAME_HZ, counterHz: null, baseCounter: 0 };
  }
  const parts = /^([^/]+)(?:\/([^(]+)(?:\(([^)]+)\))?)?$/.exec(field);
  const frameHz = finite(parts?.[1]);
  if (frameHz === null || frameHz <= 0)
    throw damagedLine(place, `"${clip(field)}" is no sampling rate.`);
  if (frameHz > LIMITS.samplingHz) throw tooMany(place, 'Hz', frameHz, LIMITS.samplingHz);
  const counterHz = finite(parts?.[2]);
  return {
    frameHz,
    counterHz: counterHz !== null && counterHz > 0 ? counterHz : null,
    baseCounter: finite(parts?.[3]) ?? 0,
  };
}

function parseLength(field: string | undefined, place: LinePlace): number | null {
  if (field === undefined) return null;
  if (!/^\d+$/.test(field)) throw damagedLine(place, `"${clip(field)}" is no number of samples.`);
  const frames = Number(field);
  if (frames > LIMITS.samples) throw tooMany(place, 'samples', frames, LIMITS.samples);
  return frames === 0 ? null : frames;
}

/** `[[hh:]mm:]ss[.sss] [dd/mm/yyyy]`; a date that does not exist is ignored with a note. */
function parseBaseTime(
  fields: readonly string[],
  place: LinePlace,
  notes: ImportNote[],
): Pick<RecordLine, 'baseTime' | 'baseDate'> {
  const [timeField, dateField] = fields;
  const baseTime = timeField === undefined ? null : clockTime(timeField);
  const baseDate = dateField === undefined ? null : calendarDate(dateField);
  if ((timeField !== undefined && baseTime === null) || (dateField !== undefined && !baseDate))
    notes.push({
      kind: 'ignored',
      code: 'wfdb-base-time',
      message: `The start "${clip(fields.join(' '))}" is no time and date, and was ignored.`,
      place: `line ${place.line}`,
    });
  return { baseTime, baseDate };
}

function clockTime(field: string): string | null {
  const parts = /^(?:(?:(\d{1,2}):)?(\d{1,2}):)?(\d{1,2}(?:\.\d*)?)$/.exec(field);
  if (!parts) return null;
  const hours = Number(parts[1] ?? 0);
  const minutes = Number(parts[2] ?? 0);
  const milliseconds = Math.floor(Number(parts[3]) * 1000 + 1e-6);
  if (hours > 23 || minutes > 59 || milliseconds >= 60_000) return null;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(hours)}:${two(minutes)}:${two(Math.floor(milliseconds / 1000))}.${String(milliseconds % 1000).padStart(3, '0')}`;
}

function calendarDate(field: string): string | null {
  const parts = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(field);
  if (!parts) return null;
  const [day, month, year] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

function parseSegmentLine(text: string, place: LinePlace): SegmentLine {
  const [name = '', length, ...rest] = text.split(/\s+/);
  if (length === undefined || !/^\d+$/.test(length) || rest.length > 0)
    throw damagedLine(place, `"${clip(text)}" is no segment (a name and a number of samples).`);
  const frameCount = Number(length);
  if (frameCount > LIMITS.samples) throw tooMany(place, 'samples', frameCount, LIMITS.samples);
  return { name, frameCount };
}
