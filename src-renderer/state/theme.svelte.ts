/** The theme on the screen: the reader's choice, or the system's while that is the choice. */
import { settings } from './settings.svelte.ts';

export type Theme = 'light' | 'dark' | 'paper';

const systemDark = window.matchMedia('(prefers-color-scheme: dark)');

class ThemeInForce {
  #systemDark: boolean = $state(systemDark.matches);
  readonly inForce: Theme = $derived(
    settings.current.theme === 'system'
      ? this.#systemDark
        ? 'dark'
        : 'light'
      : settings.current.theme,
  );

  /** Follows the system, and shows the theme on the page. Call once, inside an effect root. */
  follow(): () => void {
    const changed = (): void => {
      this.#systemDark = systemDark.matches;
    };
    systemDark.addEventListener('change', changed);
    return () => {
      systemDark.removeEventListener('change', changed);
    };
  }
}

export const theme = new ThemeInForce();
