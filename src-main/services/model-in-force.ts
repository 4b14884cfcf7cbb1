/**
 * Which model the verdicts on the screen are from. The analysis process names it a second or two
 * after the start; until then the one that was in force last is believed, so that a list of
 * classified recordings does not come up empty.
 */
import { verdictsKey, type ModelCard } from '../contract/model-card.ts';
import type { Library } from '../review/library.ts';
import type { Analyst } from '../rhythm/job.ts';
import { dropDamagedVerdicts } from './stored-verdicts.ts';
import { renewSummaries } from './summaries.ts';

export class ModelInForce {
  readonly #library: Library;
  readonly #changed: () => void;
  readonly #stopListening: () => void;
  #card: ModelCard | null;
  /** The card under which everything was summed up, as JSON. */
  #summedUp: string | null = null;

  /**
   * `changed` is called when another model, or the same with another threshold or recording head,
   * comes into force, and where another version of this program left summaries that lack something.
   */
  constructor(library: Library, analyst: Analyst, changed: () => void) {
    this.#library = library;
    this.#changed = changed;
    this.#card = library.preferences.lastModel();
    this.#stopListening = analyst.onState((state) => {
      if (state.model) this.#learn(state.model);
    });
    if (analyst.state.model) this.#learn(analyst.state.model);
  }

  get card(): ModelCard | null {
    return this.#card;
  }

  close(): void {
    this.#stopListening();
  }

  #learn(card: ModelCard): void {
    const named = JSON.stringify(card);
    if (named === this.#summedUp) return;
    this.#summedUp = named;
    const before = this.#card;
    const same =
      before !== null &&
      verdictsKey(card) === verdictsKey(before) &&
      card.threshold === before.threshold;
    this.#card = card;
    const renewed = this.#write(card);
    if (!same || renewed > 0) this.#changed();
  }

  /**
   * How many recordings show something else now. Nobody waits for this, so a library that cannot be
   * written (a full disk) must not end the program: rows show what they had, and the next news of
   * the analysis tries again.
   */
  #write(card: ModelCard): number {
    const { preferences } = this.#library;
    try {
      if (JSON.stringify(card) !== JSON.stringify(preferences.lastModel())) {
        preferences.rememberModel(card);
      }
      return dropDamagedVerdicts(this.#library, card) + renewSummaries(this.#library, card);
    } catch {
      this.#summedUp = null;
      return 0;
    }
  }
}
