/**
 * What a window's verdict is the mean of, as a strip of bars below the leads: how much each part
 * speaks for the verdict's class. A strip of its own, since nothing is drawn over the trace.
 */
import {
  MODEL_OUTPUTS,
  type ActivationMap,
  type ModelOutput,
  type Reading,
  type RhythmClass,
} from '../../src-main/contract/domain.ts';
import { GUTTER_PX } from './geometry.ts';
import type { Palette } from './palette.ts';
import { anchored } from './sheet.ts';

/** The parts of one window for one class. */
export interface Activation {
  readonly class: RhythmClass;
  readonly startS: number;
  readonly endS: number;
  /**
   * One a part: the class's score above the mean of the others'. The mean of them all is the
   * window's own, because every step from one to the other is a sum.
   */
  readonly scores: Float32Array;
}

/** The model's outputs that count as a class under a reading. */
function outputsOf(name: RhythmClass, reading: Reading): readonly ModelOutput[] {
  const host = reading === 'cinc' ? 'other' : 'normal';
  return name === host ? [name, 'ectopy'] : [name];
}

/** Of a class made of two outputs, the one that speaks louder over the whole window counts. */
export function activationOf(map: ActivationMap, name: RhythmClass, reading: Reading): Activation {
  const { parts, logits, startS, endS } = map;
  const row = (output: ModelOutput): Float32Array => {
    const from = MODEL_OUTPUTS.indexOf(output) * parts;
    return logits.subarray(from, from + parts);
  };
  const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
  const own = outputsOf(name, reading);
  const loudest = own.map(row).reduce((a, b) => (sum(b) > sum(a) ? b : a));
  const others = MODEL_OUTPUTS.filter((output) => !own.includes(output)).map(row);
  const scores = loudest.map((score, part) => {
    const rest = others.reduce((total, other) => total + (other[part] ?? 0), 0);
    return score - rest / others.length;
  });
  return { class: name, startS, endS, scores };
}

export interface ActivationRow {
  readonly topPx: number;
  readonly heightPx: number;
  readonly widthPx: number;
  /** Where second 0 of the recording lies. */
  readonly originPx: number;
  readonly pxPerS: number;
  /** Null until it is there, and where the selected window has none. */
  readonly activation: Activation | null;
}

/** Share of the height above the line of zero. */
const ABOVE = 0.68;

/** Room above and below the longest bars, px. */
const PAD_PX = 2;

/** A window in which nothing speaks for anything must not look as if it did, logits. */
const LEAST_SCALE = 2;

export function drawActivation(
  context: CanvasRenderingContext2D,
  row: ActivationRow,
  palette: Palette,
): void {
  const { topPx, heightPx, widthPx, originPx, pxPerS, activation } = row;
  context.fillStyle = palette.panel;
  context.fillRect(0, topPx, widthPx, heightPx);
  context.fillStyle = palette.hairline;
  context.fillRect(0, topPx, widthPx, 1);
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.ink3;
  context.textAlign = 'right';
  context.fillText('Score', GUTTER_PX - 6, topPx + heightPx / 2 + 4);
  if (activation === null) return;
  const room = heightPx - 1 - 2 * PAD_PX;
  const zero = Math.round(topPx + 1 + PAD_PX + ABOVE * room);
  const { scores, startS, endS } = activation;
  const largest = scores.reduce((most, score) => Math.max(most, Math.abs(score)), LEAST_SCALE);
  const partS = (endS - startS) / scores.length;
  const xOf = (part: number) => Math.round(originPx + (startS + part * partS) * pxPerS);
  context.save();
  context.beginPath();
  context.rect(GUTTER_PX, topPx, widthPx - GUTTER_PX, heightPx);
  context.clip();
  const { pattern } = palette.class[activation.class];
  anchored(pattern, originPx, zero, palette.devicePixelRatio);
  scores.forEach((score, part) => {
    const left = xOf(part);
    const width = Math.max(1, xOf(part + 1) - left - 1);
    const share = Math.abs(score) / largest;
    // What speaks for another class has no class of its own here: plain ink, below the line.
    context.fillStyle = score > 0 ? pattern : palette.ink3;
    if (score > 0) context.fillRect(left, zero, width, -Math.round(share * ABOVE * room));
    else context.fillRect(left, zero + 1, width, Math.round(share * (1 - ABOVE) * room));
  });
  context.fillStyle = palette.ink3;
  context.fillRect(xOf(0), zero, xOf(scores.length) - xOf(0), 1);
  context.restore();
}
