/**
 * The paper as a whole: rows, the canvas under the traces, one uPlot a lead over it, the model's
 * band. Turns a view of the recording into drawing calls; keeps nothing but the plots.
 */
import { WINDOW_S } from '../../src-main/contract/conventions.ts';
import type { Lead } from '../../src-main/contract/domain.ts';
import { drawActivation, type Activation } from './activation.ts';
import { drawBand, type BandWindow } from './band.ts';
import type { RecordingClock } from './clock.ts';
import { nextToDraw } from './draw-ahead.ts';
import {
  baselineBoxes,
  GUTTER_PX,
  LARGE_BOX_MM,
  leadLayout,
  leadsHeight,
  lineCentre,
  pxPerMillivolt,
  pxPerSecond,
  rowBounds,
  timeOriginPx,
  type PaperScale,
  type RowParts,
} from './geometry.ts';
import { LeadPlot } from './lead-plot.ts';
import type { LeadTrace, LeadTraces } from './lead-traces.ts';
import type { Palette } from './palette.ts';
import type { PlotPlace } from './raster.ts';
import { drawSheet, type SheetLead, type SheetRow } from './sheet.ts';
import { ground, surfaceOf } from './surface.ts';
import { NO_POINTS, valueAt } from './trace.ts';
import type { WindowStore } from './window-store.ts';
import { windowAt, windowSpan } from './windows.ts';

export interface PaperView {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly parts: RowParts;
  /** Start of the first row, on a whole device pixel. */
  readonly startS: number;
  readonly rowS: number;
  readonly durationS: number;
  readonly scale: PaperScale;
  readonly leads: readonly { readonly index: number; readonly lead: Lead }[];
  readonly windows: WindowStore;
  readonly selected: number;
  readonly clock: RecordingClock;
  readonly plate: string;
  readonly message: string | null;
  /** Of the selected window; drawn where `parts` has room for it. */
  readonly activation: Activation | null;
}

interface PlacedLead {
  readonly index: number;
  readonly lead: Lead;
  readonly trace: LeadTrace;
  readonly topPx: number;
  readonly heightPx: number;
  readonly basePx: number;
  readonly pxPerUnit: number;
}

interface PlacedRow {
  readonly startS: number;
  readonly topPx: number;
  readonly leadsTopPx: number;
  readonly leadsHeightPx: number;
  readonly gridTopPx: number;
  readonly bandTopPx: number;
  readonly leads: readonly PlacedLead[];
}

/** How far a trace may reach into its neighbours' paper, as a share of the pitch. */
const OVERREACH = 0.75;

/** Share of a lead's height that an uncalibrated signal's spread takes. */
const UNCALIBRATED_SHARE = 0.5;

export class PaperScene {
  readonly #canvas: HTMLCanvasElement;
  readonly #pane: HTMLElement;
  readonly #plots = new Map<string, LeadPlot>();
  #placed: readonly PlacedRow[] = [];
  #view: PaperView | null = null;

  constructor(canvas: HTMLCanvasElement, pane: HTMLElement) {
    this.#canvas = canvas;
    this.#pane = pane;
  }

