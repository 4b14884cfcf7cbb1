/**
 * Files held open for the screen: the few that were used last, so that scrolling does not open a
 * file for every picture. One is closed when it falls out of use, never while it is read.
 */

const MOST_OPEN = 4;
/** An open file cannot be moved or renamed on Windows, so it is not held for longer than needed. */
const IDLE_MS = 60_000;

interface Closable {
  close(): Promise<void>;
}

interface Held<T> {
  readonly opening: Promise<T>;
  users: number;
  dropped: boolean;
  usedMs: number;
}

export class HeldOpen<T extends Closable> {
  readonly #open: (key: string) => Promise<T>;
  readonly #held = new Map<string, Held<T>>();
  /** What is being closed; each settles without throwing. */
  readonly #closing = new Set<Promise<void>>();
  readonly #sweep: NodeJS.Timeout;

  constructor(open: (key: string) => Promise<T>) {
    this.#open = open;
    this.#sweep = setInterval(() => {
      this.#evict(performance.now() - IDLE_MS);
    }, IDLE_MS).unref();
  }

  /** Runs `work` with what `key` names, which stays open at least that long. */
  async use<R>(key: string, work: (opened: T) => Promise<R>): Promise<R> {
    const held = this.#take(key);
    held.users += 1;
    try {
      return await work(await held.opening);
    } finally {
      held.users -= 1;
      held.usedMs = performance.now();
      if (held.users === 0 && held.dropped) this.#close(held);
      this.#evict(-Infinity);
    }
  }

  /** The file changed or is no longer wanted: the next use opens it anew. */
  drop(key: string): void {
    const held = this.#held.get(key);
    if (!held) return;
    this.#held.delete(key);
    held.dropped = true;
    if (held.users === 0) this.#close(held);
  }

  /** Number of files held. */
  get size(): number {
    return this.#held.size;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    for (const key of [...this.#held.keys()]) this.drop(key);
    await Promise.all(this.#closing);
  }

  #take(key: string): Held<T> {
    const known = this.#held.get(key);
    if (known) {
      this.#held.delete(key); // to the end: used last
      this.#held.set(key, known);
      return known;
    }
    const held: Held<T> = {
      opening: this.#open(key),
      users: 0,
      dropped: false,
      usedMs: performance.now(),
    };
    this.#held.set(key, held);
    held.opening.catch(() => {
      if (this.#held.get(key) === held) this.#held.delete(key); // tried again at the next use
    });
    return held;
  }

  /** Closes what is beyond MOST_OPEN, and what was not used since. */
  #evict(unusedSinceMs: number): void {
    let excess = this.#held.size - MOST_OPEN;
    for (const [key, held] of [...this.#held]) {
      if (held.users > 0) continue;
      if (excess <= 0 && held.usedMs >= unusedSinceMs) continue;
      excess -= 1;
      this.drop(key);
    }
  }

  #close(held: Held<T>): void {
    const closing = held.opening
      .then((opened) => opened.close())
      .catch(() => undefined) // it was only read; nothing is lost
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
