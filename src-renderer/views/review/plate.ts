/** The scale as printed on the paper, and as it is true for the leads that are shown. */
import type { Lead } from '../../../src-main/contract/domain.ts';
import type { Settings } from '../../../src-main/contract/program.ts';
import type { Drawn } from '../../state/review.svelte.ts';
import { appliedFiltersText, envelopeText } from '../../paper/words.ts';

/** `25 mm/s  10 mm/mV  filters off  min/max view 1:2`. */
export function plateText(
  shown: readonly { readonly lead: Lead }[],
  { speedMmPerS, gainMmPerMv, filters }: Settings,
  drawn: Drawn,
): string {
  const calibrated = shown.filter(({ lead }) => lead.calibrated).length;
  const gain =
    calibrated === shown.length
      ? `${gainMmPerMv} mm/mV`
      : calibrated === 0
        ? 'uncalibrated: no mV'
        : `${gainMmPerMv} mm/mV where calibrated`;
  // True on the reader's word, and said wherever the scale is.
  const said = shown.some(({ lead }) => lead.unitSaid === true) ? ', unit as chosen' : '';
  return [
    `${speedMmPerS} mm/s`,
    `${gain}${said}`,
    appliedFiltersText(drawn.filters, filters),
    envelopeText(drawn.samplesPerBin),
  ]
    .filter((part) => part !== null)
    .join('\u2003');
}
