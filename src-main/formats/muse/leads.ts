/** The leads of a MUSE waveform: base64 of 16-bit integers with a count, a checksum and a scale. */
import { crc32 } from 'node:zlib';
import type { ImportNote } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { decodeBase64 } from '../base64.ts';
import { distinctNames } from '../distinct-names.ts';
import { beginningLater, type HeldLead } from '../held-recording.ts';
import { leadNameOf } from '../lead-names.ts';
import { LIMITS } from '../limits.ts';
import { millivoltsPer } from '../voltage.ts';
import type { XmlElement } from '../xml.ts';

export function leadsOf(
  waveform: XmlElement,
  samplingHz: number,
  notes: ImportNote[],
): readonly HeldLead[] {
  const all = waveform.all('LeadData');
  const names = distinctNames(
    all.map((data) => leadNameOf(data.first('LeadID').text) || 'unnamed'),
    notes,
  );
  return all.map((data, i) => leadOf(names[i] ?? 'unnamed', data, samplingHz, notes));
}

function leadOf(name: string, data: XmlElement, samplingHz: number, notes: ImportNote[]): HeldLead {
  const bytes = bytesOf(name, data);
  const sampleCount = countOf(name, data, bytes, notes);
  checkSum(name, data, bytes, notes);
  const baseline = data.first('FirstSampleBaseline').number || 0;
  if (!Number.isInteger(baseline) || Math.abs(baseline) > 32_768) {
    throw new RhythmarkError(
      'damaged-file',
      `Lead ${name} states a baseline of ${baseline}, outside its 16 bits (element <FirstSampleBaseline>).`,
    );
  }
  const perBit = data.first('LeadAmplitudeUnitsPerBit').number;
  const unit = data.first('LeadAmplitudeUnits').text;
  const toMv = millivoltsPer(unit);
  const calibrated = perBit > 0 && perBit < Infinity && toMv !== null;
  if (!calibrated) {
    notes.push({
      kind: 'assumed',
      code: 'muse-no-amplitude',
      message: `Lead ${name} states no voltage a bit: shown uncalibrated.`,
    });
  }
  if (data.first('LeadOff').text.toUpperCase() === 'TRUE') {
    notes.push({
      kind: 'read',
      code: 'lead-off',
      message: `Lead ${name} was off during recording.`,
    });
  }
  const lead: HeldLead = {
    ...{ name, unit: calibrated ? 'mV' : unit, calibrated, samplingHz, sampleCount },
    scale: calibrated ? perBit * toMv : 1,
    offset: 0,
    resolutionBits: 16,
    stored(from, to) {
      const out = new Int32Array(to - from);
      for (let i = from; i < to; i++) out[i - from] = bytes.readInt16LE(2 * i) - baseline;
      return out;
    },
  };
  return beginningLater(lead, offsetOf(name, data, notes));
}

function bytesOf(name: string, data: XmlElement): Buffer {
  const size = data.first('LeadSampleSize');
  if (size.number !== 2) {
    throw new RhythmarkError(
      'unsupported',
      `Lead ${name} stores ${size.text.slice(0, 16) || 'an unknown number of'} bytes a sample; 2 are read here (element <LeadSampleSize>).`,
    );
  }
  const bytes = decodeBase64(data.first('WaveFormData').text, `The waveform of lead ${name}`);
  const promised = data.first('LeadByteCountTotal').number;
  if (promised > bytes.length) {
    throw new RhythmarkError(
      'damaged-file',
      `Lead ${name} promises ${promised.toLocaleString('en')} bytes, its data holds ${bytes.length.toLocaleString('en')} (element <LeadByteCountTotal>). Export the recording again.`,
    );
  }
  return bytes;
}

/** Samples of the lead: as many as are stated, and all that are there where none is. */
function countOf(name: string, data: XmlElement, bytes: Buffer, notes: ImportNote[]): number {
  const promised = data.first('LeadSampleCountTotal').number;
  const held = Math.floor(bytes.length / 2);
  if (promised > held || promised < 0 || (promised > 0 && !Number.isInteger(promised))) {
    throw new RhythmarkError(
      'damaged-file',
      `Lead ${name} promises ${promised.toLocaleString('en')} samples, its data holds ${held.toLocaleString('en')} (element <LeadSampleCountTotal>). Export the recording again.`,
    );
  }
  if (held > LIMITS.wholeFileBytes)
    throw new RhythmarkError('too-large', `Lead ${name} is too long.`);
  const count = Number.isFinite(promised) ? promised : held;
  if (2 * count < bytes.length) {
    notes.push({
      kind: 'ignored',
      code: 'muse-extra-samples',
      message: `Lead ${name} states ${count.toLocaleString('en')} samples, its data has ${(bytes.length - 2 * count).toLocaleString('en')} bytes more; they are not read.`,
    });
  }
  return count;
}

/** CRC-32 of the bytes that the base64 stands for, as the real files here have it. */
function checkSum(name: string, data: XmlElement, bytes: Buffer, notes: ImportNote[]): void {
  const stated = data.first('LeadDataCRC32').number;
  if (Number.isNaN(stated) || stated === crc32(bytes)) return;
  notes.push({
    kind: 'assumed',
    code: 'muse-checksum',
    message: `The checksum of lead ${name} does not fit its samples: they may have been changed since the recording.`,
  });
}

/**
 * LeadOffsetFirstSample counts samples (so do converters that write it). LeadTimeOffset is in a unit
 * that GE does not publish: it is said, and not applied.
 */
function offsetOf(name: string, data: XmlElement, notes: ImportNote[]): number {
  const offset = data.first('LeadOffsetFirstSample').number || 0;
  const unclear = data.first('LeadTimeOffset').number || 0;
  if (!Number.isInteger(offset) || offset < 0 || offset > 65_535) {
    throw new RhythmarkError(
      'damaged-file',
      `Lead ${name} states that it begins ${offset} samples late (element <LeadOffsetFirstSample>).`,
    );
  }
  if (offset > 0) {
    notes.push({
      kind: 'read',
      code: 'muse-begins-later',
      message: `Lead ${name} begins ${offset.toLocaleString('en')} samples later; it was moved.`,
    });
  }
  if (unclear !== 0) {
    notes.push({
      kind: 'ignored',
      code: 'muse-time-offset',
      message: `Lead ${name} states a time offset of ${unclear}, whose unit GE does not publish; it was not moved by it.`,
    });
  }
  return offset;
}
