/**
 * What the window tells the reader in passing: toasts that can be undone, failures that stay
 * until they are read, and sentences for screen readers.
 */
import { asHostError, wasCancelled } from '../host/transport.ts';

/** How long a toast stays unless it is hovered, focused, or reports a failure. */
export const TOAST_MS = 6000;

export interface Notice {
  readonly key: number;
  readonly kind: 'toast' | 'failure';
  readonly text: string;
  readonly detail?: string;
  readonly undo?: () => void | Promise<void>;
}

class Notices {
  shown: readonly Notice[] = $state.raw([]);
  /** Read out politely; set again for each sentence. */
  spoken: string = $state('');
  /** The last act that can be taken back; outlives its toast, until it was taken back. */
  undoable: Notice | null = $state.raw(null);
  #keys = 0;

  toast(text: string, undo?: () => void | Promise<void>): void {
    const notice: Notice = { key: ++this.#keys, kind: 'toast', text, ...(undo ? { undo } : {}) };
    // One toast at a time: a newer act replaces the older one's undo, as undo stacks do.
    this.shown = [...this.shown.filter((other) => other.kind !== 'toast'), notice];
    if (undo) this.undoable = notice;
    this.speak(text);
  }

  failure(text: string, detail?: string): void {
    if (this.shown.some((other) => other.text === text)) return;
    this.shown = [
      ...this.shown,
      { key: ++this.#keys, kind: 'failure', text, ...(detail === undefined ? {} : { detail }) },
    ];
    this.speak(text);
  }

  async undo(): Promise<void> {
    const notice = this.undoable;
    if (!notice) return;
    this.undoable = null;
    this.dismiss(notice.key);
    try {
      await notice.undo?.();
      this.toast(`Undone: ${notice.text.split('. ')[0]?.replace(/\.$/u, '') ?? ''}.`);
    } catch (error) {
      reportFailure('Not undone.', error);
    }
  }

  dismiss(key: number): void {
    this.shown = this.shown.filter((notice) => notice.key !== key);
  }

  speak(text: string): void {
    this.spoken = text;
  }
}

export const notices = new Notices();

/** Shows why something failed; what was cancelled is nothing to report. */
export function reportFailure(what: string, error: unknown): void {
  if (wasCancelled(error)) return;
  const failure = asHostError(error);
  notices.failure(what === '' ? failure.message : `${what} ${failure.message}`, failure.detail);
}
