/** What a recording's own WFDB annotations say about one of its leads. */
import type { RecordingReader } from '../../formats/reader.ts';
import { courseOfAnnotations, type AnnotatedCourse } from './annotated-window.ts';

/** Null where the recording has no reference annotations (`atr`). Errors as `annotations`. */
export async function recordedCourse(
  reader: Pick<RecordingReader, 'header' | 'annotations'>,
  leadIndex: number,
): Promise<AnnotatedCourse | null> {
  const set = (await reader.annotations()).find(({ annotator }) => annotator === 'atr');
  if (!set) return null;
  // CPSC 2021 says which of these a patient has, and marks nothing but AF.
  const marksOnlyAf = reader.header.comments.some((comment) =>
    /\b(non|paroxysmal|persistent) atrial fibrillation\b/i.test(comment),
  );
  return courseOfAnnotations(
    set.annotations,
    set.samplingHz,
    reader.header.durationS,
    leadIndex,
    marksOnlyAf ? 'sinus' : 'unstated',
  );
}
