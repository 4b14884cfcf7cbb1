/** How far the classification of the list is, and the acts on it. */
import type { JobProgress } from '../../src-main/contract/batch.ts';
import { host } from '../host/client.ts';
import { follow } from '../host/follow.ts';
import { reportFailure } from './notices.svelte.ts';

const IDLE: JobProgress = {
  state: 'idle',
  done: 0,
  failed: 0,
  total: 0,
  current: [],
  windowsPerS: null,
  secondsLeft: null,
  stopped: null,
};

class Job {
  progress: JobProgress = $state.raw(IDLE);
  /** A stopped sentence that the reader has put away. */
  #read: string | null = $state(null);
  readonly stopped: string | null = $derived.by(() => {
    const { stopped } = this.progress;
    // What it says of the other recordings falls away when the run ends.
    return stopped !== null && this.#read?.startsWith(stopped) === true ? null : stopped;
  });
  readonly visible: boolean = $derived(this.progress.state !== 'idle' || this.stopped !== null);

  async load(): Promise<void> {
    await follow(
      host,
      'job-progress',
      () => host.call('analysis.progress', {}),
      (progress) => {
        this.progress = progress;
      },
    );
  }

  /** Queues these recordings, or all that wait. */
  async start(ids?: readonly string[]): Promise<void> {
    this.#read = null; // what stops it once more is said once more
    try {
      await host.call('analysis.start', ids ? { ids: [...ids] } : {});
    } catch (error) {
      reportFailure('Classifying did not start.', error);
    }
  }

  async pauseOrResume(): Promise<void> {
    const method = this.progress.state === 'paused' ? 'analysis.resume' : 'analysis.pause';
    try {
      await host.call(method, {});
    } catch (error) {
      reportFailure('', error);
    }
  }

  async cancel(): Promise<void> {
    try {
      await host.call('analysis.cancel', {});
    } catch (error) {
      reportFailure('', error);
    }
  }

  dismissStopped(): void {
    this.#read = this.progress.stopped;
  }
}

export const job = new Job();
