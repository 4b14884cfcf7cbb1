/** The scale as printed on the paper, and as it is true for the leads that are shown. */
import type { Lead, Settings } from '../../../src-main/contract/domain.ts';
import { envelopeText, filtersText } from '../../paper/words.ts';

/** `25 mm/s  10 mm/mV  filters off  min/max view 1:2`. */
export function plateText(
  shown: readonly { readonly lead: Lead }[],
  { speedMmPerS, gainMmPerMv, filters }: Settings,
  samplesPerBin: number,
): string {
  const calibrated = shown.filter(({ lead }) => lead.calibrated).length;
  const samplingHz = Math.max(0, ...shown.map(({ lead }) => lead.samplingHz));
  const gain =
    calibrated === shown.length
      ? `${gainMmPerMv} mm/mV`
      : calibrated === 0
        ? 'uncalibrated: no mV'
        : `${gainMmPerMv} mm/mV where calibrated`;
  return [
    `${speedMmPerS} mm/s`,
    gain,
    filtersText(filters, samplingHz),
    envelopeText(samplesPerBin),
  ]
    .filter((part) => part !== null)
    .join('\u2003');
}
