/**
 * From probabilities to a label: the one definition that the screen, the exports and the command
 * line share. Pure; see "The four classes" of the clinical notes.
 */
import { MODEL_OUTPUTS, RHYTHM_CLASSES, type Reading, type RhythmClass } from './domain.ts';

/** Four probabilities that sum to 1, and the part of `other` that is sinus rhythm with ectopy. */
export interface ClassProbabilities {
  readonly normal: number;
  readonly af: number;
  readonly other: number;
  readonly noise: number;
  readonly ectopy: number;
}

export interface Verdict {
  readonly label: RhythmClass;
  /** Calibrated probability of `label` under the reading. */
  readonly confidence: number;
  readonly uncertain: boolean;
}

/**
 * One row of `WindowVerdicts.probabilities`, or null for a window without enough signal.
 * `other` includes `ectopy`, whatever the reading.
 */
export function probabilitiesAt(rows: Float32Array, index: number): ClassProbabilities | null {
  const at = index * MODEL_OUTPUTS.length;
  const normal = rows[at] ?? NaN;
  const af = rows[at + 1] ?? NaN;
  const ectopy = rows[at + 2] ?? NaN;
  const other = rows[at + 3] ?? NaN;
  const noise = rows[at + 4] ?? NaN;
  if (Number.isNaN(normal + af + ectopy + other + noise)) return null;
  return { normal, af, other: other + ectopy, noise, ectopy };
}

/** The four numbers a reading compares: `rhythm` counts ectopy in sinus rhythm as Normal. */
export function underReading(
  p: ClassProbabilities,
  reading: Reading,
): Readonly<Record<RhythmClass, number>> {
  switch (reading) {
    case 'cinc':
      return { normal: p.normal, af: p.af, other: p.other, noise: p.noise };
    case 'rhythm':
      return { normal: p.normal + p.ectopy, af: p.af, other: p.other - p.ectopy, noise: p.noise };
  }
}

/** Label of the largest probability; uncertain where that is under `threshold`. */
export function verdictOf(p: ClassProbabilities, reading: Reading, threshold: number): Verdict {
  const read = underReading(p, reading);
  let label: RhythmClass = 'normal';
  for (const candidate of RHYTHM_CLASSES) if (read[candidate] > read[label]) label = candidate;
  const confidence = read[label];
  return { label, confidence, uncertain: confidence < threshold };
}
