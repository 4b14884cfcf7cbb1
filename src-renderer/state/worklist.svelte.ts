/**
 * The list of recordings as the window holds it: rows by id, the order and set in force, the
 * focused row and the selected ones. Events come a few times a second with up to thousands of
 * rows; they are gathered and put on the screen once a frame.
 */
import type { RecordingId, WorklistRow } from '../../src-main/contract/domain.ts';
import { host } from '../host/client.ts';
import { parseFilter, type Filter } from './filter-expression.ts';
import { busy } from './idle.ts';
import { remember, remembered } from './remembered.ts';
import {
  AS_ADDED,
  countByTab,
  inTab,
  nextSort,
  SORT_KEYS,
  sortedRows,
  TABS,
  type Sort,
  type SortKey,
  type Tab,
} from './row-order.ts';

const EVERYTHING: Filter = parseFilter('');

class Worklist {
  /** False until the list was read once: an empty screen must not flash before it. */
  loaded: boolean = $state(false);
  /** All rows in the order added. Replaced, never changed in place. */
  rows: readonly WorklistRow[] = $state.raw([]);
  sort: Sort = $state.raw(AS_ADDED);
  tab: Tab = $state('all');
  filterText: string = $state('');
  /** The last text that could be read; an unfinished condition leaves the list as it is. */
  #filter: Filter = $state.raw(EVERYTHING);
  filterProblem: string | null = $state(null);

  focusId: RecordingId | null = $state(null);
  selected: ReadonlySet<RecordingId> = $state.raw(new Set());
  #anchor: RecordingId | null = null;

  readonly counts = $derived(countByTab(this.rows));
  readonly shown: readonly WorklistRow[] = $derived.by(() => {
    const { tab } = this;
    const filter = this.#filter;
    const kept = this.rows.filter((row) => inTab(row, tab) && (!filter.ok || filter.matches(row)));
    return sortedRows(kept, this.sort);
  });
  readonly #indexById = $derived(new Map(this.shown.map((row, index) => [row.id, index])));
  readonly #byId = $derived(new Map(this.rows.map((row) => [row.id, row])));
  readonly focused: WorklistRow | null = $derived(
    this.focusId === null ? null : (this.#byId.get(this.focusId) ?? null),
  );

  #waiting = new Map<RecordingId, WorklistRow | null>();
  #flushed: (() => void) | null = null;

  async load(): Promise<void> {
    host.on('worklist-changed', ({ upserted, removed }) => {
      for (const row of upserted) this.#waiting.set(row.id, row);
      for (const id of removed) this.#waiting.set(id, null);
      this.#flushSoon();
    });
    this.#restoreChoices();
    this.rows = await host.call('worklist.list', {});
    this.loaded = true;
    this.focusId ??= this.shown[0]?.id ?? null;
  }

  row(id: RecordingId): WorklistRow | undefined {
    return this.#byId.get(id);
  }

  /** Its place in what is shown, or -1. */
  indexOf(id: RecordingId | null): number {
    return id === null ? -1 : (this.#indexById.get(id) ?? -1);
  }

  /** The row `step` places after one, within what is shown; null at the ends. */
  neighbour(id: RecordingId | null, step: number): WorklistRow | null {
    return this.shown[this.indexOf(id) + step] ?? null;
  }

  filterBy(text: string): void {
    this.filterText = text;
    const filter = parseFilter(text);
    if (filter.ok) {
      this.#filter = filter;
      this.filterProblem = null;
      this.#keepFocusShown();
    } else {
      this.filterProblem = filter.problem;
    }
  }

  showTab(tab: Tab): void {
    this.tab = tab;
    remember('tab', tab);
    this.#keepFocusShown();
  }

  sortBy(key: SortKey): void {
    this.sort = nextSort(this.sort, key);
    remember('sort', `${this.sort.key} ${this.sort.direction}`);
  }

  /** Focuses one row and lets go of the selection. */
  focus(id: RecordingId): void {
    this.focusId = id;
    this.#anchor = id;
    if (this.selected.size > 0) this.selected = new Set();
  }

  /** Moves the focus by rows, stopping at the ends; what is selected stays selected. */
  moveFocus(step: number): void {
    const row = this.#rowAtStep(step);
    if (!row) return;
    this.focusId = row.id;
    this.#anchor = row.id;
  }

  /** Moves the focus and selects everything from where the selection began. */
  extendSelection(step: number): void {
    const row = this.#rowAtStep(step);
    if (row) this.extendSelectionTo(row.id);
  }

  extendSelectionTo(id: RecordingId): void {
    this.#anchor ??= this.focusId ?? id;
    const [from, to] = [this.indexOf(this.#anchor), this.indexOf(id)];
    if (to < 0) return;
    const range = this.shown.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.selected = new Set(range.map((row) => row.id));
    this.focusId = id;
  }

  toggle(id: RecordingId): void {
    const others = [...this.selected].filter((other) => other !== id);
    this.selected = new Set(this.selected.has(id) ? others : [...others, id]);
    this.focusId = id;
    this.#anchor = id;
  }

  selectAllShown(): void {
    this.selected = new Set(this.shown.map((row) => row.id));
  }

  clearSelection(): void {
    this.selected = new Set();
  }

  /** What an act on the list is about: the selected rows, else the focused one. */
  targets(): readonly RecordingId[] {
    if (this.selected.size > 0) {
      return this.rows.filter((row) => this.selected.has(row.id)).map((row) => row.id);
    }
    return this.focused ? [this.focused.id] : [];
  }

  #rowAtStep(step: number): WorklistRow | undefined {
    const last = this.shown.length - 1;
    const from = this.indexOf(this.focusId);
    if (from < 0) return this.shown[step < 0 ? last : 0];
    return this.shown[Math.max(0, Math.min(last, from + step))];
  }

  #keepFocusShown(): void {
    if (this.indexOf(this.focusId) < 0) this.focusId = this.shown[0]?.id ?? null;
  }

  #flushSoon(): void {
    if (this.#flushed !== null) return;
    this.#flushed = busy();
    requestAnimationFrame(() => {
      this.#flush();
    });
  }

  #flush(): void {
    const changes = this.#waiting;
    this.#waiting = new Map();
    const focusIndex = this.indexOf(this.focusId);
    const kept: WorklistRow[] = [];
    for (const row of this.rows) {
      const change = changes.get(row.id);
      if (change !== null) kept.push(change ?? row);
      changes.delete(row.id);
    }
    for (const row of changes.values()) if (row !== null) kept.push(row);
    this.rows = kept;
    this.#letGoOfRemoved(focusIndex);
    this.#flushed?.();
    this.#flushed = null;
  }

  /** After rows went: the focus takes the place of the one it was on. */
  #letGoOfRemoved(focusIndex: number): void {
    if (this.focusId !== null && !this.#byId.has(this.focusId)) this.focusId = null;
    if (this.focusId === null) {
      const at = Math.max(0, Math.min(focusIndex, this.shown.length - 1));
      this.focusId = this.shown[at]?.id ?? null;
    }
    const still = [...this.selected].filter((id) => this.#byId.has(id));
    if (still.length !== this.selected.size) this.selected = new Set(still);
  }

  #restoreChoices(): void {
    const [key, direction] = (remembered('sort') ?? '').split(' ');
    const sortKey = SORT_KEYS.find((known) => known === key);
    if (sortKey && (direction === 'ascending' || direction === 'descending')) {
      this.sort = { key: sortKey, direction };
    }
    this.tab = TABS.find((known) => known === remembered('tab')) ?? 'all';
  }
}

export const worklist = new Worklist();
