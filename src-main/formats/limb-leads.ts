/**
 * Einthoven's and Goldberger's leads out of I and II, for formats that store eight leads of
 * twelve: III = II - I, aVR = -(I + II) / 2, aVL = I - II / 2, aVF = II - I / 2.
 */
import type { HeldLead } from './held-recording.ts';
import { NO_SAMPLE } from './reader.ts';

/** Twice the derived value, in whole steps, so that nothing is rounded. */
const TWICE: readonly { name: string; of(i: number, ii: number): number }[] = [
  { name: 'III', of: (i, ii) => 2 * (ii - i) },
  { name: 'aVR', of: (i, ii) => -(i + ii) },
  { name: 'aVL', of: (i, ii) => 2 * i - ii },
  { name: 'aVF', of: (i, ii) => 2 * ii - i },
];

/** The limb leads that are missing from `stored`, where I and II are there on one scale. */
export function derivedLimbLeads(stored: readonly HeldLead[]): HeldLead[] {
  const i = stored.find((lead) => lead.name === 'I');
  const ii = stored.find((lead) => lead.name === 'II');
  if (!i || !ii || i.scale !== ii.scale || i.samplingHz !== ii.samplingHz) return [];
  if (i.offset !== 0 || ii.offset !== 0) return [];
  return TWICE.filter(({ name }) => !stored.some((lead) => lead.name === name)).map(
    ({ name, of }) => ({
      ...i,
      name,
      sampleCount: Math.min(i.sampleCount, ii.sampleCount),
      scale: i.scale / 2,
      stored(from, to) {
        const first = i.stored(from, to);
        const second = ii.stored(from, to);
        return first.map((value, k) => {
          const other = second[k] ?? NO_SAMPLE;
          return value === NO_SAMPLE || other === NO_SAMPLE ? NO_SAMPLE : of(value, other);
        });
      },
    }),
  );
}
