/** How unlike the training data a window or a recording is, in words that rank no danger. */
import { unlikeCount } from '../../src-main/contract/verdict.ts';
import { count, counted, share } from './words.ts';

/**
 * `Unlike the training data: 1.4 x limit`, as `evaluate` calls it; empty for a window without a distance.
 * One line beside the paper, whatever it says: else all below it would move from window to window.
 */
export function unlikeLine(distance: number, threshold: number): string {
  if (Number.isNaN(distance)) return '';
  if (!(distance > threshold)) return 'Like the training data';
  return `Unlike the training data: ${(distance / threshold).toFixed(1)} x limit`;
}

export const UNLIKE_HINT =
  'The limit is the distance that 99 of 100 windows of the kind that the model learned from stay within. Beyond it, a verdict may be worth less than it says.';

/** `12 of 8,640 windows with signal, 0.1 %`, `none of 6 windows`, or `not assessed`. */
export function unlikeShare(unlike: Float32Array | null, threshold: number): string {
  const found = unlike && unlikeCount(unlike, threshold);
  if (!found) return 'not assessed';
  const { unlike: n, of } = found;
  if (n === 0) return `none of ${counted(of, 'window')} with signal`;
  return `${count(n)} of ${counted(of, 'window')} with signal, ${share(n, of) ?? ''}`;
}
