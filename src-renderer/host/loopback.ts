/**
 * The contract over a WebSocket to the loopback host, in the frames of `contract/wire.ts`. The
 * token comes in the address's fragment, which browsers never send; it is taken out of the address
 * bar so that it does not end up in a bookmark or a screenshot.
 */
import type { EventName, Events } from '../../src-main/contract/events.ts';
import {
  decodeFrame,
  encodeFrame,
  WIRE_CLOSE,
  WIRE_PATH,
  WIRE_VERSION,
  type HostMessage,
  type PageMessage,
} from '../../src-main/contract/wire.ts';
import { cancelled, HostError, type LostReason, type Transport } from './transport.ts';

const TOKEN_KEY = 'rhythmark.token';

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: HostError) => void;
}

type Listeners = { [K in EventName]?: Set<(payload: Events[K]) => void> };

export function connectLoopback(location: Location): Transport {
  const socket = new WebSocket(`ws://${location.host}${WIRE_PATH}`);
  socket.binaryType = 'arraybuffer';
  const token = takeToken(location);
  const pending = new Map<number, Pending>();
  const listeners: Listeners = {};
  const lostListeners: ((reason: LostReason) => void)[] = [];
  let lost: LostReason | null = null;
  let calls = 0;

  let welcome: () => void = () => undefined;
  const welcomed = new Promise<void>((resolve) => {
    welcome = resolve;
  });

  function send(message: PageMessage): void {
    socket.send(encodeFrame(message));
  }

  function receive(message: HostMessage): void {
    switch (message.kind) {
      case 'welcome':
        welcome();
        return;
      case 'result': {
        const call = pending.get(message.id);
        pending.delete(message.id);
        if (!call) return; // cancelled here in the meantime
        if (message.result.ok) call.resolve(message.result.value);
        else call.reject(new HostError(message.result.error));
        return;
      }
      case 'event':
        deliver(message.name, message.payload);
    }
  }

  function deliver<K extends EventName>(name: K, payload: Events[K]): void {
    for (const listener of listeners[name] ?? []) listener(payload);
  }

  socket.addEventListener('open', () => {
    send({ kind: 'hello', version: WIRE_VERSION, token });
  });
  socket.addEventListener('message', (event: MessageEvent<ArrayBuffer>) => {
    // The server is ours and of the same build; the frame's layout is still checked.
    receive(decodeFrame(new Uint8Array(event.data)) as HostMessage);
  });
  socket.addEventListener('close', (event) => {
    lost = event.code === WIRE_CLOSE.refused ? 'refused' : 'ended';
    for (const call of pending.values()) call.reject(gone());
    pending.clear();
    welcome();
    for (const listener of lostListeners) listener(lost);
  });

  return {
    kind: 'loopback',
    async call(method, input, { signal }) {
      if (signal?.aborted) throw cancelled();
      await welcomed;
      if (lost !== null) throw gone();
      const id = ++calls;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      pending.set(id, { resolve, reject });
      const cancel = (): void => {
        if (!pending.delete(id)) return;
        if (lost === null) send({ kind: 'cancel', id });
        reject(cancelled());
      };
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        send({ kind: 'call', id, method, input });
        return await promise;
      } finally {
        pending.delete(id);
        signal?.removeEventListener('abort', cancel);
      }
    },
    on(event, listener) {
      const set: Set<(payload: Events[typeof event]) => void> = listeners[event] ?? new Set();
      Object.assign(listeners, { [event]: set });
      set.add(listener);
      return () => {
        set.delete(listener);
      };
    },
    onLost(listener) {
      lostListeners.push(listener);
      if (lost !== null) listener(lost);
    },
    async answersAgain() {
      try {
        await fetch(location.pathname, { cache: 'no-store' });
        return true;
      } catch {
        return false;
      }
    },
    tokensOf: () => null,
  };
}

/** From the fragment on arrival, from this tab's memory after a reload. */
function takeToken(location: Location): string {
  const given = location.hash.slice(1);
  if (given !== '') {
    sessionStorage.setItem(TOKEN_KEY, given);
    history.replaceState(null, '', location.pathname + location.search);
    return given;
  }
  return sessionStorage.getItem(TOKEN_KEY) ?? '';
}

function gone(): HostError {
  return new HostError({
    code: 'cancelled',
    message: "Rhythmark's own process has ended. Start it again.",
  });
}
