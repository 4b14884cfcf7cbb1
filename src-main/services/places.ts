/**
 * Paths as the page may hold them: random tokens, good until the program ends. A page can name
 * only what it was shown or a person typed: a stolen or invented token opens nothing.
 */
import { randomUUID } from 'node:crypto';
import { RhythmarkError } from '../contract/errors.ts';

/** Beyond this the oldest are forgotten: a few hundred bytes each. */
const MOST_PLACES = 250_000;

export class Places {
  readonly #tokens = new Map<string, string>();
  readonly #paths = new Map<string, string>();
  readonly #most: number;

  constructor(most = MOST_PLACES) {
    this.#most = most;
  }

  /** The same path keeps its token, so that a list refreshed in place keeps its selection. */
  tokenFor(path: string): string {
    const known = this.#tokens.get(path);
    if (known !== undefined) return known;
    const token = randomUUID();
    this.#tokens.set(path, token);
    this.#paths.set(token, path);
    if (this.#tokens.size > this.#most) this.#forgetOldest();
    return token;
  }

  /** Error `not-found` for a token that this run of the program has not given out. */
  pathOf(token: string): string {
    const path = this.#paths.get(token);
    if (path !== undefined) return path;
    throw new RhythmarkError(
      'not-found',
      'This file or folder is no longer known. Open the list again and choose it there.',
    );
  }

  #forgetOldest(): void {
    for (const [path, token] of this.#tokens) {
      this.#tokens.delete(path);
      this.#paths.delete(token);
      return;
    }
  }
}
