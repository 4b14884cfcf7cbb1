/**
 * DICOM waveform objects: 12-lead, general, ambulatory and haemodynamic ECG (PS3.3 A.34).
 * Explicit and implicit VR, little and big endian and deflated, as dicom-parser reads them.
 */
import type { DataSet } from 'dicom-parser';
import type { ImportNote, PatientFields } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { withOwnNames } from '../distinct-names.ts';
import {
  beginningLater,
  closingOnFailure,
  heldRecording,
  readWhole,
  type HeldLead,
} from '../held-recording.ts';
import { inflated, inflationRoom } from '../inflate.ts';
import { LIMITS } from '../limits.ts';
import { MEDIAN_BEAT } from '../parts.ts';
import type { AnnotationSet, FormatModule, OpenRequest, RecordingReader } from '../reader.ts';
import { textReader, type TextReader } from './character-set.ts';
import { readGroup, type MultiplexGroup } from './waveform.ts';

const EXPLICIT_BIG_ENDIAN = '1.2.840.10008.1.2.2';

export const dicom: FormatModule = {
  name: 'DICOM',
  group: 'Resting',
  endings: ['dcm', 'dicom', 'dic'],
  detect({ head }) {
    return head.length >= 132 && String.fromCharCode(...head.subarray(128, 132)) === 'DICM' ? 1 : 0;
  },
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  open: closingOnFailure((request) =>
    open(request).catch((error: unknown) => {
      throw error instanceof RhythmarkError ? error : unreadable(error);
    }),
  ),
};

async function open({ source, part }: OpenRequest): Promise<RecordingReader> {
  const dataSet = await parsed(await readWhole(source, LIMITS.wholeFileBytes));
  const syntax = dataSet.string('x00020010')?.trim() ?? '';
  const items = dataSet.elements['x54000100']?.items ?? [];
  if (items.length === 0) {
    const modality = dataSet.string('x00080060') ?? 'unknown';
    throw new RhythmarkError(
      'not-a-recording',
      `This DICOM file holds no waveform (modality ${modality}). Export the ECG as a waveform object, not as a picture or a report.`,
    );
  }
  const notes: ImportNote[] = [];
  const texts = textReader(dataSet, notes);
  const groups = items.flatMap((item, i) =>
    item.dataSet
      ? [readGroup(item.dataSet, i + 1, syntax === EXPLICIT_BIG_ENDIAN, texts, notes)]
      : [],
  );
  const medians = groups.filter((group) => /MEDIAN/i.test(group.label));
  const rhythms = groups.filter((group) => !medians.includes(group));
  const chosen = part === MEDIAN_BEAT || rhythms.length === 0 ? medians : rhythms;
  if (medians.length > 0 && chosen !== medians) {
    notes.push({
      kind: 'ignored',
      code: 'median-beat',
      message: `The file also holds an averaged beat of ${medianLength(medians)} s a lead, which is not part of the recording.`,
    });
  }
  const modality = dataSet.string('x00080060')?.trim() ?? '';
  if (modality !== '' && modality !== 'ECG') {
    notes.push({
      kind: 'read',
      code: 'dicom-modality',
      message: `The file states modality ${modality}, not ECG.`,
    });
  }
  return heldRecording(
    {
      format: 'DICOM',
      start: dateTimeOf(dataSet),
      patient: patientOf(dataSet, texts),
      device: deviceOf(dataSet, texts),
      comments: [],
      notes,
      synthetic: false,
    },
    // Two groups may both hold a lead II.
    withOwnNames(onOneAxis(chosen, notes), notes),
    annotationsOf(dataSet, groups, chosen, texts),
    source,
  );
}

async function parsed(bytes: Uint8Array): Promise<DataSet> {
  const { default: dicomParser } = await import('dicom-parser');
  try {
    // The library asks for pako's or zlib's interface where a file is deflated.
    return dicomParser.parseDicom(bytes, { inflater });
  } catch (error) {
    throw error instanceof RhythmarkError ? error : unreadable(error);
  }
}

/** What dicom-parser throws, also of an element it is asked for: strings and objects of its own. */
function unreadable(error: unknown): RhythmarkError {
  const reason =
    error instanceof Error
      ? error.message
      : typeof error === 'object' && error !== null && 'exception' in error
        ? String(error.exception)
        : String(error);
  return new RhythmarkError(
    'damaged-file',
    'The DICOM file ends early or contradicts itself. Export it again.',
    reason.slice(0, 200),
  );
}

/** Meta header as it is, then the inflated data set (PS3.5 A.5). Bounded, so that a bomb is refused. */
function inflater(bytes: Uint8Array, position: number): Uint8Array {
  const room = inflationRoom(bytes.length);
  const body = inflated(bytes.subarray(position), 'raw', room, 'The DICOM data set');
  const whole = new Uint8Array(position + body.length);
  whole.set(bytes.subarray(0, position));
  whole.set(body, position);
  return whole;
}

function medianLength(medians: readonly MultiplexGroup[]): string {
  const first = medians[0];
  return first ? (first.sampleCount / first.samplingHz).toFixed(1) : '0';
}

/** When the first of all samples was taken, on the axis of the groups' offsets. */
function originOf(groups: readonly MultiplexGroup[]): number {
  const delays = groups.flatMap(({ offsetS, leads }) => leads.map(({ skewS }) => offsetS + skewS));
  return delays.reduce((least, delay) => Math.min(least, delay), Infinity);
}

/**
 * The leads of all groups, each beginning when it does: groups that were recorded one after the
 * other, or channels that were sampled one after the other, are moved by whole samples.
 */
