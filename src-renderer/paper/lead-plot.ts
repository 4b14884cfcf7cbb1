/**
 * One lead's trace: a uPlot without axes, legend or cursor, laid over the grid. Everything that
 * uPlot would decide by itself (range, pixel alignment, joining across NaN) is fixed here. It draws
 * a roll of paper wider than the pane and slides it by whole pixels: while the paper moves, the
 * trace is stroked once in half a screen instead of every frame.
 */
import uPlot from 'uplot';
import { strokeTrace } from './stroke.ts';
import { NO_POINTS, type TracePoints } from './trace.ts';

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
const FAST = 0.08;

export class LeadPlot {
  readonly #element: HTMLElement;
  readonly #plot: uPlot;
  #place: PlotPlace;
  #ink: PlotInk;
  #points: TracePoints = NO_POINTS;
  /** Seconds on the roll, those of them that are drawn, and those in the pane. */
  #roll: Span = { fromS: 0, toS: 1 };
  #drawn: Span = { fromS: 0, toS: 1 };
  #view: Span = { fromS: 0, toS: 1 };

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

  /** Draws these points over these seconds. */
  show(points: TracePoints, fromS: number, toS: number): void {
    const samePoints = points === this.#points;
    const view = this.#view;
    if (samePoints && fromS === view.fromS && toS === view.toS) return;
    const sameScale = Math.abs(toS - fromS - (view.toS - view.fromS)) < 1e-6;
    const pace = Math.abs(fromS - view.fromS) > FAST * (toS - fromS) ? 'fast' : 'slow';
    this.#points = points;
    this.#view = { fromS, toS };
    const onRoll = fromS >= this.#drawn.fromS - 1e-6 && toS <= this.#drawn.toS + 1e-6;
    if (samePoints && sameScale && onRoll) {
      this.#slide();
      return;
    }
    if (!samePoints) this.#plot.setData(dataOf(points), false);
    this.#unroll(pace);
  }

  /** Draws the roll anew, with the view in its middle; at a fast pace only the view. */
  #unroll(pace: 'fast' | 'slow'): void {
    const { fromS, toS } = this.#view;
    const marginS = (marginPx(this.#place) * (toS - fromS)) / this.#place.widthPx;
    this.#roll = { fromS: fromS - marginS, toS: toS + marginS };
    this.#drawn = pace === 'fast' ? this.#view : this.#roll;
    this.#plot.batch(() => {
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

interface Span {
  readonly fromS: number;
  readonly toS: number;
}

/** Paper ready on either side of the pane, px: half a screen, a quarter where pixels are dense. */
function marginPx({ widthPx }: PlotPlace): number {
  return Math.floor(widthPx / (devicePixelRatio < 1.5 ? 2 : 4));
}

function rollWidth(place: PlotPlace): number {
  return place.widthPx + 2 * marginPx(place);
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
