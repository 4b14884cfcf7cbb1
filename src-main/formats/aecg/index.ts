/**
 * HL7 v3 Annotated ECG (FDA XML). Source: HL7 aECG Implementation Guide, March 2005
 * (Brown and Badilini): series, sequence sets, GLIST and SLIST values, derived series.
 */
import type { ImportNote } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { closingOnFailure, heldRecording } from '../held-recording.ts';
import { MEDIAN_BEAT, numberedParts } from '../parts.ts';
import type { FormatModule, OpenRequest, RecordingReader } from '../reader.ts';
import { readXml, rootNameOf, type XmlElement } from '../xml.ts';
import { annotationsOf } from './annotations.ts';
import { deviceOf, patientOf } from './identity.ts';
import { readSeries } from './series.ts';
import { instantOf, isoOf } from './time.ts';

export const aecg: FormatModule = {
  name: 'HL7 aECG',
  group: 'Resting',
  endings: ['xml', 'aecg', 'ecg'],
  detect: ({ head }) => (rootNameOf(head) === 'AnnotatedECG' ? 1 : 0),
  async parts({ source }) {
    const series = rhythmSeries(await readXml(source, 'AnnotatedECG', []));
    return numberedParts(series.length, 'series');
  },
  open: closingOnFailure(open),
};

async function open({ source, part }: OpenRequest): Promise<RecordingReader> {
  const notes: ImportNote[] = [];
  const root = await readXml(source, 'AnnotatedECG', notes);
  const all = rhythmSeries(root);
  const derived = all.flatMap((series) => series.all('derivation', 'derivedSeries'));
  const chosen = part === MEDIAN_BEAT ? derived[0] : all[part === '' ? 0 : Number(part) - 1];
  if (!chosen) {
    throw new RhythmarkError(
      'not-a-recording',
      'This aECG file holds no series of samples. Export it with its waveforms.',
    );
  }
  if (part === '') notes.push(...leftOut(all, derived));
  const samples = readSeries(chosen, beginningOf(chosen, root), notes);
  const [first] = samples.leads;
  return heldRecording(
    {
      format: 'HL7 aECG',
      start: samples.dated ? isoOf(samples.startMs) : null,
      patient: patientOf(root),
      device: deviceOf(chosen),
      comments: [],
      notes,
      synthetic: false,
    },
    samples.leads,
    first ? annotationsOf(chosen, samples, first.samplingHz) : [],
    source,
  );
}

/** Series with the recorder's own samples, in the order of the document. */
function rhythmSeries(root: XmlElement): XmlElement[] {
  return root
    .all('component', 'series')
    .filter((series) => series.all('component', 'sequenceSet').length > 0);
}

function leftOut(all: readonly XmlElement[], derived: readonly XmlElement[]): ImportNote[] {
  const notes: ImportNote[] = [];
  if (derived.length > 0) {
    notes.push({
      kind: 'ignored',
      code: 'median-beat',
      message: `The file also holds ${derived.length} derived series (an averaged beat), which are not part of the recording.`,
    });
  }
  if (all.length > 1) {
    notes.push({
      kind: 'ignored',
      code: 'more-waveforms',
      message: `The file holds ${all.length} series, of which this is the first; the others are the parts "2" to "${all.length}".`,
    });
  }
  return notes;
}

/** When the series began by its own effective time, or the document's; null where neither tells. */
function beginningOf(series: XmlElement, root: XmlElement): number | null {
  for (const time of [series.first('effectiveTime'), root.first('effectiveTime')]) {
    const stamps = [time.first('low'), time.first('center'), time];
    for (const stamp of stamps) {
      const instant = instantOf(stamp.attribute('value'));
      if (instant !== null) return instant;
    }
  }
  return null;
}
