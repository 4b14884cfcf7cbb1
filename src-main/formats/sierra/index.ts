/**
 * Philips Sierra ECG XML, versions 1.03 and 1.04 (PageWriter, HeartStart, TraceMaster). Source:
 * the schema that ships with the files; limb leads III, aVR, aVL and aVF are stored as what is
 * left after predicting them from I and II.
 */
import type { ImportNote, PatientFields } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { decodeBase64 } from '../base64.ts';
import { closingOnFailure, heldRecording, type HeldLead } from '../held-recording.ts';
import { leadNameOf } from '../lead-names.ts';
import { LIMITS } from '../limits.ts';
import type { FormatModule, OpenRequest, RecordingReader } from '../reader.ts';
import { readXml, rootNameOf, type XmlElement } from '../xml.ts';
import { decodeXli } from './xli.ts';

const STANDARD = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

export const sierra: FormatModule = {
  name: 'Philips XML',
  group: 'Resting',
  endings: ['xml'],
  detect: ({ head }) => (rootNameOf(head) === 'restingecgdata' ? 1 : 0),
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  open: closingOnFailure(open),
};

async function open({ source }: OpenRequest): Promise<RecordingReader> {
  const root = await readXml(source, 'restingecgdata');
  const type = root.first('documentinfo', 'documenttype').text;
  if (!/^(Sierra|Philips)ECG$/.test(type)) {
    throw new RhythmarkError(
      'not-a-recording',
      `The file calls itself "${type.slice(0, 40)}", not SierraECG (element <documenttype>). Export it again from the recorder.`,
    );
  }
  const notes: ImportNote[] = [];
  const acquisition = root.first('dataacquisition');
  const signal = acquisition.first('signalcharacteristics');
  const samplingHz = signal.first('samplingrate').number;
  const resolution = signal.first('resolution').number || signal.first('signalresolution').number;
  const waveforms = root.first('waveforms', 'parsedwaveforms');
  const samplesPerLead = sampleCountOf(waveforms, samplingHz);
  const leads = decodeLeads(waveforms, samplesPerLead, signal, notes);
  return heldRecording(
    {
      format: `Philips Sierra XML ${root.first('documentinfo', 'documentversion').text}`.trim(),
      start: startOf(acquisition),
      patient: patientOf(root.first('patient', 'generalpatientdata')),
      device: acquisition.first('machine').text || null,
      comments: [],
      notes,
      synthetic: false,
    },
    leads.map(({ name, samples }): HeldLead => ({
      name,
      unit: 'mV',
      calibrated: resolution > 0 && resolution < Infinity,
      samplingHz,
      sampleCount: samples.length,
      // Resolution is in microvolts a step.
      scale: resolution > 0 && resolution < Infinity ? resolution / 1000 : 1,
      offset: 0,
      resolutionBits: 16,
      stored: (from, to) => samples.slice(from, to),
    })),
    [],
    source,
  );
}

function sampleCountOf(waveforms: XmlElement, samplingHz: number): number {
  const milliseconds =
    Number(waveforms.attribute('durationperchannel')) || Number(waveforms.attribute('duration'));
  const count = Math.round((milliseconds / 1000) * samplingHz);
  if (!(count > 0) || count > 1e8) {
    throw new RhythmarkError(
      'damaged-file',
      'The file states no duration or sampling rate for its waveforms (element <parsedwaveforms>).',
    );
  }
  return count;
}

