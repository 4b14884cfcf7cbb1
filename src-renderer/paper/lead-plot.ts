/**
 * One lead's trace: a uPlot without axes, legend or cursor, laid over the grid. Everything that
 * uPlot would decide by itself (range, pixel alignment, joining across NaN) is fixed here.
 */
import uPlot from 'uplot';
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
          cap: 'round',
          spanGaps: false,
          points: { show: false },
          pxAlign: 0,
          paths: strokeOf,
        },
      ],
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

/**
 * The trace in device pixels. uPlot's own builders skip null but join across NaN; here NaN lifts
 * the pen, and a sample alone between two gaps is a dot.
 */
function strokeOf(plot: uPlot, _series: number, from: number, to: number): uPlot.Series.Paths {
  const [times, values] = plot.data;
  const path = new Path2D();
  const { left, top, width, height } = plot.bbox;
  const minS = plot.scales['x']?.min ?? 0;
  const maxS = plot.scales['x']?.max ?? 1;
  const low = plot.scales['y']?.min ?? 0;
  const high = plot.scales['y']?.max ?? 1;
  const pxPerS = width / (maxS - minS);
  const pxPerUnit = height / (high - low);
  const highest = top - FAR * height;
  const lowest = top + FAR * height;
  let drawn = 0;
  let x = 0;
  let y = 0;
  for (let i = from; i <= to; i++) {
    const value = values?.[i] ?? NaN;
    if (Number.isNaN(value)) {
      if (drawn === 1) path.lineTo(x + 0.1, y);
      drawn = 0;
      continue;
    }
    x = left + ((times[i] ?? 0) - minS) * pxPerS;
    y = Math.max(highest, Math.min(lowest, top + (high - value) * pxPerUnit));
    if (drawn === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
    drawn++;
  }
  if (drawn === 1) path.lineTo(x + 0.1, y);
  return { stroke: path, fill: null, clip: null, band: null, gaps: [], flags: 1 };
}
