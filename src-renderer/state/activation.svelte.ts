/**
 * The activation map of the selected window. Asked for once the selection has come to rest; the
 * latest question wins, and a map is never shown for another window than its own.
 */
import type { ActivationMap, RecordingId } from '../../src-main/contract/domain.ts';
import { host } from '../host/client.ts';
import { activationOf, type Activation } from '../paper/activation.ts';
import { app } from './app.svelte.ts';
import { busy } from './idle.ts';
import { review } from './review.svelte.ts';
import { settings } from './settings.svelte.ts';

/** Arrow keys held down step about 30 times a second: wait for a pause longer than two steps. */
const REST_MS = 90;

interface Question {
  readonly id: RecordingId;
  readonly lead: number;
  readonly index: number;
}

class SelectedActivation {
  #answer: { readonly to: Question; readonly map: ActivationMap | null } | null = $state.raw(null);

  /** What to ask; null where there is nothing to see, or nobody looks. */
  readonly question: Question | null = $derived.by(() => {
    void review.windowsVersion;
    const { details, modelLead, selected, windows } = review;
    if (!settings.current.activation || app.about?.model?.activationParts === undefined)
      return null;
    if (details === null || modelLead === null || !windows?.finding(selected)) return null;
    return { id: details.row.id, lead: modelLead, index: selected };
  });

  /** Of the window that is selected now, for the class that its verdict names. */
  readonly shown: Activation | null = $derived.by(() => {
    void review.rule;
    const { question } = this;
    const answer = this.#answer;
    const finding = question && review.windows?.finding(question.index);
    if (!finding || !answer?.map || !same(answer.to, question)) return null;
    return activationOf(answer.map, finding.verdict.label, review.rule.reading);
  });

  /** For an effect on `question`: answers how to stop when the question changes. */
  follow(question: Question | null): () => void {
    if (question === null || (this.#answer && same(this.#answer.to, question))) {
      return () => undefined;
    }
    const abort = new AbortController();
    const done = busy();
    const timer = setTimeout(() => {
      void this.#ask(question, abort.signal).finally(done);
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
      done();
    };
  }

  async #ask(question: Question, signal: AbortSignal): Promise<void> {
    try {
      const map = await host.call('recording.activation', question, { signal });
      if (!signal.aborted) this.#answer = { to: question, map };
    } catch {
      // The strip stays empty: why a recording cannot be read is said on the paper above it.
    }
  }
}

function same(a: Question, b: Question): boolean {
  return a.id === b.id && a.lead === b.lead && a.index === b.index;
}

export const selectedActivation = new SelectedActivation();
