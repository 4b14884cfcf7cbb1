/** Under which readings a set's labels mean what the model's verdicts mean. */
import { READINGS, type Reading } from '../../contract/domain.ts';
import type { ReferenceLabel } from '../../report/evaluation/observation.ts';
import type { ComparedRecording } from './compare.ts';

/** The only reading that a label can mean, where the set does not tell ectopic beats apart. */
const ONLY: Partial<Record<ReferenceLabel, Reading>> = {
  'ectopy-or-other': 'cinc',
  'normal-or-ectopy': 'rhythm',
};

/** In the order of READINGS; all of them where every label tells ectopy apart, or no label does. */
export function comparableReadings(
  compared: readonly Pick<ComparedRecording, 'reference' | 'windows'>[],
): readonly Reading[] {
  const only = new Set<Reading>();
  for (const { reference, windows } of compared) {
    for (const label of [reference, ...windows.map((window) => window.reference)]) {
      const reading = label === null ? undefined : ONLY[label];
      if (reading !== undefined) only.add(reading);
    }
  }
  return only.size === 0 ? READINGS : READINGS.filter((reading) => only.has(reading));
}
