/**
 * The recording on the review screen: what is known of it, which window is selected, and where the
 * paper stands. One cursor for three scales: the paper's place moves the minute strip and the day's
 * brush with it.
 */
import { WINDOW_S } from '../../src-main/contract/conventions.ts';
import type {
  DisplayFilters,
  Lead,
  RecordingDetails,
  RecordingId,
} from '../../src-main/contract/domain.ts';
import { asHostError, host, wasCancelled, type HostError } from '../host/client.ts';
import { clockOf } from '../paper/clock.ts';
import {
  clampRange,
  clampStart,
  leadsHeight,
  leadsShown,
  leadsThatFit,
  rowCount,
  secondsVisible,
  startForWindow,
  type PaperScale,
  type RowParts,
} from '../paper/geometry.ts';
import { Slide } from '../paper/slide.ts';
import { WindowStore } from '../paper/window-store.ts';
import { windowAt, windowCount, windowSpan, type VerdictRule } from '../paper/windows.ts';
import { app } from './app.svelte.ts';
import { settings } from './settings.svelte.ts';

/** What the rows of paper hold besides leads; RR and the reader's band have no content yet. */
const ROW_PARTS: RowParts = {
  rrPx: 0,
  secondsPx: 18,
  activationPx: 0,
  modelPx: 30,
  readerPx: 0,
};
const ACTIVATION_PX = 24;

/** Two minutes around the window, as the strip opens; from 1 min to the whole recording. */
const MINUTE_SPAN_S = 120;
export const MIN_MINUTE_SPAN_S = 60;

/** The former picture stays this long before the screen says that it is reading, ms. */
export const PATIENCE_MS = 150;

/** In force until the model's card is there: the threshold that the shipped models publish. */
const DEFAULT_THRESHOLD = 0.8;

export interface Pointer {
  readonly seconds: number;
  /** Value under the pointer; null off the paper, in a gap, on an uncalibrated lead. */
  readonly reading: { readonly lead: string; readonly mv: number } | null;
}

export interface Drawn {
  /** Of the coarsest lead; 1 where every sample is drawn, 0 where nothing could be read. */
  readonly samplesPerBin: number;
  /** What the values really went through, each set once. */
  readonly filters: readonly DisplayFilters[];
  /** Of the first lead whose unit is what a person said; null where there is none. */
  readonly swing: { readonly lead: string; readonly mv: number } | null;
}

/** Where the reader was, for when the recording is opened again. */
interface Place {
  readonly selected: number;
  readonly paperStartS: number;
  readonly minuteSpanS: number;
  readonly chosenLeads: readonly number[];
}

class Review {
  /** The recording asked for; `details` may still be the former one until it is read. */
  id: RecordingId | null = $state(null);
  details: RecordingDetails | null = $state.raw(null);
  failure: HostError | null = $state.raw(null);
  loading: boolean = $state(false);

  windows: WindowStore | null = $state.raw(null);
  /** Rises when the file behind the recording may be another: what was drawn of it is read again. */
  source: number = $state(0);
  /** Rises whenever `windows` learned something. */
  windowsVersion: number = $state(0);
  modelLead: number | null = $state(null);

  selected: number = $state(0);
  paperStartS: number = $state(0);
  minuteSpanS: number = $state(MINUTE_SPAN_S);
  pane: { readonly widthPx: number; readonly heightPx: number } = $state.raw({
    widthPx: 0,
    heightPx: 0,
  });
  chosenLeads: readonly number[] = $state.raw([]);
  pointer: Pointer | null = $state.raw(null);
  menu: 'leads' | 'filters' | null = $state(null);
  /** What the paper draws now, for the status line. */
  drawn: Drawn = $state.raw({ samplesPerBin: 1, filters: [], swing: null });

