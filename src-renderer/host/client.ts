/**
 * The page's one way to the main process. Two transports carry the same contract: the Electron
 * preload's bridge, and a WebSocket to the loopback host. Views call `host` and never learn which.
 */
import type { Input, MethodName, Output } from '../../src-main/contract/api.ts';
import { busy } from '../state/idle.ts';
import { connectElectron } from './electron.ts';
import { connectLoopback } from './loopback.ts';
import type { CallOptions, Transport } from './transport.ts';

export { asHostError, HostError, wasCancelled } from './transport.ts';

export interface Host extends Omit<Transport, 'call'> {
  /** Resolves to the method's value, or throws a `HostError`. */
  call<K extends MethodName>(method: K, input: Input<K>, options?: CallOptions): Promise<Output<K>>;
}

function throughTransport(transport: Transport): Host {
  return {
    kind: transport.kind,
    on: (event, listener) => transport.on(event, listener),
    onLost: (listener) => {
      transport.onLost(listener);
    },
    answersAgain: () => transport.answersAgain(),
    tokensOf: (files) => transport.tokensOf(files),
    async call(method, input, options = {}) {
      const done = busy();
      try {
        // The one checked boundary: the transport carries what `Handlers[method]` resolved to.
        return (await transport.call(method, input, options)) as never;
      } finally {
        done();
      }
    },
  };
}

export const host: Host = throughTransport(
  window.rhythmark ? connectElectron(window.rhythmark) : connectLoopback(window.location),
);
