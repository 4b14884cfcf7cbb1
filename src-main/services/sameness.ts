/** Whether a file that was found elsewhere holds the recording that the library knows. */
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Difference } from '../contract/api.ts';
import type { RecordingHeader } from '../contract/domain.ts';
import type { FoundRecording, StoredRecording } from '../review/recordings.ts';
import { fingerprintOf } from './fingerprint.ts';
import { openSource } from './source-files.ts';

export type Sameness =
  | { readonly kind: 'same'; readonly read: ReadAgain | null }
  | { readonly kind: 'another'; readonly differs: Difference; readonly header: RecordingHeader }
  /** It was never looked into, or not closely enough, while it was where the library says. */
  | { readonly kind: 'untold'; readonly header: RecordingHeader | null };

/** What was read of the file on the way. */
export interface ReadAgain {
  readonly header: RecordingHeader;
  readonly fingerprint: string;
}

/**
 * `beside`: the file has the same name and place relative to one that was proven to have moved,
 * which with an equal size and header stands for a fingerprint that was never taken. A file that a
 * person chose must have its time of change as well: recorders give every patient's file one name.
 */
export async function samenessOf(
  recording: StoredRecording,
  kept: RecordingHeader | null,
  found: FoundRecording,
  place: 'chosen' | 'beside',
): Promise<Sameness> {
  const looksIt =
    found.sizeBytes === recording.sizeBytes &&
    (place === 'beside' || found.modifiedMs === recording.modifiedMs);
  if (!kept) {
    // Nothing was ever read of it: its name is all that there is, and nothing hangs on it.
    const named = basename(found.path) === basename(recording.path);
    return looksIt || named ? { kind: 'same', read: null } : { kind: 'untold', header: null };
  }
  const reader = await openSource({ ...recording, ...found });
  try {
    const { header } = reader;
    const fingerprint = await fingerprintOf(reader);
    const differs = (): Sameness => ({
      kind: 'another',
      differs: differenceOf(kept, header),
      header,
    });
    if (recording.fingerprint !== null) {
      return recording.fingerprint === fingerprint
        ? { kind: 'same', read: { header, fingerprint } }
        : differs();
    }
    // The kept one went through JSON, which drops what is undefined.
    if (!isDeepStrictEqual(kept, JSON.parse(JSON.stringify(header)))) return differs();
    return looksIt ? { kind: 'same', read: { header, fingerprint } } : { kind: 'untold', header };
  } finally {
    await reader.close();
  }
}

/** The plainest thing in which two recordings differ. */
function differenceOf(kept: RecordingHeader, other: RecordingHeader): Difference {
  if (kept.durationS !== other.durationS) return 'length';
  if (kept.start !== other.start) return 'start';
  if (!isDeepStrictEqual(namesOf(kept), namesOf(other))) return 'leads';
  if (kept.leads[0]?.samplingHz !== other.leads[0]?.samplingHz) return 'rate';
  return isDeepStrictEqual(kept.patient, other.patient) ? 'samples' : 'patient';
}

function namesOf({ leads }: RecordingHeader): string[] {
  return leads.map(({ name }) => name);
}
