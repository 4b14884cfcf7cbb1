/**
 * What the Electron preload puts on `window.rhythmark`: the contract, made callable across the
 * context bridge. Nothing else reaches the page. An `AbortSignal` cannot cross the bridge, so a
 * call is named by its caller and cancelled by that name.
 */
import type { MethodName } from './api.ts';
import type { Result } from './errors.ts';
import type { EventName, Events } from './events.ts';

export interface Bridge {
  /** `callId` is chosen by the page and unique within it. Never rejects. */
  call(callId: string, method: MethodName, input: unknown): Promise<Result<unknown>>;
  cancel(callId: string): void;
  /** Answers how to stop listening. */
  on<K extends EventName>(event: K, listener: (payload: Events[K]) => void): () => void;
  /**
   * Tokens for what was dropped on the window, in order; a dropped folder is one `File`. What has
   * no path (text dragged out of another program) has no token and is left out.
   */
  tokensOf(files: readonly File[]): Promise<readonly string[]>;
}
