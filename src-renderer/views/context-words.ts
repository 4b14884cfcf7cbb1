/** How windows are judged together, in words: for the model that does so, and for one window. */
import { CLASS_WORD, probabilityText } from '../paper/words.ts';
import type { WindowFinding } from '../paper/windows.ts';

/** Of a model that does, where the program says what model it uses. */
export const CONTEXT_LINE =
  'It judges each window together with the windows before and after it in the same lead.';

export const ALONE_HINT =
  'A window is judged together with the windows before and after it in the same lead. By itself it would get another label.';

/** `By itself: Normal 0.61`; empty where a window by itself gets the label that it has. */
export function aloneLine(alone: WindowFinding | null): string {
  if (!alone) return '';
  const { label, confidence } = alone.verdict;
  return `By itself: ${CLASS_WORD[label]} ${probabilityText(confidence)}`;
}