  readonly durationS: number = $derived(this.details?.header.durationS ?? 0);
  readonly leads: readonly Lead[] = $derived(this.details?.header.leads ?? []);
  /** Indices of leads whose unit the file leaves open, said or not. */
  readonly openUnits: readonly number[] = $derived(this.details?.openUnits ?? []);
  readonly clock = $derived(clockOf(this.details?.header.start ?? null));
  readonly scale: PaperScale = $derived({
    pxPerMm: settings.pxPerMm,
    speedMmPerS: settings.current.speedMmPerS,
    gainMmPerMv: settings.current.gainMmPerMv,
  });
  readonly rule: VerdictRule = $derived({
    reading: settings.current.reading,
    threshold: app.about?.model?.threshold ?? DEFAULT_THRESHOLD,
    sets: app.about?.model?.predictionSets,
  });
  /** The strip has its room whether or not a window is selected that fills it: nothing jumps. */
  readonly parts: RowParts = $derived(
    settings.current.activation && app.about?.model?.activationParts !== undefined
      ? { ...ROW_PARTS, activationPx: ACTIVATION_PX }
      : ROW_PARTS,
  );
  readonly rows: number = $derived(rowCount(this.pane.heightPx));
  /** Seconds in one row, and in all rows together. */
  readonly rowS: number = $derived(secondsVisible(this.pane.widthPx, this.scale));
  readonly visibleS: number = $derived(this.rowS * this.rows);
  readonly leadsFit: number = $derived(
    leadsThatFit(leadsHeight(this.pane.heightPx / this.rows, this.parts), this.scale.pxPerMm),
  );
  readonly shownLeads: readonly number[] = $derived(
    leadsShown(this.chosenLeads, this.modelLead, this.leadsFit),
  );
  readonly selectedSpan = $derived(windowSpan(this.selected, this.durationS));
  readonly minute = $derived(
    clampRange(this.paperStartS + this.visibleS / 2, this.minuteSpanS, this.durationS),
  );
  /** The lead of the minute strip: the model's, else the first on the paper. */
  readonly minuteLead: number = $derived(this.modelLead ?? this.shownLeads[0] ?? 0);

