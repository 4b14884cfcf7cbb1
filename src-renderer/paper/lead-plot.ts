/**
 * One lead's trace: a uPlot without axes, legend or cursor, laid over the grid. Everything that
 * uPlot would decide by itself (range, pixel alignment, joining across NaN) is fixed here.
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

export class LeadPlot {
  readonly #element: HTMLElement;
  readonly #plot: uPlot;
  #place: PlotPlace;
  #ink: PlotInk;
  #points: TracePoints = NO_POINTS;
  #fromS = 0;
  #toS = 1;

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
      this.#plot.setSize({ width: place.widthPx, height: place.heightPx });
    }
    this.#plot.batch(() => {
      this.#plot.setScale('y', rangeOf(place));
      this.#plot.setScale('x', { min: this.#fromS, max: this.#toS });
    });
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
    if (samePoints && fromS === this.#fromS && toS === this.#toS) return;
    this.#points = points;
    this.#fromS = fromS;
    this.#toS = toS;
    this.#plot.batch(() => {
      if (!samePoints) this.#plot.setData(dataOf(points), false);
      this.#plot.setScale('x', { min: fromS, max: toS });
    });
  }

  destroy(): void {
    this.#plot.destroy();
    this.#element.remove();
  }

  #stroke(): void {
    const { ctx, bbox } = this.#plot;
    const { heightPx, basePx, level, pxPerUnit } = this.#place;
    const density = bbox.height / heightPx;
    ctx.save();
    ctx.strokeStyle = this.#ink.stroke;
    ctx.lineWidth = this.#ink.widthPx * density;
    // A bevel ends at the sample itself, where a round join adds half a line's width to every R
    // peak; it also costs two thirds. Round caps close the joints between pieces.
    ctx.lineJoin = 'bevel';
    ctx.lineCap = 'round';
    strokeTrace(ctx, this.#points, {
      fromS: this.#fromS,
      toS: this.#toS,
      leftPx: bbox.left,
      pxPerS: bbox.width / (this.#toS - this.#fromS),
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
      width: this.#place.widthPx,
      height: this.#place.heightPx,
      pxAlign: 0,
      padding: [0, 0, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: {
        x: { time: false, auto: false, range: () => [this.#fromS, this.#toS] },
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
