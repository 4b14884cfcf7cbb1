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
const FEATURES = 3 * MODEL_OUTPUTS.length;

/** `RecordingHead` of the domain. */
export const recordingHeadSchema = z.object({
  together: z.number().int().min(2).max(1000),
  floor: z.number().gt(0).max(0.1),
  weight: z.array(z.array(finite).length(FEATURES)).length(RHYTHM_CLASSES.length),
  bias: z.array(finite).length(RHYTHM_CLASSES.length),
});
