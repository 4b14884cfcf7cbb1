/**
 * One lead's trace: a uPlot without axes, legend or cursor, laid over the grid. Everything that
 * uPlot would decide by itself (range, pixel alignment, joining across NaN) is fixed here. It draws
 * a roll of paper wider than the pane, most of it where the view is going, and slides it by whole
 * pixels: while the paper moves, the trace is stroked once in half a screen instead of every frame.
 */
import uPlot from 'uplot';
import type { LeadTrace } from './lead-traces.ts';
import { strokeTrace } from './stroke.ts';
import { NO_POINTS, type Span, type TracePoints } from './trace.ts';

/** Where the plot lies in its pane and what its pixels mean, CSS px. */
export interface PlotPlace {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Baseline, px from the plot's own top. */
  readonly basePx: number;
  /** The value drawn on the baseline, and px per unit of the lead above it. */
  readonly level: number;
  readonly pxPerUnit: number;
}

export interface PlotInk {
  readonly stroke: string;
  readonly widthPx: number;
}

/** Strokes farther out than this many plot heights look the same: keeps wild values drawable. */
const FAR = 8;

/** Share of the pane by which a view moves on in one frame when margins are not worth drawing. */
const FAST = 0.15;

export class LeadPlot {
  readonly #element: HTMLElement;
  readonly #plot: uPlot;
  #place: PlotPlace;
  #ink: PlotInk;
  #points: TracePoints = NO_POINTS;
  #origin = '';
  /** Seconds on the roll, those of them that are drawn, those in the pane, those known. */
  #roll: Span = { fromS: 0, toS: 1 };
  #drawn: Span = { fromS: 0, toS: 0 };
  #view: Span = { fromS: 0, toS: 1 };
  #known: Span = { fromS: 0, toS: 0 };
  /** Seconds by which the view moved last; back where below 0. */
  #paceS = 0;

