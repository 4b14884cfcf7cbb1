/** Which inputs of a command hold the same as an earlier one. */
import { contentDigest } from '../formats/content-digest.ts';
import { openRecording } from '../formats/index.ts';
import type { RecordingReader } from '../formats/reader.ts';
import { fingerprintOf } from '../services/fingerprint.ts';
import type { RecordingInput } from './inputs.ts';

interface Seen {
  readonly input: RecordingInput;
  /** Taken when another recording agrees in the fingerprint. */
  digest: string | null;
}

export class AlikeInputs {
  readonly #seen = new Map<string, Seen[]>();

  /**
   * The earlier input that `reader` holds the same as, null where it is the first of its
   * kind. Only recordings that agree in header and sampled places are read whole.
   */
  async sameAs(input: RecordingInput, reader: RecordingReader): Promise<RecordingInput | null> {
    const fingerprint = await fingerprintOf(reader);
    const alike = this.#seen.get(fingerprint) ?? [];
    this.#seen.set(fingerprint, alike);
    let digest: string | null = null;
    for (const seen of alike) {
      digest ??= await digestOf(reader);
      seen.digest ??= await digestAt(seen.input);
      if (seen.digest === digest) return seen.input;
    }
    alike.push({ input, digest });
    return null;
  }
}

function digestOf(reader: RecordingReader): Promise<string> {
  return contentDigest(reader, {
    signal: new AbortController().signal,
    onBlock: () => Promise.resolve(),
  });
}

async function digestAt({ path, part }: RecordingInput): Promise<string> {
  const reader = await openRecording(path, { part });
  try {
    return await digestOf(reader);
  } finally {
    await reader.close();
  }
}
