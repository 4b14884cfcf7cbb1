/** EDF, EDF+ (continuous and discontinuous), BDF and BDF+, by random access. */
import type { ImportNote, RecordingHeader } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { NO_SAMPLE } from '../reader.ts';
import type {
  AnnotationSet,
  FormatModule,
  OpenRequest,
  Probe,
  RecordingReader,
} from '../reader.ts';
import { readAllAnnotations } from './annotations.ts';
import { looksLikeEdf, readEdfHeader, type EdfHeader, type EdfSignal } from './header.ts';
import { deviceOf, patientOf, startOf } from './identity.ts';
import { LIMITS } from '../limits.ts';
import { checkedLeads, checkedRange, outputs } from '../requests.ts';
import { existingStamp } from '../stamp.ts';
import { ownFileOf, restoreGaps, type OwnFile } from './own-gaps.ts';
import { separateMarks } from './own-marks.ts';
import { leadOf, scaleOf } from './leads.ts';
import { physicalOf, readPhysical, readStored } from './samples.ts';
import { timelineOf, type Timeline } from './timeline.ts';

/** EDF+ texts are placed to the microsecond, finer than any sampling rate in use. */
const ANNOTATION_HZ = 1_000_000;

export const edf: FormatModule = {
  name: 'EDF',
  group: 'Ambulatory',
  endings: ['edf', 'bdf', 'rec'],
  detect: (probe: Probe) => (looksLikeEdf(probe.head) ? 0.98 : 0),
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  open,
};

async function open({ source }: OpenRequest): Promise<RecordingReader> {
  try {
    const header = await readEdfHeader(source);
    const signals = header.signals.filter((s) => !s.annotations && s.samplesPerRecord > 0);
    if (signals.length === 0) {
      throw new RhythmarkError(
        'not-a-recording',
        'This EDF+ file holds annotations only, no signal. Open the recording that they belong to.',
      );
    }
    if (header.recordDurationS === 0) {
      throw new RhythmarkError(
        'damaged-file',
        'The EDF header states 0 s for the duration of a data record, at byte 244, so the sampling rate is not known.',
      );
    }
    checkRates(header, signals);
    const timeline = await timelineOf(source, header);
    const own = await ownFileOf(source, header, timeline);
    return reader(source, header, signals, timeline, own);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** A duration of a record near 0, or of days, makes rates and lengths that no recorder has. */
function checkRates(header: EdfHeader, signals: readonly EdfSignal[]): void {
  for (const { label, samplesPerRecord } of signals) {
    const samplingHz = samplesPerRecord / header.recordDurationS;
    if (samplingHz <= LIMITS.samplingHz) continue;
    throw new RhythmarkError(
      'damaged-file',
      `The EDF header states ${samplesPerRecord} samples in ${header.recordDurationS} s for signal "${label}", which no recorder has, at byte 244.`,
    );
  }
  if (header.recordCount * header.recordDurationS <= LIMITS.durationS) return;
  throw new RhythmarkError(
    'damaged-file',
    `The EDF header states data records of ${header.recordDurationS} s, at byte 244: the recording would last over a year.`,
  );
}

function reader(
  source: OpenRequest['source'],
  header: EdfHeader,
  signals: readonly EdfSignal[],
  timeline: Timeline,
  own: OwnFile | null,
): RecordingReader {
  const notes: ImportNote[] = [...header.notes, ...timeline.notes];
  const scales = signals.map((signal) => scaleOf(signal, notes));
  const leads = signals.map((signal, i) => {
    const lead = leadOf(signal, scales[i], header, timeline);
    return own ? { ...lead, sampleCount: own.lengthOf(i, signal, lead.sampleCount) } : lead;
  });

  const full: RecordingHeader = {
    format: header.discontinuous ? `${header.format} (discontinuous)` : header.format,
    durationS: own
      ? Math.max(...leads.map((lead) => lead.sampleCount / lead.samplingHz))
      : timeline.durationS,
    start: existingStamp(startOf(header, timeline.offsetS)),
    leads,
    patient: patientOf(header.patientField),
    device: deviceOf(header.recordingField),
    comments: header.recordingField === '' ? [] : [header.recordingField],
    notes,
    synthetic: /Synthetic_recording_made_by_Rhythmark/.test(header.recordingField),
  };

  const records = { source, header, timeline };
  const chosen = (indices: readonly number[]) =>
    indices.flatMap((index) => {
      const [signal, scale] = [signals[index], scales[index]];
      return signal && scale ? [{ ...signal, ...scale }] : [];
    });

  /** What our own files have in the place of a missing sample, whatever range the header states. */
  const lowest = header.bytesPerSample === 2 ? -32768 : -8388608;

  const lowestPhysical = own ? scales.map((scale) => physicalOf(header, scale, lowest)) : [];

  /** Takes out of each array what is no sample of its lead. */
  async function cleared<Values extends Float32Array | Int32Array>(
    all: Values[],
    indices: readonly number[],
    from: number,
    missing: number,
    lowestOf: (lead: number) => number,
  ): Promise<Values[]> {
    if (!own) return all;
    const read = all.flatMap((values, k) => {
      const index = indices[k] ?? 0;
      const [lead, signal] = [leads[index], signals[index]];
      if (!lead || !signal) return [];
      const { samplesPerRecord } = signal;
      return [{ index, lead, samplesPerRecord, values, lowest: lowestOf(index) }];
    });
    await restoreGaps(own, read, from, missing);
    return all;
  }

  return {
    header: full,
    async readStored(indices, from, to) {
      checkedLeads(full, indices);
      checkedRange(from, to);
      const outs = indices.map(() => new Int32Array(to - from));
      await readStored(records, chosen(indices), from, outs);
      return cleared(outs, indices, from, NO_SAMPLE, () => lowest);
    },
    async read(indices, from, to, into) {
      checkedLeads(full, indices);
      const outs = outputs(indices, checkedRange(from, to), into);
      await readPhysical(records, chosen(indices), from, outs);
      return cleared(outs, indices, from, NaN, (lead) => lowestPhysical[lead] ?? NaN);
    },
    async annotations(): Promise<readonly AnnotationSet[]> {
      const all = await readAllAnnotations(source, header, timeline.offsetS);
      const texts = own ? separateMarks(all).texts : all;
      if (texts.length === 0) return [];
      return [
        {
          annotator: header.format,
          samplingHz: ANNOTATION_HZ,
          annotations: texts.map(({ onsetS, durationS, text }) => ({
            sample: Math.round(onsetS * ANNOTATION_HZ),
            symbol: '"',
            subtype: 0,
            channel: 0,
            num: 0,
            aux: text,
            ...(durationS === null ? {} : { durationS }),
          })),
        },
      ];
    },
    close: () => source.close(),
  };
}