  constructor(pane: HTMLElement, place: PlotPlace, ink: PlotInk) {
    this.#place = place;
    this.#ink = ink;
    this.#element = document.createElement('div');
    this.#element.className = 'lead-plot';
    pane.append(this.#element);
    this.#plot = new uPlot(this.#options(), dataOf(NO_POINTS), this.#element);
    this.#layOut();
  }

  place(place: PlotPlace): void {
    const former = this.#place;
    if (samePlace(former, place)) return;
    this.#place = place;
    this.#layOut();
    if (former.widthPx !== place.widthPx || former.heightPx !== place.heightPx) {
      this.#plot.setSize({ width: rollWidth(place), height: place.heightPx });
    }
    this.#unroll('slow');
  }

  ink(ink: PlotInk): void {
    if (ink.stroke === this.#ink.stroke && ink.widthPx === this.#ink.widthPx) return;
    this.#ink = ink;
    const [, trace] = this.#plot.series;
    if (trace) trace.width = ink.widthPx;
    this.#plot.redraw();
  }

  /** Shows these seconds of a trace: slides to them, or draws them where they are not drawn yet. */
  show(trace: LeadTrace, fromS: number, toS: number): 'slid' | 'drawn' {
    const former = this.#view;
    const sameOrigin = trace.origin === this.#origin;
    const sameScale = Math.abs(toS - fromS - (former.toS - former.fromS)) < ALIKE_S;
    const moved = fromS - former.fromS;
    if (moved !== 0) this.#paceS = moved;
    this.#view = { fromS, toS };
    this.#points = trace.points;
    this.#origin = trace.origin;
    this.#known = trace.known;
    // Another part of the same samples changes nothing of what is drawn already.
    if (sameOrigin && sameScale && holds(this.#drawn, common(this.#view, this.#known))) {
      this.#slide();
      return 'slid';
    }
    this.#unroll(Math.abs(moved) > FAST * (toS - fromS) ? 'fast' : 'slow');
    return 'drawn';
  }

  /** For how many frames like the last one drawn paper is left; endless where no more is known. */
  get framesAhead(): number {
    const [view, drawn, known] = [this.#view, this.#drawn, this.#known];
    if (this.#paceS > 0 && known.toS > drawn.toS + ALIKE_S) {
      return (drawn.toS - view.toS) / this.#paceS;
    }
    if (this.#paceS < 0 && known.fromS < drawn.fromS - ALIKE_S) {
      return (drawn.fromS - view.fromS) / this.#paceS;
    }
    return Infinity;
  }

  /** Draws on before the view gets there. */
  drawAhead(): void {
    this.#unroll('slow');
  }

  /** Draws the roll anew from where the view is; at a fast pace only the view. */
  #unroll(pace: 'fast' | 'slow'): void {
    const { fromS, toS } = this.#view;
    const sPerPx = (toS - fromS) / this.#place.widthPx;
    const startS = fromS - Math.floor(sparePx(this.#place) * behind(this.#paceS)) * sPerPx;
    this.#roll = { fromS: startS, toS: startS + rollWidth(this.#place) * sPerPx };
    this.#drawn = common(pace === 'fast' ? this.#view : this.#roll, this.#known);
    this.#plot.batch(() => {
      if (this.#plot.data[0] !== this.#points.timeS)
        this.#plot.setData(dataOf(this.#points), false);
      this.#plot.setScale('y', rangeOf(this.#place));
      this.#plot.setScale('x', { min: this.#roll.fromS, max: this.#roll.toS });
    });
    this.#slide();
  }

  /** Lays the roll so that the pane shows the view; both start on whole device pixels. */
  #slide(): void {
    const { fromS, toS } = this.#view;
    const px = ((fromS - this.#roll.fromS) * this.#place.widthPx) / (toS - fromS);
    const snapped = Math.round(px * devicePixelRatio) / devicePixelRatio;
    this.#plot.root.style.transform = `translateX(${-snapped}px)`;
  }

  destroy(): void {
    this.#plot.destroy();
    this.#element.remove();
  }

  #stroke(): void {
    const { ctx, bbox } = this.#plot;
    const { heightPx, basePx, level, pxPerUnit } = this.#place;
    const density = bbox.height / heightPx;
    const pxPerS = bbox.width / (this.#roll.toS - this.#roll.fromS);
    ctx.save();
    ctx.strokeStyle = this.#ink.stroke;
    ctx.lineWidth = this.#ink.widthPx * density;
    // A bevel ends at the sample itself, where a round join adds half a line's width to every R
    // peak; it also costs two thirds. Round caps close the joints between pieces.
    ctx.lineJoin = 'bevel';
    ctx.lineCap = 'round';
    strokeTrace(ctx, this.#points, {
      ...this.#drawn,
      leftPx: bbox.left + (this.#drawn.fromS - this.#roll.fromS) * pxPerS,
      pxPerS,
      basePx: bbox.top + basePx * density,
      level,
      pxPerUnit: pxPerUnit * density,
      topPx: bbox.top - FAR * bbox.height,
      bottomPx: bbox.top + FAR * bbox.height,
    });
    ctx.restore();
  }

  #layOut(): void {
    const { leftPx, topPx, widthPx, heightPx } = this.#place;
    Object.assign(this.#element.style, {
      left: `${leftPx}px`,
      top: `${topPx}px`,
      width: `${widthPx}px`,
      height: `${heightPx}px`,
    });
  }

  #options(): uPlot.Options {
    return {
      width: rollWidth(this.#place),
      height: this.#place.heightPx,
      pxAlign: 0,
      padding: [0, 0, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: {
        x: { time: false, auto: false, range: () => [this.#roll.fromS, this.#roll.toS] },
        y: {
          auto: false,
          range: () => {
            const { min, max } = rangeOf(this.#place);
            return [min, max];
          },
        },
      },
      series: [
        {},
        {
          stroke: () => this.#ink.stroke,
          width: this.#ink.widthPx,
          points: { show: false },
          // uPlot's builders join across NaN and make one long path of a trace; see stroke.ts.
          paths: () => null,
        },
      ],
      hooks: {
        drawSeries: [
          () => {
            this.#stroke();
          },
        ],
      },
    };
  }
}

/** Share of the spare paper that lies before a view that moves at this pace. */
function behind(paceS: number): number {
  return paceS === 0 ? 0.5 : paceS > 0 ? 0.125 : 0.875;
}

/** Times nearer than this are one: far less than a sample of any recording. */
const ALIKE_S = 1e-6;

function common(a: Span, b: Span): Span {
  return { fromS: Math.max(a.fromS, b.fromS), toS: Math.min(a.toS, b.toS) };
}

/** True when all of `part`, which may be empty, lies in `whole`. */
function holds(whole: Span, part: Span): boolean {
  if (part.toS <= part.fromS) return true;
  return part.fromS >= whole.fromS - ALIKE_S && part.toS <= whole.toS + ALIKE_S;
}

/** Paper beside the pane, px: half a screen, a quarter where pixels are dense. */
function sparePx({ widthPx }: PlotPlace): number {
  return Math.floor(widthPx / (devicePixelRatio < 1.5 ? 2 : 4));
}

function rollWidth(place: PlotPlace): number {
  return place.widthPx + sparePx(place);
}

function dataOf(points: TracePoints): uPlot.AlignedData {
  return [points.timeS, points.value];
}

function rangeOf(place: PlotPlace): { readonly min: number; readonly max: number } {
  const { basePx, heightPx, level, pxPerUnit } = place;
  return { min: level - (heightPx - basePx) / pxPerUnit, max: level + basePx / pxPerUnit };
}

function samePlace(a: PlotPlace, b: PlotPlace): boolean {
  return (
    a.leftPx === b.leftPx &&
    a.topPx === b.topPx &&
    a.widthPx === b.widthPx &&
    a.heightPx === b.heightPx &&
    a.basePx === b.basePx &&
    a.level === b.level &&
    a.pxPerUnit === b.pxPerUnit
  );
}
