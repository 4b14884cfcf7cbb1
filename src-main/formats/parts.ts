/** The parts of a file that holds more than one series of samples. */
import type { RecordingPart } from './reader.ts';

/** Opens the averaged beat where a file holds one beside its recording. */
export const MEDIAN_BEAT = 'median';

export const MEDIAN_BEAT_APART =
  'The file also holds an averaged beat, which is not part of the recording.';

/** `count` recordings in a row: the first is what is opened without a part, then "2" and on. */
export function numberedParts(count: number, each: string): RecordingPart[] {
  if (count <= 1) return [{ part: '', name: '' }];
  return Array.from({ length: count }, (_, i) => ({
    part: i === 0 ? '' : `${i + 1}`,
    name: `${each} ${i + 1}`,
  }));
}
