/** Which lead is drawn on next, before the view gets there. Pure. */

/** With drawn paper left for fewer frames than this, a lead is drawn on. */
const FRAMES_AHEAD = 4;

export interface DrawnPaper {
  /** For how many frames of the present movement paper is left; endless where none is to be drawn. */
  readonly framesAhead: number;
  readonly standsStill: boolean;
  readonly isSettled: boolean;
}

/**
 * The lead that runs out of paper first, else one that stands and has not all of its roll yet; null
 * where none needs any. A lead with paper enough is never the answer: it would be drawn over and over
 * in place of the one that waits, and the paper would never come to rest.
 */
export function nextToDraw<Lead extends DrawnPaper>(leads: readonly Lead[]): Lead | null {
  let next: Lead | null = null;
  let waiting: Lead | null = null;
  for (const lead of leads) {
    if (lead.framesAhead < (next?.framesAhead ?? FRAMES_AHEAD)) next = lead;
    else if (lead.standsStill && !lead.isSettled) waiting ??= lead;
  }
  return next ?? waiting;
}
