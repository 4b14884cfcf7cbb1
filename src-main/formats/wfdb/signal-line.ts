/**
 * One signal line of a WFDB header:
 * `file format[xSamples][:skew][+offset] [gain[(baseline)][/units] [bits [zero [initial
 * [checksum [block [description]]]]]]]`, with the defaults of header(5).
 */
import type { ImportNote } from '../../contract/domain.ts';
import { LIMITS } from '../limits.ts';
import { clip, damagedLine, finite, tooMany, type LinePlace } from './header-line.ts';
import { storageFormat, type StorageFormat } from './storage-format.ts';

export interface SignalLine {
  readonly fileName: string;
  readonly format: StorageFormat;
  readonly samplesPerFrame: number;
  /** Frames by which this signal's samples lie later in the file than the others'. */
  readonly skewFrames: number;
  /** Bytes before the first sample. */
  readonly byteOffset: number;
  /** Stored units per physical unit; 0 where the header does not say. */
  readonly gain: number;
  /** Stored value of physical 0. */
  readonly baseline: number;
  /** `mV` where the header does not say, as WFDB has it. */
  readonly units: string;
  readonly resolutionBits: number | null;
  readonly adcZero: number;
  /** Value before the first difference of format 8. */
  readonly initialValue: number;
  readonly checksum: number | null;
  readonly blockBytes: number;
  /** Empty where the header does not say. */
  readonly description: string;
}

const GAIN = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)?(?:\(([^)]*)\))?(?:\/(.+))?$/;
/** Frames; far above the few tens of samples that tape heads ever needed. */
const MAX_SKEW_FRAMES = 1_000_000;
const MAX_SAMPLES_PER_FRAME = 1_000_000;
const INT32 = 2 ** 31;
/** Within these, physical values of any stored number and unit fit a 32-bit float. */
const LEAST_GAIN = 1e-24;
const MOST_GAIN = 1e24;

/** Parses the line of signal `index` (from 0). Throws `damaged-file` or `too-large` with the line. */
export function parseSignalLine(
  text: string,
  index: number,
  place: LinePlace,
  notes: ImportNote[],
): SignalLine {
  const fields = /^(\S+)\s+(\S+)(?:\s+(.*))?$/.exec(text);
  const [, fileName, formatField, rest = ''] = fields ?? [];
  if (fileName === undefined || formatField === undefined)
    throw damagedLine(place, `signal ${index + 1} needs a file name and a format.`);
  const storage = parseFormat(formatField, index, place);
  const gainField = /^(\S+)\s*(.*)$/.exec(rest);
  const gain = parseGain(gainField?.[1], index, place);
  const [numbers, description] = leadingIntegers(gainField?.[2] ?? '', 5);
  const [bits, zero, initial, checksum, block] = numbers;
  if (numbers.length < 5 && description !== '')
    notes.push({
      kind: 'assumed',
      code: 'wfdb-short-signal-line',
      message: `Signal ${index + 1} leaves out fields before its description; their defaults were taken.`,
      place: `line ${place.line}`,
    });
  const adcZero = zero ?? 0;
  const baseline = gain.baseline ?? adcZero;
  if (Math.abs(adcZero) >= INT32 || Math.abs(baseline) >= INT32)
    throw damagedLine(place, `signal ${index + 1} has its zero outside 32 bits.`);
  return {
    fileName,
    ...storage,
    gain: gain.value,
    baseline,
    units: gain.units,
    resolutionBits: bits !== undefined && bits > 0 && bits <= 32 ? bits : null,
    adcZero,
    initialValue: (initial ?? adcZero) | 0,
    checksum: checksum ?? null,
    blockBytes: block ?? 0,
    description,
  };
}

function parseFormat(
  field: string,
  index: number,
  place: LinePlace,
): Pick<SignalLine, 'format' | 'samplesPerFrame' | 'skewFrames' | 'byteOffset'> {
  const code = /^(\d+)((?:x\d+|:\d+|\+\d+)*)$/.exec(field);
  if (!code)
    throw damagedLine(place, `"${clip(field)}" is no storage format of signal ${index + 1}.`);
  const modifier = (mark: string) =>
    Number(new RegExp(`\\${mark}(\\d+)`).exec(code[2] ?? '')?.[1] ?? NaN);
  const format = storageFormat(Number(code[1]));
  if (format === undefined)
    throw damagedLine(place, `signal ${index + 1} has the unknown storage format ${code[1]}.`);
  // The C library takes "x0" as 1.
  const samplesPerFrame = Math.max(1, modifier('x') || 1);
  const skewFrames = modifier(':') || 0;
  if (samplesPerFrame > MAX_SAMPLES_PER_FRAME)
    throw tooMany(place, 'samples per frame', samplesPerFrame, MAX_SAMPLES_PER_FRAME);
  if (skewFrames > MAX_SKEW_FRAMES)
    throw tooMany(place, 'frames of skew', skewFrames, MAX_SKEW_FRAMES);
  const byteOffset = modifier('+') || 0;
  if (byteOffset > LIMITS.samples) throw tooMany(place, 'bytes', byteOffset, LIMITS.samples);
  return { format, samplesPerFrame, skewFrames, byteOffset };
}

function parseGain(
  field: string | undefined,
  index: number,
  place: LinePlace,
): { value: number; baseline: number | null; units: string } {
  if (field === undefined) return { value: 0, baseline: null, units: 'mV' };
  const parts = GAIN.exec(field);
  const value = finite(parts?.[1]);
  const baseline = parts?.[2] === undefined ? null : finite(parts[2]);
  if (!parts || value === null || (parts[2] !== undefined && baseline === null))
    throw damagedLine(place, `"${clip(field)}" is no gain of signal ${index + 1}.`);
  if (value !== 0 && (Math.abs(value) < LEAST_GAIN || Math.abs(value) > MOST_GAIN))
    throw damagedLine(place, `signal ${index + 1} has the impossible gain ${clip(field)}.`);
  return {
    value,
    baseline: baseline === null ? null : Math.round(baseline),
    units: parts[3] ?? 'mV',
  };
}

/** Up to `most` whole numbers at the start of `text`, and what follows them. */
function leadingIntegers(text: string, most: number): [number[], string] {
  const numbers: number[] = [];
  let rest = text;
  while (numbers.length < most) {
    const next = /^([-+]?\d+)(?:\s+(.*))?$/.exec(rest);
    if (!next) break;
    numbers.push(Number(next[1]));
    rest = next[2] ?? '';
  }
  return [numbers, rest.trim()];
}
