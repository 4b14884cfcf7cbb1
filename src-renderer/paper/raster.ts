/** Where a lead's plot lies, in CSS pixels and in those of the screen. Pure. */
import { PIECE_PX } from './pieces.ts';

/** Where the plot lies in its pane and what its pixels mean, CSS px. */
export interface PlotPlace {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Device pixels in one of CSS. */
  readonly density: number;
  readonly pxPerS: number;
  /** Baseline, px from the plot's own top. */
  readonly basePx: number;
  /** The value drawn on the baseline, and px per unit of the lead above it. */
  readonly level: number;
  readonly pxPerUnit: number;
}

/**
 * The same in device pixels, whole ones: a canvas between two of them would be blurred. Columns
 * count from the recording's second 0.
 */
export interface Raster {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rollPieces: number;
  /** Column of second 0: what rounding `leftPx` took away. */
  readonly zeroPx: number;
  readonly pxPerS: number;
  readonly basePx: number;
}

export function rasterOf(place: PlotPlace): Raster {
  const { leftPx, topPx, density } = place;
  const left = Math.round(leftPx * density);
  const top = Math.round(topPx * density);
  const widthPx = Math.max(1, Math.round((leftPx + place.widthPx) * density) - left);
  const rollPx = widthPx + sparePx(widthPx, density);
  return {
    leftPx: left,
    topPx: top,
    widthPx,
    heightPx: Math.max(1, Math.round((topPx + place.heightPx) * density) - top),
    // The first and the last may be in the pane by one column only.
    rollPieces: Math.ceil(rollPx / PIECE_PX) + 2,
    zeroPx: leftPx * density - left,
    pxPerS: place.pxPerS * density,
    basePx: (topPx + place.basePx) * density - top,
  };
}

/** Paper beside the pane: half a screen, a quarter where pixels are dense. */
export function sparePx(widthPx: number, density: number): number {
  return Math.floor(widthPx / (density < 1.5 ? 2 : 4));
}

export function samePlace(a: PlotPlace, b: PlotPlace): boolean {
  return (
    a.leftPx === b.leftPx &&
    a.topPx === b.topPx &&
    a.widthPx === b.widthPx &&
    a.heightPx === b.heightPx &&
    a.density === b.density &&
    a.pxPerS === b.pxPerS &&
    a.basePx === b.basePx &&
    a.level === b.level &&
    a.pxPerUnit === b.pxPerUnit
  );
}

/** The browser keeps lengths in 64ths of a device pixel and cuts off the rest, px. */
const CUT_OFF_PX = 1 / 128;

/** Whole device pixels in CSS px, so that they stay whole: 56 / 1.25 would come back as 55.98. */
export function cssLength(devicePx: number, density: number): number {
  return (devicePx + CUT_OFF_PX) / density;
}