function decodeLeads(
  waveforms: XmlElement,
  samplesPerLead: number,
  signal: XmlElement,
  notes: ImportNote[],
): { name: string; samples: Int32Array }[] {
  if (!/base64/i.test(waveforms.attribute('dataencoding') || 'Base64')) {
    throw new RhythmarkError(
      'unsupported',
      `The waveforms are encoded as "${waveforms.attribute('dataencoding').slice(0, 20)}"; Base64 is read here.`,
    );
  }
  const bytes = decodeBase64(waveforms.text, 'The waveform data');
  const compressed =
    /true/i.test(waveforms.attribute('compressflag')) || waveforms.attribute('compression') !== '';
  const method = waveforms.attribute('compressmethod') || waveforms.attribute('compression');
  if (compressed && !/^XLI$/i.test(method)) {
    throw new RhythmarkError(
      'unsupported',
      `The waveforms are compressed by "${method.slice(0, 20)}"; XLI is read here.`,
    );
  }
  const labels = labelsOf(waveforms, signal);
  if (compressed) {
    const decoded = decodeXli(bytes, samplesPerLead);
    restoreLimbLeads(decoded);
    if (decoded.length > labels.length) {
      notes.push({
        kind: 'ignored',
        code: 'sierra-spare-channels',
        message: `The waveform data has ${decoded.length} channels, of which the file declares ${labels.length} valid; the others are left out.`,
      });
    }
    return decoded
      .slice(0, labels.length)
      .map((samples, i) => ({ name: labels[i] ?? `Lead ${i + 1}`, samples }));
  }
  return uncompressed(bytes, samplesPerLead, labels, notes);
}

/** 16-bit little-endian, lead after lead. */
function uncompressed(
  bytes: Uint8Array,
  samplesPerLead: number,
  labels: readonly string[],
  notes: ImportNote[],
): { name: string; samples: Int32Array }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.length / 2 / samplesPerLead);
  if (count === 0) {
    throw new RhythmarkError('damaged-file', 'The waveform data ends before the first lead does.');
  }
  if (count < labels.length) {
    notes.push({
      kind: 'repaired',
      code: 'sierra-missing-leads',
      message: `The file names ${labels.length} leads, its data holds ${count}.`,
    });
  }
  return Array.from({ length: count }, (_, lead) => ({
    name: labels[lead] ?? `Lead ${lead + 1}`,
    samples: Int32Array.from({ length: samplesPerLead }, (_, i) =>
      view.getInt16(2 * (lead * samplesPerLead + i), true),
    ),
  }));
}

function labelsOf(waveforms: XmlElement, signal: XmlElement): string[] {
  const text = waveforms.attribute('leadlabels');
  const count =
    Number(waveforms.attribute('numberofleads')) || signal.first('numberchannelsvalid').number;
  const labels = text === '' ? STANDARD : text.split(/\s+/).slice(0, LIMITS.leads).map(leadNameOf);
  return count > 0 ? labels.slice(0, count) : labels;
}

/** Turns the stored residuals of III, aVR, aVL and aVF back into leads, in place. */
function restoreLimbLeads(leads: readonly Int32Array[]): void {
  const [i, ii, iii, avr, avl, avf] = leads;
  if (!i || !ii || !iii || !avr || !avl || !avf) return;
  for (let k = 0; k < i.length; k++) {
    const one = i[k] ?? 0;
    const two = ii[k] ?? 0;
    const three = two - one - (iii[k] ?? 0);
    iii[k] = three;
    // Halves are rounded down, as the recorder's integer shift does.
    avr[k] = -(avr[k] ?? 0) - ((one + two) >> 1);
    avl[k] = ((one - three) >> 1) - (avl[k] ?? 0);
    avf[k] = ((two + three) >> 1) - (avf[k] ?? 0);
  }
}

function startOf(acquisition: XmlElement): string | null {
  const date = /^\d{4}-\d\d-\d\d$/.exec(acquisition.attribute('date'));
  const time = /^\d\d:\d\d:\d\d/.exec(acquisition.attribute('time'));
  return date && time ? `${date[0]}T${time[0]}.000` : null;
}

function patientOf(patient: XmlElement): PatientFields {
  const name = patient.first('name');
  const words = [name.first('firstname').text, name.first('lastname').text].filter((w) => w !== '');
  return {
    id: patient.first('patientid').text || null,
    name: words.length === 0 ? null : words.join(' '),
    birthDate: patient.first('age', 'dateofbirth').text || null,
    sex: patient.first('sex').text || null,
    age: patient.first('age', 'years').text || null,
  };
}
