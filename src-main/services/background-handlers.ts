/** The contract's methods for what goes on by itself: comparing by content, watching folders. */
import type { Handlers } from '../contract/api.ts';
import type { Arrivals } from './arrivals.ts';
import type { Duplicates } from './duplicates.ts';
import type { Places } from './places.ts';

type Background = 'content.progress' | 'content.cancel' | 'folders.watched' | 'folders.unwatch';

export function backgroundHandlers(
  duplicates: Duplicates,
  arrivals: Arrivals,
  places: Places,
): Pick<Handlers, Background> {
  return {
    'content.progress': async () => duplicates.progress(),
    'content.cancel': async () => {
      duplicates.cancel();
      return null;
    },
    'folders.watched': async () => arrivals.rows(),
    'folders.unwatch': async ({ token }) => {
      arrivals.forget(places.pathOf(token));
      return arrivals.rows();
    },
  };
}
