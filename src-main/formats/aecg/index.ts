/**
 * HL7 v3 Annotated ECG (FDA XML). Source: HL7 aECG Implementation Guide, March 2005
 * (Brown and Badilini): series, sequence sets, GLIST and SLIST values, derived series.
 */
import type { ImportNote } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { closingOnFailure, heldRecording } from '../held-recording.ts';
import type { FormatModule, OpenRequest, RecordingReader } from '../reader.ts';
import { readXml, rootNameOf, type XmlElement } from '../xml.ts';
import { annotationsOf } from './annotations.ts';
import { deviceOf, patientOf } from './identity.ts';
import { readSeries } from './series.ts';
import { isoOf } from './time.ts';

export const aecg: FormatModule = {
  name: 'HL7 aECG',
  group: 'Resting',
  endings: ['xml', 'aecg', 'ecg'],
  detect: ({ head }) => (rootNameOf(head) === 'AnnotatedECG' ? 1 : 0),
  async parts({ source }) {
    const series = rhythmSeries(await readXml(source, 'AnnotatedECG'));
    return series.length <= 1
      ? [{ part: '', name: '' }]
      : series.map((_, i) => ({ part: i === 0 ? '' : `${i + 1}`, name: `series ${i + 1}` }));
  },
  open: closingOnFailure(open),
};

async function open({ source, part }: OpenRequest): Promise<RecordingReader> {
  const root = await readXml(source, 'AnnotatedECG');
  const all = rhythmSeries(root);
  const derived = all.flatMap((series) => series.all('derivation', 'derivedSeries'));
  const chosen = part === 'median' ? derived[0] : all[part === '' ? 0 : Number(part) - 1];
  if (!chosen) {
    throw new RhythmarkError(
      'not-a-recording',
      'This aECG file holds no series of samples. Export it with its waveforms.',
    );
  }
  const notes: ImportNote[] = [];
  if (derived.length > 0 && part !== 'median') {
    notes.push({
      kind: 'ignored',
      code: 'median-beat',
      message: `The file also holds ${derived.length} derived series (an averaged beat), which are not part of the recording.`,
    });
  }
  const { leads, startMs } = readSeries(chosen, notes);
  const first = leads[0];
  return heldRecording(
    {
      format: 'HL7 aECG',
      start: isoOf(
        chosen.first('effectiveTime', 'low').attribute('value') ||
          chosen.first('effectiveTime', 'center').attribute('value') ||
          root.first('effectiveTime', 'low').attribute('value') ||
          root.first('effectiveTime', 'center').attribute('value'),
      ),
      patient: patientOf(root),
      device: deviceOf(chosen),
      comments: [],
      notes,
      synthetic: false,
    },
    leads,
    first ? annotationsOf(chosen, startMs, first.samplingHz) : [],
    source,
  );
}

/** Series with the recorder's own samples, in the order of the document. */
function rhythmSeries(root: XmlElement): XmlElement[] {
  return root.all('component', 'series');
}
