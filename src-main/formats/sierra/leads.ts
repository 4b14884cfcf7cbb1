/** The leads of a Sierra waveform: one after the other, plain or compressed, under their names. */
import type { ImportNote } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { leadNameOf, STANDARD_12 } from '../lead-names.ts';
import { LIMITS } from '../limits.ts';
import { numberOf, type XmlElement } from '../xml.ts';
import { encodedBytes, samplesOf, type SignalFormat } from './signal.ts';
import { decodeXli } from './xli.ts';

const WHAT = 'The waveform data';
/** What 1.03 and 1.04 call the twelve standard leads, in that order. */
const STANDARD_ACQUISITION = /^(?:|STD-12|10-WIRE)$/i;

export interface NamedSamples {
  readonly name: string;
  readonly samples: Int32Array;
}

/** `signal` is the element signalcharacteristics. */
export function leadsOf(
  waveforms: XmlElement,
  signal: XmlElement,
  format: SignalFormat,
  notes: ImportNote[],
): readonly NamedSamples[] {
  const { samplingHz, compression } = format;
  const milliseconds = numberOf(
    waveforms.attribute('durationperchannel') || waveforms.attribute('duration'),
  );
  const promised = Math.round((milliseconds / 1000) * samplingHz);
  if (!(promised > 0) || promised > 1e8) {
    throw new RhythmarkError(
      'damaged-file',
      'The file states no duration or sampling rate for its waveforms (element <parsedwaveforms>).',
    );
  }
  const labels = labelsOf(waveforms, signal);
  if (compression === '') {
    const samples = samplesOf(waveforms.text, format, WHAT);
    const each = lengthOfEach(samples.length, labels.length, promised, notes);
    return apart(samples, each, labels);
  }
  if (!/^XLI$/i.test(compression)) {
    throw new RhythmarkError(
      'unsupported',
      `The waveforms are compressed by "${compression.slice(0, 20)}"; XLI is read here.`,
    );
  }
  if (format.zero !== 0) {
    // The limb leads are predicted from I and II: of samples with their zero or less it, nobody says.
    throw new RhythmarkError(
      'unsupported',
      `The compressed waveforms state a zero of ${format.zero}, which is not read here (signaloffset). Export the recording uncompressed.`,
    );
  }
  const decoded = decodeXli(encodedBytes(waveforms.text, format, WHAT));
  const named = decoded.map((samples, i) => ({ name: labels[i] ?? `Lead ${i + 1}`, samples }));
  const unnamed = waveforms.attribute('leadlabels') === '' ? acquisitionOf(signal) : '';
  const valid = named.slice(0, labels.length);
  checkEqualLengths(valid);
  restoreLimbLeads(valid, unnamed);
  checkLengths(valid, promised, notes);
  noteCount(decoded.length, labels.length, notes);
  return valid;
}

/** Names by place; empty where the file neither names its leads nor counts them. */
function labelsOf(waveforms: XmlElement, signal: XmlElement): readonly string[] {
  const text = waveforms.attribute('leadlabels');
  const count =
    numberOf(waveforms.attribute('numberofleads')) || signal.first('numberchannelsvalid').number;
  const named = STANDARD_ACQUISITION.test(acquisitionOf(signal)) ? STANDARD_12 : [];
  const known = text === '' ? named : text.split(/\s+/).slice(0, LIMITS.leads).map(leadNameOf);
  if (!(count > 0) || count > LIMITS.leads) return known;
  return Array.from({ length: count }, (_, i) => known[i] ?? `Lead ${i + 1}`);
}

function acquisitionOf(signal: XmlElement): string {
  return signal.first('acquisitiontype').text || signal.first('leadset').text;
}

/** Samples of each lead, where what is stated and what is there may differ by a rounded duration. */
function lengthOfEach(total: number, leads: number, promised: number, notes: ImportNote[]): number {
  if (total % promised === 0 && total > 0) {
    noteCount(total / promised, leads, notes);
    return promised;
  }
  const each = total / leads;
  if (Number.isInteger(each) && Math.abs(each / promised - 1) <= 0.01) {
    notes.push(otherLength(each, promised));
    return each;
  }
  throw new RhythmarkError(
    'damaged-file',
    `The waveform data holds ${total.toLocaleString('en')} samples, which is not ${promised.toLocaleString('en')} of each lead (attribute durationperchannel). Export the recording again.`,
  );
}

