/**
 * Waveform objects of DICOM (PS3.3 section C.10.9, Waveform Module): multiplex groups, channels,
 * sample encodings. Tags are written `x` + group + element, as dicom-parser does.
 */
import type { DataSet } from 'dicom-parser';
import { RhythmarkError } from '../../contract/errors.ts';
import type { ImportNote } from '../../contract/domain.ts';
import type { HeldLead, SamplePlace } from '../held-recording.ts';
import { numbersOf, type NumberType } from '../interleaved.ts';
import { leadNameOf } from '../lead-names.ts';
import { LIMITS } from '../limits.ts';
import { NO_SAMPLE } from '../reader.ts';
import { ROW_BYTES } from '../vector/convert.ts';
import { millivoltsPer } from '../voltage.ts';
import type { TextReader } from './character-set.ts';
import { companded } from './companding.ts';

export interface MultiplexGroup {
  readonly label: string;
  readonly samplingHz: number;
  readonly sampleCount: number;
  /** When the group begins, on an axis that all groups of the file share (0018,1068). */
  readonly offsetS: number;
  readonly leads: readonly GroupLead[];
}

export interface GroupLead extends HeldLead {
  /** When the channel's first sample was taken, after its group's beginning. */
  readonly skewS: number;
}

/** One item of the Waveform Sequence (5400,0100). `ordinal` counts from 1, for messages. */
export function readGroup(
  group: DataSet,
  ordinal: number,
  bigEndian: boolean,
  texts: TextReader,
  notes: ImportNote[],
): MultiplexGroup {
  const channels = group.uint16('x003a0005') ?? 0;
  const sampleCount = group.uint32('x003a0010') ?? 0;
  const samplingHz = group.floatString('x003a001a') ?? NaN;
  const bits = group.uint16('x54001004') ?? 0;
  const interpretation = (group.string('x54001006') ?? '').trim();
  const place = `Waveform group ${ordinal}`;
  if (channels < 1 || channels > LIMITS.leads) {
    throw new RhythmarkError('damaged-file', `${place} states ${channels} channels.`);
  }
  const decode = DECODERS.get(interpretation);
  if (!decode || decode.bytes * 8 !== bits) {
    throw new RhythmarkError(
      'unsupported',
      `${place} stores its samples as "${interpretation}" of ${bits} bits, which is not read here.`,
    );
  }
  const data = group.elements['x54001010'];
  if (!data || data.hadUndefinedLength === true) {
    throw new RhythmarkError('damaged-file', `${place} holds no waveform data (5400,1010).`);
  }
  const needed = channels * sampleCount * decode.bytes;
  if (data.length < needed || data.dataOffset + needed > group.byteArray.length) {
    throw new RhythmarkError(
      'damaged-file',
      `${place} promises ${sampleCount.toLocaleString('en')} samples of ${channels} channels; its data ends ${(needed - Math.min(data.length, group.byteArray.length - data.dataOffset)).toLocaleString('en')} bytes early. The file is cut off: copy it again from the recorder.`,
    );
  }
  const bytes = group.byteArray.subarray(data.dataOffset, data.dataOffset + needed);
  const endian = bigEndian ? 'big' : 'little';
  const numbers = numbersOf(bytes, channels * sampleCount, { type: decode.type, endian });
  const padding = paddingOf(group, decode, endian);
  const straight = straightWay(bytes, channels, decode, endian, padding);
  const definitions = group.elements['x003a0200']?.items ?? [];
  const leads: GroupLead[] = [];
  for (let c = 0; c < channels; c++) {
    const definition = definitions[c]?.dataSet;
    leads.push({
      ...(definition ? describe(definition, c, texts, notes) : undescribed(c, ordinal, notes)),
      skewS: definition ? skewOf(definition, samplingHz) : 0,
      samplingHz,
      sampleCount,
      resolutionBits: definition?.uint16('x003a021a') ?? bits,
      ...(straight ? { place: { ...straight, firstByte: c * decode.bytes } } : {}),
      stored(from, to) {
        const out = new Int32Array(to - from);
        const { table } = decode;
        for (let i = 0, at = from * channels + c; i < out.length; i++, at += channels) {
          const value = numbers[at] ?? 0;
          out[i] = value === padding ? NO_SAMPLE : table === null ? value : (table[value] ?? 0);
        }
        return out;
      },
    });
  }
  return {
    label: (group.string('x003a0020') ?? '').trim(),
    samplingHz,
    sampleCount,
    offsetS: decimalOf(group, 'x00181068') / 1000,
    leads,
  };
}