  readonly #places = new Map<RecordingId, Place>();
  readonly #slide = new Slide((startS) => {
    this.paperStartS = startS;
  });
  #opening: AbortController | null = null;
  #versionFrame = 0;

  /** Listens for verdicts as they are found; answers how to stop. */
  listen(): () => void {
    return host.on('windows-found', (found) => {
      if (found.id !== this.details?.row.id) return;
      this.modelLead ??= found.leadIndex;
      this.windows?.accept(found);
      cancelAnimationFrame(this.#versionFrame);
      this.#versionFrame = requestAnimationFrame(() => {
        this.windowsVersion++;
      });
    });
  }

  /** Opens a recording; the former one stays on the screen until this one is read. */
  async open(id: RecordingId): Promise<void> {
    this.#keepPlace();
    this.id = id;
    this.pointer = null;
    await this.#read(id, 'new');
  }

  /** Reads the recording again: it was classified, or is back where it was. */
  async refresh(): Promise<void> {
    if (this.id === null) return;
    // While another is being opened, what is on the screen is none of its business.
    await this.#read(this.id, this.details?.row.id === this.id ? 'same' : 'new');
  }

  /** The same where its file is elsewhere now, or is read in another way. */
  async sourceChanged(ids: readonly RecordingId[]): Promise<void> {
    if (this.id === null || !ids.includes(this.id)) return;
    await this.refresh();
    this.source++;
  }

  async #read(id: RecordingId, kind: 'new' | 'same'): Promise<void> {
    this.#opening?.abort();
    const opening = new AbortController();
    this.#opening = opening;
    this.loading = true;
    // One patient's trace must not stand beside another's name: it goes when reading takes long.
    const patience = setTimeout(() => {
      if (kind === 'new' && this.#opening === opening) this.details = null;
    }, PATIENCE_MS);
    try {
      const details = await host.call('recording.open', { id }, { signal: opening.signal });
      if (this.#opening === opening) this.#show(details, kind);
    } catch (error) {
      if (this.#opening !== opening || wasCancelled(error)) return;
      this.failure = asHostError(error);
      if (kind === 'new') this.details = null;
    } finally {
      clearTimeout(patience);
      if (this.#opening === opening) this.loading = false;
    }
  }

  #show(details: RecordingDetails, kind: 'new' | 'same'): void {
    this.failure = null;
    this.details = details;
    this.modelLead = details.verdicts?.leadIndex ?? (kind === 'same' ? this.modelLead : null);
    if (kind === 'new' || this.windows?.durationS !== details.header.durationS) {
      this.windows = new WindowStore(details.header.durationS, this.rule);
    }
    if (details.verdicts) {
      this.windows.accept({ first: 0, ...details.verdicts });
    }
    this.windowsVersion++;
    if (kind === 'same') return;
    this.#slide.stop();
    const place = this.#places.get(details.row.id);
    this.selected = place?.selected ?? 0;
    this.minuteSpanS = place?.minuteSpanS ?? MINUTE_SPAN_S;
    this.chosenLeads = place?.chosenLeads ?? details.header.leads.map((_, index) => index);
    this.paperStartS = clampStart(
      place?.paperStartS ?? startForWindow(0, WINDOW_S, this.rowS),
      this.visibleS,
      details.header.durationS,
    );
  }

  #keepPlace(): void {
    if (!this.details) return;
    const { selected, paperStartS, minuteSpanS, chosenLeads } = this;
    this.#places.set(this.details.row.id, { selected, paperStartS, minuteSpanS, chosenLeads });
  }

  /** Reads every window again under the rule in force. */
  applyRule(rule: VerdictRule): void {
    this.windows?.applyRule(rule);
    this.windowsVersion++;
  }

  /** The pane was measured: the view stays where it is, and inside the recording. */
  resize(widthPx: number, heightPx: number): void {
    if (widthPx === this.pane.widthPx && heightPx === this.pane.heightPx) return;
    const first = this.pane.widthPx === 0;
    this.pane = { widthPx, heightPx };
    this.#slide.stop();
    const startS = first
      ? startForWindow(this.selectedSpan.startS, WINDOW_S, this.rowS)
      : this.paperStartS;
    this.paperStartS = clampStart(startS, this.visibleS, this.durationS);
  }

  /** Selects without moving the paper: the reader pointed at it there. */
  select(index: number): void {
    this.selected = Math.max(0, Math.min(windowCount(this.durationS) - 1, index));
  }

  /** Selects and brings the window onto the paper. */
  goToWindow(index: number): void {
    this.select(index);
    this.moveTo(startForWindow(this.selectedSpan.startS, WINDOW_S, this.rowS));
  }

  /** Moves by whole screens and selects the first window that begins there. */
  goByScreens(screens: number): void {
    const fromS = this.#slide.target ?? this.paperStartS;
    const startS = this.#clamped(fromS + screens * this.visibleS);
    this.moveTo(startS);
    const begins = Math.ceil((startS - 0.5) / WINDOW_S);
    this.select(windowAt(begins * WINDOW_S, this.durationS));
  }

  /** Slides there when it is within two screens, else cuts. */
  moveTo(startS: number): void {
    const target = this.#clamped(startS);
    if (Math.abs(target - this.paperStartS) <= 2 * this.visibleS) {
      this.#slide.to(target, this.paperStartS);
    } else {
      this.#slide.cut(target);
    }
  }

  /** One notch of a wheel: slides on from where the former notch leads. */
  nudgeBy(seconds: number): void {
    this.moveTo((this.#slide.target ?? this.paperStartS) + seconds);
    this.#followWith(this.#slide.target ?? this.paperStartS);
  }

  /** Under the hand: no easing. */
  panTo(startS: number): void {
    this.#slide.cut(this.#clamped(startS));
    this.#followWith(this.paperStartS);
  }

  centreOn(seconds: number): void {
    this.panTo(seconds - this.visibleS / 2);
  }

  setMinuteSpan(seconds: number): void {
    const longest = Math.max(MIN_MINUTE_SPAN_S, this.durationS);
    this.minuteSpanS = Math.max(MIN_MINUTE_SPAN_S, Math.min(longest, seconds));
  }

  /** The paper's scale changes under the reader's eyes: what was in the middle stays there. */
  async setSpeed(speedMmPerS: number): Promise<void> {
    const centreS = this.paperStartS + this.visibleS / 2;
    const saved = settings.set({ speedMmPerS });
    this.#slide.cut(this.#clamped(centreS - this.visibleS / 2));
    await saved;
  }

  chooseLeads(leads: readonly number[]): void {
    this.chosenLeads = [...leads].sort((a, b) => a - b);
  }

  #clamped(startS: number): number {
    return clampStart(startS, this.visibleS, this.durationS);
  }

  /** A verdict must never fall on a window out of sight: the selection comes along. */
  #followWith(startS: number): void {
    const { startS: from, endS: to } = this.selectedSpan;
    if (to > startS && from < startS + this.visibleS) return;
    this.select(windowAt(startS + this.visibleS / 2, this.durationS));
  }
}

export const review = new Review();
