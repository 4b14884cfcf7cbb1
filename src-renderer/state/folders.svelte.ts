/** The folders that are watched for arrivals, and what came into them. */
import type { WatchedFolderRow } from '../../src-main/contract/places.ts';
import { host } from '../host/client.ts';
import { follow } from '../host/follow.ts';
import { counted } from '../views/words.ts';
import { notices, reportFailure } from './notices.svelte.ts';

class Folders {
  watched: readonly WatchedFolderRow[] = $state.raw([]);

  /** One sentence for the status line; null where no folder is watched. */
  readonly words: string | null = $derived.by(() => {
    const missed = this.watched.find(({ state }) => state === 'away' || state === 'denied');
    if (missed) return `${missed.name} ${FOLDER_WORDS[missed.state]}`;
    const count = this.watched.filter(({ state }) => state !== 'off').length;
    return count > 0 ? `Watching ${counted(count, 'folder')}` : null;
  });

  async load(): Promise<void> {
    host.on('arrived', ({ folder, count }) => {
      notices.toast(`${counted(count, 'recording')} arrived in ${folder}.`);
    });
    await follow(
      host,
      'folders-changed',
      () => host.call('folders.watched', {}),
      (watched) => {
        this.watched = watched;
      },
    );
  }

  async unwatch(token: string): Promise<void> {
    try {
      this.watched = await host.call('folders.unwatch', { token });
    } catch (error) {
      reportFailure('The folder is still watched.', error);
    }
  }
}

export const FOLDER_WORDS: Readonly<Record<WatchedFolderRow['state'], string>> = {
  watching: 'is watched',
  polled: 'is looked at now and then',
  away: 'is away; what it holds when it is back is found then',
  denied: 'may not be read',
  off: 'is not watched',
};

export const folders = new Folders();
