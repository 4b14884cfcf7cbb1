/** Leads of the EDF family: their units out of what the header states of each signal. */
import type { ImportNote, Lead } from '../../contract/domain.ts';
import { isUsableScale } from '../held-recording.ts';
import { millivoltsPer } from '../voltage.ts';
import type { EdfHeader, EdfSignal } from './header.ts';
import { startSample, type Scale } from './samples.ts';
import type { Timeline } from './timeline.ts';

export interface LeadScale extends Scale {
  readonly unit: string;
  readonly calibrated: boolean;
}

/** Millivolts for every spelling of a voltage; the file's own unit otherwise. */
export function scaleOf(signal: EdfSignal, notes: ImportNote[]): LeadScale {
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

export function leadOf(
  signal: EdfSignal,
  scale: LeadScale | undefined,
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
