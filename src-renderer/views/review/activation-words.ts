/** The strip below the leads in words: for its tooltip, and for who cannot see it. */
import type { WindowContext } from '../../../src-main/contract/model-card.ts';
import type { Activation } from '../../paper/activation.ts';
import type { RecordingClock } from '../../paper/clock.ts';
import { clockText } from '../../paper/clock.ts';
import { CLASS_WORD } from '../../paper/words.ts';

/**
 * `What the verdict is the mean of: the model's score for AF in each quarter second`; of a model that
 * judges windows in context it is the mean of these only by itself.
 */
export function activationWords(
  { class: name, scores, startS, endS }: Activation,
  context: WindowContext | undefined,
): string {
  const partS = (endS - startS) / scores.length;
  const each = Math.abs(partS - 0.25) < 0.005 ? 'quarter second' : `${partS.toFixed(2)} s`;
  const verdict = context ? 'verdict on this window by itself' : 'verdict';
  return `What the ${verdict} is the mean of: the model's score for ${CLASS_WORD[name]} in each ${each}`;
}

export interface ScoredSecond {
  readonly time: string;
  /** `+1.4`, `\u22120.3`: logits above the other classes. */
  readonly score: string;
}

/** Means over a second or so: forty numbers are more than anybody listens to. */
export function scoredSeconds(
  { scores, startS, endS }: Activation,
  clock: RecordingClock,
): readonly ScoredSecond[] {
  const seconds = Math.max(1, Math.min(scores.length, Math.round(endS - startS)));
  return Array.from({ length: seconds }, (_, second) => {
    const from = Math.floor((second * scores.length) / seconds);
    const to = Math.floor(((second + 1) * scores.length) / seconds);
    const mean = scores.subarray(from, to).reduce((sum, score) => sum + score, 0) / (to - from);
    const sign = mean < 0 ? '\u2212' : '+';
    return {
      time: clockText(clock, startS + (second * (endS - startS)) / seconds),
      score: `${sign}${Math.abs(mean).toFixed(1)}`,
    };
  });
}
