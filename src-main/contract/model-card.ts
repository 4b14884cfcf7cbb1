/** What a model publishes about itself, with the schemas that its manifest and the library are read by. */
import { z } from 'zod';
import { MODEL_OUTPUTS, RHYTHM_CLASSES, type RhythmClass } from './domain.ts';

/**
 * Class-conditional conformal thresholds: a class belongs to a window's prediction set where its
 * probability under the reading is at least its threshold. Of windows of any one class, at least
 * `coverage` of them then have it in their set, on data like those it was measured on.
 */
export interface PredictionSets {
  /** 0 to 1. */
  readonly coverage: number;
  readonly cinc: Readonly<Record<RhythmClass, number>>;
  readonly rhythm: Readonly<Record<RhythmClass, number>>;
}

/**
 * How the windows of a recording are read together: softmax(weight x features + bias), where the
 * features are the mean, the largest and the smallest, over the windows, of the log probability of
 * each of MODEL_OUTPUTS and of each number of `WindowVerdicts.evidence`. See rhythm/recording-head.ts.
 */
export interface RecordingHead {
  /** Windows read together at most; a longer recording is read in parts. */
  readonly together: number;
  /** Probabilities below count as this. */
  readonly floor: number;
  /** A row for each of RHYTHM_CLASSES, `other` with ectopy; 3 x (MODEL_OUTPUTS + evidence) each. */
  readonly weight: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

/** How a window is judged together with its neighbours. See rhythm/context.ts. */
export interface WindowContext {
  /** How likely a neighbour is taken to show the same as the window; above 0, below 1. */
  readonly belief: number;
  /** Power of what one neighbour and two say together with the window; above 0, at most 2. */
  readonly sureness: readonly [number, number];
}

/** What is optional is there only in a model whose manifest publishes it. */
export interface ModelCard {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  /** A class gets the label from here up; below, the window is uncertain. */
  readonly threshold: number;
  readonly tellsEctopy: boolean;
  readonly predictionSets?: PredictionSets;
  readonly recordingHead?: RecordingHead;
  /** `threshold` and `predictionSets` are then for probabilities in context. */
  readonly context?: WindowContext;
  /** A window whose `unlike` is above it is unlike the training data: 1 % of those are. */
  readonly unlikeThreshold?: number;
  /** Parts of an activation map. */
  readonly activationParts?: number;
}

/**
 * Names what a model says, for whoever keeps it: the network, and how windows are read together. The
 * same network read in another way says something else; with another threshold it does not.
 */
export function verdictsKey({ sha256, context }: Pick<ModelCard, 'sha256' | 'context'>): string {
  return context ? [sha256, context.belief, ...context.sureness].join(' ') : sha256;
}

/**
 * Windows of the longest recording on which a model gives one verdict: as many as its head reads
 * together; without one a single window, whose verdict is then the recording's. See
 * docs/decisions/007-one-verdict-a-recording.md.
 */
export function windowsTogether(head: RecordingHead | undefined): number {
  return head?.together ?? 1;
}

const share = z.number().min(0).max(1);
const perClass = z.object({ normal: share, af: share, other: share, noise: share });

export const predictionSetsSchema = z.object({
  coverage: z.number().gt(0).lt(1),
  cinc: perClass,
  rhythm: perClass,
});

const sureness = z.number().gt(0).max(2);

export const windowContextSchema = z.object({
  belief: z.number().gt(0).lt(1),
  sureness: z.tuple([sureness, sureness]),
});

const finite = z.number().min(-1e6).max(1e6);

/** Numbers a window that a model may give beside its probabilities. */
export const MOST_EVIDENCE = 256;

const LEAST_FEATURES = 3 * MODEL_OUTPUTS.length;

export const recordingHeadSchema = z
  .object({
    together: z.number().int().min(2).max(1000),
    floor: z.number().gt(0).max(0.1),
    weight: z
      .array(
        z
          .array(finite)
          .min(LEAST_FEATURES)
          .max(LEAST_FEATURES + 3 * MOST_EVIDENCE),
      )
      .length(RHYTHM_CLASSES.length),
    bias: z.array(finite).length(RHYTHM_CLASSES.length),
  })
  .refine(({ weight: [first, ...others] }) => {
    const features = first?.length ?? 0;
    return features % 3 === 0 && others.every((row) => row.length === features);
  }, 'rows of one length, of three numbers for each number of a window');
