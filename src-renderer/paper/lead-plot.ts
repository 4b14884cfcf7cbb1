/**
 * One lead's trace: a uPlot without axes, legend or cursor, laid over the grid. Everything that
 * uPlot would decide by itself (range, pixel alignment, joining across NaN) is fixed here. It draws
 * a roll of paper wider than the pane, most of it where the view is going, and slides it by whole
 * pixels: while the paper moves, the trace is stroked once in half a screen instead of every frame.
 * Paper that runs by too fast to be read is sketched, and stroked as soon as it stands.
 */
import uPlot from 'uplot';
import type { LeadTrace } from './lead-traces.ts';
import {
  commonPieces,
  holdsPieces,
  PIECE_PX,
  piecesOver,
  piecesWithin,
  reachPx,
  strokePieces,
  type Pieces,
} from './pieces.ts';
import { cssLength, rasterOf, samePlace, sparePx, type PlotPlace, type Raster } from './raster.ts';
import { NO_POINTS, type Span, type TracePoints } from './trace.ts';

export interface PlotInk {
  readonly stroke: string;
  readonly widthPx: number;
}

/** Strokes farther out than this many plot heights look the same: keeps wild values drawable. */
const FAR = 8;

/** Share of the pane by which a view moves on in one frame when nobody can read it: 3.6 panes a second. */
const FAST = 0.06;

const NONE: Pieces = { from: 0, to: 0 };

/** Skia strokes a line of one pixel without making an outline of it: ten times as fast as 1.4 px. */
const SKETCH_PX = 1;

/** How much is drawn at once, and with which pen. */
type Drawing = 'sketch of the view' | 'view' | 'roll';

export class LeadPlot {
  readonly #element: HTMLElement;
  readonly #plot: uPlot;
  #place: PlotPlace;
  #raster: Raster;
  #ink: PlotInk;
  #points: TracePoints = NO_POINTS;
  #origin = '';
  #known: Span = { fromS: 0, toS: 0 };
  /** Column at the pane's left edge, and by how many the view moved last; back where below 0. */
  #viewPx = 0;
  #pacePx = 0;
  /** It moved in the frame before. */
  #isUnderWay = false;
  /** Pieces that the roll has room for, those stroked, and those that stay as they are. */
  #roll: Pieces;
  #stroked: Pieces = NONE;
  #drawn: Pieces = NONE;
  /** Pieces that can be seen and wait for their stroke. */
  #sketched: Pieces = NONE;
  #drawing: Drawing = 'roll';

