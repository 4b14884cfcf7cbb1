/** What a signal line means for a lead: its unit, gain and rate, and what had to be assumed. */
import type { ImportNote, Lead } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { distinctNames } from '../distinct-names.ts';
import { LIMITS } from '../limits.ts';
import { millivoltsPer } from '../voltage.ts';
import type { SignalLine } from './signal-line.ts';

/** Stored units per mV where the header does not say (WFDB_DEFGAIN, header(5)). */
const DEFAULT_GAIN = 200;

/** Stored to physical: (stored - baseline) / gain, in `unit`. */
export interface Calibration {
  readonly unit: string;
  readonly gain: number;
  readonly baseline: number;
  readonly calibrated: boolean;
}

export function calibrationOf(signal: SignalLine): Calibration {
  const millivolts = millivoltsPer(signal.units);
  const unit = millivolts === null ? signal.units : 'mV';
  const { baseline } = signal;
  if (signal.gain === 0) return { unit, gain: DEFAULT_GAIN, baseline, calibrated: false };
  return { unit, gain: signal.gain * (1 / (millivolts ?? 1)), baseline, calibrated: true };
}

/** Leads of a record, named apart from each other; notes say what was assumed. */
export function leadsOf(
  signals: readonly SignalLine[],
  frameHz: number,
  frameCount: number,
  notes: ImportNote[],
): readonly Lead[] {
  const names = distinctNames(
    signals.map(({ description }, index) => description || `Signal ${index + 1}`),
    notes,
  );
  return signals.map((signal, index) => {
    const { unit, gain, baseline, calibrated } = calibrationOf(signal);
    const name = names[index] ?? signal.description;
    if (!calibrated)
      notes.push({
        kind: 'assumed',
        code: 'wfdb-default-gain',
        message: `The header gives no gain for ${name}; ${DEFAULT_GAIN} units per ${unit}, the default of WFDB, was taken. The lead is uncalibrated.`,
      });
    const samplingHz = frameHz * signal.samplesPerFrame;
    if (samplingHz > LIMITS.samplingHz)
      throw new RhythmarkError(
        'too-large',
        `${name} would have ${samplingHz.toLocaleString('en')} samples a second; at most ${LIMITS.samplingHz.toLocaleString('en')} are read. The header is damaged.`,
      );
    return {
      name,
      unit,
      calibrated,
      samplingHz,
      sampleCount: frameCount * signal.samplesPerFrame,
      gain,
      baseline,
      ...(signal.resolutionBits === null ? {} : { resolutionBits: signal.resolutionBits }),
    };
  });
}
