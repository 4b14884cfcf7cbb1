/** What the review screen says about a window: letters, words, times. Pure. */
import type { DisplayFilters, Reading, RhythmClass } from '../../src-main/contract/domain.ts';
import type { WindowCode, WindowFinding } from './windows.ts';

export const CLASS_LETTER: Readonly<Record<RhythmClass, string>> = {
  normal: 'N',
  af: 'A',
  other: 'O',
  noise: '~',
};

export const CLASS_WORD: Readonly<Record<RhythmClass, string>> = {
  normal: 'Normal',
  af: 'AF',
  other: 'Other',
  noise: 'Noise',
};

export const CODE_LETTER: Readonly<Record<WindowCode, string>> = {
  ...CLASS_LETTER,
  uncertain: '?',
  'no-signal': '',
  pending: '',
  'not-analysed': '',
};

const CODE_WORD: Readonly<Record<WindowCode, string>> = {
  ...CLASS_WORD,
  uncertain: 'Uncertain',
  'no-signal': 'No signal',
  pending: 'No verdict yet',
  'not-analysed': 'Not analysed: under 5 s',
};

/** The word of a window. */
export function windowWord(code: WindowCode, finding: WindowFinding | null): string {
  if (code === finding?.verdict.label) return classWord(code, finding.ectopyDecides);
  return CODE_WORD[code];
}

/** The word of a label; one that is owed to ectopy says so. */
export function classWord(label: RhythmClass, ectopyDecides: boolean): string {
  if (!ectopyDecides) return CLASS_WORD[label];
  return label === 'other' ? 'Other: ectopy' : 'Normal + ectopy';
}

/** `AF or Normal`; three are `AF, Normal or Other`. */
export function setWords(set: readonly RhythmClass[]): string {
  const words = set.map((name) => CLASS_WORD[name]);
  const last = words.at(-1);
  if (last === undefined) return '';
  return words.length === 1 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/** How ectopy counts, in a line short enough to stand wherever labels do. */
export function readingWords(reading: Reading): string {
  switch (reading) {
    case 'cinc':
      return 'CinC reading: ectopy counts as Other';
    case 'rhythm':
      return 'Rhythm reading: ectopy counts as Normal';
  }
}

/** `0.61`; what rounds to certainty without being it stays below 1.00. */
export function probabilityText(probability: number): string {
  if (probability < 1 && probability >= 0.995) return '0.99';
  return probability.toFixed(2);
}

/** `A 0.61  N 0.31  O 0.07  ~ 0.01`, most probable first. */
export function probabilitiesText(finding: WindowFinding): string {
  return finding.ranked
    .map((ranked) => `${CLASS_LETTER[ranked.class]} ${probabilityText(ranked.probability)}`)
    .join('\u2003');
}

/** One set of filters as printed on paper: `0.5 to 40 Hz, notch 50 Hz`. */
export function filtersText({ highPassHz, lowPassHz, notchHz }: DisplayFilters): string {
  const parts: string[] = [];
  if (highPassHz > 0 && lowPassHz > 0) parts.push(`${highPassHz} to ${lowPassHz} Hz`);
  else if (highPassHz > 0) parts.push(`from ${highPassHz} Hz`);
  else if (lowPassHz > 0) parts.push(`to ${lowPassHz} Hz`);
  if (notchHz > 0) parts.push(`notch ${notchHz} Hz`);
  return parts.length > 0 ? parts.join(', ') : 'filters off';
}

/**
 * What the drawn values went through, in words. A view too long to filter, and leads that carry
 * different bands, are said; what was merely asked for is not.
 */
export function appliedFiltersText(
  applied: readonly DisplayFilters[],
  chosen: DisplayFilters,
): string {
  const words = [...new Set(applied.map(filtersText))];
  const [only] = words;
  if (words.length > 1) return `${words.join(' / ')}, by lead`;
  if (only === undefined) return filtersText(chosen);
  return only === 'filters off' && filtersText(chosen) !== only ? 'filters off in this view' : only;
}

/** Said wherever a high-pass of 0.5 Hz is chosen or in force (AHA/ACCF/HRS 2007: 0.05 Hz for ST). */
export const ST_WARNING = 'Distorts the ST segment';

export function distortsSt(filters: DisplayFilters): boolean {
  return filters.highPassHz >= 0.5;
}

/** `min/max view 1:12`, or null where every sample is drawn. */
export function envelopeText(samplesPerBin: number): string | null {
  return samplesPerBin > 1
    ? `min/max view 1:${Math.round(samplesPerBin).toLocaleString('en-US')}`
    : null;
}
