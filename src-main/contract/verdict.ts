/**
 * From probabilities to a label: the one definition that the screen, the exports and the command
 * line share. Pure; see "The four classes" of the clinical notes.
 */
import { MODEL_OUTPUTS, RHYTHM_CLASSES, type Reading, type RhythmClass } from './domain.ts';
import type { PredictionSets } from './model-card.ts';

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

/** The model's verdict on a recording as a whole, as the list and the review show it. */
export interface RecordingVerdict extends Verdict {
  /** See `owesToEctopy`. */
  readonly ectopyDecides: boolean;
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

/** Whether the class that takes ectopy under the reading is the label, and owes it to ectopy. */
export function owesToEctopy(p: ClassProbabilities, label: RhythmClass, reading: Reading): boolean {
  const host = reading === 'cinc' ? 'other' : 'normal';
  return label === host && p.ectopy > underReading(p, reading)[host] / 2;
}

export interface RankedClass {
  readonly class: RhythmClass;
  readonly probability: number;
}

/** The four classes under a reading, most probable first; ties keep the order of keys 1 to 4. */
export function rankClasses(p: ClassProbabilities, reading: Reading): readonly RankedClass[] {
  const read = underReading(p, reading);
  return RHYTHM_CLASSES.map((name) => ({ class: name, probability: read[name] })).sort(
    (a, b) => b.probability - a.probability,
  );
}

/** Share that a prediction set holds where the model publishes no thresholds. */
const DEFAULT_COVERAGE = 0.9;

/** What share of windows have the true class in their set, as far as the model can promise. */
export function setCoverage(sets: PredictionSets | undefined): number {
  return sets?.coverage ?? DEFAULT_COVERAGE;
}

/** A sum of rounded probabilities may miss a share by as much. */
const ROUNDING = 1e-6;

/**
 * The classes that a window lies between, most probable first; never empty, since the most probable
 * is always one of them. Where the model publishes conformal thresholds, those that reach theirs;
 * otherwise the fewest that hold `DEFAULT_COVERAGE` of the probability between them.
 */
export function predictionSet(
  p: ClassProbabilities,
  reading: Reading,
  sets: PredictionSets | undefined,
): readonly RhythmClass[] {
  const ranked = rankClasses(p, reading);
  if (sets) {
    return ranked
      .filter((one, rank) => rank === 0 || one.probability >= sets[reading][one.class])
      .map((one) => one.class);
  }
  let held = 0;
  return ranked.flatMap((one) => {
    const isMember = held < DEFAULT_COVERAGE - ROUNDING;
    held += one.probability;
    return isMember ? [one.class] : [];
  });
}

/**
 * How many windows were compared with the training data, and how many of them are unlike it: the
 * rate over a recording. Null where the model does not tell, or no window had enough signal.
 */
export function unlikeCount(
  unlike: Float32Array,
  threshold: number | undefined,
): { readonly unlike: number; readonly of: number } | null {
  if (threshold === undefined) return null;
  const told = unlike.filter((distance) => !Number.isNaN(distance));
  if (told.length === 0) return null;
  return { unlike: told.filter((distance) => distance > threshold).length, of: told.length };
}
