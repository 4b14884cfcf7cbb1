/**
 * One page on the loopback host: the frames of its socket in, results and events out. A page that
 * breaks the protocol, or does not read what it asked for, is let go; the others never notice.
 */
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { failureOf } from '../../contract/errors.ts';
import {
  decodeFrame,
  encodeFrame,
  WIRE_CLOSE,
  WIRE_VERSION,
  WireError,
  type HostMessage,
} from '../../contract/wire.ts';
import type { Backend } from '../backend.ts';
import { sameToken } from './guard.ts';

/** A page has this long to say hello, ms; it does so at once when its script runs. */
const HELLO_MS = 10_000;

/** Calls of one page that may be under way. The page itself keeps far below it. */
const MAX_CALLS = 512;

/** Unsent bytes from which a page is asked nothing more, until it has read them. */
const PAUSE_BYTES = 32 * 1024 * 1024;

/** Unsent bytes at which a page is given up; it connects again and asks for what it needs. */
const BEHIND_BYTES = 256 * 1024 * 1024;

const messageSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('hello'),
    version: z.literal(WIRE_VERSION),
    token: z.string().max(128),
  }),
  z.strictObject({
    kind: z.literal('call'),
    id: z.number().int().min(0),
    method: z.string().max(64),
    input: z.unknown(),
  }),
  z.strictObject({ kind: z.literal('cancel'), id: z.number().int().min(0) }),
]);

export interface PageSocket {
  /** Sends an event, encoded once for all pages; nothing happens before the page has said hello. */
  announce(frame: Uint8Array): void;
  /** Closes with a code of WIRE_CLOSE, and cancels what the page had asked. */
  close(code: number): void;
}

export interface PageListeners {
  /** The page knows the token: it counts as open from here. */
  welcomed(): void;
  /** The socket is closed, for whatever reason; called once. */
  gone(): void;
}

export function encodeMessage(message: HostMessage): Uint8Array {
  return encodeFrame(message);
}

export function servePage(
  socket: WebSocket,
  backend: Backend,
  token: string,
  listeners: PageListeners,
): PageSocket {
  const calls = new Map<number, AbortController>();
  let welcome = false;
  socket.binaryType = 'arraybuffer';
  const helloTimer = setTimeout(() => {
    socket.close(WIRE_CLOSE.refused);
  }, HELLO_MS);

  function send(frame: Uint8Array): void {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > BEHIND_BYTES) {
      socket.close(WIRE_CLOSE.behind);
      return;
    }
    socket.send(frame, () => {
      if (socket.isPaused && socket.bufferedAmount < PAUSE_BYTES) socket.resume();
    });
    if (socket.bufferedAmount >= PAUSE_BYTES) socket.pause();
  }

  async function call(id: number, method: string, input: unknown): Promise<void> {
    const controller = new AbortController();
    calls.set(id, controller);
    try {
      const result = await backend.dispatch(method, input, { signal: controller.signal });
      send(encodeMessage({ kind: 'result', id, result }));
    } catch (error) {
      // Only a defect gets here: dispatch does not reject, and its results can be encoded.
      send(encodeMessage({ kind: 'result', id, result: { ok: false, error: failureOf(error) } }));
    } finally {
      calls.delete(id);
    }
  }

  function receive(frame: Uint8Array<ArrayBuffer>): void {
    const parsed = messageSchema.safeParse(decodeFrame(frame));
    if (!parsed.success) throw new WireError('A message of another shape.');
    const message = parsed.data;
    if (message.kind === 'hello') {
      if (!sameToken(message.token, token)) {
        socket.close(WIRE_CLOSE.refused);
      } else if (!welcome) {
        welcome = true;
        clearTimeout(helloTimer);
        send(encodeMessage({ kind: 'welcome' }));
        listeners.welcomed();
      }
      return;
    }
    if (!welcome) {
      socket.close(WIRE_CLOSE.refused);
    } else if (message.kind === 'cancel') {
      calls.get(message.id)?.abort();
    } else if (calls.has(message.id) || calls.size >= MAX_CALLS) {
      throw new WireError('Too many calls, or one id for two.');
    } else {
      void call(message.id, message.method, message.input); // answers on the socket, never rejects
    }
  }

  socket.on('message', (bytes, isBinary) => {
    if (socket.readyState !== socket.OPEN) return; // on its way out already
    try {
      if (!isBinary || !(bytes instanceof ArrayBuffer)) throw new WireError('Not a binary frame.');
      receive(new Uint8Array(bytes));
    } catch {
      socket.close(WIRE_CLOSE.garbled);
    }
  });
  // `close` follows an error (a reset, a frame over the limit); there is nothing to add.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearTimeout(helloTimer);
    for (const controller of calls.values()) controller.abort();
    listeners.gone();
  });

  return {
    announce: (frame) => {
      if (welcome) send(frame);
    },
    close: (code) => {
      socket.close(code);
    },
  };
}
