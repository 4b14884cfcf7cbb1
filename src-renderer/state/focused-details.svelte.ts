/**
 * Everything known about the focused row, for the side pane. Asked for once the focus has come to
 * rest; the last answer stays until the next is there.
 */
import type { RecordingDetails, WorklistRow } from '../../src-main/contract/domain.ts';
import { asHostError, host, wasCancelled, type HostError } from '../host/client.ts';
import { busy } from './idle.ts';

/** Arrow keys held down step about 30 times a second: wait for a pause longer than two steps. */
const REST_MS = 90;

class FocusedDetails {
  details: RecordingDetails | null = $state.raw(null);
  failure: HostError | null = $state.raw(null);

  /** For an effect on the focused row: answers how to stop when the row changes. */
  follow(row: WorklistRow | null): () => void {
    if (row === null || !isReadable(row)) {
      this.details = null;
      this.failure = null;
      return () => undefined;
    }
    const abort = new AbortController();
    const rested = busy();
    const timer = window.setTimeout(() => {
      void this.#read(row.id, abort.signal).finally(rested);
    }, REST_MS);
    return () => {
      window.clearTimeout(timer);
      abort.abort();
      rested();
    };
  }

  async #read(id: string, signal: AbortSignal): Promise<void> {
    try {
      this.details = await host.call('recording.open', { id }, { signal });
      this.failure = null;
    } catch (error) {
      if (wasCancelled(error)) return;
      this.details = null;
      this.failure = asHostError(error);
    }
  }
}

function isReadable(row: WorklistRow): boolean {
  return row.status !== 'failed' && row.status !== 'needs-choice';
}

export const focusedDetails = new FocusedDetails();
