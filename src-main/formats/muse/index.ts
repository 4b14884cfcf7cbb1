/**
 * GE MUSE XML (`RestingECG`). There is no public specification; element names and their meaning
 * follow the files themselves: samples are base64 of 16-bit little-endian integers, eight leads
 * are stored and III, aVR, aVL, aVF follow from I and II.
 */
import type { ImportNote, PatientFields } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { decodeBase64 } from '../base64.ts';
import { closingOnFailure, heldRecording, type HeldLead } from '../held-recording.ts';
import { derivedLimbLeads } from '../limb-leads.ts';
import { LIMITS } from '../limits.ts';
import type { AnnotationSet, FormatModule, OpenRequest, RecordingReader } from '../reader.ts';
import { millivoltsPer } from '../voltage.ts';
import { readXml, rootNameOf, type XmlElement } from '../xml.ts';

export const muse: FormatModule = {
  name: 'MUSE XML',
  group: 'Resting',
  endings: ['xml'],
  detect: ({ head }) => (rootNameOf(head) === 'RestingECG' ? 1 : 0),
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  open: closingOnFailure(open),
};

async function open({ source, part }: OpenRequest): Promise<RecordingReader> {
  const root = await readXml(source, 'RestingECG');
  const waveforms = root.all('Waveform');
  const wanted = part === 'median' ? 'median' : 'rhythm';
  const waveform = waveforms.find(
    (candidate) => candidate.first('WaveformType').text.toLowerCase() === wanted,
  );
  if (!waveform) {
    throw new RhythmarkError(
      'not-a-recording',
      'This MUSE file holds no rhythm waveform. Export it with its samples.',
    );
  }
  const notes: ImportNote[] = [];
  if (wanted === 'rhythm' && waveforms.length > 1) {
    notes.push({
      kind: 'ignored',
      code: 'median-beat',
      message: 'The file also holds an averaged beat, which is not part of the recording.',
    });
  }
  const exponent = waveform.first('SampleExponent').number || 0;
  const samplingHz = waveform.first('SampleBase').number * 10 ** exponent;
  const stored = waveform.all('LeadData').map((lead) => leadOf(lead, samplingHz, notes));
  return heldRecording(
    {
      format: 'MUSE XML',
      start: startOf(root.first('TestDemographics')),
      patient: patientOf(root.first('PatientDemographics')),
      device: root.first('TestDemographics', 'AcquisitionDevice').text || null,
      comments: [],
      notes,
      synthetic: false,
    },
    [...stored, ...derivedLimbLeads(stored)],
    beatsOf(root, samplingHz),
    source,
  );
}

function leadOf(lead: XmlElement, samplingHz: number, notes: ImportNote[]): HeldLead {
  const name = lead.first('LeadID').text || 'unnamed';
  const size = lead.first('LeadSampleSize').number;
  if (size !== 2) {
    throw new RhythmarkError(
      'unsupported',
      `Lead ${name} stores ${lead.first('LeadSampleSize').text || 'an unknown number of'} bytes a sample; 2 are read here.`,
    );
  }
  const bytes = decodeBase64(lead.first('WaveFormData').text, `The waveform of lead ${name}`);
  const promised = lead.first('LeadSampleCountTotal').number;
  const held = Math.floor(bytes.length / 2);
  if (promised > held || promised < 0 || (promised > 0 && !Number.isInteger(promised))) {
    throw new RhythmarkError(
      'damaged-file',
      `Lead ${name} promises ${promised.toLocaleString('en')} samples, its data holds ${held.toLocaleString('en')}. Export the recording again.`,
    );
  }
  if (held > LIMITS.wholeFileBytes)
    throw new RhythmarkError('too-large', `Lead ${name} is too long.`);
  const baseline = lead.first('FirstSampleBaseline').number || 0;
  if (!Number.isInteger(baseline) || Math.abs(baseline) > 32_768) {
    throw new RhythmarkError(
      'damaged-file',
      `Lead ${name} states a baseline of ${baseline}, outside its 16 bits (element <FirstSampleBaseline>).`,
    );
  }
  const perBit = lead.first('LeadAmplitudeUnitsPerBit').number;
  const unit = lead.first('LeadAmplitudeUnits').text;
  const toMv = millivoltsPer(unit);
  const calibrated = perBit > 0 && perBit < Infinity && toMv !== null;
  if (!calibrated) {
    notes.push({
      kind: 'assumed',
      code: 'muse-no-amplitude',
      message: `Lead ${name} states no voltage a bit: shown uncalibrated.`,
    });
  }
  if (lead.first('LeadOff').text.toUpperCase() === 'TRUE') {
    notes.push({
      kind: 'read',
      code: 'lead-off',
      message: `Lead ${name} was off during recording.`,
    });
  }
  return {
    name,
    unit: calibrated ? 'mV' : unit,
    calibrated,
    samplingHz,
    sampleCount: Number.isFinite(promised) ? promised : held,
    scale: calibrated ? perBit * toMv : 1,
    offset: 0,
    resolutionBits: 16,
    stored(from, to) {
      const out = new Int32Array(to - from);
      for (let i = from; i < to; i++) out[i - from] = bytes.readInt16LE(2 * i) - baseline;
      return out;
    },
  };
}

function startOf(test: XmlElement): string | null {
  const date = /^(\d\d)-(\d\d)-(\d{4})$/.exec(test.first('AcquisitionDate').text);
  const time = /^(\d\d):(\d\d):(\d\d)$/.exec(test.first('AcquisitionTime').text);
  if (!date || !time) return null;
  return `${date[3]}-${date[1]}-${date[2]}T${time[0]}.000`;
}

function patientOf(patient: XmlElement): PatientFields {
  const stated = (name: string): string | null => patient.first(name).text || null;
  const names = [stated('PatientFirstName'), stated('PatientLastName')].filter((n) => n !== null);
  const birth = /^(\d\d)-(\d\d)-(\d{4})$/.exec(patient.first('DateofBirth').text);
  const years = patient.first('AgeUnits').text.toUpperCase() === 'YEARS';
  return {
    id: stated('PatientID'),
    name: names.length === 0 ? null : names.join(' '),
    birthDate: birth ? `${birth[3]}-${birth[1]}-${birth[2]}` : null,
    sex: stated('Gender'),
    age: years ? stated('PatientAge') : null,
  };
}

/** The cart's own QRS detections; their times are in milliseconds. */
function beatsOf(root: XmlElement, samplingHz: number): AnnotationSet[] {
  const annotations = root.all('QRSTimesTypes', 'QRS').flatMap((beat) => {
    const sample = Math.round((beat.first('Time').number / 1000) * samplingHz);
    if (!Number.isSafeInteger(sample)) return [];
    const num = beat.first('Type').number;
    // Type 0 is the dominant beat; other numbers are groups whose meaning the file does not say.
    return [{ sample, symbol: num === 0 ? 'N' : 'Q', subtype: 0, channel: 0, num, aux: '' }];
  });
  if (annotations.length === 0) return [];
  annotations.sort((a, b) => a.sample - b.sample);
  return [{ annotator: 'MUSE', samplingHz, annotations }];
}
