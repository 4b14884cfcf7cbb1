/** Schema of what a model publishes about itself: read from its manifest, and from the library. */
import { z } from 'zod';
import { MODEL_OUTPUTS, RHYTHM_CLASSES } from './domain.ts';

const share = z.number().min(0).max(1);
const perClass = z.object({ normal: share, af: share, other: share, noise: share });

/** `PredictionSets` of the domain. */
export const predictionSetsSchema = z.object({
  coverage: z.number().gt(0).lt(1),
  cinc: perClass,
  rhythm: perClass,
});

const finite = z.number().min(-1e6).max(1e6);

/** Numbers a window that a model may give beside its probabilities. */
export const MOST_EVIDENCE = 256;

const LEAST_FEATURES = 3 * MODEL_OUTPUTS.length;

/** `RecordingHead` of the domain. */
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
