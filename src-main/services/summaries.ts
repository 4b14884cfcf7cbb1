/** What the list shows of a recording's verdicts, under each reading, in the library's form. */
import { READINGS, type WindowVerdicts } from '../contract/domain.ts';
import { verdictsKey, type ModelCard } from '../contract/model-card.ts';
import type { Library } from '../review/library.ts';
import type { ModelSummary } from '../review/model-verdicts.ts';
import { compositionOf, ribbonOf } from '../rhythm/composition.ts';

export function summariesOf(
  verdicts: WindowVerdicts,
  durationS: number,
  threshold: number,
): ModelSummary[] {
  return READINGS.map((reading) => ({
    reading,
    threshold,
    windowCount: verdicts.startS.length,
    composition: compositionOf(verdicts, { reading, threshold }),
    ribbon: ribbonOf(verdicts, durationS, { reading, threshold }),
  }));
}

/**
 * Sums up anew what was summed up under another threshold: the verdicts of a model stay when its
 * threshold is published anew. Returns how many recordings that were.
 */
export function renewSummaries(library: Library, model: ModelCard): number {
  const outdated = library.modelVerdicts.withoutSummary(verdictsKey(model), model.threshold);
  return library.transaction(() => {
    for (const id of outdated) {
      const verdicts = library.modelVerdicts.read(id, verdictsKey(model));
      const durationS = library.recordings.get(id)?.durationS;
      if (!verdicts || durationS === null || durationS === undefined) continue;
      library.modelVerdicts.storeSummaries(
        id,
        verdictsKey(model),
        verdicts.leadIndex,
        summariesOf(verdicts, durationS, model.threshold),
      );
    }
    return outdated.length;
  });
}
