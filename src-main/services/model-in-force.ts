/**
 * Which model the verdicts on the screen are from. The analysis process names it a second or two
 * after the start; until then the one that was in force last is believed, so that a list of
 * classified recordings does not come up empty.
 */
import { verdictsKey, type ModelCard } from '../contract/model-card.ts';
import type { Library } from '../review/library.ts';
import type { Analyst } from '../rhythm/job.ts';
import { renewSummaries } from './summaries.ts';

export class ModelInForce {
  readonly #library: Library;
  readonly #changed: () => void;
  readonly #stopListening: () => void;
  #card: ModelCard | null;

  /** `changed` is called when another model, or the same with another threshold, comes into force. */
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
    const before = this.#card;
    const same =
      before !== null &&
      verdictsKey(card) === verdictsKey(before) &&
      card.threshold === before.threshold;
    if (JSON.stringify(card) !== JSON.stringify(this.#card)) {
      this.#library.preferences.rememberModel(card);
    }
    this.#card = card;
    if (same) return;
    renewSummaries(this.#library, card);
    this.#changed();
  }
}
