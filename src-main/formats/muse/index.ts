/**
 * GE MUSE XML (`RestingECG`). There is no public specification; element names and their meaning
 * follow the files themselves: samples are base64 of 16-bit little-endian integers, eight leads
 * are stored and III, aVR, aVL, aVF follow from I and II.
 */
import type { ImportNote, PatientFields } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { closingOnFailure, heldRecording } from '../held-recording.ts';
import { derivedLimbLeads } from '../limb-leads.ts';
import { MEDIAN_BEAT, MEDIAN_BEAT_APART, numberedParts } from '../parts.ts';
import type { AnnotationSet, FormatModule, OpenRequest, RecordingReader } from '../reader.ts';
import { readXml, rootNameOf, type XmlElement } from '../xml.ts';
import { leadsOf } from './leads.ts';

export const muse: FormatModule = {
  name: 'MUSE XML',
  group: 'Resting',
  endings: ['xml'],
  detect: ({ head }) => (rootNameOf(head) === 'RestingECG' ? 1 : 0),
  async parts({ source }) {
    const waveforms = (await readXml(source, 'RestingECG', [])).all('Waveform');
    return numberedParts(waveforms.filter(isRhythm).length, 'waveform');
  },
  open: closingOnFailure(open),
};

async function open({ source, part }: OpenRequest): Promise<RecordingReader> {
  const notes: ImportNote[] = [];
  const root = await readXml(source, 'RestingECG', notes);
  const waveforms = root.all('Waveform');
  const medians = waveforms.filter((one) => typeOf(one) === 'median');
  const rhythms = waveforms.filter(isRhythm);
  const waveform = part === MEDIAN_BEAT ? medians[0] : rhythms[part === '' ? 0 : Number(part) - 1];
  if (!waveform) {
    throw new RhythmarkError(
      'not-a-recording',
      'This MUSE file holds no rhythm waveform (element <WaveformType>). Export it with its samples.',
    );
  }
  if (part === '') notes.push(...leftOut(waveforms.length, medians.length, rhythms.length));
  const sampleType = waveform.first('SampleType').text;
  if (sampleType !== '' && sampleType.toUpperCase() !== 'CONTINUOUS_SAMPLES') {
    throw new RhythmarkError(
      'unsupported',
      `The waveform holds "${sampleType.slice(0, 30)}"; continuous samples are read here (element <SampleType>).`,
    );
  }
  const exponent = waveform.first('SampleExponent').number || 0;
  const samplingHz = waveform.first('SampleBase').number * 10 ** exponent;
  noteStartTime(waveform, notes);
  const stored = leadsOf(waveform, samplingHz, notes);
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
    // Beats are timed on the first rhythm waveform.
    part === '' ? beatsOf(root, samplingHz) : [],
    source,
  );
}

function isRhythm(waveform: XmlElement): boolean {
  return typeOf(waveform) === 'rhythm';
}

function typeOf(waveform: XmlElement): string {
  return waveform.first('WaveformType').text.toLowerCase();
}

function leftOut(all: number, medians: number, rhythms: number): ImportNote[] {
  const notes: ImportNote[] = [];
  if (medians > 0) {
    notes.push({
      kind: 'ignored',
      code: 'median-beat',
      message: MEDIAN_BEAT_APART,
    });
  }
  if (rhythms > 1) {
    notes.push({
      kind: 'ignored',
      code: 'more-waveforms',
      message: `The file holds ${rhythms} rhythm waveforms, of which this is the first; the others are the parts "2" to "${rhythms}".`,
    });
  }
  if (all > medians + rhythms) {
    notes.push({
      kind: 'ignored',
      code: 'muse-other-waveforms',
      message: `The file holds ${all - medians - rhythms} waveforms that are neither of the type Rhythm nor Median; they are not shown.`,
    });
  }
  return notes;
}

function noteStartTime(waveform: XmlElement, notes: ImportNote[]): void {
  const start = waveform.first('WaveformStartTime').number || 0;
  if (start === 0) return;
  notes.push({
    kind: 'ignored',
    code: 'muse-time-offset',
    message: `The waveform states a start time of ${start}, whose unit GE does not publish; it begins at the time of acquisition here.`,
  });
}

function startOf(test: XmlElement): string | null {
  const date = /^(\d\d)[-/](\d\d)[-/](\d{4})$/.exec(test.first('AcquisitionDate').text);
  const time = /^(\d\d:\d\d)(:\d\d)?$/.exec(test.first('AcquisitionTime').text);
  if (!date || !time) return null;
  return `${date[3]}-${date[1]}-${date[2]}T${time[1]}${time[2] ?? ':00'}.000`;
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
