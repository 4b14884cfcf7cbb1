/** The contract over the Electron preload's bridge. */
import type { Bridge } from '../../src-main/contract/bridge.ts';
import { cancelled, HostError, type Transport } from './transport.ts';

declare global {
  interface Window {
    /** Present only in the Electron window. */
    readonly rhythmark?: Bridge;
  }
}

export function connectElectron(bridge: Bridge): Transport {
  let calls = 0;
  return {
    kind: 'electron',
    async call(method, input, { signal }) {
      if (signal?.aborted) throw cancelled();
      const callId = String(++calls);
      const cancel = () => {
        bridge.cancel(callId);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        const result = await bridge.call(callId, method, input);
        if (signal?.aborted) throw cancelled();
        if (result.ok) return result.value;
        throw new HostError(result.error);
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
    on: (event, listener) => bridge.on(event, listener),
    onLost: () => {
      // The window closes with its main process: there is nobody left to tell.
    },
    answersAgain: () => Promise.resolve(true),
    tokensOf: (files) => bridge.tokensOf(files),
  };
}
