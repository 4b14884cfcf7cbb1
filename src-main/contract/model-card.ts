/** Schema of what a model publishes about itself: read from its manifest, and from the library. */
import { z } from 'zod';

const share = z.number().min(0).max(1);
const perClass = z.object({ normal: share, af: share, other: share, noise: share });

/** `PredictionSets` of the domain. */
export const predictionSetsSchema = z.object({
  coverage: z.number().gt(0).lt(1),
  cinc: perClass,
  rhythm: perClass,
});
