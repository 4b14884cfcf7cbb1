/**
 * The AF summary of a recording, by the rules of the clinical notes ("AF summary of a recording"):
 * what counts as an episode, what the burden is a percentage of, and how far both could move.
 */
import { AF_EPISODE_MIN_S } from '../contract/conventions.ts';
import type { WindowVerdicts } from '../contract/domain.ts';
import {
  isAnalysable,
  labelledSpans,
  spanSeconds,
  type LabelledSpan,
  type Rule,
} from './timeline.ts';

/** Window edges are sums of sample periods: nearer than this they are one. */
const TOUCHING_S = 1e-3;

/** A run of AF. `afS` leaves out the unreadable windows inside it; `startS`..`endS` spans them. */
export interface AfRun {
  readonly startS: number;
  readonly endS: number;
  readonly afS: number;
}

/** Upper ends of the strata of episode length, s; the last is open. */
export const AF_STRATA_S = [AF_EPISODE_MIN_S, 6 * 60, 60 * 60, Infinity] as const;

export interface AfStratum {
  /** Lengths [fromS, toS), the unreadable windows inside included; the first is the brief runs. */
  readonly fromS: number;
  readonly toS: number;
  readonly runs: number;
  readonly afS: number;
}

export interface AfSummary {
  /** Time in windows with enough signal, and the part of it that is not noise. */
  readonly analysedS: number;
  readonly analysableS: number;
  /** All AF, brief runs included. */
  readonly afS: number;
  /** AF time / analysable time, 0 to 1; null when nothing could be analysed. */
  readonly burden: number | null;
  /**
   * Burden if every uncertain and noisy window were not AF, and if every one were; null when no
   * window has signal. Both are parts of the analysed time, since such windows then count.
   */
  readonly bounds: { readonly low: number; readonly high: number } | null;
  /** Runs of at least 30 s of AF, and those shorter ("brief AF"), in time order. */
  readonly episodes: readonly AfRun[];
  readonly brief: readonly AfRun[];
  readonly longest: AfRun | null;
  readonly strata: readonly AfStratum[];
}

/** Sums one lead's verdicts up. An uncertain window counts by its label; `bounds` shows by how much that matters. */
export function afSummary(verdicts: WindowVerdicts, rule: Rule): AfSummary {
  const spans = labelledSpans(verdicts, rule);
  const analysedS = spanSeconds(spans.filter((span) => span.label !== null));
  const analysableS = spanSeconds(spans.filter(isAnalysable));
  const afS = spanSeconds(spans.filter((span) => span.label === 'af'));
  const certainAfS = spanSeconds(spans.filter((span) => span.label === 'af' && !span.uncertain));
  const openS = spanSeconds(
    spans.filter((span) => span.label === 'noise' || (span.label !== null && span.uncertain)),
  );
  const runs = afRuns(spans);
  const episodes = runs.filter(isEpisode);
  const brief = runs.filter((run) => !isEpisode(run));
  return {
    analysedS,
    analysableS,
    afS,
    burden: analysableS > 0 ? afS / analysableS : null,
    bounds:
      analysedS > 0
        ? { low: certainAfS / analysedS, high: (certainAfS + openS) / analysedS }
        : null,
    episodes,
    brief,
    longest: episodes.reduce<AfRun | null>(
      (longest, run) => (longest === null || lengthS(run) > lengthS(longest) ? run : longest),
      null,
    ),
    strata: strataOf(episodes, brief),
  };
}

export function lengthS(run: AfRun): number {
  return run.endS - run.startS;
}

/**
 * Runs of AF windows. One unreadable window (noise, or missing signal, of which as little is
 * known) between two AF windows does not end a run; two do, and so does one of another rhythm.
 * Windows that do not touch are apart.
 */
function afRuns(spans: readonly LabelledSpan[]): AfRun[] {
  const runs: AfRun[] = [];
  let run: AfRun | null = null;
  spans.forEach((span, index) => {
    if (span.label === 'af') {
      const ownS = span.endS - span.startS;
      run =
        run === null
          ? { startS: span.startS, endS: span.endS, afS: ownS }
          : { startS: run.startS, endS: span.endS, afS: run.afS + ownS };
    }
    const next = spans[index + 1];
    const goesOn =
      next !== undefined &&
      touches(span, next) &&
      (next.label === 'af' ||
        (span.label === 'af' && !isAnalysable(next) && spans[index + 2]?.label === 'af'));
    if (run !== null && !goesOn) {
      runs.push(run);
      run = null;
    }
  });
  return runs;
}

/** At least 30 s of AF, to within the rounding of window edges. */
function isEpisode(run: AfRun): boolean {
  return run.afS > AF_EPISODE_MIN_S - TOUCHING_S;
}

function touches(span: LabelledSpan, next: LabelledSpan): boolean {
  return next.startS - span.endS < TOUCHING_S;
}

function strataOf(episodes: readonly AfRun[], brief: readonly AfRun[]): AfStratum[] {
  return AF_STRATA_S.map((toS, index) => {
    const fromS = AF_STRATA_S[index - 1] ?? 0;
    const inside =
      index === 0 ? brief : episodes.filter((run) => lengthS(run) >= fromS && lengthS(run) < toS);
    return { fromS, toS, runs: inside.length, afS: inside.reduce((sum, run) => sum + run.afS, 0) };
  });
}