  /** `unsettled` where it is to be called again, in the next frame, though nothing changes. */
  draw(view: PaperView, traces: LeadTraces, palette: Palette): 'settled' | 'unsettled' {
    const { widthPx, heightPx } = view;
    const density = palette.devicePixelRatio;
    const surface = surfaceOf(this.#canvas, widthPx, heightPx, density, 'whole');
    if (!surface) return 'settled';
    ground(surface.context, palette.paper);
    this.#view = view;
    this.#placed = placeRows(view, traces, palette.devicePixelRatio);
    const kept = new Set<string>();
    let drawn = 0;
    this.#placed.forEach((row, index) => {
      drawSheet(surface.context, sheetRow(view, row), palette);
      if (view.parts.activationPx > 0) {
        drawActivation(
          surface.context,
          {
            topPx: row.bandTopPx - view.parts.activationPx,
            heightPx: view.parts.activationPx,
            widthPx: view.widthPx,
            originPx: timeOriginPx(row.startS, view.scale),
            pxPerS: pxPerSecond(view.scale),
            activation: view.activation,
          },
          palette,
        );
      }
      drawBand(
        surface.context,
        {
          topPx: row.bandTopPx,
          heightPx: view.parts.modelPx,
          widthPx: view.widthPx,
          originPx: timeOriginPx(row.startS, view.scale),
          windows: bandWindows(view, row),
        },
        palette,
      );
      for (const lead of row.leads) {
        const key = `${index}:${lead.index}`;
        kept.add(key);
        if (this.#drawTrace(key, view, row, lead, palette) === 'drawn') drawn++;
      }
    });
    for (const [key, plot] of this.#plots) {
      if (kept.has(key)) continue;
      plot.destroy();
      this.#plots.delete(key);
    }
    if (drawn === 0) this.#drawAhead();
    return [...this.#plots.values()].every(({ isSettled }) => isSettled) ? 'settled' : 'unsettled';
  }

  /** Leads run out of drawn paper together: drawn on one a frame, none of them makes a long frame. */
  #drawAhead(): void {
    nextToDraw([...this.#plots.values()])?.drawAhead();
  }

  /** The second of the recording, the lead and its value at a place in the pane. */
  at(
    xPx: number,
    yPx: number,
  ): { readonly seconds: number; readonly lead: Lead | null; readonly value: number } | null {
    const view = this.#view;
    if (!view) return null;
    const row = this.#placed.findLast((placed) => placed.topPx <= yPx) ?? this.#placed[0];
    if (!row || xPx < GUTTER_PX) return null;
    const seconds = row.startS + (xPx - GUTTER_PX) / pxPerSecond(view.scale);
    if (seconds < 0 || seconds >= view.durationS) return null;
    if (yPx >= row.leadsTopPx + row.leadsHeightPx) return { seconds, lead: null, value: NaN };
    const lead =
      row.leads.find((placed) => yPx < placed.topPx + placed.heightPx) ?? row.leads.at(-1);
    return lead
      ? { seconds, lead: lead.lead, value: valueAt(lead.trace.points, seconds) }
      : { seconds, lead: null, value: NaN };
  }

  destroy(): void {
    for (const plot of this.#plots.values()) plot.destroy();
    this.#plots.clear();
  }

  #drawTrace(
    key: string,
    view: PaperView,
    row: PlacedRow,
    lead: PlacedLead,
    palette: Palette,
  ): 'slid' | 'drawn' {
    const place = plotPlace(view, row, lead, palette.devicePixelRatio);
    const ink = { stroke: palette.trace, widthPx: palette.traceWidthPx };
    let plot = this.#plots.get(key);
    if (!plot) {
      // The first trace comes sooner when nothing is laid out for it before it is there.
      if (lead.trace.points === NO_POINTS) return 'slid';
      plot = new LeadPlot(this.#pane, place, ink);
      this.#plots.set(key, plot);
    }
    plot.place(place);
    plot.ink(ink);
    return plot.show(lead.trace, row.startS);
  }
}

function placeRows(view: PaperView, traces: LeadTraces, density: number): readonly PlacedRow[] {
  const { pxPerMm } = view.scale;
  return rowBounds(view.heightPx).map(({ topPx, heightPx }, row) => {
    const leadsTopPx = topPx + view.parts.rrPx;
    const leadsHeightPx = leadsHeight(heightPx, view.parts);
    const layout = leadLayout(leadsHeightPx, view.leads.length, pxPerMm);
    const gridTopPx = leadsTopPx + layout.originPx;
    const leads = view.leads.map(({ index, lead }, at): PlacedLead => {
      const trace = traces.of(index);
      return {
        index,
        lead,
        trace,
        topPx: gridTopPx + at * layout.pitchPx,
        heightPx: layout.pitchPx,
        basePx: lineCentre(
          gridTopPx + baselineBoxes(layout, at, pxPerMm) * LARGE_BOX_MM * pxPerMm,
          density,
        ),
        pxPerUnit:
          trace.spread === null
            ? pxPerMillivolt(view.scale)
            : (UNCALIBRATED_SHARE * layout.pitchPx) / trace.spread,
      };
    });
    return {
      startS: view.startS + row * view.rowS,
      topPx,
      leadsTopPx,
      leadsHeightPx,
      gridTopPx,
      bandTopPx: topPx + heightPx - view.parts.modelPx - view.parts.readerPx,
      leads,
    };
  });
}

function plotPlace(view: PaperView, row: PlacedRow, lead: PlacedLead, density: number): PlotPlace {
  const reach = OVERREACH * lead.heightPx;
  const topPx = Math.round(Math.max(row.leadsTopPx, lead.topPx - reach));
  const bottomPx = Math.round(
    Math.min(row.leadsTopPx + row.leadsHeightPx, lead.topPx + lead.heightPx + reach),
  );
  return {
    leftPx: GUTTER_PX,
    topPx,
    widthPx: Math.max(1, view.widthPx - GUTTER_PX),
    heightPx: Math.max(1, bottomPx - topPx),
    density,
    pxPerS: pxPerSecond(view.scale),
    basePx: lead.basePx - topPx,
    level: lead.trace.level,
    pxPerUnit: lead.pxPerUnit,
  };
}

function sheetRow(view: PaperView, row: PlacedRow): SheetRow {
  return {
    widthPx: view.widthPx,
    topPx: row.leadsTopPx,
    heightPx: row.leadsHeightPx,
    secondsPx: view.parts.secondsPx,
    gridTopPx: row.gridTopPx,
    startS: row.startS,
    durationS: view.durationS,
    scale: view.scale,
    leads: row.leads.map((placed): SheetLead => ({
      name: placed.lead.name,
      calibrated: placed.lead.calibrated,
      basePx: placed.basePx,
      topPx: placed.topPx,
      heightPx: placed.heightPx,
      levelMv: placed.lead.calibrated ? placed.trace.level : 0,
      gaps: placed.trace.gaps,
    })),
    edgesS: edgesIn(view, row.startS),
    selected: windowSpan(view.selected, view.durationS),
    plate: view.plate,
    message: view.message,
    clock: view.clock,
  };
}

/** Window edges inside one row, s. */
function edgesIn(view: PaperView, startS: number): readonly number[] {
  const edges: number[] = [];
  const endS = startS + view.rowS;
  for (let k = Math.ceil(startS / WINDOW_S); k * WINDOW_S <= endS; k++) {
    const edge = Math.min(view.durationS, k * WINDOW_S);
    if (edge >= 0) edges.push(edge);
    if (edge === view.durationS) break;
  }
  if (view.durationS > startS && view.durationS < endS) edges.push(view.durationS);
  return edges;
}

function bandWindows(view: PaperView, row: PlacedRow): readonly BandWindow[] {
  const windows: BandWindow[] = [];
  const origin = timeOriginPx(row.startS, view.scale);
  const px = pxPerSecond(view.scale);
  const endS = row.startS + view.rowS;
  const first = windowAt(row.startS, view.durationS);
  for (let index = first; index < view.windows.count; index++) {
    const span = windowSpan(index, view.durationS);
    if (span.startS >= endS) break;
    windows.push({
      leftPx: Math.round(origin + span.startS * px),
      rightPx: Math.round(origin + span.endS * px),
      code: view.windows.code(index),
      finding: view.windows.finding(index),
      selected: index === view.selected,
    });
  }
  return windows;
}
