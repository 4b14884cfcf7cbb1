/** One folder of the page's own chooser: where it is, what is in it, the cursor, what is chosen. */
import { SvelteSet } from 'svelte/reactivity';
import type { RecordingId } from '../../../src-main/contract/domain.ts';
import type { FileEntry, FolderListing } from '../../../src-main/contract/places.ts';
import { asHostError, host, wasCancelled } from '../../host/client.ts';
import { remember, remembered } from '../../state/remembered.ts';

/** Letters typed within this time of each other search for one name. */
const TYPE_AHEAD_MS = 800;
const PAGE = 14;

export class FolderBrowser {
  loading: boolean = $state(false);
  failure: string | null = $state(null);
  #listing: FolderListing | null = $state.raw(null);
  /** Index of the entry under the cursor. */
  at: number = $state(0);
  readonly #chosen = new SvelteSet<string>();
  #anchor = 0;
  #typed = '';
  #typedAt = 0;
  #asking: AbortController | null = null;

  readonly entries: readonly FileEntry[] = $derived(this.#listing?.entries ?? []);
  readonly parents: readonly FileEntry[] = $derived(this.#listing?.parents ?? []);
  readonly name: string = $derived(this.#listing?.name ?? '');
  /** As a person would type it. */
  readonly path: string = $derived(this.#listing?.path ?? '');
  readonly folderToken: string | null = $derived(this.#listing?.token ?? null);
  readonly current: FileEntry | undefined = $derived(this.entries[this.at]);
  /** Tokens of the chosen files, in the folder's order. */
  readonly chosen: readonly string[] = $derived(
    this.entries.filter((entry) => this.#chosen.has(entry.token)).map((entry) => entry.token),
  );

  readonly #choice: 'one' | 'many';

  constructor(choice: 'one' | 'many') {
    this.#choice = choice;
  }

  /** Begins where the last choice was made; a place that is gone, or of an earlier run, is home. */
  async start(): Promise<void> {
    const last = remembered('folder');
    await this.#list(last === null ? {} : { token: last });
    if (this.#listing === null && last !== null) await this.#list({});
  }

  /** Begins where a recording was, or at what is left of the way there. */
  async startNear(near: RecordingId): Promise<void> {
    await this.#list({ near });
  }

  remember(): void {
    if (this.folderToken !== null) remember('folder', this.folderToken);
  }

  goHome(): Promise<void> {
    return this.#list({});
  }

  /** Into a folder. Coming up, the cursor is on the folder that was left. */
  async go(token: string): Promise<void> {
    const left = this.name;
    const wasChild = this.parents.some((parent) => parent.token === token);
    await this.#list({ token });
    if (wasChild) {
      this.at = Math.max(
        0,
        this.entries.findIndex((entry) => entry.name === left),
      );
    }
  }

  isChosen(entry: FileEntry): boolean {
    return this.#chosen.has(entry.token);
  }

  choose(index: number, how: 'only' | 'toggle' | 'range'): void {
    const entry = this.entries[index];
    if (!entry) return;
    if (how === 'range' && this.#choice === 'many') {
      const [from, to] = [Math.min(this.#anchor, index), Math.max(this.#anchor, index)];
      const range = this.entries.slice(from, to + 1).filter(({ kind }) => kind === 'file');
      this.#chooseOnly(range);
      return;
    }
    this.#anchor = index;
    if (entry.kind !== 'file') return;
    if (how === 'only' || (this.#choice === 'one' && !this.isChosen(entry))) {
      this.#chooseOnly([entry]);
      return;
    }
    if (!this.#chosen.delete(entry.token)) this.#chosen.add(entry.token);
  }

  /** Handles a key of the list; answers whether it did. Enter is the dialog's own. */
  key(event: KeyboardEvent): boolean {
    const step = STEPS[event.key];
    if (step !== undefined) {
      this.#move(step, event.shiftKey ? 'extend' : 'move');
      return true;
    }
    const chord = event.ctrlKey || event.metaKey;
    if (chord && event.key.toLowerCase() === 'a' && this.#choice === 'many') {
      const files = this.entries.filter(({ kind }) => kind === 'file');
      this.#chooseOnly(files);
      return true;
    }
    if (chord || event.altKey) return false;
    if (event.key === 'Backspace' || event.key === 'ArrowLeft') {
      const parent = this.parents.at(-1);
      if (parent) void this.go(parent.token);
      return true;
    }
    if (event.key === 'ArrowRight') {
      if (this.current?.kind === 'folder') void this.go(this.current.token);
      return true;
    }
    if (event.key === ' ' && this.#typed === '') {
      this.choose(this.at, 'toggle');
      return true;
    }
    if (event.key.length === 1) {
      this.#typeAhead(event.key, event.timeStamp);
      return true;
    }
    return false;
  }

  #chooseOnly(entries: readonly FileEntry[]): void {
    this.#chosen.clear();
    for (const { token } of entries) this.#chosen.add(token);
  }

  #move(step: number, how: 'move' | 'extend'): void {
    if (this.entries.length === 0) return;
    this.at = Math.max(0, Math.min(this.entries.length - 1, this.at + step));
    if (how === 'extend') this.choose(this.at, 'range');
    else this.#anchor = this.at;
    this.#typed = '';
  }

  #typeAhead(letter: string, now: number): void {
    this.#typed = now - this.#typedAt < TYPE_AHEAD_MS ? this.#typed + letter : letter;
    this.#typedAt = now;
    const wanted = this.#typed.toLowerCase();
    const found = this.entries.findIndex(({ name }) => name.toLowerCase().startsWith(wanted));
    if (found >= 0) this.at = found;
  }

  async #list(where: { token?: string; near?: RecordingId }): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.loading = true;
    try {
      this.#listing = await host.call('files.list', where, { signal: asking.signal });
      this.failure = null;
    } catch (error) {
      if (wasCancelled(error)) return;
      this.failure = asHostError(error).message;
      this.#listing = this.#listing && { ...this.#listing, entries: [] };
    }
    this.loading = false;
    this.at = 0;
    this.#anchor = 0;
    this.#typed = '';
    this.#chosen.clear();
  }
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE,
  PageUp: -PAGE,
  Home: -1_000_000,
  End: 1_000_000,
};
