/**
 * A recording's windows as a reading sees them, each second counted once. The last window of a
 * recording reaches back over the one before it so as to be a full 10 s; of such a window only the
 * part that no earlier window covers is its own. Every sum of seconds is built on this.
 */
import { MODEL_OUTPUTS } from '../contract/domain.ts';
import type { Reading, RhythmClass, WindowVerdicts } from '../contract/domain.ts';
import type { RecordingHead } from '../contract/model-card.ts';
import { probabilitiesAt, verdictOf } from '../contract/verdict.ts';

export interface LabelledSpan {
  /** Seconds from the start of the recording that belong to this window alone. */
  readonly startS: number;
  readonly endS: number;
  /** Null where there is too little signal to analyse. */
  readonly label: RhythmClass | null;
  readonly uncertain: boolean;
}

/** How labels are made from probabilities, wherever they are made. */
export interface Rule {
  readonly reading: Reading;
  /** `ModelCard.threshold`: below it a window is uncertain. */
  readonly threshold: number;
  /** `ModelCard.recordingHead`; without one a recording is the mean of its windows. */
  readonly recordingHead?: RecordingHead | undefined;
}

/** The spans of one lead's windows, in time order. */
export function labelledSpans(verdicts: WindowVerdicts, rule: Rule): LabelledSpan[] {
  const spans: LabelledSpan[] = [];
  let coveredS = -Infinity;
  const count = Math.min(
    verdicts.startS.length,
    Math.floor(verdicts.probabilities.length / MODEL_OUTPUTS.length),
  );
  for (let index = 0; index < count; index++) {
    const endS = verdicts.endS[index] ?? NaN;
    const startS = Math.max(verdicts.startS[index] ?? NaN, coveredS);
    if (!(endS > startS)) continue;
    coveredS = endS;
    const p = probabilitiesAt(verdicts.probabilities, index);
    if (p === null) spans.push({ startS, endS, label: null, uncertain: false });
    else {
      const { label, uncertain } = verdictOf(p, rule.reading, rule.threshold);
      spans.push({ startS, endS, label, uncertain });
    }
  }
  return spans;
}

/** Neither noise nor missing signal: what every percentage has as its denominator. */
export function isAnalysable(span: LabelledSpan): boolean {
  return span.label !== null && span.label !== 'noise';
}

export function spanSeconds(spans: Iterable<LabelledSpan>): number {
  let seconds = 0;
  for (const span of spans) seconds += span.endS - span.startS;
  return seconds;
}
