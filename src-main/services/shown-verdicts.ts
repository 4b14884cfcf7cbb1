/** What the window that a person looks at gets of a recording's verdicts. */
import type { WindowVerdicts } from '../contract/domain.ts';

type ShownVerdicts = Omit<WindowVerdicts, 'evidence'>;

/** Without the evidence: half a megabyte for a day of one lead, and nothing that is shown. */
export function shownVerdicts(verdicts: ShownVerdicts): ShownVerdicts {
  const { leadIndex, startS, endS, probabilities, unlike, alone } = verdicts;
  return { leadIndex, startS, endS, probabilities, unlike, ...(alone && { alone }) };
}
