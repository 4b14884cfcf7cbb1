/**
 * What a few windows in a row say together: a multinomial logistic regression over the mean, the
 * largest and the smallest of each output's log probability and of the windows' evidence, which is
 * what the network saw and its probabilities do not tell. One premature beat in one window makes a
 * recording Other, which the mean over its windows hides.
 * `models/training/rhythmark_training/recording_head.py` does the same; `evidence.py` fits it.
 */
import { MODEL_OUTPUTS } from '../contract/domain.ts';
import type { RecordingHead } from '../contract/model-card.ts';
import type { ClassProbabilities } from '../contract/verdict.ts';

/** What the head reads of a window. `evidence` is empty where the model gives none. */
export interface ReadWindow {
  readonly p: ClassProbabilities;
  readonly evidence: Float32Array;
}

/** Numbers of evidence a window that the head was fitted with. */
export function evidenceRead({ weight: [row] }: RecordingHead): number {
  return (row?.length ?? 0) / 3 - MODEL_OUTPUTS.length;
}

/**
 * As few parts as hold `together` windows each at most, as even as may be: read minute by minute, a
 * recording's length decides nothing.
 */
export function partsOf<T>(windows: readonly T[], together: number): (readonly T[])[] {
  const count = Math.ceil(windows.length / together);
  const at = (part: number) => Math.floor((part * windows.length) / count);
  return Array.from({ length: count }, (_, part) => windows.slice(at(part), at(part + 1)));
}

/** Two windows or more, read together; each has as much evidence as the head reads. */
export function readTogether(
  windows: readonly ReadWindow[],
  head: RecordingHead,
): ClassProbabilities {
  const features = featuresOf(windows, head.floor);
  const logits = head.weight.map((row, index) =>
    row.reduce((sum, weight, at) => sum + weight * (features[at] ?? NaN), head.bias[index] ?? NaN),
  );
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const [normal = NaN, af = NaN, other = NaN, noise = NaN] = powers.map((power) => power / total);
  return { normal, af, other, noise, ectopy: other * ectopyShare(windows) };
}

/** Means, then the largest, then the smallest of each number of the windows. */
function featuresOf(windows: readonly ReadWindow[], floor: number): number[] {
  const rows = windows.map(({ p, evidence }) => {
    const outputs = [p.normal, p.af, p.ectopy, p.other - p.ectopy, p.noise];
    return [...outputs.map((probability) => Math.log(Math.max(probability, floor))), ...evidence];
  });
  const numbers = rows[0] ?? [];
  const columns = numbers.map((_, column) => rows.map((row) => row[column] ?? NaN));
  return [
    ...columns.map((column) => column.reduce((sum, value) => sum + value, 0) / column.length),
    ...columns.map((column) => Math.max(...column)),
    ...columns.map((column) => Math.min(...column)),
  ];
}

/** The head was fitted on labels that do not tell ectopy from other rhythm; the windows do. */
function ectopyShare(windows: readonly ReadWindow[]): number {
  const other = windows.reduce((sum, { p }) => sum + p.other, 0);
  return other > 0 ? windows.reduce((sum, { p }) => sum + p.ectopy, 0) / other : 0;
}
