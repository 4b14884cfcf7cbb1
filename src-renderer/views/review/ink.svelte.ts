/** The palette in force, for every drawing of the review screen. */
import { readPalette, watchPalette, type Palette } from '../../paper/palette.ts';
import { settings } from '../../state/settings.svelte.ts';

class Ink {
  palette: Palette = $state.raw(readPalette('quiet'));

  /** Follows theme, density and grid strength; answers how to stop. Call it where effects may run. */
  follow(): () => void {
    const read = () => {
      this.palette = readPalette(settings.current.strongGrid ? 'strong' : 'quiet');
    };
    $effect(read);
    return watchPalette(read);
  }
}

export const ink = new Ink();
