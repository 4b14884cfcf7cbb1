/** How far the classification of the list is, and the acts on it. */
import type { JobProgress } from '../../src-main/contract/batch.ts';
import { host } from '../host/client.ts';
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
  readonly stopped: string | null = $derived(
    this.progress.stopped === this.#read ? null : this.progress.stopped,
  );
  readonly visible: boolean = $derived(this.progress.state !== 'idle' || this.stopped !== null);

  async load(): Promise<void> {
    host.on('job-progress', (progress) => {
      this.progress = progress;
    });
    this.progress = await host.call('analysis.progress', {});
  }

  /** Queues these recordings, or all that wait. */
  async start(ids?: readonly string[]): Promise<void> {
    try {
      this.progress = await host.call('analysis.start', ids ? { ids: [...ids] } : {});
    } catch (error) {
      reportFailure('Classifying did not start.', error);
    }
  }

  async pauseOrResume(): Promise<void> {
    const method = this.progress.state === 'paused' ? 'analysis.resume' : 'analysis.pause';
    try {
      this.progress = await host.call(method, {});
    } catch (error) {
      reportFailure('', error);
    }
  }

  /** Says so at once: stopping a run of the network takes a moment. */
  async cancel(): Promise<void> {
    this.progress = { ...this.progress, state: 'cancelling' };
    try {
      this.progress = await host.call('analysis.cancel', {});
    } catch (error) {
      reportFailure('', error);
    }
  }

  dismissStopped(): void {
    this.#read = this.progress.stopped;
  }
}

export const job = new Job();
