/** How far recordings that may be the same are compared. */
import type { ContentProgress } from '../../src-main/contract/batch.ts';
import { host } from '../host/client.ts';
import { follow } from '../host/follow.ts';
import { reportFailure } from './notices.svelte.ts';

class Contents {
  progress: ContentProgress = $state.raw({ state: 'idle', done: 0, total: 0 });

  async load(): Promise<void> {
    await follow(
      host,
      'content-progress',
      () => host.call('content.progress', {}),
      (progress) => {
        this.progress = progress;
      },
    );
  }

  async cancel(): Promise<void> {
    try {
      await host.call('content.cancel', {});
    } catch (error) {
      reportFailure('', error);
    }
  }
}

export const contents = new Contents();
