/** How the reader likes the screen: kept by the main process, one copy for every window. */
import { CSS_PX_PER_MM } from '../../src-main/contract/conventions.ts';
import type { Settings } from '../../src-main/contract/program.ts';
import { host } from '../host/client.ts';
import { follow } from '../host/follow.ts';
import { reportFailure } from './notices.svelte.ts';

const BEFORE_LOADED: Settings = {
  theme: 'system',
  speedMmPerS: 25,
  gainMmPerMv: 10,
  filters: { highPassHz: 0, lowPassHz: 0, notchHz: 0 },
  pxPerMm: null,
  reader: '',
  reading: 'cinc',
  strongGrid: false,
  watchFolders: true,
  activation: true,
};

class ReaderSettings {
  current: Settings = $state.raw(BEFORE_LOADED);

  /** CSS pixels per millimetre of this screen: the user's calibration, else the first guess. */
  readonly pxPerMm: number = $derived(this.current.pxPerMm ?? CSS_PX_PER_MM);
  readonly calibrated: boolean = $derived(this.current.pxPerMm !== null);

  #saves = 0;

  async load(): Promise<void> {
    await follow(
      host,
      'settings-changed',
      () => host.call('settings.get', {}),
      (settings) => {
        this.current = settings;
      },
    );
  }

  /** Shows the change at once and keeps it; what could not be kept is put back and said. */
  async set(change: Partial<Settings>): Promise<void> {
    const before = this.current;
    this.current = { ...before, ...change };
    const save = ++this.#saves;
    try {
      const kept = await host.call('settings.set', mutable(change));
      if (save === this.#saves) this.current = kept;
    } catch (error) {
      if (save === this.#saves) this.current = before;
      reportFailure('The setting was not kept.', error);
    }
  }
}

/** zod's input type is mutable; the values are the same. */
function mutable(change: Partial<Settings>) {
  const { filters, ...rest } = change;
  return filters ? { ...rest, filters: { ...filters } } : rest;
}

export const settings = new ReaderSettings();
