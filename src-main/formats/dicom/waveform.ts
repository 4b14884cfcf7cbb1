/**
 * Waveform objects of DICOM (PS3.3 section C.10.9, Waveform Module): multiplex groups, channels,
 * sample encodings. Tags are written `x` + group + element, as dicom-parser does.
 */
import type { DataSet } from 'dicom-parser';
import { RhythmarkError } from '../../contract/errors.ts';
import type { ImportNote } from '../../contract/domain.ts';
import type { HeldLead } from '../held-recording.ts';
import { leadNameOf } from '../lead-names.ts';
import { LIMITS } from '../limits.ts';
import { NO_SAMPLE } from '../reader.ts';
import { millivoltsPer } from '../voltage.ts';
import { companded } from './companding.ts';

export interface MultiplexGroup {
  readonly label: string;
  readonly samplingHz: number;
  readonly sampleCount: number;
  readonly leads: readonly HeldLead[];
}

/** One item of the Waveform Sequence (5400,0100). `ordinal` counts from 1, for messages. */
export function readGroup(
  group: DataSet,
  ordinal: number,
  bigEndian: boolean,
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
  const decode = DECODERS[interpretation];
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
  const bytes = group.byteArray;
  const view = new DataView(bytes.buffer, bytes.byteOffset + data.dataOffset, needed);
  const padding = paddingOf(group, decode, bigEndian);
  const definitions = group.elements['x003a0200']?.items ?? [];
  const leads: HeldLead[] = [];
  for (let c = 0; c < channels; c++) {
    const definition = definitions[c]?.dataSet;
    leads.push({
      ...(definition ? describe(definition, c, notes) : undescribed(c, ordinal, notes)),
      samplingHz,
      sampleCount,
      resolutionBits: definition?.uint16('x003a021a') ?? bits,
      stored(from, to) {
        const out = new Int32Array(to - from);
        for (let i = from; i < to; i++) {
          const value = decode.read(view, (i * channels + c) * decode.bytes, !bigEndian);
          out[i - from] = value === padding ? NO_SAMPLE : value;
        }
        return out;
      },
    });
  }
  return { label: (group.string('x003a0020') ?? '').trim(), samplingHz, sampleCount, leads };
}

interface Decoder {
  readonly bytes: number;
  read(view: DataView, at: number, littleEndian: boolean): number;
}

/** Waveform Sample Interpretation (5400,1006), PS3.3 C.10.9.1.5. */
const DECODERS: Readonly<Record<string, Decoder>> = {
  SB: { bytes: 1, read: (view, at) => view.getInt8(at) },
  UB: { bytes: 1, read: (view, at) => view.getUint8(at) },
  MB: { bytes: 1, read: (view, at) => companded.muLaw(view.getUint8(at)) },
  AB: { bytes: 1, read: (view, at) => companded.aLaw(view.getUint8(at)) },
  SS: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  US: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  SL: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
};

function paddingOf(group: DataSet, decode: Decoder, bigEndian: boolean): number | null {
  const element = group.elements['x5400100a'];
  if (!element || element.length < decode.bytes) return null;
  const bytes = group.byteArray;
  const view = new DataView(bytes.buffer, bytes.byteOffset + element.dataOffset, decode.bytes);
  return decode.read(view, 0, !bigEndian);
}

type Description = Pick<HeldLead, 'name' | 'unit' | 'calibrated' | 'scale' | 'offset'>;

/** One item of the Channel Definition Sequence (003A,0200). */
function describe(channel: DataSet, index: number, notes: ImportNote[]): Description {
  const source = channel.elements['x003a0208']?.items?.[0]?.dataSet;
  const name = leadNameOf(
    source?.string('x00080104') ?? channel.string('x003a0203') ?? `Channel ${index + 1}`,
  );
  const sensitivity = channel.floatString('x003a0210');
  const unit = channel.elements['x003a0211']?.items?.[0]?.dataSet?.string('x00080100')?.trim();
  const correction = channel.floatString('x003a0212') ?? 1;
  const baseline = channel.floatString('x003a0213') ?? 0;
  const skew = channel.floatString('x003a0215') ?? 0;
  if (skew !== 0) {
    notes.push({
      kind: 'ignored',
      code: 'dicom-skew',
      message: `Lead ${name} states a skew of ${skew} samples, less than is visible; not applied.`,
    });
  }
  if (sensitivity === undefined || sensitivity === 0 || unit === undefined) {
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
    scale: sensitivity * (correction === 0 ? 1 : correction) * factor,
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
