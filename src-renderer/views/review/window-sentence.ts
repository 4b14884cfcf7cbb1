/** A window in one sentence, for the table and the live region that mirror the drawings. */
import type { RecordingClock } from '../../paper/clock.ts';
import { clockText } from '../../paper/clock.ts';
import type { WindowStore } from '../../paper/window-store.ts';
import { windowSpan } from '../../paper/windows.ts';
import { CLASS_WORD, probabilityText, setWords, windowWord } from '../../paper/words.ts';

export interface WindowLine {
  readonly index: number;
  readonly time: string;
  readonly verdict: string;
  /** `AF 0.61, Normal 0.31`; empty without a verdict. */
  readonly probabilities: string;
}

export function windowLine(windows: WindowStore, index: number, clock: RecordingClock): WindowLine {
  const finding = windows.finding(index);
  const code = windows.code(index);
  const word = windowWord(code, finding);
  return {
    index,
    time: clockText(clock, windowSpan(index, windows.durationS).startS),
    verdict: code === 'uncertain' && finding ? `${word}, ${setWords(finding.set)}` : word,
    probabilities: (finding?.ranked ?? [])
      .map((ranked) => `${CLASS_WORD[ranked.class]} ${probabilityText(ranked.probability)}`)
      .join(', '),
  };
}

/** `14:07:20, Uncertain, AF or Normal, AF 0.61`. */
export function windowSentence(line: WindowLine): string {
  const [top = ''] = line.probabilities.split(', ');
  return [line.time, line.verdict, top].filter((part) => part !== '').join(', ');
}
