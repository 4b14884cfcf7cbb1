/** What the status line says about the paper. */
import type { Lead } from '../../../src-main/contract/domain.ts';
import { clockMilliseconds, type RecordingClock } from '../../paper/clock.ts';
import { appliedFiltersText, ST_WARNING, distortsSt, envelopeText } from '../../paper/words.ts';
import { review } from '../../state/review.svelte.ts';
import { settings } from '../../state/settings.svelte.ts';
import { rate } from '../words.ts';

export interface StatusItem {
  readonly key: 'speed' | 'gain' | 'unit' | 'filters' | 'view' | 'rate' | 'leads' | 'pointer';
  readonly text: string;
  /** The command that changes it. */
  readonly command?: string;
}

/** Reactive when read inside `$derived` or markup; empty while no recording is shown. */
export function paperStatus(): readonly StatusItem[] {
  const { details, drawn, leads, shownLeads } = review;
  if (!details) return [];
  const { speedMmPerS, gainMmPerMv, filters } = settings.current;
  const shown = shownLeads.map((index) => leads[index]).filter((lead) => lead !== undefined);
  const filterWords = appliedFiltersText(drawn.filters, filters);
  const items: StatusItem[] = [
    { key: 'speed', text: `${speedMmPerS} mm/s`, command: 'paper.faster' },
    ...(shown.some((lead) => lead.calibrated)
      ? [{ key: 'gain', text: `${gainMmPerMv} mm/mV`, command: 'paper.gainUp' } as const]
      : []),
    ...unitStatus(shown),
    {
      key: 'filters',
      text: drawn.filters.some(distortsSt)
        ? `Filters ${filterWords}. ${ST_WARNING}`
        : capitalised(filterWords),
      command: 'paper.filters',
    },
    ...viewStatus(drawn.samplesPerBin),
    { key: 'rate', text: [...new Set(shown.map((lead) => rate(lead.samplingHz)))].join(', ') },
  ];
  if (shown.length < leads.length) {
    items.push({
      key: 'leads',
      text: `${shown.length} of ${leads.length} leads`,
      command: 'paper.leads',
    });
  }
  if (review.pointer) items.push({ key: 'pointer', text: pointerText(review.clock) });
  return items;
}

function viewStatus(samplesPerBin: number): readonly StatusItem[] {
  if (samplesPerBin === 0) return [];
  return [{ key: 'view', text: capitalised(envelopeText(samplesPerBin) ?? 'every sample drawn') }];
}

/** Leads without a unit are said, and so is a unit that the file does not state: both can be changed. */
function unitStatus(shown: readonly Lead[]): readonly StatusItem[] {
  const loose = shown.filter(({ calibrated }) => !calibrated).length;
  const change = review.openUnits.length > 0 ? { command: 'paper.unit' } : {};
  if (loose > 0) {
    const text =
      loose === shown.length ? 'Uncalibrated' : `${loose} of ${shown.length} uncalibrated`;
    return [{ key: 'unit', text, ...change }];
  }
  const said = shown.some(({ unitSaid }) => unitSaid === true);
  return said ? [{ key: 'unit', text: 'Unit as chosen', ...change }] : [];
}

/** Time, and the lead's voltage, under the pointer: `14:07:21.348, II 0.42 mV`. */
function pointerText(clock: RecordingClock): string {
  const { pointer } = review;
  if (!pointer) return '';
  const time = clockMilliseconds(clock, pointer.seconds);
  return pointer.reading
    ? `${time}, ${pointer.reading.lead} ${pointer.reading.mv.toFixed(2)} mV`
    : time;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
