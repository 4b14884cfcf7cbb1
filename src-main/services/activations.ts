/** What the verdict on one window is the mean of: worked out when it is looked at, and not kept. */
import type { CallContext, Parsed } from '../contract/api.ts';
import type { ActivationMap } from '../contract/domain.ts';
import type { ModelCard } from '../contract/model-card.ts';
import type { Library } from '../review/library.ts';
import type { Analyst } from '../rhythm/job.ts';
import { noSuchRecording } from './rows.ts';

export interface ActivationsOptions {
  readonly library: Library;
  readonly analyst: Analyst;
  readonly model: () => ModelCard | null;
}

export class Activations {
  readonly #options: ActivationsOptions;
  /** Two maps of one recording may be asked for at once; jobs have names of their own. */
  #asked = 0;

  constructor(options: ActivationsOptions) {
    this.#options = options;
  }

  /** Before all other work. Throws what the reader throws, `model-unavailable`, `cancelled`. */
  async map(
    { id, lead, index }: Parsed<'recording.activation'>,
    { signal }: CallContext,
  ): Promise<ActivationMap | null> {
    const { library, analyst, model } = this.#options;
    const recording = library.recordings.get(id);
    if (!recording) throw noSuchRecording();
    if (model()?.activationParts === undefined) return null;
    const { path, part, textChoice } = recording;
    const name = `activation ${id} ${(this.#asked += 1)}`;
    const { activation } = await analyst.run(
      { kind: 'activation', id: name, path, part, textChoice, leadIndex: lead, window: index },
      { priority: 'looked-at', signal },
    );
    return activation;
  }
}