function apart(
  samples: Int32Array,
  each: number,
  labels: readonly string[],
): readonly NamedSamples[] {
  const count = labels.length || Math.min(LIMITS.leads + 1, samples.length / each);
  return Array.from({ length: Math.min(count, samples.length / each) }, (_, i) => ({
    name: labels[i] ?? `Lead ${i + 1}`,
    samples: samples.subarray(i * each, (i + 1) * each),
  }));
}

/** Each limb lead takes a sample of I and one of II. */
function checkEqualLengths(leads: readonly NamedSamples[]): void {
  const [first] = leads;
  const other = leads.find(({ samples }) => samples.length !== first?.samples.length);
  if (!first || !other) return;
  throw new RhythmarkError(
    'damaged-file',
    `The compressed lead ${other.name} holds ${other.samples.length.toLocaleString('en')} samples, lead ${first.name} ${first.samples.length.toLocaleString('en')} (element <parsedwaveforms>). Export the recording again.`,
  );
}

function checkLengths(leads: readonly NamedSamples[], promised: number, notes: ImportNote[]): void {
  for (const { name, samples } of leads) {
    if (samples.length < promised) {
      throw new RhythmarkError(
        'damaged-file',
        `The compressed lead ${name} holds ${samples.length.toLocaleString('en')} samples of ${promised.toLocaleString('en')} (attribute durationperchannel). Export the recording again.`,
      );
    }
  }
  const longer = leads.find(({ samples }) => samples.length > promised);
  if (longer) notes.push(otherLength(longer.samples.length, promised));
}

function otherLength(each: number, promised: number): ImportNote {
  return {
    kind: 'repaired',
    code: 'sierra-length',
    message: `By its duration a lead has ${promised.toLocaleString('en')} samples, the data holds ${each.toLocaleString('en')} of each; all are read.`,
  };
}

function noteCount(held: number, named: number, notes: ImportNote[]): void {
  if (held < named) {
    notes.push({
      kind: 'repaired',
      code: 'sierra-missing-leads',
      message: `The file names ${named} leads, its data holds ${held}.`,
    });
  }
  if (held > named && named > 0) {
    notes.push({
      kind: 'ignored',
      code: 'sierra-spare-channels',
      message: `The waveform data has ${held} channels, of which the file declares ${named} valid; the others are left out.`,
    });
  }
}

/**
 * XLI stores III, aVR, aVL and aVF as what is left after predicting them from I and II. Turns them
 * back, in place; `unsupported` where the leads have no names to be found by.
 */
function restoreLimbLeads(leads: readonly NamedSamples[], unnamedAcquisition: string): void {
  if (!STANDARD_ACQUISITION.test(unnamedAcquisition)) {
    throw new RhythmarkError(
      'unsupported',
      `The file does not name its leads, and its acquisition "${unnamedAcquisition.slice(0, 20)}" is not known here (element <acquisitiontype>).`,
    );
  }
  const samplesOfLead = (name: string) => leads.find((lead) => lead.name === name)?.samples;
  const [i, ii, iii] = [samplesOfLead('I'), samplesOfLead('II'), samplesOfLead('III')];
  const [avr, avl, avf] = [samplesOfLead('aVR'), samplesOfLead('aVL'), samplesOfLead('aVF')];
  if (!iii && !avr && !avl && !avf) return;
  if (!i || !ii || !iii) {
    throw new RhythmarkError(
      'unsupported',
      'The compressed limb leads follow from I, II and III, of which one is missing (attribute leadlabels).',
    );
  }
  for (let k = 0; k < i.length; k++) {
    const one = i[k] ?? 0;
    const two = ii[k] ?? 0;
    const three = two - one - (iii[k] ?? 0);
    iii[k] = three;
    // Halves are rounded down, as the recorder's integer shift does.
    if (avr) avr[k] = -(avr[k] ?? 0) - ((one + two) >> 1);
    if (avl) avl[k] = ((one - three) >> 1) - (avl[k] ?? 0);
    if (avf) avf[k] = ((two + three) >> 1) - (avf[k] ?? 0);
  }
}
