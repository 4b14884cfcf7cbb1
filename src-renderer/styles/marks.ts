/** The class marks for overviews on canvas: the paper's palette, kept for the theme in force. */
import { readPalette } from '../paper/palette.ts';

export type Mark = 'normal' | 'af' | 'other' | 'noise' | 'gap';

export interface MarkInk {
  /** Plain colour, for runs under 8 px and thin lines. */
  readonly plain: string;
  readonly pattern: CanvasPattern | string;
}

export interface MarkInks extends Readonly<Record<Mark, MarkInk>> {
  readonly hairline: string;
  readonly ink2: string;
  readonly normalHalf: string;
}

const cache = new Map<string, MarkInks>();

/** Inks of the theme on the page, for a screen of `window.devicePixelRatio`. */
export function markInks(): MarkInks {
  const key = `${document.documentElement.dataset['theme'] ?? ''} ${window.devicePixelRatio}`;
  const known = cache.get(key);
  if (known) return known;
  const palette = readPalette('quiet');
  const style = getComputedStyle(document.documentElement);
  const ink = (name: 'normal' | 'af' | 'other' | 'noise'): MarkInk => ({
    plain: palette.class[name].solid,
    pattern: palette.class[name].pattern,
  });
  const inks: MarkInks = {
    normal: ink('normal'),
    af: ink('af'),
    other: ink('other'),
    noise: ink('noise'),
    gap: { plain: style.getPropertyValue('--gap').trim(), pattern: palette.gapPattern },
    hairline: palette.hairline,
    ink2: palette.ink2,
    normalHalf: style.getPropertyValue('--normal-half').trim(),
  };
  cache.set(key, inks);
  return inks;
}