function onOneAxis(groups: readonly MultiplexGroup[], notes: ImportNote[]): HeldLead[] {
  const origin = originOf(groups);
  return groups.flatMap(({ offsetS, samplingHz, leads }) =>
    leads.map((lead) => {
      const late = (offsetS + lead.skewS - origin) * samplingHz;
      const before = Math.round(late);
      // A rate that is none is refused with the lead.
      if (!Number.isSafeInteger(before) || late === 0) return lead;
      notes.push({
        kind: 'read',
        code: 'dicom-begins-later',
        message: `Lead ${lead.name} begins ${late.toLocaleString('en')} samples after the first lead, by its group's time offset and its own skew; it was moved by ${before.toLocaleString('en')}.`,
      });
      return beginningLater(lead, before);
    }),
  );
}

/** `YYYYMMDDHHMMSS.FFFFFF&ZZXX`, with fewer digits allowed; the zone is left out: local time. */
function dateTimeOf(dataSet: DataSet): string | null {
  const combined = dataSet.string('x0008002a') ?? '';
  const apart = `${dataSet.string('x00080023') ?? dataSet.string('x00080020') ?? ''}${dataSet.string('x00080033') ?? dataSet.string('x00080030') ?? ''}`;
  for (const text of [combined, apart]) {
    const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.(\d{1,6}))?/.exec(text.trim());
    if (!match) continue;
    const [, year, month, day, hour, minute, second = '00', fraction = '0'] = match;
    const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
    return `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}`;
  }
  return null;
}

function patientOf(dataSet: DataSet, texts: TextReader): PatientFields {
  const birth = /^(\d{4})(\d\d)(\d\d)$/.exec(dataSet.string('x00100030')?.trim() ?? '');
  return {
    id: texts.text(dataSet, 'x00100020'),
    name: nameOf(texts.text(dataSet, 'x00100010')),
    birthDate: birth ? `${birth[1]}-${birth[2]}-${birth[3]}` : null,
    sex: texts.text(dataSet, 'x00100040'),
    age: texts.text(dataSet, 'x00101010')?.replace(/^0+(\d+)Y$/, '$1') ?? null,
  };
}

/** `Yamada^Tarou=\u5c71\u7530^\u592a\u90ce`: in Latin letters, then in the patient's own (PS3.5 6.2.1). */
function nameOf(text: string | null): string | null {
  const [first = '', ...others] = (text ?? '')
    .split('=')
    .map((group) => group.replace(/\^+/g, ' ').trim())
    .filter((group) => group !== '');
  if (first === '') return null;
  return others.length === 0 ? first : `${first} (${others.join(', ')})`;
}

function deviceOf(dataSet: DataSet, texts: TextReader): string | null {
  const words = [texts.text(dataSet, 'x00080070'), texts.text(dataSet, 'x00081090')].filter(
    (word) => word !== null,
  );
  return words.length === 0 ? null : words.join(' ');
}

/**
 * Waveform Annotation Sequence (0040,B020): those that point at a sample of the groups shown, or at
 * a span of it. Referenced Waveform Channels (0040,A0B0) are pairs of group and channel, both
 * counted from 1. Samples are counted on the axis and at the rate of the first group.
 */
function annotationsOf(
  dataSet: DataSet,
  groups: readonly MultiplexGroup[],
  shown: readonly MultiplexGroup[],
  texts: TextReader,
): AnnotationSet[] {
  const [first] = shown;
  if (!first) return [];
  const origin = originOf(shown);
  const annotations = (dataSet.elements['x0040b020']?.items ?? []).flatMap(({ dataSet: item }) => {
    // Sample positions count from 1 (PS3.3 C.10.10.1.1).
    const position = item?.elements['x0040a132'] ? item.uint32('x0040a132') : undefined;
    const group = groups[(item?.uint16('x0040a0b0', 0) ?? 0) - 1];
    if (!item || position === undefined || !group || !shown.includes(group)) return [];
    const atS = (position - 1) / group.samplingHz;
    const sample = Math.round((atS + group.offsetS - origin) * first.samplingHz);
    if (!Number.isSafeInteger(sample)) return [];
    const inGroup = Math.max(0, (item.uint16('x0040a0b0', 1) ?? 0) - 1);
    const channel = inGroup + leadsBefore(shown, group);
    const concept = item.elements['x0040a043']?.items?.[0]?.dataSet;
    const meaning = concept ? texts.text(concept, 'x00080104') : null;
    const aux = texts.text(item, 'x00700006') ?? meaning ?? '';
    const durationS = spanOf(item, position, group.samplingHz);
    return [{ sample, symbol: '"', subtype: 0, channel, num: 0, aux, ...durationS }];
  });
  if (annotations.length === 0) return [];
  annotations.sort((a, b) => a.sample - b.sample);
  return [{ annotator: 'DICOM', samplingHz: first.samplingHz, annotations }];
}

/** The leads of the groups before one, by which its channels are numbered among those shown. */
function leadsBefore(shown: readonly MultiplexGroup[], group: MultiplexGroup): number {
  return shown.slice(0, shown.indexOf(group)).reduce((sum, { leads }) => sum + leads.length, 0);
}

/** Temporal Range Type (0040,A130) SEGMENT: from the first to the second sample position. */
function spanOf(item: DataSet, from: number, samplingHz: number): { durationS?: number } {
  const isSegment = item.string('x0040a130')?.trim() === 'SEGMENT';
  const to = isSegment ? item.uint32('x0040a132', 1) : undefined;
  return to !== undefined && to > from ? { durationS: (to - from) / samplingHz } : {};
}
