/** What the list shows of a recording's verdicts, under each reading, in the library's form. */
import { createHash } from 'node:crypto';
import { READINGS, type WindowVerdicts } from '../contract/domain.ts';
import { verdictsKey, type ModelCard, type RecordingHead } from '../contract/model-card.ts';
import type { Library } from '../review/library.ts';
import type { ModelSummary } from '../review/model-verdicts.ts';
import { compositionOf, ribbonOf } from '../rhythm/composition.ts';
import { verdictAtOnce } from '../rhythm/recording-verdict.ts';
import { storedVerdicts } from './stored-verdicts.ts';

export function summariesOf(
  verdicts: WindowVerdicts,
  durationS: number,
  { threshold, recordingHead }: Judge,
): ModelSummary[] {
  return READINGS.map((reading) => {
    const rule = { reading, threshold, recordingHead };
    return {
      reading,
      threshold,
      windowCount: verdicts.startS.length,
      composition: compositionOf(verdicts, rule),
      ribbon: ribbonOf(verdicts, durationS, rule),
      whole: verdictAtOnce(verdicts, rule)?.probabilities ?? null,
      head: nameOf(recordingHead),
    };
  });
}

/** What a summary depends on beside the verdicts. */
type Judge = Pick<ModelCard, 'threshold' | 'recordingHead'>;

function nameOf(head: RecordingHead | undefined): string {
  return head ? createHash('sha256').update(JSON.stringify(head)).digest('hex') : 'none';
}

/**
 * Sums up anew what was summed up under another threshold or recording head, or by a version that
 * knew none, and what is damaged: the verdicts of a model stay when these are published anew. Returns
 * how many recordings that were.
 */
export function renewSummaries(library: Library, model: ModelCard): number {
  const { threshold, recordingHead } = model;
  const outdated = library.modelVerdicts.withoutSummary(
    verdictsKey(model),
    threshold,
    nameOf(recordingHead),
  );
  return library.transaction(() => {
    for (const id of outdated) {
      const verdicts = storedVerdicts(library, id, model, () => undefined);
      const durationS = library.recordings.get(id)?.durationS;
      if (!verdicts || durationS === null || durationS === undefined) continue;
      library.modelVerdicts.storeSummaries(
        id,
        verdictsKey(model),
        verdicts.leadIndex,
        summariesOf(verdicts, durationS, model),
      );
    }
    return outdated.length;
  });
}
