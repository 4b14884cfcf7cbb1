/** The model's verdict on a recording as a whole, in words. */
import type { Reading } from '../../src-main/contract/domain.ts';
import type { RecordingVerdict } from '../../src-main/contract/verdict.ts';
import { CLASS_WORD, classWord, probabilityText } from '../paper/words.ts';

/** `AF 0.91`, `Other: ectopy 0.83`, `Uncertain: Other 0.52`. */
export function verdictWords(verdict: RecordingVerdict): string {
  const { label, confidence, uncertain, ectopyDecides } = verdict;
  const number = probabilityText(confidence);
  if (uncertain) return `Uncertain: ${CLASS_WORD[label]} ${number}`;
  return `${classWord(label, ectopyDecides)} ${number}`;
}

/** What such a verdict is, and what it is not. */
export function verdictHint(reading: Reading, windowCount: number): string {
  if (windowCount <= 1) {
    return "The model's verdict on the whole recording. It has one window: both verdicts are the same.";
  }
  const anywhere =
    reading === 'cinc'
      ? 'premature beats in one window make it Other'
      : 'another rhythm in one window can make it Other';
  return `The model's verdict on the whole recording, read from all windows together. It says what the recording shows anywhere, so ${anywhere}. It is not a share of windows.`;
}
