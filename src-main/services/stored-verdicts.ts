/**
 * What the library holds of a model's verdicts on a recording. The disk may have damaged it: then it
 * is dropped, with its summaries, and the recording waits to be classified again with that as the
 * reason. Only the model's layer is touched; what a reader decided is another one.
 */
import { MODEL_OUTPUTS, type RecordingId, type WindowVerdicts } from '../contract/domain.ts';
import { verdictsKey, type ModelCard } from '../contract/model-card.ts';
import type { Library } from '../review/library.ts';

const OUTPUTS = MODEL_OUTPUTS.length;

/** Rounding of some providers goes a little beyond a probability. */
const TOLERANCE = 0.01;

/** The beginning is all that a row of the list has room for. */
const DAMAGED =
  'The model’s verdicts were damaged on the disk: classify it again. The recording itself is unchanged.';

/** Null where the model has given none; `damaged` is called where they had to be dropped. */
export function storedVerdicts(
  library: Library,
  id: RecordingId,
  model: ModelCard,
  damaged: (id: RecordingId) => void,
): WindowVerdicts | null {
  const key = verdictsKey(model);
  const verdicts = library.modelVerdicts.read(id, key);
  if (verdicts !== null && canBe(verdicts)) return verdicts;
  if (library.modelVerdicts.has(id, key) && drop(library, [id], key)) damaged(id);
  return null;
}

/** Whether the list can show what the model gave; a summary that was damaged counts as none. */
export function isClassifiedBy(library: Library, id: RecordingId, model: ModelCard): boolean {
  const { modelVerdicts, preferences } = library;
  const key = verdictsKey(model);
  if (!modelVerdicts.has(id, key)) return false;
  return modelVerdicts.summary(id, key, preferences.settings().reading, model.threshold) !== null;
}

/**
 * Drops those of a model that are not as long as they must be; reads none. Answers how many. Throws
 * where the library cannot be written.
 */
export function dropDamagedVerdicts(library: Library, model: ModelCard): number {
  const key = verdictsKey(model);
  const damaged = library.modelVerdicts.damaged(key);
  if (damaged.length > 0) dropAll(library, damaged, key);
  return damaged.length;
}

/** False where the library cannot be written, as on a full disk: the next reading tries again. */
function drop(library: Library, ids: readonly RecordingId[], key: string): boolean {
  try {
    dropAll(library, ids, key);
    return true;
  } catch {
    return false;
  }
}

function dropAll(library: Library, ids: readonly RecordingId[], key: string): void {
  library.transaction(() => {
    for (const id of ids) {
      library.modelVerdicts.forget(id, key);
      library.recordings.setVerdictsLost(id, { message: DAMAGED });
    }
  });
}

/** Whether a model could have given them. */
function canBe({ startS, endS, probabilities, alone }: WindowVerdicts): boolean {
  return (
    startS.every((start, at) => start >= 0 && start < (endS[at] ?? NaN)) &&
    startS.every((start, at) => at === 0 || start > (startS[at - 1] ?? NaN)) &&
    areProbabilities(probabilities) &&
    (alone === undefined || areProbabilities(alone))
  );
}

/** A window without enough signal is a row of NaN. */
function areProbabilities(rows: Float32Array): boolean {
  return rows.every((value, at) =>
    Number.isNaN(rows[at - (at % OUTPUTS)])
      ? Number.isNaN(value)
      : value >= -TOLERANCE && value <= 1 + TOLERANCE,
  );
}
