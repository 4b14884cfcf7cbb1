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

/** The word of a window; a class that owes its label to ectopy says so. */
export function windowWord(code: WindowCode, finding: WindowFinding | null): string {
  if (finding?.ectopyDecides && code === finding.verdict.label) {
    return code === 'other' ? 'Other: ectopy' : 'Normal + ectopy';
  }
  return CODE_WORD[code];
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

/**
 * The filters as printed on paper. A low-pass or notch that the sampling rate cannot carry has no
 * effect and is not claimed.
 */
export function filtersText(filters: DisplayFilters, samplingHz: number): string {
  const nyquistHz = samplingHz / 2;
  const low = filters.lowPassHz > 0 && filters.lowPassHz < nyquistHz ? filters.lowPassHz : 0;
  const notch = filters.notchHz > 0 && filters.notchHz < nyquistHz ? filters.notchHz : 0;
  const band =
    filters.highPassHz > 0 && low > 0
      ? `${filters.highPassHz} to ${low} Hz`
      : filters.highPassHz > 0
        ? `from ${filters.highPassHz} Hz`
        : low > 0
          ? `to ${low} Hz`
          : '';
  const parts = [band, notch > 0 ? `notch ${notch} Hz` : ''].filter((part) => part !== '');
  return parts.length > 0 ? parts.join(', ') : 'filters off';
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