  constructor(pane: HTMLElement, place: PlotPlace, ink: PlotInk) {
    this.#place = place;
    this.#raster = rasterOf(place);
    this.#roll = { from: 0, to: this.#raster.rollPieces };
    this.#ink = ink;
    this.#element = document.createElement('div');
    this.#element.className = 'lead-plot';
    pane.append(this.#element);
    this.#plot = new uPlot(this.#options(), dataOf(NO_POINTS), this.#element);
    this.#layOut();
  }

  place(place: PlotPlace): void {
    if (samePlace(this.#place, place)) return;
    const { rollPieces, heightPx } = this.#raster;
    this.#place = place;
    this.#raster = rasterOf(place);
    this.#layOut();
    if (rollPieces !== this.#raster.rollPieces || heightPx !== this.#raster.heightPx) {
      this.#plot.setSize(this.#canvasSize());
    }
    this.#forget();
  }

  ink(ink: PlotInk): void {
    if (ink.stroke === this.#ink.stroke && ink.widthPx === this.#ink.widthPx) return;
    this.#ink = ink;
    const [, trace] = this.#plot.series;
    if (trace) trace.width = ink.widthPx;
    this.#forget();
  }

  /** Shows a trace from `fromS` on: slides to it, or draws it where it is not drawn yet. */
  show(trace: LeadTrace, fromS: number): 'slid' | 'drawn' {
    const viewPx = Math.round(fromS * this.#raster.pxPerS);
    const moved = viewPx - this.#viewPx;
    const runs = this.#isFast(moved) && this.#isFast(this.#pacePx) && this.#isUnderWay;
    if (moved !== 0) this.#pacePx = moved;
    this.#isUnderWay = moved !== 0;
    const isOther = trace.origin !== this.#origin;
    if (isOther) this.#forget();
    this.#viewPx = viewPx;
    this.#points = trace.points;
    this.#origin = trace.origin;
    this.#known = trace.known;
    // Another part of the same samples changes nothing of what is drawn already; of other samples,
    // or of none, not a pixel of it may stay, were it a frame long: it can be another patient's.
    if (!isOther && this.#holds(commonPieces(this.#inView, this.#inKnown))) {
      this.#slide();
      return 'slid';
    }
    if (runs) this.#unroll('sketch of the view');
    else this.#unroll(moved === 0 || this.#isFast(moved) ? 'view' : 'roll');
    return 'drawn';
  }

  /** True where all is stroked that can be seen, and what comes next. */
  get isSettled(): boolean {
    return this.#drawing === 'roll';
  }

  get standsStill(): boolean {
    return !this.#isUnderWay;
  }

  /** For how many frames like the last one drawn paper is left; endless where none is to be drawn. */
  get framesAhead(): number {
    if (this.#isFast(this.#pacePx)) return Infinity;
    // A sketch is stroked at once, whichever way the view goes on.
    if (this.#drawing === 'sketch of the view') return 0;
    const [drawn, known] = [this.#drawn, this.#inKnown];
    if (this.#pacePx > 0 && known.to > drawn.to) {
      return (drawn.to * PIECE_PX - this.#viewPx - this.#raster.widthPx) / this.#pacePx;
    }
    if (this.#pacePx < 0 && known.from < drawn.from) {
      return (drawn.from * PIECE_PX - this.#viewPx) / this.#pacePx;
    }
    return Infinity;
  }

  /** Draws on before the view gets there. */
  drawAhead(): void {
    this.#unroll('roll');
  }

  destroy(): void {
    this.#plot.destroy();
    this.#element.remove();
  }

  get #inView(): Pieces {
    return piecesOver(this.#viewPx, this.#viewPx + this.#raster.widthPx);
  }

  get #inKnown(): Pieces {
    const { zeroPx, pxPerS } = this.#raster;
    const reach = reachPx(this.#ink.widthPx * this.#place.density);
    const columnOf = (seconds: number) => zeroPx + seconds * pxPerS;
    return piecesWithin(columnOf(this.#known.fromS) + reach, columnOf(this.#known.toS) - reach);
  }

  #isFast(movedPx: number): boolean {
    return Math.abs(movedPx) > FAST * this.#raster.widthPx;
  }

  #holds(pieces: Pieces): boolean {
    return holdsPieces(this.#drawn, pieces) || holdsPieces(this.#sketched, pieces);
  }

  #forget(): void {
    this.#drawn = NONE;
    this.#sketched = NONE;
  }

  /** Draws the roll anew from where the view is. */
  #unroll(drawing: Drawing): void {
    const spare = sparePx(this.#raster.widthPx, this.#place.density) * behind(this.#pacePx);
    const from = Math.floor((this.#viewPx - spare) / PIECE_PX);
    this.#roll = { from, to: from + this.#raster.rollPieces };
    this.#drawing = drawing;
    this.#stroked = drawing === 'roll' ? this.#roll : this.#inView;
    // Where the part ends, a piece is stroked as far as it is known, and again when more is.
    const stays = commonPieces(this.#stroked, this.#inKnown);
    this.#drawn = drawing === 'sketch of the view' ? NONE : stays;
    this.#sketched = drawing === 'sketch of the view' ? stays : NONE;
    this.#plot.batch(() => {
      if (this.#plot.data[0] !== this.#points.timeS)
        this.#plot.setData(dataOf(this.#points), false);
      this.#plot.setScale('y', rangeOf(this.#place));
      this.#plot.setScale('x', this.#rollSpan);
    });
    this.#slide();
  }

  /** Lays the roll so that the pane shows the view; both start on whole device pixels. */
  #slide(): void {
    const columns = this.#viewPx - this.#roll.from * PIECE_PX;
    this.#plot.root.style.transform = `translateX(${-columns / this.#place.density}px)`;
  }

  #stroke(): void {
    const { ctx } = this.#plot;
    const { density, level, pxPerUnit } = this.#place;
    const { zeroPx, pxPerS, basePx, heightPx } = this.#raster;
    ctx.save();
    ctx.strokeStyle = this.#ink.stroke;
    const sketch = this.#drawing === 'sketch of the view';
    ctx.lineWidth = sketch ? SKETCH_PX : this.#ink.widthPx * density;
    const map = {
      zeroPx,
      pxPerS,
      basePx,
      level,
      pxPerUnit: pxPerUnit * density,
      topPx: -FAR * heightPx,
      bottomPx: (1 + FAR) * heightPx,
    };
    strokePieces(ctx, this.#points, map, this.#stroked, this.#roll.from * PIECE_PX);
    ctx.restore();
  }

  get #rollSpan(): { readonly min: number; readonly max: number } {
    const { zeroPx, pxPerS } = this.#raster;
    const secondsAt = (piece: number) => (piece * PIECE_PX - zeroPx) / pxPerS;
    return { min: secondsAt(this.#roll.from), max: secondsAt(this.#roll.to) };
  }

  #canvasSize(): { readonly width: number; readonly height: number } {
    const { rollPieces, heightPx } = this.#raster;
    const { density } = this.#place;
    return {
      width: cssLength(rollPieces * PIECE_PX, density),
      height: cssLength(heightPx, density),
    };
  }

  #layOut(): void {
    const { leftPx, topPx, widthPx, heightPx } = this.#raster;
    const css = (px: number) => `${cssLength(px, this.#place.density)}px`;
    Object.assign(this.#element.style, {
      left: css(leftPx),
      top: css(topPx),
      width: css(widthPx),
      height: css(heightPx),
    });
  }

  #options(): uPlot.Options {
    return {
      ...this.#canvasSize(),
      pxAlign: 0,
      padding: [0, 0, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: {
        x: {
          time: false,
          auto: false,
          range: () => {
            const { min, max } = this.#rollSpan;
            return [min, max];
          },
        },
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
          // uPlot's builders join across NaN and make one long path of a trace; see pieces.ts.
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
function behind(pacePx: number): number {
  return pacePx === 0 ? 0.5 : pacePx > 0 ? 0.125 : 0.875;
}

function dataOf(points: TracePoints): uPlot.AlignedData {
  return [points.timeS, points.value];
}

function rangeOf(place: PlotPlace): { readonly min: number; readonly max: number } {
  const { basePx, heightPx, level, pxPerUnit } = place;
  return { min: level - (heightPx - basePx) / pxPerUnit, max: level + basePx / pxPerUnit };
}
