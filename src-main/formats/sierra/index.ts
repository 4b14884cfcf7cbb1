/**
 * Philips Sierra ECG XML, versions 1.03 and 1.04 (PageWriter, HeartStart, TraceMaster). Source:
 * the schema that ships with the files.
 */
import type { ImportNote, PatientFields } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { distinctNames } from '../distinct-names.ts';
import {
  beginningLater,
  closingOnFailure,
  heldRecording,
  type HeldLead,
} from '../held-recording.ts';
import { leadNameOf } from '../lead-names.ts';
import { MEDIAN_BEAT, MEDIAN_BEAT_APART } from '../parts.ts';
import type { FormatModule, OpenRequest, RecordingReader } from '../reader.ts';
import { numberOf, readXml, rootNameOf, type XmlElement } from '../xml.ts';
import { leadsOf, type NamedSamples } from './leads.ts';
import { formatOf, samplesOf, type SignalFormat } from './signal.ts';

export const sierra: FormatModule = {
  name: 'Philips XML',
  group: 'Resting',
  endings: ['xml'],
  detect: ({ head }) => (rootNameOf(head) === 'restingecgdata' ? 1 : 0),
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  open: closingOnFailure(open),
};

async function open({ source, part }: OpenRequest): Promise<RecordingReader> {
  const notes: ImportNote[] = [];
  const root = await readXml(source, 'restingecgdata', notes);
  const type = root.first('documentinfo', 'documenttype').text;
  if (!/^(Sierra|Philips)ECG$/.test(type)) {
    throw new RhythmarkError(
      'not-a-recording',
      `The file calls itself "${type.slice(0, 40)}", not SierraECG (element <documenttype>). Export it again from the recorder.`,
    );
  }
  const acquisition = root.first('dataacquisition');
  const signal = acquisition.first('signalcharacteristics');
  const waveforms = root.first('waveforms');
  const leads =
    part === MEDIAN_BEAT ? averagedBeat(waveforms, signal) : recorded(waveforms, signal, notes);
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
    named(leads, notes),
    [],
    source,
  );
}

/** A lead with its place in time and on its scale, before it has a name of its own. */
interface StoredLead extends NamedSamples {
  readonly format: SignalFormat;
  /** Samples that come before its first, where others begin earlier. */
  readonly before: number;
}

/** The leads of <parsedwaveforms>, or where there is none of <leadwaveforms>. */
function recorded(
  waveforms: XmlElement,
  signal: XmlElement,
  notes: ImportNote[],
): readonly StoredLead[] {
  const parsed = waveforms.first('parsedwaveforms');
  const single = waveforms.all('leadwaveforms');
  noteOthers(waveforms, parsed.text === '' ? [] : ['leadwaveforms'], notes);
  if (parsed.text === '' && single.length > 0) {
    return single.flatMap((group) => singleLeads(group, signal));
  }
  if (parsed.text === '' && waveforms.all('unparsedwaveforms').length > 0) {
    throw new RhythmarkError(
      'unsupported',
      'The file keeps its waveforms in another file (element <unparsedwaveforms>). Export it with its waveforms.',
    );
  }
  const format = formatOf(parsed, signal);
  return leadsOf(parsed, signal, format, notes).map((lead) => ({ ...lead, format, before: 0 }));
}

function noteOthers(waveforms: XmlElement, more: readonly string[], notes: ImportNote[]): void {
  if (waveforms.all('repbeats', 'repbeat').length > 0) {
    notes.push({
      kind: 'ignored',
      code: 'median-beat',
      message: MEDIAN_BEAT_APART,
    });
  }
  const others = ['vcgs', ...more].filter((name) => waveforms.all(name).length > 0);
  if (others.length > 0) {
    notes.push({
      kind: 'ignored',
      code: 'sierra-other-waveforms',
      message: `The file also holds waveforms of another kind (element <${others.join('>, <')}>), which are not shown.`,
    });
  }
}

/** Leads that are stored one by one, each with a time in milliseconds at which it begins. */
function singleLeads(group: XmlElement, signal: XmlElement): readonly StoredLead[] {
  const format = formatOf(group, signal);
  refuseCompressed(format, 'leadwaveforms');
  return group.all('leadwaveform').map((lead) => {
    const name = leadNameOf(lead.attribute('leadname')) || 'unnamed';
    const startMs = numberOf(lead.attribute('starttime')) || 0;
    const before = Math.round((startMs / 1000) * format.samplingHz);
    if (!(before >= 0) || before > 1e8) {
      throw new RhythmarkError(
        'damaged-file',
        `Lead ${name} begins at ${startMs} ms (attribute starttime), which no recording has.`,
      );
    }
    return { name, samples: samplesOf(lead.text, format, `Lead ${name}`), format, before };
  });
}

/** 1.03 has the samples in <repbeat>, 1.04 in <waveform> below it; 16 bits in either. */
function averagedBeat(waveforms: XmlElement, signal: XmlElement): readonly StoredLead[] {
  const beats = waveforms.first('repbeats');
  const format = { ...formatOf(beats, signal), zero: 0, signed: true, bits: 16 };
  refuseCompressed(format, 'repbeats');
  return beats.all('repbeat').map((beat) => {
    const name = leadNameOf(beat.attribute('leadname')) || 'unnamed';
    const waveform = beat.all('waveform')[0] ?? beat;
    return {
      name,
      samples: samplesOf(waveform.text, format, `The beat of lead ${name}`),
      format,
      before: 0,
    };
  });
}

function refuseCompressed({ compression }: SignalFormat, element: string): void {
  if (compression === '') return;
  throw new RhythmarkError(
    'unsupported',
    `The samples are compressed by "${compression.slice(0, 20)}", which is not read here (element <${element}>).`,
  );
}

function named(leads: readonly StoredLead[], notes: ImportNote[]): HeldLead[] {
  const names = distinctNames(
    leads.map(({ name }) => name),
    notes,
  );
  if (leads.some(({ format }) => !isCalibrated(format))) {
    notes.push({
      kind: 'assumed',
      code: 'sierra-no-resolution',
      message: 'The file states no voltage a step (element <resolution>): shown uncalibrated.',
    });
  }
  return leads.map(({ samples, format, before }, i) => {
    const calibrated = isCalibrated(format);
    const lead: HeldLead = {
      name: names[i] ?? `Lead ${i + 1}`,
      unit: calibrated ? 'mV' : '',
      calibrated,
      samplingHz: format.samplingHz,
      sampleCount: samples.length,
      // Resolution is in microvolts a step.
      scale: calibrated ? format.resolutionUv / 1000 : 1,
      offset: 0,
      resolutionBits: 16,
      stored: (from, to) => samples.slice(from, to),
    };
    return beginningLater(lead, before);
  });
}

function isCalibrated({ resolutionUv }: SignalFormat): boolean {
  return resolutionUv > 0 && resolutionUv < Infinity;
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
