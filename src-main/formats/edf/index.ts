/** EDF, EDF+ (continuous and discontinuous), BDF and BDF+, by random access. */
import type { ImportNote, Lead, RecordingHeader } from '../../contract/domain.ts';
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
import { isUsableScale } from '../held-recording.ts';
import { existingStamp } from '../stamp.ts';
import { millivoltsPer } from '../voltage.ts';
import { mayHoldMarks, separateMarks, type OwnMarks } from './own-marks.ts';
import { readPhysical, readStored, startSample } from './samples.ts';
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
    const own = mayHoldMarks(header.recordingField)
      ? separateMarks(await readAllAnnotations(source, header, timeline.offsetS))
      : null;
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
  own: OwnMarks | null,
): RecordingReader {
  const notes: ImportNote[] = [...header.notes, ...timeline.notes];
  const scales = signals.map((signal) => scaleOf(signal, notes));
  const leads = signals.map((signal, i) => {
    const lead = leadOf(signal, scales[i], header, timeline);
    const endS = own?.ends.get(i);
    if (endS === undefined) return lead;
    const ends = Math.round(endS * lead.samplingHz);
    return { ...lead, sampleCount: Math.min(lead.sampleCount, Math.max(0, ends)) };
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

  /** Takes out of each array what is no sample of its lead. */
  function cleared<Values extends Float32Array | Int32Array>(
    all: Values[],
    indices: readonly number[],
    from: number,
    missing: number,
  ): Values[] {
    if (own)
      for (const [k, index] of indices.entries())
        restoreGaps(all[k], leads[index], index, own, from, missing);
    return all;
  }

  return {
    header: full,
    async readStored(indices, from, to) {
      checkedLeads(full, indices);
      checkedRange(from, to);
      const outs = indices.map(() => new Int32Array(to - from));
      await readStored(records, chosen(indices), from, outs);
      return cleared(outs, indices, from, NO_SAMPLE);
    },
    async read(indices, from, to, into) {
      checkedLeads(full, indices);
      const outs = outputs(indices, checkedRange(from, to), into);
      await readPhysical(records, chosen(indices), from, outs);
      return cleared(outs, indices, from, NaN);
    },
    async annotations(): Promise<readonly AnnotationSet[]> {
      const texts = own?.texts ?? (await readAllAnnotations(source, header, timeline.offsetS));
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

/** Takes out what stands in for gaps and for the end of a lead in Rhythmark's own files. */
function restoreGaps(
  values: Float32Array | Int32Array | undefined,
  lead: Lead | undefined,
  index: number,
  own: OwnMarks,
  from: number,
  missing: number,
): void {
  if (!values || !lead) return;
  const gaps = own.gaps.get(index) ?? [];
  const absent = [...gaps, { fromS: lead.sampleCount / lead.samplingHz, toS: Infinity }];
  for (const { fromS, toS } of absent) {
    const begin = Math.max(0, Math.round(fromS * lead.samplingHz) - from);
    const end = toS === Infinity ? values.length : Math.round(toS * lead.samplingHz) - from;
    if (begin < end) values.fill(missing, begin, Math.max(begin, end));
  }
}

interface Scale {
  readonly scale: number;
  readonly offset: number;
  readonly unit: string;
  readonly calibrated: boolean;
}

/** Millivolts for every spelling of a voltage; the file's own unit otherwise. */
function scaleOf(signal: EdfSignal, notes: ImportNote[]): Scale {
  const { digitalMin, digitalMax, physicalMin, physicalMax } = signal;
  const toMv = millivoltsPer(signal.dimension);
  const perStep = (physicalMax - physicalMin) / (digitalMax - digitalMin);
  const offset = (physicalMin - digitalMin * perStep) * (toMv ?? 1);
  // Equal limits, or limits so far apart that their difference has no end.
  if (!isUsableScale(perStep * (toMv ?? 1), offset)) {
    notes.push({
      kind: 'assumed',
      code: 'edf-no-calibration',
      message: `Signal "${signal.label}" states an empty range or one without end, so its unit is unknown: shown uncalibrated.`,
    });
    return { scale: 1, offset: 0, unit: signal.dimension, calibrated: false };
  }
  const factor = toMv ?? 1;
  return {
    scale: perStep * factor,
    offset,
    unit: toMv === null ? signal.dimension : 'mV',
    calibrated: toMv !== null,
  };
}

function leadOf(
  signal: EdfSignal,
  scale: Scale | undefined,
  header: EdfHeader,
  timeline: Timeline,
): Lead {
  const last = timeline.runs[timeline.runs.length - 1];
  const sampleCount = last
    ? startSample(last, header, signal.samplesPerRecord) + last.count * signal.samplesPerRecord
    : 0;
  const perUnit = scale ? 1 / scale.scale : 1;
  return {
    name: signal.label,
    unit: scale?.unit ?? signal.dimension,
    calibrated: scale?.calibrated ?? false,
    samplingHz: signal.samplesPerRecord / header.recordDurationS,
    sampleCount,
    gain: perUnit,
    baseline: scale && scale.offset !== 0 ? -scale.offset / scale.scale : 0,
    resolutionBits: header.bytesPerSample * 8,
  };
}