/** Channel Time Skew (s) or Sample Skew, and the Channel Offset (s) that is added to either. */
function skewOf(channel: DataSet, samplingHz: number): number {
  const sampled = channel.elements['x003a0215'] !== undefined;
  const skewS = sampled
    ? decimalOf(channel, 'x003a0215') / samplingHz
    : decimalOf(channel, 'x003a0214');
  return skewS + decimalOf(channel, 'x003a0218');
}

/** 0 where the element is missing, empty or no number. */
function decimalOf(dataSet: DataSet, tag: string): number {
  const value = dataSet.floatString(tag);
  return value !== undefined && Number.isFinite(value) ? value : 0;
}

interface Decoder {
  readonly bytes: number;
  readonly type: NumberType;
  /** What a code stands for, where samples are companded. */
  readonly table: Int32Array | null;
}

function codes(decode: (code: number) => number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, code) => decode(code));
}

/** Waveform Sample Interpretation (5400,1006), PS3.3 C.10.9.1.5. */
const DECODERS = new Map<string, Decoder>([
  ['SB', { bytes: 1, type: 'int8', table: null }],
  ['UB', { bytes: 1, type: 'uint8', table: null }],
  ['MB', { bytes: 1, type: 'uint8', table: codes(companded.muLaw) }],
  ['AB', { bytes: 1, type: 'uint8', table: codes(companded.aLaw) }],
  ['SS', { bytes: 2, type: 'int16', table: null }],
  ['US', { bytes: 2, type: 'uint16', table: null }],
  ['SL', { bytes: 4, type: 'int32', table: null }],
]);

/** Waveform Padding Value (5400,100A): the stored code of a sample that is missing. */
function paddingOf(group: DataSet, decode: Decoder, endian: 'little' | 'big'): number | null {
  const element = group.elements['x5400100a'];
  if (!element || element.length < decode.bytes) return null;
  const bytes = group.byteArray.subarray(element.dataOffset, element.dataOffset + decode.bytes);
  if (bytes.length < decode.bytes) return null;
  return numbersOf(bytes, 1, { type: decode.type, endian })[0] ?? null;
}

/** Rows of little-endian integers as they are, short enough for the kernels; null for the rest. */
function straightWay(
  bytes: Uint8Array,
  channels: number,
  { type, bytes: size }: Decoder,
  endian: 'little' | 'big',
  missing: number | null,
): Omit<SamplePlace, 'firstByte'> | null {
  const width = type === 'int16' || type === 'int32' ? type : null;
  if (width === null || endian === 'big' || channels * size > ROW_BYTES) return null;
  return { bytes, rowBytes: channels * size, width, missing };
}

type Description = Pick<HeldLead, 'name' | 'unit' | 'calibrated' | 'scale' | 'offset'>;

/** One item of the Channel Definition Sequence (003A,0200). */
function describe(
  channel: DataSet,
  index: number,
  texts: TextReader,
  notes: ImportNote[],
): Description {
  const source = channel.elements['x003a0208']?.items?.[0]?.dataSet;
  const meaning = source ? texts.text(source, 'x00080104') : null;
  const name = leadNameOf(meaning ?? texts.text(channel, 'x003a0203') ?? `Channel ${index + 1}`);
  const sensitivity = channel.floatString('x003a0210');
  const unit = channel.elements['x003a0211']?.items?.[0]?.dataSet?.string('x00080100')?.trim();
  const correction = channel.floatString('x003a0212') ?? 1;
  const baseline = channel.floatString('x003a0213') || 0;
  if (!sensitivity || !Number.isFinite(sensitivity) || unit === undefined) {
    notes.push({
      kind: 'assumed',
      code: 'dicom-no-sensitivity',
      message: `Lead ${name} states no sensitivity: shown uncalibrated.`,
    });
    return { name, unit: unit ?? '', calibrated: false, scale: 1, offset: 0 };
  }
  const toMv = millivoltsPer(unit);
  const factor = toMv ?? 1;
  return {
    name,
    unit: toMv === null ? unit : 'mV',
    calibrated: toMv !== null,
    scale: sensitivity * (correction || 1) * factor,
    offset: baseline * factor,
  };
}

function undescribed(index: number, ordinal: number, notes: ImportNote[]): Description {
  notes.push({
    kind: 'assumed',
    code: 'dicom-no-channel',
    message: `Waveform group ${ordinal} does not describe channel ${index + 1}: shown uncalibrated.`,
  });
  return { name: `Channel ${index + 1}`, unit: '', calibrated: false, scale: 1, offset: 0 };
}
