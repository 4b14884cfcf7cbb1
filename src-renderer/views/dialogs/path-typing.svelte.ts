/** The path field of the page's own chooser: what is typed, what it can become, what is wrong with it. */
import type { FileEntry, TypedPath } from '../../../src-main/contract/places.ts';
import { asHostError, host, wasCancelled } from '../../host/client.ts';

/** Longer than any system takes a path to be. */
export const MOST_LETTERS = 4096;

export class PathTyping {
  /** Null while the folder is shown by its names. */
  text: string | null = $state(null);
  failure: string | null = $state(null);
  /** The completion under the cursor; -1 while it is on the text itself. */
  at: number = $state(-1);
  #found: TypedPath | null = $state.raw(null);
  #answer: Promise<TypedPath | null> = Promise.resolve(null);
  #asking: AbortController | null = null;
  readonly #from: () => string | null;

  readonly entries: readonly FileEntry[] = $derived(
    this.#found?.completions.map(({ entry }) => entry) ?? [],
  );
  readonly more: number = $derived(this.#found?.more ?? 0);

  /** `from` is the folder in which a path without a beginning begins. */
  constructor(from: () => string | null) {
    this.#from = from;
  }

  type(text: string): void {
    this.text = text;
    this.failure = null;
    this.#ask(text);
  }

  end(): void {
    this.type('');
    this.text = null;
  }

  /** Handles a key that moves over the completions; answers whether it did. */
  key(key: string): boolean {
    const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
    this.at = Math.max(-1, Math.min(this.entries.length - 1, this.at + step));
    return step !== 0;
  }

  /** Whether completing may change the text: else Tab is left to move the focus on. */
  get canComplete(): boolean {
    if (this.#asking !== null) return true; // what is there answers to an older text
    const completion = this.#completion();
    return completion !== null && completion !== this.text;
  }

  async complete(): Promise<void> {
    await this.#answer;
    const completion = this.#completion();
    if (completion !== null && completion !== this.text) this.type(completion);
  }

  /**
   * What Enter goes to: the completion under the cursor, else what the text names, else the one that is
   * all there is to choose from; or says why not.
   */
  async goal(): Promise<FileEntry | null> {
    const found = await this.#answer;
    const [only, another] = found?.more === 0 ? found.completions : [];
    const sole = another ? undefined : only?.entry;
    const goal = this.entries[this.at] ?? found?.entry ?? sole ?? null;
    if (found && !goal) this.failure = 'There is no such file or folder.';
    return goal;
  }

  #completion(): string | null {
    return this.#found?.completions[this.at]?.text ?? this.#found?.completed ?? null;
  }

  #ask(text: string): void {
    this.#asking?.abort();
    this.#asking = null;
    this.at = -1;
    if (text.trim() === '') {
      this.#found = null;
      this.#answer = Promise.resolve(null);
      return;
    }
    const asking = new AbortController();
    this.#asking = asking;
    this.#answer = this.#read(text, asking);
  }

  async #read(text: string, asking: AbortController): Promise<TypedPath | null> {
    const from = this.#from();
    try {
      const input = { typed: text, ...(from === null ? {} : { from }) };
      const found = await host.call('files.typed', input, { signal: asking.signal });
      if (this.#asking === asking) {
        this.#found = found;
        this.at = -1; // it may have moved over the entries of the text before
      }
      return found;
    } catch (error) {
      if (wasCancelled(error) || this.#asking !== asking) return null;
      this.#found = null;
      this.failure = asHostError(error).message;
      return null;
    } finally {
      if (this.#asking === asking) this.#asking = null;
    }
  }
}
